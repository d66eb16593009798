//! Tracks which lines of a document came into a member, and lists the others with the reason. A line that no stage has
//! decided about is listed as not recognised.

use super::known_words::KnownWords;
use super::lines::TextLine;
use super::outline::{Part, PartKind, join};
use crate::imports::document::Place;
use crate::imports::proposal::{Proposal, Source, UnclaimedLine, UnclaimedReason};

/// The lines of a document with the claims on them.
pub(super) struct Claims {
    lines: Vec<TextLine>,
    is_member: Vec<bool>,
    left: Vec<(usize, String, UnclaimedReason)>,
}

/// A text that a member takes, with its first place and words.
#[derive(Clone, Debug)]
pub(super) struct Passage {
    pub(super) text: String,
    pub(super) place: Place,
    pub(super) printed: String,
}

impl Claims {
    pub(super) fn new(lines: Vec<TextLine>) -> Self {
        let is_member = vec![false; lines.len()];
        Self { lines, is_member, left: Vec::new() }
    }

    pub(super) fn lines(&self) -> &[TextLine] {
        &self.lines
    }

    pub(super) fn place(&self, line: usize) -> &Place {
        &self.lines[line].place
    }

    /// Claims a line for a member.
    pub(super) fn take(&mut self, line: usize) {
        self.is_member[line] = true;
    }

    /// Lists words of a line that no member contains.
    pub(super) fn leave(&mut self, line: usize, words: &str, reason: UnclaimedReason) {
        if !words.is_empty() {
            self.left.push((line, words.to_owned(), reason));
        }
    }

    /// Lists a heading, unless a member has taken its line.
    pub(super) fn leave_heading(&mut self, line: usize, words: &str) {
        if !self.is_member[line] {
            self.leave(line, words, UnclaimedReason::Heading);
        }
    }

    /// Claims the lines of a part for a member and returns their text. Returns none if the part has no text. A heading
    /// on a line of its own is listed.
    pub(super) fn take_part(&mut self, part: &Part) -> Option<Passage> {
        let first = part.pieces.iter().find(|piece| !piece.text.is_empty());
        // A heading on a line of its own is listed, and so is one that no colon sets apart from its value.
        if let Some((line, words)) = &part.head {
            let is_alone = part.pieces.iter().all(|piece| piece.line != *line);
            let is_bare = !words.contains([':', '#']) && !matches!(part.kind, PartKind::Item(_));
            // A table has its labels in cells of their own.
            let is_cell = self.lines[*line]
                .text
                .strip_prefix(words.as_str())
                .is_some_and(|rest| rest.trim_start_matches(' ').starts_with('\t'));
            if is_alone || is_bare || is_cell {
                self.leave(*line, words, UnclaimedReason::Heading);
            }
        }
        let first = first?;
        for piece in &part.pieces {
            self.take(piece.line);
        }
        let printed = self.printed(part);
        Some(Passage { text: join(&part.pieces), place: self.place(first.line).clone(), printed })
    }

    /// Returns the lines of a part as printed, with the numbers and labels that its text does not have.
    pub(super) fn printed(&self, part: &Part) -> String {
        let mut lines: Vec<usize> =
            part.pieces.iter().filter(|piece| !piece.text.is_empty()).map(|piece| piece.line).collect();
        lines.dedup();
        lines.into_iter().map(|line| self.lines[line].text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// Lists all lines of a part.
    pub(super) fn leave_part(&mut self, part: &Part, reason: UnclaimedReason) {
        if let Some((line, words)) = &part.head {
            let with_value: Vec<&str> =
                part.pieces.iter().filter(|piece| piece.line == *line).map(|piece| piece.text.as_str()).collect();
            let words = format!("{words} {}", with_value.join(" "));
            let is_bare = part.pieces.iter().all(|piece| piece.text.is_empty());
            self.leave(*line, words.trim(), if is_bare { UnclaimedReason::Heading } else { reason });
        }
        for piece in &part.pieces {
            if part.head.as_ref().is_none_or(|(line, _)| *line != piece.line) {
                self.leave(piece.line, &piece.text, reason);
            }
        }
    }

    /// Returns the lines and words that no member contains, in the order of the document. A line that a stage claimed,
    /// but whose words no member has, is listed too.
    pub(super) fn into_unclaimed(mut self, proposal: &Proposal) -> Vec<UnclaimedLine> {
        let members = self.lines.iter().zip(&self.is_member).filter(|(_, is_member)| **is_member);
        let known = KnownWords::of(proposal, members.map(|(line, _)| line.text.as_str()));
        for at in 0..self.lines.len() {
            self.is_member[at] = self.is_member[at] && known.contain_line(&self.lines[at].text);
        }
        let is_whole_line_taken = self.is_member.clone();
        let mut is_decided = self.is_member;
        let mut left = self.left;
        for (line, _, _) in &left {
            is_decided[*line] = true;
        }
        for (at, line) in self.lines.iter().enumerate() {
            if let Some(reason) = line.left_out {
                left.push((at, line.text.clone(), reason));
            } else if !line.is_blank() && !is_decided[at] {
                left.push((at, line.text.clone(), UnclaimedReason::NotRecognised));
            }
        }
        left.sort_by_key(|(line, _, _)| *line);
        // What is left of a line is listed as the whole line, if no member has the rest of it.
        let lines = &self.lines;
        for (line, words, _) in &mut left {
            if !is_whole_line_taken[*line] && *words != lines[*line].text {
                words.clone_from(&lines[*line].text);
            }
        }
        left.dedup_by(|second, first| second.0 == first.0 && second.1 == first.1);
        // The lines of a wrapped paragraph are listed as they are printed.
        let as_printed = |(line, words, reason): (usize, String, UnclaimedReason)| {
            let found = &self.lines[line];
            if found.wrapped.is_empty() || words != found.text {
                return vec![(found.place.clone(), words, reason)];
            }
            found.wrapped.iter().map(|(place, text)| (place.clone(), text.clone(), reason)).collect()
        };
        let unclaimed = |(place, words, reason): (Place, String, UnclaimedReason)| UnclaimedLine {
            source: Source::new(&place, &words),
            reason,
        };
        left.into_iter().flat_map(as_printed).map(unclaimed).collect()
    }
}
