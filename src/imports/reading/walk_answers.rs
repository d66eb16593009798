//! Puts labels and headings of answers where they belong: under the recommendation above them, or at the head of comments.

use std::collections::{HashMap, HashSet};

use super::context::Section;
use super::duty::{can_be_recommendation, has_duty, is_prose};
use super::heading::{Heading, is_answer_section};
use super::item_answers::names_nobody;
use super::opening::Form;
use super::outline::{Item, Part, PartKind, Piece, Role, Token, TokenKind, UnknownHeading};
use super::text::{SpacedWords, ends_sentence, strip_bullet, trim};
use super::unknown_words;
use super::walk::{List, Place, Walk};

/// Returns the labels, as words, that stand after two or more recommendations. They can be labels that are not known.
pub(super) fn repeated_labels(tokens: &[Token]) -> HashSet<String> {
    let mut items = 0;
    let mut places: HashMap<String, (usize, bool)> = HashMap::new();
    for (at, token) in tokens.iter().enumerate() {
        let label = match &token.kind {
            TokenKind::Opening(opening) => {
                let text = &token.text[opening.text_at..];
                let labelled = unknown_words::label_of_line(&token.text).filter(|_| opening.form == Form::Bullet);
                items += usize::from(
                    opening.form == Form::Labelled || opening.reference.is_some() || can_be_recommendation(text),
                );
                match labelled {
                    Some((label, _)) => SpacedWords::new(label).as_str().to_owned(),
                    None => continue,
                }
            }
            TokenKind::Heading(heading) if is_answer_section(heading.section) => label_key(token, heading),
            TokenKind::Heading(_) => continue,
            TokenKind::Text => match unknown_words::label_of_line(&token.text) {
                Some((label, _)) => SpacedWords::new(label).as_str().to_owned(),
                None if unknown_words::is_heading_line(tokens, at) => SpacedWords::new(&token.text).as_str().to_owned(),
                None => continue,
            },
        };
        if items > 0 {
            let (first, repeated) = places.entry(label).or_insert((items, false));
            *repeated |= *first != items;
        }
    }
    places.into_iter().filter(|(_, (_, repeated))| *repeated).map(|(label, _)| label).collect()
}

fn label_key(token: &Token, heading: &Heading) -> String {
    // The number of a section differs with each label.
    let words = token.text[..heading.value_at]
        .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' ' | '(' | ')'));
    SpacedWords::new(words).as_str().to_owned()
}

/// Returns the last headings, on lines of their own, of comments of the policing body and of the chief officer.
pub(super) fn last_headings(tokens: &[Token]) -> (Option<usize>, Option<usize>) {
    let last = |sections: &[Section]| {
        tokens.iter().rposition(|token| {
            matches!(&token.kind, TokenKind::Heading(heading)
                if sections.contains(&heading.section) && heading.value_at >= token.text.len())
        })
    };
    let of_body = last(&[Section::JointComments, Section::PolicingBodyComments, Section::Overview]);
    (of_body, last(&[Section::JointComments, Section::ChiefOfficerComments]))
}

impl Walk<'_> {
    /// Takes labels and headings that are not known. Returns false for other lines.
    pub(super) fn unknown_words(&mut self, token: &Token, text: &str) -> bool {
        if let (Some(item), Place::List) = (self.item, self.place)
            && let Some((label, value)) = unknown_words::label_of_line(text)
        {
            if self.outline.parts.len() - 1 == item
                && self.outline.parts[item].is_empty()
                && can_be_recommendation(value)
            {
                // “Wording: The force should …” below “Recommendation 1”.
                self.outline.captions.push((token.line, label.to_owned()));
                self.append(token, value);
                return true;
            }
            if self.is_answer_label(token, label, item, value.len() < text.len() && strip_bullet(text).is_some()) {
                self.unknown_answer(token, item, label, value);
                return true;
            }
        }
        if let (Some(item), Place::List) = (self.item, self.place)
            && self.is_heading_of_answer(token, text)
        {
            self.unknown_answer(token, item, text, "");
            return true;
        }
        let before = self.outline.parts.last().map_or("", |part| part.last_text());
        let in_text =
            matches!(self.place, Place::Comments(_) | Place::KeyFindings | Place::Overview) && !before.is_empty();
        if !in_text || self.quotation.is_some() || !unknown_words::is_heading(self.tokens, self.at, before) {
            return false;
        }
        let next = self.tokens.get(self.at + 1);
        let begins_list = next.is_some_and(|next| match &next.kind {
            TokenKind::Opening(opening) => can_be_recommendation(&next.text[opening.text_at..]),
            _ => false,
        });
        if begins_list {
            self.close();
            self.lists += 1;
            self.list = Some(List { index: self.lists, ..List::default() });
            self.place = Place::List;
            self.outline.headings.push((token.line, text.to_owned()));
            return true;
        }
        if let Some(part) = self.outline.parts.last_mut() {
            let words = text.to_owned();
            part.unknown_heading.get_or_insert(UnknownHeading { line: token.line, words, ends_part: false });
        }
        self.append(token, text);
        true
    }

    /// Returns true if a label that is not known begins an answer: it repeats under other recommendations, or the text
    /// above it is complete.
    fn is_answer_label(&self, token: &Token, label: &str, item: usize, is_bullet: bool) -> bool {
        let above = self.outline.parts.last().map_or("", |part| part.last_text());
        if is_bullet && !ends_sentence(above) {
            return false;
        }
        let is_complete =
            ends_sentence(above) && token.after_blank || self.outline.parts.len() - 1 != item && ends_sentence(above);
        self.labels.contains(SpacedWords::new(label).as_str()) || is_complete && !has_duty(label)
    }

    /// Returns true for a short line between two sentences below a recommendation, such as “Where things stand”.
    fn is_heading_of_answer(&self, token: &Token, text: &str) -> bool {
        let above = self.outline.parts.last().map_or("", |part| part.last_text());
        let is_repeated = self.labels.contains(SpacedWords::new(text).as_str());
        matches!(token.kind, TokenKind::Text)
            && (is_repeated || !token.after_blank)
            && ends_sentence(above)
            && unknown_words::is_heading_line(self.tokens, self.at)
            && self.tokens.get(self.at + 1).is_some_and(|next| is_prose(&next.text))
    }

    /// Begins an answer whose label or heading is not known.
    fn unknown_answer(&mut self, token: &Token, item: usize, label: &str, value: &str) {
        let mut part = Part::new(PartKind::Answer { item, section: Section::Structure, is_labelled: true });
        part.head = Some((token.line, label.to_owned()));
        if !value.is_empty() {
            let text = value.to_owned();
            part.pieces.push(Piece { line: token.line, text, begins_paragraph: false, continues: false });
        }
        self.outline.parts.push(part);
    }

    /// Begins the answer to the recommendation that the heading names.
    pub(super) fn numbered_answer(&mut self, token: &Token, heading: &Heading, number: String) {
        let item = Item {
            form: Some(Form::Labelled),
            kind: None,
            has_label: true,
            number: Some(number),
            reference: None,
            note: None,
            addressees: None,
            other_numbers: Vec::new(),
            lead: None,
            answers: Some(heading.section),
            list: self.lists,
            is_doubtful: false,
        };
        let list = List {
            answers: Some(heading.section),
            index: self.lists,
            form: Some(Form::Labelled),
            items: 1,
            ..List::default()
        };
        self.list = Some(list);
        self.place = Place::List;
        self.quotation = None;
        let value = trim(&token.text[heading.value_at..]);
        let value = if value.bytes().all(|b| b.is_ascii_digit()) { "" } else { value };
        self.push(token, PartKind::Item(item), heading, value);
        self.item = Some(self.outline.parts.len() - 1);
        self.in_response = true;
    }

    pub(super) fn answer_heading(&mut self, token: &Token, heading: &Heading, value: &str) {
        use Section::{ActionProposed, ActionTaken, ChiefOfficerComments, NoAction, PolicingBodyComments, Status};
        let section = heading.section;
        let is_action = matches!(section, Status | ActionTaken | ActionProposed | NoAction);
        let numbers_follow = heading.is_bare && self.known_number_follows();
        if let (Some(item), Place::List, false) = (self.item, self.place, numbers_follow && is_action)
            && self.belongs_to_item(token, heading, value, item)
        {
            self.push(token, PartKind::Answer { item, section, is_labelled: true }, heading, value);
            return;
        }
        if is_action {
            let is_list = heading.is_bare && section != Status;
            self.close();
            if is_list {
                return self.begin_list(token, Section::Explanations, heading);
            }
            self.place = Place::Outside;
            return self.push(token, PartKind::FormWords, heading, value);
        }
        let is_last_remark =
            section == PolicingBodyComments && self.item.is_some() && !heading.is_bare && !value.is_empty();
        let says = SpacedWords::new(&token.text[..heading.value_at]);
        let is_further = says.contains_any(&["additional", "further", "closing", "concluding", "final"]);
        let has_first = || {
            let mut parts = self.outline.parts.iter().filter(|part| !part.is_empty());
            parts.any(|part| matches!(part.kind, PartKind::Comments { role: Role::Body, .. }))
        };
        let role = match section {
            PolicingBodyComments if is_further && has_first() => Role::Also,
            PolicingBodyComments => Role::Body,
            ChiefOfficerComments => Role::Chief,
            _ => Role::Joint,
        };
        self.section(token, PartKind::Comments { role, is_set_apart: true }, Place::Comments(section), heading, value);
        if let Some(part) = self.outline.parts.last_mut().filter(|_| is_last_remark) {
            let words = trim(&token.text[..heading.value_at]).to_owned();
            part.unknown_heading = Some(UnknownHeading { line: token.line, words, ends_part: false });
        }
        self.in_response = true;
    }

    /// Returns true if a label answers the recommendation above it, and does not begin comments on the whole report.
    pub(super) fn belongs_to_item(&self, token: &Token, heading: &Heading, value: &str, item: usize) -> bool {
        if self.labels.contains(&label_key(token, heading)) {
            return true;
        }
        let section = heading.section;
        let words = SpacedWords::new(&token.text[..heading.value_at]);
        if words.contains_any(&["overall", "general", "further", "closing", "concluding"]) {
            return false;
        }
        let is_action =
            matches!(section, Section::Status | Section::ActionTaken | Section::ActionProposed | Section::NoAction);
        let is_answered = |part: &Part| matches!(&part.kind, PartKind::Item(item) if item.answers.is_some());
        let only = self.numbers.len() <= 1 && !self.outline.parts.iter().any(is_answered);
        let is_inline = !heading.is_bare && !value.is_empty();
        if !is_inline {
            return is_action || section == Section::Response && self.labelled(item) && only && self.has_other(section);
        }
        // “The Commissioner adds: …” once, below the last of several answers, can be about all of them.
        let is_body = section == Section::PolicingBodyComments && !names_nobody(words.as_str());
        let in_answers = self.list.as_ref().is_some_and(|list| list.answers.is_some());
        if is_body && in_answers && !only && !self.has_other(section) && !self.has_later_items() {
            return false;
        }
        // “PCC’s comments: …” once, below several recommendations, is about the whole report, unless other comments are.
        let is_about_report =
            words.contains_any(&["comments", "sylwadau", "sylwadaur"]) && !only && !self.has_other(section);
        !is_about_report
    }

    /// Returns true if the next line has the number of the first recommendation.
    fn known_number_follows(&self) -> bool {
        let next = self.tokens.get(self.at + 1).map(|next| &next.kind);
        let Some(TokenKind::Opening(next)) = next else { return false };
        next.number.as_ref().is_some_and(|number| self.numbers.contains(number) && matches!(number.as_str(), "1" | "a"))
    }

    fn labelled(&self, item: usize) -> bool {
        matches!(&self.outline.parts[item].kind, PartKind::Item(item) if item.form == Some(Form::Labelled))
    }

    /// Returns true if other comments of the same writer stand elsewhere, or an overview, which is the policing body's.
    fn has_other(&self, section: Section) -> bool {
        let is_chief = section == Section::ChiefOfficerComments;
        let earlier = self.outline.parts.iter().filter(|part| !part.is_empty()).any(|part| match part.kind {
            PartKind::Comments { role: Role::Body | Role::Joint, .. } | PartKind::Overview => !is_chief,
            PartKind::Comments { role: Role::Chief, .. } => is_chief,
            _ => false,
        });
        let (of_body, of_chief) = self.last_headings;
        earlier || if is_chief { of_chief } else { of_body }.is_some_and(|last| last > self.at)
    }
}
