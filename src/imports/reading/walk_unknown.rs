//! Ends the text above a line that has the form of the document's headings, although its words are not known. What
//! stands below such a line belongs to no section.

use super::addressees::is_only_bodies;
use super::item_number::follows;
use super::outline::{PartKind, Token, TokenKind, UnknownHeading};
use super::text::{SpacedWords, trim};
use super::walk::{Place, Walk};
use super::walk_list::is_time_heading;

impl Walk<'_> {
    /// Returns true if a line is a heading by its form. An item that continues a list is none.
    pub(super) fn begins_unknown_section(&self, token: &Token) -> bool {
        if token.continues || !self.forms.fit(self.tokens, self.at) {
            return false;
        }
        // “NPCC” in a list of recommendations names who should act, and “Within three months” by when.
        let is_list = self.list.as_ref().is_some_and(|list| list.section.is_some() && list.answers.is_none());
        if self.place == Place::List && is_list && (is_only_bodies(&token.text) || is_time_heading(&token.text)) {
            return false;
        }
        let TokenKind::Opening(opening) = &token.kind else { return true };
        let Some(number) = opening.number.as_deref() else { return opening.kind.is_none() };
        let goes_on = self.place == Place::List
            && self.list.as_ref().is_some_and(|list| {
                let is_next = |last: Option<&str>| follows(last, number);
                is_next(list.number.as_deref())
                    || list.nested.as_ref().is_some_and(|(_, last)| is_next(last.as_deref()))
            });
        opening.kind.is_none() && opening.reference.is_none() && !goes_on
    }

    /// Ends the text above the heading. A person is asked if it ends comments or key findings.
    pub(super) fn unknown_section(&mut self, token: &Token) {
        self.forms.add(&token.text);
        // “FOR LOCAL PARTNERS” among such headings names bodies that are not known.
        let words = SpacedWords::new(&token.text);
        let names_bodies = words.starts_with("for") || words.starts_with("to");
        if let Some(list) = self.list.as_mut().filter(|list| list.addressees.is_some() && names_bodies) {
            list.addressees = Some(words.as_str().split_once(' ').map_or("", |(_, names)| names).to_owned());
            self.item = None;
            self.outline.headings.push((token.line, trim(&token.text).to_owned()));
            return;
        }
        let heading = UnknownHeading { line: token.line, words: trim(&token.text).to_owned(), ends_part: true };
        if matches!(self.place, Place::Comments(_) | Place::KeyFindings)
            && let Some(part) = self.outline.parts.last_mut().filter(|part| !part.is_empty())
            && matches!(part.kind, PartKind::Comments { .. } | PartKind::KeyFindings)
        {
            part.unknown_heading.get_or_insert(heading);
        }
        self.close();
        self.place = Place::Outside;
        self.outline.headings.push((token.line, trim(&token.text).to_owned()));
    }
}
