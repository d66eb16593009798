//! Puts labels and headings of answers where they belong: under the recommendation above them, or at the head of comments.

use std::collections::{HashMap, HashSet};

use super::context::Section;
use super::duty::{can_be_recommendation, has_duty};
use super::heading::{Heading, is_answer_section};
use super::opening::Form;
use super::outline::{Item, Part, PartKind, Piece, Role, Token, TokenKind};
use super::text::{SpacedWords, ends_sentence, trim};
use super::unknown_words;
use super::walk::{List, Place, Walk};

/// Returns the labels, as words, that stand after two or more recommendations. They can be labels that are not known.
pub(super) fn repeated_labels(tokens: &[Token]) -> HashSet<String> {
    let mut items = 0;
    let mut places: HashMap<String, (usize, bool)> = HashMap::new();
    for token in tokens {
        let label = match &token.kind {
            TokenKind::Opening(opening) => {
                let text = &token.text[opening.text_at..];
                items += usize::from(
                    opening.form == Form::Labelled || opening.reference.is_some() || can_be_recommendation(text),
                );
                continue;
            }
            TokenKind::Heading(heading) if is_answer_section(heading.section) => label_key(token, heading),
            TokenKind::Heading(_) => continue,
            TokenKind::Text => match unknown_words::label_of(&token.text) {
                Some((label, _)) => SpacedWords::new(label).as_str().to_owned(),
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
            && let Some((label, value_at)) = unknown_words::label_of(text)
            && self.is_answer_label(token, label, item)
        {
            let section = Section::Structure;
            let mut part = Part::new(PartKind::Answer { item, section, is_labelled: true });
            part.head = Some((token.line, label.to_owned()));
            let text = text[value_at..].to_owned();
            part.pieces.push(Piece { line: token.line, text, begins_paragraph: false, continues: false });
            self.outline.parts.push(part);
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
            part.unknown_heading.get_or_insert((token.line, text.to_owned()));
        }
        self.append(token, text);
        true
    }

    /// Returns true if a label that is not known begins an answer: it repeats under other recommendations, or the text
    /// above it is complete.
    fn is_answer_label(&self, token: &Token, label: &str, item: usize) -> bool {
        let above = self.outline.parts.last().map_or("", |part| part.last_text());
        let is_complete =
            ends_sentence(above) && token.after_blank || self.outline.parts.len() - 1 != item && ends_sentence(above);
        self.labels.contains(SpacedWords::new(label).as_str()) || is_complete && !has_duty(label)
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
            answers: Some(heading.section),
            list: self.lists,
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
        if let (Some(item), Place::List) = (self.item, self.place)
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
        let role = match section {
            PolicingBodyComments => Role::Body,
            ChiefOfficerComments => Role::Chief,
            _ => Role::Joint,
        };
        self.section(token, PartKind::Comments { role, is_set_apart: true }, Place::Comments(section), heading, value);
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
        // “PCC’s comments: …” once, below several recommendations, is about the whole report, unless other comments are.
        let is_about_report =
            words.contains_any(&["comments", "sylwadau", "sylwadaur"]) && !only && !self.has_other(section);
        !is_about_report
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
