//! Builds the response: the comments of the policing body and of the chief officer, the reply, and what goes with them.

use serde_json::json;

use super::claims::Passage;
use super::day::find_days_as;
use super::duty::{has_opinion, is_introduction, is_prose, is_singular};
use super::outline::{PartKind, Piece, Role, join};
use super::state::Reading;
use super::text::{SpacedWords, sentences, trim};
use crate::imports::proposal::{Confidence, Fact, QuestionCode, Source, UnclaimedReason};

impl Reading<'_> {
    /// Reads the comments and the reply.
    pub(super) fn read_comments(&mut self) {
        self.read_chief_officer_comments();
        let reply = self.texts_of(Role::Reply);
        self.proposal.response.reply_to_chief_officer = fact_of(&reply);
        self.read_body_comments();
        for part in self.comment_parts(Role::Also) {
            if let Some(passage) = self.take(part) {
                self.proposal.response.policing_body_comments_also.push(Fact::printed(
                    passage.text.clone(),
                    &passage.place,
                    &passage.printed,
                ));
            }
        }
        self.ask_about_named_items();
        self.ask_about_unknown_headings();
        self.read_publication();
    }

    fn comment_parts(&self, role: Role) -> Vec<usize> {
        self.open_parts(|kind| matches!(kind, PartKind::Comments { role: found, .. } if *found == role))
    }

    fn texts_of(&mut self, role: Role) -> Vec<Passage> {
        self.comment_parts(role).into_iter().filter_map(|part| self.take_comments(part)).collect()
    }

    fn read_chief_officer_comments(&mut self) {
        let parts = self.comment_parts(Role::Chief);
        let format = self.context.profile.day_format;
        for part in &parts {
            let note = self.parts[*part].note.clone().unwrap_or_default();
            if let (Some(found), Some((line, words))) =
                (find_days_as(&note, format).first(), self.parts[*part].head.clone())
                && let Some(day) = found.day.date()
            {
                self.proposal.response.chief_officer_dated = Fact::printed(day, self.claims.place(line), &words);
            }
        }
        let mut texts = Vec::new();
        let mut is_set_apart = true;
        for part in parts {
            is_set_apart &= !matches!(self.parts[part].kind, PartKind::Comments { is_set_apart: false, .. });
            texts.extend(self.take_comments(part));
        }
        let fact = fact_of(&texts);
        let says_nothing = texts.len() == 1 && states_no_comments(&texts[0].text);
        if let (true, Some(passage)) = (says_nothing, texts.first()) {
            // Silence, and the statement that there are no comments, differ in law.
            self.proposal.response.chief_officer_comments = Fact {
                value: None,
                confidence: Confidence::Missing,
                from: Some(Source::new(&passage.place, &passage.printed)),
            };
            let detail = format!(
                "The file says “{}”. Did the chief officer state that there are no comments, or were none submitted?",
                passage.text
            );
            let question = self.ask(QuestionCode::Confirm, "/response/chief_officer_comments", detail);
            question.with_words(&passage.place, &passage.printed);
            return;
        }
        self.proposal.response.chief_officer_comments = fact;
        if let (false, Some(passage)) = (is_set_apart, texts.first()) {
            let detail =
                "No quotation marks or heading end the chief officer's words. Are these the chief officer's comments?";
            let question = self.ask(QuestionCode::Role, "/response/chief_officer_comments", detail);
            question.with_proposed(passage.text.clone()).with_words(&passage.place, &passage.printed);
        }
    }

    fn read_body_comments(&mut self) {
        let mut explicit = Vec::new();
        let mut joint = None;
        let parts = self.open_parts(|kind| matches!(kind, PartKind::Comments { role: Role::Body | Role::Joint, .. }));
        for part in parts {
            let is_joint = matches!(self.parts[part].kind, PartKind::Comments { role: Role::Joint, .. });
            let names_body = self.parts[part].head.is_some();
            if let Some(passage) = self.take_comments(part) {
                if is_joint && names_body {
                    joint.get_or_insert((passage.place.clone(), passage.printed.clone()));
                }
                if !matches!(passage.text.trim_end_matches('.').to_lowercase().as_str(), "none yet" | "none" | "nil") {
                    explicit.push(passage);
                }
            }
        }
        let has_explicit = !explicit.is_empty();
        let mut inferred = Vec::new();
        for part in self.open_parts(|kind| matches!(kind, PartKind::Loose | PartKind::Overview)) {
            let text = self.parts[part].text();
            if !is_prose(&text) {
                continue;
            }
            if has_explicit {
                self.other_prose(part, &text);
            } else if let Some(passage) = self.take_without_introduction(part) {
                inferred.push(passage);
            }
        }
        if has_explicit {
            self.proposal.response.policing_body_comments = fact_of(&explicit);
        } else if let Some(first) = inferred.first() {
            let text = texts_joined(&inferred);
            self.proposal.response.policing_body_comments = Fact::inferred(text.clone(), &first.place, &first.printed);
            let detail = "No heading names the writer of these words. Are they the policing body's comments?";
            let question = self.ask(QuestionCode::Role, "/response/policing_body_comments", detail);
            question.with_proposed(text).with_words(&first.place, &first.printed);
        }
        if let Some((place, printed)) = joint {
            let detail = "The heading names the policing body and the chief officer together, or nobody. Are all of these words the policing body's comments?";
            let proposed = self.proposal.response.policing_body_comments.value.clone();
            let question =
                self.ask(QuestionCode::Role, "/response/policing_body_comments", detail).with_words(&place, &printed);
            question.proposed = proposed.map(|text| json!(text));
        }
    }

    /// Decides about prose outside the headings of the comments: words as “I” are proposed as further comments, and other
    /// words are listed.
    fn other_prose(&mut self, part: usize, text: &str) {
        let all_introduce = sentences(text).into_iter().all(|range| is_introduction(&text[range]));
        if all_introduce || !is_singular(text) || is_introduction(super::text::first_sentence(text)) {
            let is_overview = matches!(self.parts[part].kind, PartKind::Overview);
            let introduces = all_introduce || is_overview || is_introduction(super::text::first_sentence(text));
            let reason = if introduces { UnclaimedReason::Introduction } else { UnclaimedReason::NotRecognised };
            return self.leave(part, reason);
        }
        if let Some(passage) = self.take_without_introduction(part) {
            let at = self.proposal.response.policing_body_comments_also.len();
            let fact = Fact::inferred(passage.text.clone(), &passage.place, &passage.printed);
            self.proposal.response.policing_body_comments_also.push(fact);
            let detail = "These words stand outside the comments. Are they further comments of the policing body?";
            let question = self.ask(QuestionCode::Role, format!("/response/policing_body_comments_also/{at}"), detail);
            question.with_proposed(passage.text).with_words(&passage.place, &passage.printed);
        }
    }

    /// Takes comments. Sentences that introduce are listed, if no heading sets the comments apart.
    fn take_comments(&mut self, part: usize) -> Option<Passage> {
        match self.parts[part].kind {
            PartKind::Comments { is_set_apart: false, .. } => self.take_without_introduction(part),
            _ => self.take(part),
        }
    }

    /// Takes a part without the sentences at the beginning of its paragraphs that only introduce.
    fn take_without_introduction(&mut self, part: usize) -> Option<Passage> {
        self.is_done[part] = true;
        let found = self.parts[part].clone();
        if let Some((line, words)) = &found.head
            && found.pieces.iter().all(|piece| piece.line != *line)
        {
            self.claims.leave(*line, words, UnclaimedReason::Heading);
        }
        let mut kept: Vec<(usize, String)> = Vec::new();
        for paragraph in paragraphs(&found.pieces) {
            let text = join(paragraph);
            let line = paragraph[0].line;
            let mut from = 0;
            for range in sentences(&text) {
                if !is_introduction(&text[range.clone()])
                    || is_singular(&text[range.clone()]) && !begins_letter(&text[range.clone()])
                {
                    break;
                }
                from = range.end;
                self.claims.leave(line, trim(&text[range]), UnclaimedReason::Introduction);
            }
            // The first paragraph of a letter introduces as a whole, unless it gives an opinion.
            let before_items = self.last_item.is_some_and(|last| part <= last);
            if from > 0
                && before_items
                && from < text.len()
                && matches!(found.kind, PartKind::Loose)
                && !has_opinion(&text[from..])
            {
                self.claims.leave(line, trim(&text[from..]), UnclaimedReason::Introduction);
                from = text.len();
            }
            if from < text.len() {
                paragraph.iter().for_each(|piece| self.claims.take(piece.line));
                kept.push((line, text[from..].to_owned()));
            }
        }
        let (line, first) = kept.first()?.clone();
        let text = kept.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n\n");
        Some(Passage { text, place: self.claims.place(line).clone(), printed: first })
    }
}

/// Returns true for the opening of a letter in the first person, which only introduces.
fn begins_letter(sentence: &str) -> bool {
    let words = SpacedWords::new(sentence);
    let formal = [
        "i write",
        "i am writing",
        "i am responding",
        "thank you for",
        "please find",
        "this is my response",
        "ysgrifennaf",
        "i refer to",
        "i set out",
        "i attach",
        "i enclose",
        "further to",
        "in response to",
        "following",
        "with reference to",
    ];
    formal.iter().any(|beginning| words.starts_with(beginning)) || trim(sentence).ends_with(':')
}

/// Returns true if a text says that there are no comments.
fn states_no_comments(text: &str) -> bool {
    let words = SpacedWords::new(text);
    words.count() <= 16
        && words.contains_any(&[
            "no comment",
            "no comments",
            "none submitted",
            "not submitted",
            "did not comment",
            "nil return",
            "none received",
            "no response was received",
            "none",
            "chose not to comment",
            "dim sylwadau",
        ])
}

/// Splits the lines of a part into paragraphs.
fn paragraphs(pieces: &[Piece]) -> Vec<&[Piece]> {
    let mut found = Vec::new();
    let mut start = 0;
    for at in 1..=pieces.len() {
        if at == pieces.len() || pieces[at].begins_paragraph && !pieces[at].continues {
            if start < at {
                found.push(&pieces[start..at]);
            }
            start = at;
        }
    }
    found
}

fn texts_joined(texts: &[Passage]) -> String {
    texts.iter().map(|passage| passage.text.as_str()).collect::<Vec<_>>().join("\n\n")
}

fn fact_of(texts: &[Passage]) -> Fact<String> {
    match texts.first() {
        Some(first) => Fact::printed(texts_joined(texts), &first.place, &first.printed),
        None => Fact::default(),
    }
}
