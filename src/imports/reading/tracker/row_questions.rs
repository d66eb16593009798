//! The questions that a person answers once for all rows: the kind of rows that state none, hidden rows, and rows that
//! are struck through.

use serde_json::{Value, json};

use super::record::Record;
use crate::imports::proposal::{Answers, Confidence, Fact, Proposal, Question, QuestionCode};
use crate::recommendations::RecommendationKind;
use crate::vocabulary::WireName;

/// The rows about which a person is asked once.
#[derive(Debug, Default)]
pub(super) struct RowQuestions {
    unstated: Vec<String>,
    hidden: Vec<String>,
    struck: Vec<String>,
}

/// The most rows that a question names.
const MAX_NAMED: usize = 10;

impl RowQuestions {
    /// Settles what a person says of all rows, for one record.
    pub fn settle(&mut self, record: &mut Record, answers: &Answers) {
        let included = &mut record.recommendation.included;
        *included = if record.is_struck {
            self.struck.push(record.at.clone());
            bool_of(answers.get("/rows/struck"), false)
        } else if record.is_hidden {
            self.hidden.push(record.at.clone());
            bool_of(answers.get("/rows/hidden"), true)
        } else {
            Fact::assumed(true)
        };
        if record.has_unstated_kind {
            self.unstated.push(record.at.clone());
            record.recommendation.kind = kind_of(answers.get("/rows/kind"));
        }
    }

    /// Adds the facts and questions to the proposal.
    pub fn finish(self, proposal: &mut Proposal, answers: &Answers) {
        if !self.unstated.is_empty() {
            proposal.rows.kind = kind_of(answers.get("/rows/kind"));
            let detail = format!(
                "These rows state no kind: {}. Are they recommendations? Answer the kind of a single row at its own `kind`.",
                list(&self.unstated)
            );
            let options = RecommendationKind::NAMES.iter().map(|name| json!(name)).collect();
            let proposed = json!(RecommendationKind::Recommendation);
            proposal.questions.push(question(QuestionCode::Confirm, "/rows/kind", detail, options, proposed));
        }
        let both = || vec![json!(true), json!(false)];
        if !self.hidden.is_empty() {
            proposal.rows.hidden = bool_of(answers.get("/rows/hidden"), true);
            let detail = format!("The file hides these rows: {}. Are they included?", list(&self.hidden));
            proposal.questions.push(question(QuestionCode::HiddenRow, "/rows/hidden", detail, both(), json!(true)));
        }
        if !self.struck.is_empty() {
            proposal.rows.struck = bool_of(answers.get("/rows/struck"), false);
            let detail = format!("These rows are struck through: {}. Are they included?", list(&self.struck));
            proposal.questions.push(question(QuestionCode::HiddenRow, "/rows/struck", detail, both(), json!(false)));
        }
    }
}

fn question(code: QuestionCode, pointer: &str, detail: String, options: Vec<Value>, proposed: Value) -> Question {
    Question { code, pointer: pointer.to_owned(), detail, options, proposed: Some(proposed), from: None }
}

fn bool_of(answer: Option<&Value>, otherwise: bool) -> Fact<bool> {
    match answer {
        Some(answer) => Fact { value: answer.as_bool(), confidence: Confidence::Answered, from: None },
        None => Fact::assumed(otherwise),
    }
}

fn kind_of(answer: Option<&Value>) -> Fact<RecommendationKind> {
    match answer {
        Some(answer) => {
            let value = answer.as_str().and_then(RecommendationKind::find);
            Fact { value, confidence: Confidence::Answered, from: None }
        }
        None => Fact::assumed(RecommendationKind::Recommendation),
    }
}

/// Lists the places of rows, and counts those after the first ten.
fn list(places: &[String]) -> String {
    let named = places.iter().take(MAX_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match places.len().checked_sub(MAX_NAMED) {
        Some(more) if more > 0 => format!("{named} and {more} more"),
        _ => named,
    }
}
