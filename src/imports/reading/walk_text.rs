//! Puts the lines without a heading and without an opening into the part that they belong to.

use super::context::DayFormat;
use super::context::Section;
use super::day;
use super::duty::{can_be_recommendation, has_duty, is_prose};
use super::opening::Form;
use super::outline::{Part, PartKind, Piece, Token, TokenKind};
use super::published;
use super::quotation;
use super::signature;
use super::text::{SpacedWords, ends_sentence, ends_with_colon, trim};
use super::tick_box;
use super::unknown_words;
use super::walk::{List, Place, Quotation, Walk};
use crate::recommendations::RecommendationKind;

impl Walk<'_> {
    /// Puts a text into the part that it belongs to. `is_numbered` is true if a section number such as `2.3` was
    /// removed from it.
    pub(super) fn text(&mut self, token: &Token, text: &str, is_numbered: bool) {
        let text = trim(text);
        if text.is_empty() || self.letter_line(token, text) {
            return;
        }
        if self.place != Place::Field(Section::InspectionType)
            && tick_box::choices(text).is_some_and(|choices| choices.len() >= 2)
        {
            return self.begin(token, PartKind::FormWords, text);
        }
        if self.quotation.is_some() {
            return self.quoted(token, text);
        }
        let announces = matches!(
            self.place,
            Place::Outside | Place::Overview | Place::Comments(_) | Place::List | Place::Signature
        );
        if announces
            && self.place != Place::Comments(Section::ChiefOfficerComments)
            && let Some(found) = quotation::find_announcement(text)
        {
            if !found.before.is_empty() {
                self.text(token, found.before, is_numbered);
            }
            self.begin(token, PartKind::Introduction, found.announcement);
            let before = if self.place == Place::List { Place::Outside } else { self.place };
            self.close();
            self.quotation = Some(Quotation { is_marked: quotation::opens(found.quotation), is_begun: false, before });
            self.place = Place::Comments(Section::ChiefOfficerComments);
            self.in_response = true;
            if !found.quotation.is_empty() {
                self.quoted(token, found.quotation);
            }
            return;
        }
        if matches!(self.place, Place::Comments(_)) && token.after_blank && self.is_name_above_last_day(text) {
            self.close();
            self.begin(token, PartKind::Signature, text);
            self.place = Place::Signature;
            return;
        }
        if !is_numbered && self.unknown_words(token, text) {
            return;
        }
        // “The Chief Constable has sent this: “We …”” below the heading of those comments.
        if let (Place::Comments(Section::ChiefOfficerComments), Some(found)) =
            (self.place, quotation::find_announcement(text))
            && self.is_first_of_comments()
            && found.before.is_empty()
            && !found.quotation.is_empty()
        {
            self.introduction_of_comments(token, found.announcement);
            return self.append(token, found.quotation);
        }
        match self.place {
            Place::Outside => self.outside(token, text),
            Place::Signature => self.below_signature(token, text),
            Place::Field(section) => self.in_field(token, text, section),
            Place::List => self.in_list(token, text, is_numbered),
            Place::Comments(_)
                if token.after_blank
                    && is_closing_line(text)
                    && !self.outline.parts.last().is_none_or(Part::is_empty) =>
            {
                self.close();
                self.place = Place::Outside;
                self.outside(token, text);
            }
            Place::Comments(_) if self.introduces_comments(text) => self.introduction_of_comments(token, text),
            Place::Comments(Section::ChiefOfficerComments) if self.ends_quoted_comments(token, text) => {
                self.close();
                self.place = Place::Outside;
                self.outside(token, text);
            }
            Place::KeyFindings | Place::Overview | Place::Publication | Place::Comments(_) => self.append(token, text),
        }
    }

    /// Returns true for a sentence with a colon directly below the heading of comments, which only announces them.
    fn introduces_comments(&self, text: &str) -> bool {
        let follows = self.tokens.get(self.at + 1).is_some_and(|next| match &next.kind {
            TokenKind::Text => true,
            TokenKind::Opening(opening) => opening.form == Form::Parts,
            TokenKind::Heading(_) => false,
        });
        self.is_first_of_comments() && follows && ends_with_colon(text) && SpacedWords::new(text).count() <= 25
    }

    /// Returns true for a name in the last lines of a document, above the day.
    fn is_name_above_last_day(&self, text: &str) -> bool {
        let is_name = |word: &str| {
            word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || "-’'".contains(c))
        };
        let words = text.split_whitespace().count();
        let is_day = |next: &Token| {
            let first = next.text.split(" / ").next().unwrap_or_default();
            day::parse_day_as(first, DayFormat::default()).is_some_and(|day| day.date().is_some())
        };
        let is_last = self.at + 2 == self.tokens.len();
        is_last && (2..=4).contains(&words) && text.split_whitespace().all(is_name) && is_day(&self.tokens[self.at + 1])
    }

    fn is_first_of_comments(&self) -> bool {
        let last = self.outline.parts.last();
        last.is_some_and(|part| matches!(part.kind, PartKind::Comments { .. }) && part.is_empty())
    }

    fn introduction_of_comments(&mut self, token: &Token, text: &str) {
        let Some(part) = self.outline.parts.pop() else { return };
        self.begin(token, PartKind::Introduction, text);
        self.outline.parts.push(part);
    }

    /// Returns true if the chief officer's comments stood in quotation marks, which are closed, and other words follow.
    fn ends_quoted_comments(&self, token: &Token, text: &str) -> bool {
        let Some(part) = self.outline.parts.last() else { return false };
        let opened = part.pieces.first().is_some_and(|piece| quotation::opens(&piece.text));
        let closed = part.last_text().ends_with(['”', '"', '’']);
        opened && closed && token.after_blank && !quotation::opens(text) && is_prose(text)
    }

    /// Adds a line to the last part.
    pub(super) fn append(&mut self, token: &Token, text: &str) {
        let begins_paragraph = token.after_blank;
        let piece = Piece { line: token.line, text: text.to_owned(), begins_paragraph, continues: token.continues };
        match self.outline.parts.last_mut() {
            Some(part) => part.pieces.push(piece),
            None => self.begin(token, PartKind::Loose, text),
        }
    }

    /// Begins a part with a line.
    pub(super) fn begin(&mut self, token: &Token, kind: PartKind, text: &str) {
        let mut part = Part::new(kind);
        part.pieces.push(Piece {
            line: token.line,
            text: text.to_owned(),
            begins_paragraph: false,
            continues: token.continues,
        });
        self.outline.parts.push(part);
    }

    /// Takes salutations, closing phrases and signatures. Returns false for other lines.
    fn letter_line(&mut self, token: &Token, text: &str) -> bool {
        if signature::is_closing(text) {
            self.close();
            self.begin(token, PartKind::Letter, text);
            self.place = Place::Signature;
            return true;
        }
        if signature::is_salutation(text) {
            self.close();
            self.begin(token, PartKind::Letter, text);
            self.place = Place::Outside;
            return true;
        }
        let in_field = matches!(self.place, Place::Field(_)) && self.outline.parts.last().is_some_and(Part::is_empty);
        if in_field || self.place == Place::Signature || !token.after_blank && self.place == Place::Outside {
            return false;
        }
        let next = self.tokens.get(self.at + 1);
        let office_follows =
            next.is_some_and(|next| signature::is_office(&next.text) && !matches!(next.kind, TokenKind::Heading(_)));
        let has_content = self.in_response || self.has_content();
        let is_signature = signature::is_signature_line(text) || signature::is_name(text) && office_follows;
        if has_content && is_signature {
            self.item = None;
            self.list = None;
            self.quotation = None;
            self.begin(token, PartKind::Signature, text);
            self.place = Place::Signature;
            return true;
        }
        false
    }

    /// Puts a line after “Yours sincerely” or a name into the signature; other text follows outside.
    fn below_signature(&mut self, token: &Token, text: &str) {
        let is_short = SpacedWords::new(text).count() <= 14 && !ends_sentence(text);
        if is_short || day::parse_day(text).is_some() {
            match self.outline.parts.last() {
                Some(Part { kind: PartKind::Signature, .. }) => self.append(token, text),
                _ => self.begin(token, PartKind::Signature, text),
            }
            return;
        }
        self.place = Place::Outside;
        self.outside(token, text);
    }

    pub(super) fn outside(&mut self, token: &Token, text: &str) {
        if let Some(kind) = self.announced_list(text) {
            self.begin(token, PartKind::Introduction, text);
            self.lists += 1;
            self.list = Some(List {
                kind: Some(kind),
                section: Some(Section::Recommendations),
                index: self.lists,
                ..List::default()
            });
            self.item = None;
            self.place = Place::List;
            return;
        }
        if token.continues { self.append(token, text) } else { self.begin(token, PartKind::Loose, text) }
    }

    /// Returns the kind of the items that a sentence announces: “It sets out the following areas for improvement:”.
    fn announced_list(&self, text: &str) -> Option<RecommendationKind> {
        let next = self.tokens.get(self.at + 1)?;
        let opens = match &next.kind {
            TokenKind::Opening(opening) => opening.form != Form::Parts,
            TokenKind::Text => can_be_recommendation(&next.text),
            TokenKind::Heading(_) => false,
        };
        if !ends_with_colon(text) || !opens || has_duty(text) {
            return None;
        }
        let words = SpacedWords::new(text);
        let kinds = [
            (
                words.contains_any(&["areas for improvement", "area for improvement", "afis"]),
                RecommendationKind::AreaForImprovement,
            ),
            (words.contains_any(&["causes of concern", "cause of concern"]), RecommendationKind::CauseOfConcern),
            (words.contains_any(&["recommendations", "recommendation"]), RecommendationKind::Recommendation),
        ];
        let mut named = kinds.into_iter().filter(|(is_named, _)| *is_named).map(|(_, kind)| kind);
        let kind = named.next()?;
        named.next().is_none().then_some(kind)
    }

    fn in_field(&mut self, token: &Token, text: &str, section: Section) {
        let Some(part) = self.outline.parts.last() else { return self.outside(token, text) };
        let has_box = |text: &str| {
            text.contains(['☒', '☐', '☑', '✓', '✔'])
                || text.starts_with(['[', '(']) && text[1..].starts_with(['x', 'X', ' ', ']', ')'])
        };
        let begins_with_box = |text: &str| has_box(text) && text.starts_with(['☒', '☐', '☑', '✓', '✔', '[', '(']);
        let goes_on = match section {
            Section::InspectionType => part.is_empty() || has_box(part.last_text()) && begins_with_box(text),
            _ if !part.is_empty() && unknown_words::is_field(text) => false,
            Section::Title | Section::Inspectorates | Section::FormField => {
                // A title goes on after a full line, and a day of publication is not part of it.
                let is_full = self.tokens[self.at.saturating_sub(1)].text.chars().count() >= 45;
                let is_day = published::in_prose(text, DayFormat::DayFirst).is_some()
                    || day::find_days(text).iter().any(|found| matches!(found.day, day::ParsedDay::Day(_)));
                part.is_empty() || !token.after_blank && !is_prose(text) && is_full && !is_day
            }
            Section::Signature => part.is_empty() || !is_prose(text),
            _ => part.is_empty(),
        };
        if goes_on {
            return self.append(token, text);
        }
        self.place = Place::Outside;
        self.outside(token, text);
    }
}

/// Returns true for a line that ends a document with a name and a day, such as “Wexmoor OPCC, September 2024”.
fn is_closing_line(text: &str) -> bool {
    !is_prose(text)
        && SpacedWords::new(text).count() <= 12
        && !day::find_days(text).is_empty()
        && !text.ends_with([':', ',', ';'])
}
