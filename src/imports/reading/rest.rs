//! The end of a document and what is left of it: the service's own statement of publication, and lines without a member.

use super::day::find_days_as;
use super::duty::{is_introduction, is_prose};
use super::inspection::find_url;
use super::outline::PartKind;
use super::state::Reading;
use super::text::SpacedWords;
use super::unknown_words;
use crate::imports::document::LineStyle;
use crate::imports::proposal::{Fact, UnclaimedReason};

impl Reading<'_> {
    /// Reads the service's own statement of publication.
    pub(super) fn read_publication(&mut self) {
        let format = self.context.profile.day_format;
        for part in self.open_parts(|kind| matches!(kind, PartKind::Publication)) {
            self.is_done[part] = true;
            let found = self.parts[part].clone();
            if let Some((line, words)) = &found.head {
                self.claims.leave(*line, words, UnclaimedReason::Heading);
            }
            for piece in &found.pieces {
                let words = SpacedWords::new(&piece.text);
                let place = self.claims.place(piece.line).clone();
                let day = find_days_as(&piece.text, format).first().and_then(|found| found.day.date());
                if words.starts_with("published on") && day.is_some() {
                    self.claims.take(piece.line);
                    self.proposal.response.dated =
                        Fact { value: day, ..Fact::printed(day.unwrap_or_default(), &place, &piece.text) };
                } else if let (true, Some(url)) = (words.starts_with("published at"), find_url(&piece.text)) {
                    self.claims.take(piece.line);
                    self.proposal.response.url = Fact::printed(url, &place, &piece.text);
                } else {
                    self.claims.leave(piece.line, &piece.text, UnclaimedReason::FormField);
                }
            }
        }
    }

    /// Lists the parts that no member took.
    pub(super) fn leave_rest(&mut self) {
        let last_letter = self.parts.iter().rposition(|part| matches!(part.kind, PartKind::Letter));
        for part in 0..self.parts.len() {
            let reason = match &self.parts[part].kind {
                PartKind::Field(_) | PartKind::FormWords | PartKind::Publication => UnclaimedReason::FormField,
                PartKind::Introduction => UnclaimedReason::Introduction,
                PartKind::Letter | PartKind::Signature => UnclaimedReason::Letter,
                PartKind::Comments { .. } if self.parts[part].is_empty() => UnclaimedReason::Heading,
                PartKind::Loose => self.reason_of_loose(part, last_letter),
                _ => UnclaimedReason::NotRecognised,
            };
            self.leave(part, reason);
        }
    }

    fn reason_of_loose(&self, part: usize, last_letter: Option<usize>) -> UnclaimedReason {
        let found = &self.parts[part];
        let text = found.text();
        let is_styled =
            found.pieces.first().is_some_and(|piece| self.claims.lines()[piece.line].style == LineStyle::Heading);
        let in_letter = last_letter.is_some_and(|last| part <= last);
        match () {
            () if text.chars().all(|c| !c.is_alphanumeric()) => UnclaimedReason::PageFurniture,
            () if is_introduction(&text) => UnclaimedReason::Introduction,
            () if unknown_words::is_field(&text) && !is_prose(&text) => UnclaimedReason::FormField,
            () if is_styled => UnclaimedReason::Heading,
            () if in_letter && !is_prose(&text) => UnclaimedReason::Letter,
            () => UnclaimedReason::NotRecognised,
        }
    }
}
