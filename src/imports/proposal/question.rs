//! A question that a person must answer before a proposal can be accepted.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::fact::Source;

crate::vocabulary! {
    /// The subject of a question.
    pub enum QuestionCode {
        /// The file does not state a value that the record needs.
        Missing = "missing",
        /// The value was inferred. A person confirms or corrects it.
        Confirm = "confirm",
        /// A date has only a month, only a year, or a weekday that disagrees with it.
        UnclearDate = "unclear_date",
        /// Two places of the file disagree.
        Contradiction = "contradiction",
        /// Which registered inspection the file is about.
        Inspection = "inspection",
        /// The areas that a regional inspection binds.
        Subjects = "subjects",
        /// The text can be one recommendation or several.
        OneOrSeveral = "one_or_several",
        /// A recommendation has no explanation in the file.
        NoExplanation = "no_explanation",
        /// A time for action was not understood.
        UnclearTarget = "unclear_target",
        /// Which member a text belongs to.
        Role = "role",
        /// The language of the record's texts.
        Language = "language",
        /// A row of a table is hidden or struck through.
        HiddenRow = "hidden_row",
        /// A cell contains an error.
        ErrorCell = "error_cell",
        /// A status of a table is not known.
        UnclearStatus = "unclear_status",
        /// The file contains more than one document.
        SeveralDocuments = "several_documents",
    }
}

/// A question that a person must answer before the proposal can be accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportQuestion)]
pub struct Question {
    /// The subject.
    pub code: QuestionCode,
    /// A JSON Pointer (RFC 6901) to the fact that the answer becomes.
    #[schema(example = "/inspection/reference")]
    pub pointer: String,
    /// The question, in one or two sentences.
    pub detail: String,
    /// The possible answers, if they are a closed list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Value>,
    /// The answer that the service proposes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<Value>,
    /// The words that raise the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from: Option<Source>,
}

impl Question {
    /// Creates a question without options, a proposed answer or words.
    pub fn new(code: QuestionCode, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { code, pointer: pointer.into(), detail: detail.into(), options: Vec::new(), proposed: None, from: None }
    }
}
