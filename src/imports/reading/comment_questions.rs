//! Questions about the comments: headings inside them that are not known, and recommendations that they name.

use super::outline::{PartKind, Role, UnknownHeading};
use super::state::Reading;
use super::text::SpacedWords;
use crate::imports::proposal::QuestionCode;

impl Reading<'_> {
    /// Asks about comments that name recommendations by number, because they can contain the explanations.
    pub(super) fn ask_about_named_items(&mut self) {
        let response = &self.proposal.response;
        let explained: Vec<&str> = response.explanations.iter().map(|found| found.number.as_str()).collect();
        let open = self.proposal.recommendations.iter().filter_map(|found| found.number.value.as_deref());
        let open: Vec<String> =
            open.filter(|number| !explained.contains(number)).take(200).map(str::to_owned).collect();
        let facts = [
            ("/response/chief_officer_comments", &response.chief_officer_comments),
            ("/response/policing_body_comments", &response.policing_body_comments),
        ];
        let mut asked = Vec::new();
        for (pointer, fact) in facts {
            let Some(text) = &fact.value else { continue };
            let words = SpacedWords::new(text);
            let names = |number: &String| {
                ["recommendation", "afi", "area for improvement", "rec"]
                    .iter()
                    .any(|kind| words.contains(&format!("{kind} {}", number.to_lowercase())))
            };
            if open.iter().any(names) {
                asked.push((pointer, fact.from.clone().unwrap_or_default()));
            }
        }
        for (pointer, from) in asked {
            let detail = "These comments name recommendations by number. Are they comments, or do they contain the explanations?";
            self.ask(QuestionCode::Role, pointer, detail).with_words(&from.place, &from.text);
        }
    }

    /// Asks about headings inside comments that are not known, because another member can begin there.
    pub(super) fn ask_about_unknown_headings(&mut self) {
        for part in self.parts.clone() {
            let Some(UnknownHeading { line, words, ends_part }) = &part.unknown_heading else { continue };
            let pointer = match part.kind {
                PartKind::Comments { role: Role::Chief, .. } => "/response/chief_officer_comments",
                PartKind::Comments { role: Role::Reply, .. } => "/response/reply_to_chief_officer",
                PartKind::Comments { .. } => "/response/policing_body_comments",
                PartKind::KeyFindings => "/inspection/key_findings",
                _ => continue,
            };
            let place = self.claims.place(*line).clone();
            let detail = if *ends_part {
                format!(
                    "“{words}” looks like a heading that is not known. The words below it were left out here. Do they belong here?"
                )
            } else {
                format!("“{words}” looks like a heading that is not known. Do the words below it belong here?")
            };
            self.ask(QuestionCode::Role, pointer, detail).with_words(&place, words);
        }
    }
}
