//! Puts lines without an opening into a list: more of an item, an answer to it, another item, or words after the list.

use super::branch;
use super::context::Section;
use super::duty::{
    can_be_recommendation, has_duty, is_first_person, is_introduction, is_prose, is_singular, states_none,
};
use super::opening::Form;
use super::outline::{Item, PartKind, Role, Token, TokenKind};
use super::target;
use super::text::{SpacedWords, ends_sentence, ends_with_colon, trim};
use super::walk::{Place, Walk};
use crate::recommendations::{RecommendationKind, TargetKind};

impl Walk<'_> {
    pub(super) fn in_list(&mut self, token: &Token, text: &str, is_numbered: bool) {
        if is_time_heading(text) {
            self.item = None;
            self.outline.headings.push((token.line, text.to_owned()));
            return;
        }
        if self.names_addressees(token, text) || self.leads_items(token, text) || self.heads_bullets(token, text) {
            return;
        }
        let Some(item) = self.item else { return self.before_items(token, text) };
        let last = self.outline.parts.len() - 1;
        let is_answer =
            last != item || matches!(&self.outline.parts[item].kind, PartKind::Item(item) if item.answers.is_some());
        let before = self.outline.parts[last].last_text();
        let goes_on = token.continues
            || !token.after_blank && !is_numbered
            || ends_with_colon(before)
            || self.outline.parts[last].is_empty()
            || before.ends_with([';', ','])
            || !ends_sentence(before) && text.starts_with(char::is_lowercase)
            || matches!(&token.kind, TokenKind::Opening(opening) if opening.form != Form::Parts);
        if goes_on {
            self.note_nested(token);
            return self.append(token, text);
        }
        if is_answer && states_nothing(text) {
            self.close();
            self.place = Place::Outside;
            return self.begin(token, PartKind::Introduction, text);
        }
        if is_answer && is_about_body(text) && !has_duty(text) {
            if self.has_later_items() {
                let section = Section::PolicingBodyComments;
                return self.begin(token, PartKind::Answer { item, section, is_labelled: false }, text);
            }
            self.close();
            self.place = Place::Outside;
            return self.outside(token, text);
        }
        if is_answer {
            let by_body = matches!(
                self.outline.parts[last].kind,
                PartKind::Answer { section: Section::PolicingBodyComments, .. }
            );
            // “n/a” is a whole answer.
            let is_nothing = SpacedWords::new(before).count() <= 3 && states_none(before);
            // A blank line ends a list whose items have none between them.
            let ends_list = token.after_gap
                && self.list.as_ref().is_some_and(|list| list.is_compact)
                && last == item
                && !self.has_later_items();
            if is_singular(text) && !by_body && !self.has_later_items()
                || !is_prose(text) && !is_numbered
                || ends_list
                || is_nothing
            {
                self.close();
                self.place = Place::Outside;
                return self.outside(token, text);
            }
            return self.append(token, text);
        }
        self.after_item(token, text, item, is_numbered);
    }

    /// Puts a paragraph after a complete recommendation: more of its text, an answer to it, another item, or comments.
    fn after_item(&mut self, token: &Token, text: &str, item: usize, is_numbered: bool) {
        let answer = |section| PartKind::Answer { item, section, is_labelled: false };
        let duty = has_duty(text);
        let is_cause = matches!(&self.outline.parts[item].kind, PartKind::Item(item) if item.kind == Some(RecommendationKind::CauseOfConcern));
        if is_cause && can_be_recommendation(text) {
            // The paragraph below a cause of concern is its recommendation.
            return self.unnumbered_item(token, text, Some(RecommendationKind::Recommendation));
        }
        if is_numbered {
            return self.begin(token, answer(Section::Response), text);
        }
        if is_singular(text) {
            if self.has_later_items() {
                return self.begin(token, answer(Section::PolicingBodyComments), text);
            }
        } else if is_first_person(text) && self.has_answers() {
            return self.begin(token, answer(Section::ChiefOfficerComments), text);
        } else if !is_first_person(text) && !is_introduction(text) && is_prose(text) {
            let is_unnumbered = self.list.as_ref().is_some_and(|list| list.form.is_none());
            if is_unnumbered && can_be_recommendation(text) {
                return self.unnumbered_item(token, text, None);
            }
            if duty {
                return self.append(token, text);
            }
            if branch::propose(text).is_some() && (self.has_later_items() || self.has_answers()) {
                return self.begin(token, answer(Section::Response), text);
            }
        }
        self.close();
        self.place = Place::Outside;
        self.outside(token, text);
    }

    /// Returns true if an earlier item of the list has an answer without a label, or an item follows.
    fn has_answers(&self) -> bool {
        self.has_later_items()
            || self.outline.parts.iter().any(|part| matches!(part.kind, PartKind::Answer { is_labelled: false, .. }))
    }

    /// Returns true if another item follows before the next heading.
    pub(super) fn has_later_items(&self) -> bool {
        let Some(form) = self.list.as_ref().and_then(|list| list.form) else { return false };
        // The answer holds up to the token that gave it.
        if let Some((of_form, found, until)) = self.later.get()
            && of_form == form
            && self.at < until
        {
            return found;
        }
        let rest = self.tokens.iter().enumerate().skip(self.at + 1);
        let mut found = false;
        let mut until = self.tokens.len();
        for (at, token) in rest {
            match &token.kind {
                TokenKind::Opening(opening) if opening.number.is_some() && opening.form == form => found = true,
                TokenKind::Heading(_) => {}
                _ => continue,
            }
            until = at;
            break;
        }
        self.later.set(Some((form, found, until)));
        found
    }

    /// Puts a text below the heading of a list, where no item has begun.
    fn before_items(&mut self, token: &Token, text: &str) {
        let Some(list) = self.list.as_ref() else { return self.outside(token, text) };
        let next = self.tokens.get(self.at + 1);
        let numbers_follow =
            next.is_some_and(|next| matches!(&next.kind, TokenKind::Opening(opening) if opening.number.is_some()));
        let section = list.section;
        let fits = match section {
            Some(Section::CausesOfConcern | Section::AreasForImprovement) => {
                !is_first_person(text) && (is_prose(text) || ends_with_colon(text))
            }
            _ => can_be_recommendation(text),
        };
        let introduces =
            is_introduction(text) && !can_be_recommendation(text) || ends_with_colon(text) && numbers_follow;
        if states_none(text) {
            return self.begin(token, PartKind::Introduction, text);
        }
        if list.answers.is_none() && asks_readers(text) {
            // What a committee is asked to decide is no recommendation of the report.
            self.close();
            self.place = Place::Outside;
            return self.begin(token, PartKind::Introduction, text);
        }
        if list.answers.is_none()
            && let Some((lead, rest)) = after_count(text)
        {
            self.begin(token, PartKind::Introduction, lead);
            return self.unnumbered_item(token, rest, None);
        }
        if list.answers.is_none() && fits && !introduces {
            return self.unnumbered_item(token, text, None);
        }
        if list.answers.is_some() && is_prose(text) && !introduces {
            // Answers without numbers are one text about all recommendations.
            let answers = list.answers;
            self.close();
            let role = if answers == Some(Section::ChiefOfficerComments) { Role::Chief } else { Role::Joint };
            self.place = Place::Comments(Section::Response);
            return self.begin(token, PartKind::Comments { role, is_set_apart: false }, text);
        }
        let kind = if introduces || is_introduction(text) { PartKind::Introduction } else { PartKind::Loose };
        self.begin(token, kind, text);
    }

    fn unnumbered_item(&mut self, token: &Token, text: &str, kind: Option<RecommendationKind>) {
        let Some(list) = self.list.as_mut() else { return };
        list.form = None;
        list.number = None;
        list.nested = None;
        list.items += 1;
        let item = Item {
            form: None,
            kind: kind.or(list.kind).or(Some(RecommendationKind::Recommendation).filter(|_| list.section.is_some())),
            has_label: false,
            number: None,
            reference: None,
            note: None,
            addressees: list.addressees.clone(),
            other_numbers: Vec::new(),
            lead: None,
            answers: list.answers,
            list: list.index,
            is_doubtful: list.is_doubtful && kind.is_none(),
        };
        self.begin(token, PartKind::Item(item), text);
        self.item = Some(self.outline.parts.len() - 1);
    }
}

/// Splits “There is one area for improvement: The force should …” before the recommendation.
fn after_count(text: &str) -> Option<(&str, &str)> {
    const COUNTS: [&str; 5] = ["there is one", "there was one", "hmicfrs identified one", "hmicfrs made one", "one"];
    let (lead, rest) = text.split_once(": ")?;
    let words = SpacedWords::new(lead);
    let counts = COUNTS.iter().any(|count| words.starts_with(count))
        && words.count() <= 10
        && words.contains_any(&["area for improvement", "recommendation", "cause of concern"]);
    (counts && can_be_recommendation(rest)).then(|| (&text[..=lead.len()], trim(rest)))
}

/// Returns true for the beginning of what a paper asks its readers to decide: “Members are asked to:”.
fn asks_readers(text: &str) -> bool {
    const READERS: [&str; 10] = [
        "members",
        "the members",
        "the board",
        "the committee",
        "the panel",
        "the police and crime panel",
        "the authority",
        "board members",
        "committee members",
        "the commissioner is",
    ];
    const ASKED: [&str; 8] = [
        "asked to",
        "invited to",
        "recommended to",
        "requested to",
        "asked that",
        "are asked",
        "to note",
        "to approve",
    ];
    let words = SpacedWords::new(text);
    words.count() <= 20 && READERS.iter().any(|reader| words.starts_with(reader)) && words.contains_any(&ASKED)
}

/// Returns true for a sentence about the policing body, such as “The Commissioner welcomed the report.”
fn is_about_body(text: &str) -> bool {
    let words = SpacedWords::new(text);
    ["the commissioner", "the pcc", "the pfcc", "the mayor", "the deputy mayor"]
        .iter()
        .any(|body| words.starts_with(body))
}

/// Returns true for a sentence that says that other recommendations are not answered.
fn states_nothing(text: &str) -> bool {
    let words = SpacedWords::new(text);
    let nothing =
        ["nothing to say", "nothing to add", "no comment", "no comments", "no response to make", "does not answer"];
    words.count() <= 20 && words.contains_any(&nothing) && text.contains(|c: char| c.is_ascii_digit())
}

/// Returns true for a time that is the heading of recommendations, such as “Within three months”.
pub(super) fn is_time_heading(text: &str) -> bool {
    let words = SpacedWords::new(text).count();
    if words > 8 || ends_sentence(text) {
        return false;
    }
    let plain = trim(text).trim_end_matches(':');
    let read = target::read_target(plain, None);
    read.target.kind != TargetKind::None
        && read.target.text.as_deref().is_some_and(|printed| printed.len() + 2 >= plain.len())
}
