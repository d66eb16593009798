//! An item of evidence as its area sees it, and as it is stored.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::files::{EvidenceFile, FileRow};
use super::workflow::State;
use crate::api::Versioned;
use crate::assignments::Marking;
use crate::inspections;
use crate::people::assignees::Assignee;
use crate::workflow::AllowedAction;

crate::vocabulary! {
    /// The kind of an item of evidence.
    pub enum EvidenceKind {
        /// A policy or procedure.
        Policy = "policy",
        /// Figures.
        Data = "data",
        /// Minutes of a meeting.
        Minute = "minute",
        /// A report of an audit.
        AuditReport = "audit_report",
        /// A check of a sample of records.
        DipSample = "dip_sample",
        /// Training that was given.
        Training = "training",
        /// Evidence of another kind.
        Other = "other",
    }
}

crate::vocabulary! {
    /// The outcome of a review by the policing body.
    pub enum ReviewDecision {
        /// The evidence shows that the recommendation was met.
        Accepted = "accepted",
        /// The evidence does not show that the recommendation was met.
        Rejected = "rejected",
        /// The evidence needs changes before it can be accepted.
        ChangesRequested = "changes_requested",
    }
}

/// A review by the policing body of one version of an item's file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceReview {
    /// The outcome.
    pub decision: ReviewDecision,
    /// The reviewer's note.
    pub note: String,
    /// The name of the reviewer.
    pub by: String,
    /// When the review was made.
    pub at: DateTime<Utc>,
    /// The version of the file that was reviewed.
    pub file_version: i32,
}

/// A request to lower a marking, which another person must confirm or refuse.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LoweringRequest {
    /// The name of the person who requested the lowering.
    pub requested_by: String,
    /// When the lowering was requested.
    pub requested_at: DateTime<Utc>,
    /// The reason for the request.
    pub reason: String,
}

/// An item of evidence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Evidence {
    /// The item's id.
    pub id: Uuid,
    /// The id of the assignment to which the item belongs.
    pub assignment_id: Uuid,
    /// The police area.
    pub area: String,
    /// The item's title.
    pub title: String,
    /// The item's kind.
    pub kind: EvidenceKind,
    /// A description of the item.
    pub description: Option<String>,
    /// The first day on which the evidence was true, which is not the day of its upload.
    pub effective_from: Option<NaiveDate>,
    /// The last day on which the evidence was true.
    pub effective_to: Option<NaiveDate>,
    /// The day from which nobody should rely on the evidence.
    pub expires_on: Option<NaiveDate>,
    /// True from `expires_on`.
    pub expired: bool,
    /// The item's protective marking.
    pub marking: Marking,
    /// The open request to lower the marking.
    pub lowering: Option<LoweringRequest>,
    /// The item's state.
    pub state: State,
    /// The person to whom your side has assigned the item. Each side assigns a person of its own, and does not see whom the
    /// other has assigned. Null for auditors.
    pub assigned_to: Option<Assignee>,
    /// The name of the person who added the item.
    pub author: String,
    /// Every version of the item's file, oldest first.
    pub files: Vec<EvidenceFile>,
    /// Every review, oldest first.
    pub reviews: Vec<EvidenceReview>,
    /// The reason for the withdrawal.
    pub withdrawn_reason: Option<String>,
    /// When the item was disposed of. Its texts and the bytes of its files no longer exist.
    pub disposed_at: Option<DateTime<Utc>>,
    /// The actions that this caller may perform on the item now.
    pub allowed_actions: Vec<AllowedAction>,
    /// The actions that this caller may perform on the item's marking now.
    pub marking_actions: Vec<AllowedAction>,
    /// The item's version, which increases with each write.
    pub version: i64,
    /// When the item was added.
    pub created_at: DateTime<Utc>,
    /// When the item was last changed.
    pub updated_at: DateTime<Utc>,
    /// Addresses of the item and of related resources.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for Evidence {
    fn version(&self) -> i64 {
        self.version
    }
}

crate::stored_record! {
    /// A row of the table `evidence`, with the state of the item's inspection. The audit log stores it without people's
    /// names.
    #[derive(Clone, Debug, Serialize)]
    pub struct EvidenceRow in "evidence" as "e.",
        updated where "id = $1 and version = $2 and state = $4 and in_scope(area, $5)" from 6 {
        /// The item's id.
        key id: Uuid,
        /// The id of the assignment to which the item belongs.
        inserted assignment_id: Uuid,
        /// The police area.
        inserted area: String,
        /// The issuer of the author's token.
        inserted author_issuer: String,
        /// The subject of the author's token.
        inserted author_subject: String,
        /// The author's name.
        #[serde(skip)]
        inserted author_name: Option<String>,
        /// When the item was added.
        inserted created_at: DateTime<Utc>,
        /// When the item was last changed.
        inserted updated_at: DateTime<Utc>,
        /// The item's state.
        updated state: State,
        /// The item's protective marking.
        updated marking: Marking,
        /// The item's title.
        updated title: String,
        /// The item's kind.
        updated kind: EvidenceKind,
        /// A description of the item.
        updated description: Option<String>,
        /// The first day on which the evidence was true.
        updated effective_from: Option<NaiveDate>,
        /// The last day on which the evidence was true.
        updated effective_to: Option<NaiveDate>,
        /// The day from which nobody should rely on the evidence.
        updated expires_on: Option<NaiveDate>,
        /// The issuer of the token of the person who requested a lower marking.
        updated lowering_issuer: Option<String>,
        /// The subject of that person's token.
        updated lowering_subject: Option<String>,
        /// The name of that person.
        #[serde(skip)]
        updated lowering_name: Option<String>,
        /// The reason for that request.
        updated lowering_reason: Option<String>,
        /// When a lower marking was requested.
        updated lowering_at: Option<DateTime<Utc>>,
        /// The reason for the withdrawal.
        updated withdrawn_reason: Option<String>,
        /// When the item was disposed of.
        maintained disposed_at: Option<DateTime<Utc>>,
        /// The item's version, which increases with each write.
        maintained version: i64,
        /// The state of the inspection.
        #[serde(skip)]
        joined inspection_state: inspections::State,
    }
}

/// An item as it is stored: its row, the versions of its file, and its reviews. Both lists are oldest first.
#[derive(Clone, Debug)]
pub struct EvidenceRecord {
    /// The row.
    pub row: EvidenceRow,
    /// Every version of the item's file.
    pub files: Vec<FileRow>,
    /// Every review.
    pub reviews: Vec<EvidenceReview>,
    /// The person to whom the caller's side has assigned the item.
    pub assigned_to: Option<Assignee>,
}
