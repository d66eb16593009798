//! One recommendation as a tracker's rows state it, before the whole tracker has been read.

use chrono::NaiveDate;
use serde_json::Value;

use super::source::{AsAt, Cell, Row};
use crate::imports::proposal::{Fact, ProposedPosition, ProposedRecommendation, QuestionCode, Source};
use crate::recommendations::{RecommendationKind, TargetKind};

/// One recommendation as a tracker's rows state it.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    pub recommendation: ProposedRecommendation,
    pub position: ProposedPosition,
    pub explanation: Fact<String>,
    pub policing_body_explanation: Fact<String>,
    pub notes: Vec<String>,
    pub asked: Vec<Asked>,
    /// The parts of the target in the report, from columns of their own.
    pub target: TargetParts,
    pub force_words: Option<Source>,
    pub body_words: Option<Source>,
    pub inspectorate_words: Option<Source>,
    /// The words of a position in further rows of the recommendation, if they differ, with the member of the position.
    pub further_words: Vec<(&'static str, Source)>,
    /// The index of the column of the last update, if the update names no day.
    pub undated_update_in: Option<usize>,
    pub as_at: Option<AsAt>,
    /// Whether the kind follows from no words of the file, and a person is asked once for all such rows.
    pub has_unstated_kind: bool,
    /// Whether the row is of the service's own template, where a row without a number has the number of its place.
    pub is_of_template: bool,
    pub is_hidden: bool,
    pub is_struck: bool,
    /// The place of the row in words, such as `Sheet1!A7`.
    pub at: String,
}

/// The parts of a target in the report.
#[derive(Clone, Debug, Default)]
pub(super) struct TargetParts {
    pub kind: Option<TargetKind>,
    pub text: Option<String>,
    pub on: Option<NaiveDate>,
    pub source: Option<Source>,
}

/// A question about a record.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub about: About,
    pub code: QuestionCode,
    pub detail: String,
    pub options: Vec<Value>,
    pub proposed: Option<Value>,
    pub from: Option<Source>,
}

/// The fact that a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// A member of the recommendation.
    Recommendation(&'static str),
    /// A member of the position.
    Position(&'static str),
    /// A member of the explanation.
    Explanation(&'static str),
}

impl Record {
    pub fn ask(&mut self, about: About, code: QuestionCode, detail: String, from: Source) -> &mut Asked {
        let at = self.asked.len();
        self.asked.push(Asked { about, code, detail, options: Vec::new(), proposed: None, from: Some(from) });
        &mut self.asked[at]
    }

    /// Asks about something that stands nowhere in the file.
    pub fn ask_without_source(&mut self, about: About, code: QuestionCode, detail: String) -> &mut Asked {
        let asked = self.ask(about, code, detail, Source::default());
        asked.from = None;
        asked
    }

    /// Returns true if a question is about the fact.
    pub fn asks(&self, about: About) -> bool {
        self.asked.iter().any(|asked| asked.about == about)
    }

    pub fn note(&mut self, label: &str, text: &str) {
        let line = format!("{label}: {text}");
        if !self.notes.contains(&line) {
            self.notes.push(line);
        }
    }

    /// Returns true if the record has an explanation for the response.
    pub fn has_explanation(&self) -> bool {
        self.explanation.from.is_some()
            || self.policing_body_explanation.from.is_some()
            || self.asked.iter().any(|asked| matches!(asked.about, About::Explanation(_)))
    }

    /// Returns true if the record has anything to say about what was done.
    pub fn has_position(&self) -> bool {
        let position = &self.position;
        let has_source = [
            position.owner.from.is_some(),
            position.local_target_on.from.is_some(),
            position.update.from.is_some(),
            position.update_on.from.is_some(),
            self.force_words.is_some(),
            self.body_words.is_some(),
            self.inspectorate_words.is_some(),
        ];
        !self.notes.is_empty()
            || has_source.contains(&true)
            || self.asked.iter().any(|asked| matches!(asked.about, About::Position(_)))
    }
}

/// What the rows above say of the rows below: the section, and the name of the sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    pub kind: Option<(RecommendationKind, Source)>,
    pub title: Option<String>,
    pub as_at: Option<AsAt>,
}

/// Returns true if a row is struck through: its text, or all of its cells.
pub(super) fn is_struck(row: &Row, text: Option<usize>) -> bool {
    let filled = || row.filled().map(|(_, cell)| cell);
    let text = text.and_then(|at| row.cells.get(at)).filter(|cell| !cell.is_blank());
    match text {
        Some(text) => text.struck,
        None => filled().next().is_some() && filled().all(|cell: &Cell| cell.struck),
    }
}
