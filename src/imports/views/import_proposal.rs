//! An imported proposal as its callers see it: the facts with the answers, what is still open, and what accepting does.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Versioned;
use crate::imports::document::DocumentFormat;
use crate::imports::model::{FileOfImport, ImportRecord};
use crate::imports::proposal::{Answers, Proposal};
use crate::imports::row_import::StartedBy;
use crate::imports::workflow::State;
use crate::inspections;
use crate::workflow::AllowedAction;

/// A file that was read as a proposal. Nothing of it is registered until a person accepts it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportProposal {
    /// The import's id.
    pub id: Uuid,
    /// The area for which the file is imported; null for a registrar's import for no area.
    pub area: Option<String>,
    /// The state.
    pub state: State,
    /// The format of the file.
    pub format: DocumentFormat,
    /// The file.
    pub file: FileOfImport,
    /// The facts, with the answers. `questions` has only those that are still open.
    #[serde(flatten)]
    pub proposal: Proposal,
    /// The registered inspections that the file may be about, the likeliest first.
    pub candidates: Vec<Candidate>,
    /// The other imports of the same bytes for the same area, newest first, at most 20.
    pub same_file: Vec<SameFile>,
    /// What the file states differently from the registered inspection. The record stays as it is, except where
    /// accepting names a difference in `correct`.
    pub differences: Vec<Difference>,
    /// What accepting the proposal and publishing the inspection would do; null once a person has decided.
    pub consequences: Option<Consequences>,
    /// The answers, by JSON Pointer.
    #[schema(value_type = Object)]
    pub answers: Answers,
    /// The id of the inspection that the accepted import registered or wrote into.
    pub inspection_id: Option<Uuid>,
    /// The id of the area's response; null while the inspection is a draft, or without an area.
    pub response_id: Option<Uuid>,
    /// The person who started the import.
    pub by: StartedBy,
    /// The version of the record: 1 at first, one more with each change.
    pub version: i64,
    /// When the service discards the proposal, unless a person has decided on it.
    pub expires_at: DateTime<Utc>,
    /// When the import was created.
    pub created_at: DateTime<Utc>,
    /// When the record was last changed.
    pub updated_at: DateTime<Utc>,
    /// When a person accepted or discarded the proposal, or undid the import.
    pub finished_at: Option<DateTime<Utc>>,
    /// The actions that the caller may perform on the import.
    pub allowed_actions: Vec<AllowedAction>,
    /// Links to this record and to related resources, by relation.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for ImportProposal {
    fn version(&self) -> i64 {
        self.version
    }
}

/// The imports of a form with several files.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ImportProposalList)]
pub struct ImportProposals {
    /// The imports, in the order of the files.
    pub items: Vec<ImportProposal>,
}

crate::vocabulary! {
    /// Why a registered inspection is a candidate.
    pub enum CandidateReason {
        /// The source and the reference are those of the file.
        Reference = "reference",
        /// The title is that of the file, or is like it.
        Title = "title",
        /// The report was published on the day that the file states.
        PublishedOn = "published_on",
        /// The report was published within 31 days of the day that the file states.
        PublishedNear = "published_near",
    }
}

/// A registered inspection that the file may be about.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = InspectionCandidate)]
pub struct Candidate {
    /// The inspection's id.
    pub id: Uuid,
    /// The inspection's reference.
    pub reference: String,
    /// The body that published the report.
    pub source: String,
    /// The report's title.
    pub title: Option<String>,
    /// The day on which the report was published.
    pub published_on: Option<NaiveDate>,
    /// The inspection's state.
    pub state: inspections::State,
    /// Why the inspection is a candidate.
    pub why: Vec<CandidateReason>,
    /// Links to the inspection, by relation.
    pub links: BTreeMap<&'static str, String>,
}

crate::vocabulary! {
    /// How the file and the record differ.
    pub enum DifferenceKind {
        /// Both have a value, and the values differ.
        Differs = "differs",
        /// The record has a recommendation that the file does not have.
        Missing = "missing",
        /// The file has a recommendation that the record does not have.
        Additional = "additional",
    }
}

/// A difference between the file and the registered inspection.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = InspectionDifference)]
pub struct Difference {
    /// How they differ.
    pub code: DifferenceKind,
    /// A JSON Pointer (RFC 6901) to the fact of the proposal, or to the list that lacks a recommendation.
    #[schema(example = "/inspection/title")]
    pub pointer: String,
    /// The value in the record; null for an additional recommendation.
    #[schema(value_type = Option<Value>)]
    pub record: Value,
    /// The value in the file; null for a missing recommendation.
    #[schema(value_type = Option<Value>)]
    pub document: Value,
}

/// Another import of the same file.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SameFile {
    /// The import's id.
    pub id: Uuid,
    /// The import's state.
    pub state: State,
    /// When the import was created.
    pub created_at: DateTime<Utc>,
    /// Links to the import, by relation.
    pub links: BTreeMap<&'static str, String>,
}

/// What accepting a proposal and publishing its inspection would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AcceptanceConsequences)]
pub struct Consequences {
    /// Whether accepting registers an inspection.
    pub registers: bool,
    /// The responses that publishing the inspection opens.
    pub responses: OpenedResponses,
    /// The assignments that publishing the inspection opens.
    pub lines: OpenedLines,
    /// What happens with each text of the response.
    pub texts: Vec<TextConsequence>,
}

/// The responses that publishing the inspection would open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenedResponses {
    /// The number of responses.
    pub count: usize,
    /// The areas.
    pub areas: Vec<String>,
}

/// The assignments that publishing the inspection would open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenedLines {
    /// The number of assignments.
    pub count: usize,
    /// The number of assignments whose day has passed already.
    pub past: usize,
}

crate::vocabulary! {
    /// What happens with a text when the proposal is accepted.
    pub enum TextEffect {
        /// The text is written into the area's response.
        IntoResponse = "into_response",
        /// The text is kept, and written into the area's response when the inspection is published.
        AfterPublication = "after_publication",
        /// The text stays in the import, for `record_published` on the response.
        RecordPublished = "record_published",
        /// The text is not written anywhere.
        NotWritten = "not_written",
    }
}

/// What happens with a text of the response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextConsequence {
    /// A JSON Pointer (RFC 6901) to the text in the proposal.
    #[schema(example = "/response/policing_body_comments")]
    pub pointer: String,
    /// What happens with it.
    pub effect: TextEffect,
    /// The reason, in one sentence.
    pub detail: String,
}

/// What is computed for a view of a proposal.
#[derive(Clone, Debug, Default)]
pub struct Computed {
    /// The facts with the answers, and the open questions.
    pub proposal: Proposal,
    /// The candidates.
    pub candidates: Vec<Candidate>,
    /// The other imports of the same file.
    pub same_file: Vec<SameFile>,
    /// The differences.
    pub differences: Vec<Difference>,
    /// The consequences; none once a person has decided.
    pub consequences: Option<Consequences>,
    /// The actions that the caller may perform.
    pub allowed_actions: Vec<AllowedAction>,
}

impl ImportProposal {
    /// Returns the view of a record.
    pub fn new(record: &ImportRecord, computed: Computed) -> Self {
        let Computed { proposal, candidates, same_file, differences, consequences, allowed_actions } = computed;
        Self {
            id: record.id,
            area: record.area.clone(),
            state: record.state,
            format: record.format,
            file: record.file(),
            proposal,
            candidates,
            same_file,
            differences,
            consequences,
            answers: record.answers.clone(),
            inspection_id: record.inspection_id,
            response_id: record.response_id,
            by: record.started_by(),
            version: record.version,
            expires_at: record.expires_at,
            created_at: record.created_at,
            updated_at: record.updated_at,
            finished_at: record.finished_at,
            allowed_actions,
            links: links(record),
        }
    }
}

/// Returns the links of a proposal.
fn links(record: &ImportRecord) -> BTreeMap<&'static str, String> {
    let id = record.id;
    let mut links = BTreeMap::from([
        ("self", format!("/v1/imports/{id}")),
        ("file", format!("/v1/imports/{id}/file")),
        ("transitions", format!("/v1/imports/{id}/transitions")),
        ("history", format!("/v1/imports/{id}/history")),
    ]);
    if let Some(inspection) = record.inspection_id {
        links.insert("inspection", format!("/v1/inspections/{inspection}"));
        links.insert("recommendations", format!("/v1/inspections/{inspection}/recommendations"));
    }
    if let Some(response) = record.response_id {
        links.insert("response", format!("/v1/responses/{response}"));
    }
    links
}
