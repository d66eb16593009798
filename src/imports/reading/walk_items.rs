//! Decides which numbered, lettered or bulleted lines are items of a list, and which belong to the item above them.

use super::context::Section;
use super::duty::{can_be_recommendation, has_duty, is_prose};
use super::heading;
use super::item_number::follows;
use super::item_text::{after_quotation, recommends};
use super::opening::Form;
use super::outline::{Item, ItemOpening, Part, PartKind, Piece, Token, TokenKind};
use super::text::{SpacedWords, ends_sentence, ends_with_colon, trim};
use super::walk::{List, Place, Walk};
use crate::imports::reading::Profile;
use crate::recommendations::RecommendationKind;

impl Walk<'_> {
    /// Returns true if the line opens an item here.
    pub(super) fn accepts(&self, token: &Token, opening: &ItemOpening) -> bool {
        let text = &token.text[opening.text_at..];
        if self.quotation.is_some_and(|quotation| quotation.is_marked && quotation.is_begun) {
            return false;
        }
        // The title can begin with a reference.
        if self.place == Place::Field(Section::Title) && opening.form == Form::Reference {
            return false;
        }
        let is_on = opening.form == Form::Labelled && is_answer_in_sentence(&token.text);
        match opening.form {
            Form::Labelled if is_on || !opening.other_numbers.is_empty() => {
                opening.number.iter().chain(&opening.other_numbers).all(|number| self.numbers.contains(number))
            }
            Form::Labelled if opening.number.is_some() => true,
            Form::Labelled => {
                !matches!(self.place, Place::Comments(_)) || opening.kind != Some(RecommendationKind::Recommendation)
            }
            _ if opening.reference.is_some() => !text.is_empty() && self.place != Place::Field(Section::Title),
            _ => match self.place {
                Place::List => self.accepts_in_list(token, opening, text),
                Place::Comments(_) => self.answers_known_items(opening),
                Place::Outside | Place::Overview | Place::Field(_) => {
                    matches!(opening.form, Form::Stop | Form::Bracket)
                        && can_be_recommendation(text)
                        && !is_about_law(text)
                        || self.answers_known_items(opening) && self.place == Place::Outside
                }
                _ => false,
            },
        }
    }

    fn accepts_in_list(&self, token: &Token, opening: &ItemOpening, text: &str) -> bool {
        let Some(list) = &self.list else { return false };
        if opening.form == Form::Parts {
            let is_known =
                list.answers.is_some() && opening.number.as_ref().is_some_and(|number| self.numbers.contains(number));
            let has_labels = list.form == Some(Form::Labelled);
            return is_known || opening.kind.is_some() || !has_labels && can_be_recommendation(text);
        }
        let Some(item) = self.item else {
            let starts = match opening.form {
                Form::Letter => matches!(opening.number.as_deref(), Some("a" | "A" | "i")),
                Form::Bare => opening.number.as_deref() == Some("1") && text.starts_with(char::is_uppercase),
                _ => true,
            };
            // A list can go on below a sub-heading.
            return starts || opening.number.as_ref().is_some_and(|number| follows(self.last_number(), number));
        };
        !self.is_nested(token, opening, list, item)
    }

    /// Returns the number of the last item of the document.
    pub(super) fn last_number(&self) -> Option<&str> {
        let items = self.outline.parts.iter().rev().filter_map(|part| match &part.kind {
            PartKind::Item(item) => item.number.as_deref(),
            _ => None,
        });
        items.take(1).next()
    }

    /// Returns true if the line belongs to the current item.
    fn is_nested(&self, token: &Token, opening: &ItemOpening, list: &List, item: usize) -> bool {
        let part = &self.outline.parts[item];
        let last = self.outline.parts.last().map_or("", |part| part.last_text());
        let in_answer = self.outline.parts.len() - 1 != item;
        let leads = ends_with_colon(last);
        let number = opening.number.as_deref();
        let form = list.form;
        match (form, opening.form) {
            // Numbers inside an item with a label, or inside its answer.
            (Some(Form::Labelled | Form::Reference), _) => true,
            (None, Form::Bullet) => true,
            (Some(Form::Bullet), Form::Bullet) => {
                let bullet = token.text.chars().next();
                let is_other = bullet != list.bullet;
                is_other && (leads || list.nested.is_some())
                    || leads && list.nested.is_none() && ends_with_colon(&part.text())
            }
            (_, Form::Bullet) => true,
            (Some(Form::Letter), Form::Letter) => {
                let next = number.is_some_and(|number| follows(list.number.as_deref(), number));
                !next || leads && matches!(number, Some("i" | "a"))
            }
            (_, Form::Letter) => true,
            (None, _) => leads && !can_be_recommendation(&token.text[opening.text_at..]),
            (Some(form), other) => {
                let next_item = number.is_some_and(|number| follows(list.number.as_deref(), number));
                let next_nested = list
                    .nested
                    .as_ref()
                    .is_some_and(|(form, last)| *form == other && number.is_some_and(|n| follows(last.as_deref(), n)));
                if other == Form::Bare {
                    return !next_item
                        || !token.text[opening.text_at..].starts_with(char::is_uppercase)
                        || !ends_sentence(last);
                }
                let unfinished = last.ends_with([';', ',']) || last.ends_with(" and") || last.ends_with(" or");
                match (next_item, next_nested) {
                    (_, true) if unfinished => true,
                    (true, true) => form != other,
                    (false, true) => true,
                    (true, false) => {
                        leads && number == Some("1") || form != other && list.nested.is_some() && unfinished
                    }
                    // “1)” after a colon begins a list in the item.
                    (false, false) => number == Some("1") && (leads || in_answer) || form != other,
                }
            }
        }
    }

    /// Returns true if this line, and the numbered lines up to the next heading, have the numbers of known items.
    fn answers_known_items(&self, opening: &ItemOpening) -> bool {
        if self.numbers.is_empty() || opening.form == Form::Bullet {
            return false;
        }
        let Some(number) = &opening.number else { return false };
        if self.item.is_some() {
            return self.numbers.contains(number);
        }
        // The answer for the first of several lines holds for the others.
        if let Some((form, answers, until)) = self.known_answers.get()
            && form == opening.form
            && self.at < until
        {
            return answers && self.numbers.contains(number);
        }
        let mut found = 0;
        let mut are_known = true;
        let mut until = self.tokens.len();
        for (at, token) in self.tokens.iter().enumerate().skip(self.at) {
            match &token.kind {
                TokenKind::Heading(_) => {
                    until = at;
                    break;
                }
                TokenKind::Opening(other) if other.form == opening.form => {
                    are_known &= other.number.as_ref().is_some_and(|number| self.numbers.contains(number));
                    found += 1;
                }
                _ => {}
            }
        }
        let answers = are_known && (found >= 2 || found == 1 && self.numbers.len() == 1);
        self.known_answers.set(Some((opening.form, answers, until)));
        answers
    }

    /// Begins an item.
    pub(super) fn open_item(&mut self, token: &Token, opening: &ItemOpening) {
        let text = trim(&token.text[opening.text_at..]);
        // A number that is not known opens a recommendation, also below a heading such as “PCC’s response”.
        let is_known = opening.number.as_ref().is_some_and(|number| self.numbers.contains(number));
        let answers = match self.place {
            Place::Comments(section) if is_known => Some(section),
            _ => None,
        };
        if self.list.is_none() || !matches!(self.place, Place::List) {
            let fresh = List { answers, index: self.lists + 1, ..List::default() };
            let list = self.list.take().filter(|_| answers.is_some());
            self.lists += usize::from(list.is_none());
            self.list = Some(list.unwrap_or(fresh));
            // Answers in comments keep their section, so that the text after them is found.
            self.quotation = None;
            self.place = Place::List;
        }
        let Some(list) = self.list.as_mut() else { return };
        list.form = Some(opening.form);
        list.number.clone_from(&opening.number);
        list.bullet = token.text.chars().next();
        list.nested = None;
        list.is_compact = list.items > 0 && !token.after_gap;
        list.items += 1;
        // “HMICFRS recommended that …” below a cause of concern is its recommendation.
        let of_list = list.kind.map(|_| RecommendationKind::Recommendation);
        let mut item = Item {
            form: Some(opening.form),
            kind: opening.kind.filter(|_| !is_bare_on(&token.text)).or(if recommends(text) {
                of_list
            } else {
                list.kind
            }),
            has_label: opening.kind.is_some(),
            number: opening.number.clone(),
            reference: opening.reference.clone(),
            note: opening.note.clone(),
            addressees: opening.addressees.clone().or_else(|| list.addressees.clone()),
            other_numbers: opening.other_numbers.clone(),
            lead: list.lead.clone().filter(|_| text.starts_with(char::is_lowercase)),
            // Only an answer can be about several recommendations.
            answers: list.answers.or((!opening.other_numbers.is_empty()).then_some(Section::Responses)),
            list: list.index,
            is_doubtful: list.is_doubtful && opening.kind.is_none(),
        };
        let words = trim(&token.text[..opening.text_at]).to_owned();
        let mut value = text;
        // “Recommendation 1 (#30102) – Action taken: text” is an answer with its own label.
        if opening.form == Form::Labelled
            && let Some(found) = heading::find(text, &Profile::default())
            && heading::is_answer_section(found.section)
            && found.value_at < text.len()
        {
            item.answers = Some(found.section);
            value = trim(&text[found.value_at..]);
        }
        // “Area for improvement: preventing crime” is a caption, and the text follows.
        let next = self.tokens.get(self.at + 1);
        let text_follows = next.is_some_and(|next| matches!(next.kind, TokenKind::Text) && is_prose(&next.text));
        let is_caption =
            opening.form == Form::Labelled && !value.is_empty() && !has_duty(value) && !ends_sentence(value);
        let is_caption = is_caption
            && text_follows
            && item.answers.is_none()
            && value.chars().count() <= 90
            && !ends_with_colon(value);
        if let Some(number) = &item.number
            && item.answers.is_none()
        {
            self.numbers.insert(number.clone());
        }
        let is_answer = item.answers.is_some();
        let mut part = Part::new(PartKind::Item(item));
        part.head = Some((token.line, words));
        // “Recommendation 1: “Forces should act.” We have acted.” quotes the recommendation, and answers it.
        let answer = if is_answer { None } else { after_quotation(value) };
        let value = answer.map_or(value, |(quoted, _)| quoted);
        if is_caption {
            self.outline.captions.push((token.line, value.to_owned()));
        } else if !value.is_empty() {
            part.pieces.push(Piece {
                line: token.line,
                text: value.to_owned(),
                begins_paragraph: false,
                continues: false,
            });
        }
        self.outline.parts.push(part);
        let item = self.outline.parts.len() - 1;
        self.item = Some(item);
        if let Some((_, answer)) = answer {
            self.begin(token, PartKind::Answer { item, section: Section::Response, is_labelled: false }, answer);
        }
    }

    /// Remembers the item inside the current item that a line begins.
    pub(super) fn note_nested(&mut self, token: &Token) {
        if let (TokenKind::Opening(opening), Some(list)) = (&token.kind, self.list.as_mut())
            && opening.form != Form::Parts
        {
            list.nested = Some((opening.form, opening.number.clone()));
        }
    }
}

/// Returns true for a sentence about the duty of the law to answer a report.
fn is_about_law(text: &str) -> bool {
    SpacedWords::new(text).contains_any(&[
        "56 days",
        "section 55",
        "police act",
        "must respond",
        "must publish",
        "statutory duty",
    ])
}

/// Returns true for an answer in a sentence: “On 1: …”, “In relation to recommendation 2, …”.
fn is_answer_in_sentence(text: &str) -> bool {
    let words = SpacedWords::new(text);
    ["on", "regarding", "in relation to", "in response to", "with regard to", "in respect of", "as to", "for"]
        .iter()
        .any(|lead| words.starts_with(lead))
}

/// Returns true for “On 1: …”, which does not name a kind.
fn is_bare_on(text: &str) -> bool {
    let words = SpacedWords::new(text);
    words.starts_with("on") && words.as_str()[3..].starts_with(|c: char| c.is_ascii_digit())
}
