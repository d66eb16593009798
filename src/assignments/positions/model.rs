//! The three positions beside the force's own: the policing body's view, an auditor's opinion, the inspectorate's decision.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::text::{Line, Prose};

crate::vocabulary! {
    /// One of the positions beside the force's own.
    pub enum Position {
        /// What the local policing body holds.
        BodyView = "body_view",
        /// What an auditor found.
        AssuranceOpinion = "assurance_opinion",
        /// What the inspectorate decided.
        InspectorateStatus = "inspectorate_status",
    }
}

crate::vocabulary! {
    /// What the local policing body holds of a line.
    pub enum BodyView {
        /// It has not said.
        None = "none",
        /// It is assured that the recommendation is met.
        Assured = "assured",
        /// In part.
        PartiallyAssured = "partially_assured",
        /// It is not.
        NotAssured = "not_assured",
    }
}

crate::vocabulary! {
    /// What an auditor found, in the words that internal audit uses.
    pub enum AssuranceOpinion {
        /// No opinion was given.
        None = "none",
        /// Substantial assurance.
        Substantial = "substantial",
        /// Reasonable assurance.
        Reasonable = "reasonable",
        /// Limited assurance.
        Limited = "limited",
        /// No assurance can be given.
        NoAssurance = "no_assurance",
    }
}

crate::vocabulary! {
    /// What the inspectorate decided.
    pub enum InspectorateStatus {
        /// It holds the recommendation open.
        Open = "open",
        /// It closed it.
        Closed = "closed",
        /// It closed it after seeing for itself.
        ClosedVerified = "closed_verified",
        /// It opened it again.
        Reopened = "reopened",
    }
}

/// The policing body's view, as it is recorded.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyViewRecorded {
    /// The view. `assured` needs at least one accepted item of evidence.
    pub value: BodyView,
    /// What it rests on.
    pub note: Prose,
    /// Where that can be read.
    #[serde(default)]
    pub source: Option<Line>,
    /// The day of it; today where it is left out.
    #[serde(default)]
    #[schema(nullable = false)]
    pub date: Option<NaiveDate>,
}

/// An auditor's opinion, as it is recorded.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssuranceOpinionRecorded {
    /// The opinion.
    pub value: AssuranceOpinion,
    /// What was found.
    pub note: Prose,
    /// The report it is in.
    #[serde(default)]
    pub source: Option<Line>,
    /// The day of it; today where it is left out.
    #[serde(default)]
    #[schema(nullable = false)]
    pub date: Option<NaiveDate>,
}

/// The inspectorate's decision, as either side enters it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectorateStatusRecorded {
    /// The decision.
    pub value: InspectorateStatus,
    /// More about it.
    #[serde(default)]
    pub note: Option<Prose>,
    /// Where the inspectorate said so: a citation.
    pub source: Line,
    /// The day on which it said so.
    pub date: NaiveDate,
}

/// A position that somebody took.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PositionTaken {
    /// Which position.
    pub position: Position,
    /// What was held.
    #[schema(example = "partially_assured")]
    pub value: String,
    /// In whose words, and why.
    pub note: Option<String>,
    /// Where it can be read.
    pub source: Option<String>,
    /// The day of it.
    pub date: NaiveDate,
    /// Who recorded it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Every position that was taken on a line, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PositionsTaken {
    /// The positions.
    pub items: Vec<PositionTaken>,
}

/// A position as any of the three is recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Which.
    pub position: Position,
    /// What is held.
    pub value: &'static str,
    /// Why.
    pub note: Option<String>,
    /// Where it can be read.
    pub source: Option<String>,
    /// The day of it; today where it is none.
    pub date: Option<NaiveDate>,
}
