//! The three positions on an assignment that others than the force take, and their entries.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::vocabulary! {
    /// The name of a position.
    pub enum Position as ("PositionName") {
        /// The view of the local policing body.
        BodyView = "body_view",
        /// The opinion of an auditor.
        AssuranceOpinion = "assurance_opinion",
        /// The decision of the inspectorate.
        InspectorateStatus = "inspectorate_status",
    }
}

crate::vocabulary! {
    /// The local policing body's view: how sure it is that the recommendation is met.
    pub enum BodyView {
        /// The policing body has not stated a view.
        None = "none",
        /// The policing body is assured that the recommendation is met.
        Assured = "assured",
        /// The policing body is assured in part.
        PartiallyAssured = "partially_assured",
        /// The policing body is not assured.
        NotAssured = "not_assured",
    }
}

crate::vocabulary! {
    /// An auditor's opinion, on the scale that internal audit uses.
    pub enum AssuranceOpinion {
        /// No auditor has recorded an opinion.
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
    /// The inspectorate's decision on the recommendation in this area.
    pub enum InspectorateStatus {
        /// The recommendation is open.
        Open = "open",
        /// The inspectorate closed the recommendation.
        Closed = "closed",
        /// The inspectorate closed the recommendation after it verified the work.
        ClosedVerified = "closed_verified",
        /// The inspectorate reopened the recommendation.
        Reopened = "reopened",
    }
}

/// One entry in the history of a position on an assignment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PositionEntry {
    /// The position.
    pub position: Position,
    /// The value that was recorded.
    #[schema(example = "partially_assured")]
    pub value: String,
    /// The reasons for the value.
    pub note: Option<String>,
    /// The document that states the position.
    pub source: Option<String>,
    /// The day on which the position was taken.
    pub date: NaiveDate,
    /// The name of the person who recorded the entry.
    pub by: String,
    /// When the entry was recorded.
    pub at: DateTime<Utc>,
}

/// The entries of all positions on an assignment, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PositionEntryList)]
pub struct PositionEntries {
    /// The entries.
    pub items: Vec<PositionEntry>,
}
