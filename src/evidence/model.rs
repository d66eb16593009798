//! What an item of evidence looks like to its area, and what may be sent of one.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::files::EvidenceFile;
use super::workflow::State;
use crate::api::Versioned;
use crate::api::text::{Line, Prose, amendment};
use crate::assignments::Marking;
use crate::workflow::AllowedAction;

crate::vocabulary! {
    /// What kind of evidence it is.
    pub enum EvidenceKind {
        /// A policy or procedure.
        Policy = "policy",
        /// Figures.
        Data = "data",
        /// Minutes of a meeting.
        Minute = "minute",
        /// The report of an audit.
        AuditReport = "audit_report",
        /// A sample of records looked into.
        DipSample = "dip_sample",
        /// Training given.
        Training = "training",
        /// Anything else.
        Other = "other",
    }
}

crate::vocabulary! {
    /// What a review came to.
    pub enum ReviewDecision {
        /// It shows what it should.
        Accepted = "accepted",
        /// It does not.
        Rejected = "rejected",
        /// It would, with changes.
        ChangesRequested = "changes_requested",
    }
}

/// A review by the policing body, of one version of the file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceReview {
    /// What it came to.
    pub decision: ReviewDecision,
    /// What it found.
    pub note: String,
    /// Who reviewed it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The version of the file that was reviewed.
    pub file_version: i32,
}

/// A request to lower a marking, which another person confirms or refuses.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LoweringRequest {
    /// Who asked for it.
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

/// An item of evidence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Evidence {
    /// Its id.
    pub id: Uuid,
    /// The line it belongs to.
    pub assignment_id: Uuid,
    /// The police area.
    pub area: String,
    /// What it is called.
    pub title: String,
    /// What kind it is.
    pub kind: EvidenceKind,
    /// More about it.
    pub description: Option<String>,
    /// From when on it held; not when it was uploaded.
    pub effective_from: Option<NaiveDate>,
    /// Until when it held.
    pub effective_to: Option<NaiveDate>,
    /// From when on it should no longer be relied on.
    pub expires_on: Option<NaiveDate>,
    /// Whether that day has come.
    pub expired: bool,
    /// Its protective marking.
    pub marking: Marking,
    /// A request to lower that, not yet decided.
    pub lowering: Option<LoweringRequest>,
    /// Where it stands.
    pub state: State,
    /// Who added it.
    pub author: String,
    /// Every version of its file, oldest first.
    pub files: Vec<EvidenceFile>,
    /// Every review, oldest first.
    pub reviews: Vec<EvidenceReview>,
    /// Why it was withdrawn.
    pub withdrawn_reason: Option<String>,
    /// When it was disposed of: its words and the bytes of its files are gone for good.
    pub disposed_at: Option<DateTime<Utc>>,
    /// What this caller can do with it now.
    pub allowed_actions: Vec<AllowedAction>,
    /// What this caller can do with its marking now.
    pub marking_actions: Vec<AllowedAction>,
    /// Counts its changes.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for Evidence {
    fn version(&self) -> i64 {
        self.version
    }
}

/// An item of evidence as it is added.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceAdded {
    /// What it is called.
    pub title: Line,
    /// What kind it is.
    pub kind: EvidenceKind,
    /// More about it.
    #[serde(default)]
    pub description: Option<Prose>,
    /// From when on it held.
    #[serde(default)]
    pub effective_from: Option<NaiveDate>,
    /// Until when it held.
    #[serde(default)]
    pub effective_to: Option<NaiveDate>,
    /// From when on it should no longer be relied on.
    #[serde(default)]
    pub expires_on: Option<NaiveDate>,
    /// Its marking; OFFICIAL where it is left out. What is SECRET or above must not be held here, and is refused.
    #[serde(default)]
    #[schema(nullable = false)]
    pub marking: Option<Marking>,
}

/// What the force can amend of an item that is not under review (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceAmended {
    /// What it is called.
    #[schema(nullable = false)]
    pub title: Option<Line>,
    /// What kind it is.
    #[schema(nullable = false)]
    pub kind: Option<EvidenceKind>,
    /// More about it.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Prose>)]
    pub description: Option<Option<Prose>>,
    /// From when on it held.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<NaiveDate>)]
    pub effective_from: Option<Option<NaiveDate>>,
    /// Until when it held.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<NaiveDate>)]
    pub effective_to: Option<Option<NaiveDate>>,
    /// From when on it should no longer be relied on.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<NaiveDate>)]
    pub expires_on: Option<Option<NaiveDate>>,
    /// A higher marking. To lower it takes two people: see the marking's own transitions.
    #[schema(nullable = false)]
    pub marking: Option<Marking>,
}
