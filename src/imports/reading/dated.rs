//! The day of the response and the people who signed.

use serde_json::json;

use super::context::Section;
use super::day::{ParsedDay, find_days_as, parse_day_as};
use super::outline::{Part, PartKind, Role};
use super::signature;
use super::state::Reading;
use super::text::{SpacedWords, collapse, ends_sentence, trim};
use crate::imports::document::Place;
use crate::imports::proposal::{Fact, QuestionCode, UnclaimedReason};

/// The rank from which no label or signature says that a day is that of the response.
const WEAK: u32 = 3;

/// A day that can be that of the response.
struct Candidate {
    /// How far the words are from “date of the response”; the lowest wins.
    rank: u32,
    day: ParsedDay,
    place: Place,
    printed: String,
    /// The part and the line to claim.
    part: usize,
    line: usize,
}

impl Reading<'_> {
    /// Reads the signatures, and then the day of the response.
    pub(super) fn read_signatures_and_day(&mut self) {
        let mut candidates = Vec::new();
        self.read_signatures(&mut candidates);
        self.read_days(&mut candidates);
        candidates.sort_by_key(|candidate| candidate.rank);
        let mut candidates = candidates.into_iter();
        let best = candidates.next();
        for other in candidates {
            if matches!(self.parts[other.part].kind, PartKind::Signature | PartKind::Field(Section::Signature)) {
                self.leave_signature_line(other.line);
            }
        }
        let Some(best) = best else { return };
        if matches!(self.parts[best.part].kind, PartKind::Field(Section::Dated) | PartKind::Loose) {
            self.take(best.part);
            if collapse(&self.parts[best.part].text()) != collapse(&best.printed) {
                self.leave_field(best.part);
            }
        } else if collapse(&self.claims.lines()[best.line].text) == collapse(&best.printed) {
            self.claims.take(best.line);
        } else {
            self.leave_signature_line(best.line);
        }
        match best.day {
            ParsedDay::Day(day) => {
                self.proposal.response.dated = Fact::printed(day, &best.place, &best.printed);
                if best.rank >= WEAK {
                    let detail = "No label says what this day is. Is it the day of the response?";
                    self.ask(QuestionCode::Confirm, "/response/dated", detail)
                        .with_proposed(json!(day))
                        .with_words(&best.place, &best.printed);
                }
            }
            ParsedDay::WrongWeekday(day) => {
                let detail = format!(
                    "“{}” names a weekday that {} is not. Which day is the day of the response?",
                    best.printed,
                    day.format("%-d %B %Y")
                );
                let question = self.ask(QuestionCode::UnclearDate, "/response/dated", detail);
                question.with_words(&best.place, &best.printed);
            }
            _ => {
                let detail = format!("“{}” is no day. Which day is the day of the response?", best.printed);
                self.ask(QuestionCode::UnclearDate, "/response/dated", detail).with_words(&best.place, &best.printed);
            }
        }
    }

    fn read_signatures(&mut self, candidates: &mut Vec<Candidate>) {
        let format = self.context.profile.day_format;
        let is_signature = |kind: &PartKind| matches!(kind, PartKind::Signature | PartKind::Field(Section::Signature));
        for part in self.open_parts(is_signature) {
            self.is_done[part] = true;
            let found = self.parts[part].clone();
            if let Some((line, words)) = &found.head
                && found.pieces.iter().all(|piece| piece.line != *line)
            {
                self.claims.leave(*line, words, UnclaimedReason::Heading);
            }
            let of_chief = self.follows_chief_officer(part);
            let mut has_name = false;
            for piece in found.pieces.iter().filter(|piece| !piece.text.is_empty()) {
                let place = self.claims.place(piece.line).clone();
                if is_enclosure(&piece.text) {
                    self.read_enclosure(&piece.text, &place);
                    self.claims.leave(piece.line, &piece.text, UnclaimedReason::Letter);
                    continue;
                }
                let day = parse_day_as(&piece.text, format);
                let mut is_taken = false;
                let signatory = signature::parse_signatory(&piece.text).filter(|_| !has_name && day.is_none());
                if let Some(signatory) = signatory {
                    has_name = true;
                    is_taken = true;
                    let fact = Fact::printed(signatory.name, &place, &piece.text);
                    let response = &mut self.proposal.response;
                    if signatory.is_chief_officer || of_chief {
                        response.chief_officer = fact;
                    } else if response.signed_by.value.is_none() {
                        response.signed_by = fact;
                    }
                }
                let days = find_days_as(&piece.text, format);
                if let Some(found) = days.first().filter(|found| !matches!(found.day, ParsedDay::Month { .. })) {
                    let printed = piece.text[found.start..found.end].to_owned();
                    let response = &mut self.proposal.response;
                    if of_chief && response.chief_officer_dated.value.is_none() {
                        response.chief_officer_dated =
                            found.day.date().map(|day| Fact::printed(day, &place, &piece.text)).unwrap_or_default();
                        is_taken |= response.chief_officer_dated.value.is_some();
                    } else {
                        candidates.push(Candidate { rank: 1, day: found.day, place, printed, part, line: piece.line });
                        // The day that is chosen claims its line.
                        continue;
                    }
                }
                if is_taken {
                    self.claims.take(piece.line);
                } else {
                    self.claims.leave(piece.line, &piece.text, UnclaimedReason::Letter);
                }
            }
        }
    }

    /// Reads the day of the chief officer's comments from “Enc. Chief Constable's letter of 8 January 2024”.
    fn read_enclosure(&mut self, text: &str, place: &Place) {
        let names_chief =
            SpacedWords::new(text).contains_any(&["chief constable", "chief constables", "chief officer"]);
        let day = find_days_as(text, self.context.profile.day_format).first().and_then(|found| found.day.date());
        let dated = &mut self.proposal.response.chief_officer_dated;
        if let (true, Some(day), None) = (names_chief, day, dated.value) {
            *dated = Fact::inferred(day, place, text);
        }
    }

    /// Proposes the signatory of the area's profile, if the file has texts of a response and no signatory.
    pub(super) fn propose_signatory(&mut self) {
        let response = &mut self.proposal.response;
        let has_texts = response.policing_body_comments.value.is_some()
            || response.chief_officer_comments.value.is_some()
            || !response.explanations.is_empty();
        if let (true, None, Some(name)) = (has_texts, &response.signed_by.value, &self.context.profile.signatory) {
            response.signed_by = Fact::assumed(name.clone());
        }
    }

    fn leave_signature_line(&mut self, line: usize) {
        let text = self.claims.lines()[line].text.clone();
        self.claims.leave(line, &text, UnclaimedReason::Letter);
    }

    /// Returns true if the signature ends the chief officer's comments, and other parts of the response follow.
    fn follows_chief_officer(&self, part: usize) -> bool {
        let before = self.parts[..part].iter().rev().find(|part| !part.is_empty());
        let after_chief = before.is_some_and(|part| matches!(part.kind, PartKind::Comments { role: Role::Chief, .. }));
        let follows =
            |part: &Part| matches!(part.kind, PartKind::Comments { .. } | PartKind::Item(_)) && !part.is_empty();
        after_chief && self.parts[part + 1..].iter().any(follows)
    }

    fn read_days(&mut self, candidates: &mut Vec<Candidate>) {
        let format = self.context.profile.day_format;
        for part in 0..self.parts.len() {
            if self.is_done[part] {
                continue;
            }
            let text = self.parts[part].text();
            let line = self.parts[part].pieces.first().map_or(0, |piece| piece.line);
            let place =
                if self.parts[part].pieces.is_empty() { Place::default() } else { self.claims.place(line).clone() };
            let days = find_days_as(&text, format);
            let whole = parse_day_as(&text, format).filter(|day| !matches!(day, ParsedDay::Year(_)));
            let head = self.parts[part].head.as_ref().map_or("", |(_, head)| head.as_str());
            let rank = match &self.parts[part].kind {
                PartKind::Field(Section::Dated) => {
                    let words = SpacedWords::new(head);
                    let is_plain = !words.contains_any(&[
                        "response",
                        "sent",
                        "signed",
                        "completed",
                        "submitted",
                        "published",
                        "form",
                    ]);
                    Some(if is_plain { 2 } else { 0 })
                }
                PartKind::Loose if whole.is_some() => Some(3),
                PartKind::Loose if !days.is_empty() => {
                    let words = SpacedWords::new(&text);
                    let about =
                        words.contains_any(&["response", "issued", "website", "ymateb", "respond", "dated", "signed"]);
                    let other = words.contains_any(&[
                        "hmicfrs published",
                        "inspection of",
                        "thematic",
                        "report published",
                        "which hmicfrs",
                    ]);
                    let is_deadline =
                        words.contains_any(&[
                            "due",
                            "deadline",
                            "needed",
                            "required",
                            "needed by",
                            "by",
                            "before",
                            "no later",
                            "last day",
                            "end on",
                            "ends on",
                            "wanted",
                        ]) && !words.contains_any(&["issued by", "signed by", "published by", "approved by"]);
                    (about
                        && !is_deadline
                        && !other
                        && words.count() <= 20
                        && days.len() == 1
                        && !super::duty::is_introduction(&text))
                    .then_some(4)
                }
                _ => None,
            };
            let Some(rank) = rank else { continue };
            let day = whole.or_else(|| days.first().map(|found| found.day));
            let is_month = matches!(day, Some(ParsedDay::Month { .. } | ParsedDay::Year(_)));
            // A month in a line without a field is left; a field asks.
            if let Some(day) = day
                && (rank <= 2 || !is_month)
                && !(rank == 4 && ends_sentence(&text) && SpacedWords::new(&text).count() > 16)
            {
                let printed = days
                    .first()
                    .map_or_else(|| trim(&text).to_owned(), |found| text[found.start..found.end].to_owned());
                candidates.push(Candidate { rank, day, place, printed, part, line });
            }
        }
    }
}

/// Returns true for the line below a letter that names what comes with it, or that is the heading of an annex.
fn is_enclosure(text: &str) -> bool {
    ["enc", "encs", "encl", "enclosure", "enclosures", "amg", "annex", "appendix", "atodiad"]
        .iter()
        .any(|word| SpacedWords::new(text).starts_with(word))
}
