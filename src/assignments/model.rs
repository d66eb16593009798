//! An assignment as callers see it, and the parts it consists of.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::positions::{AssuranceOpinion, BodyView, InspectorateStatus, PositionEntry};
use super::workflow::ForceStatus;
use crate::api::Versioned;
use crate::people::assignees::Assignee;
use crate::recommendations::{RecommendationKind, TargetBasis, TargetKind};
use crate::workflow::AllowedAction;

crate::vocabulary! {
    /// The headline state of an assignment, derived from its positions and the day. The first value that applies is
    /// taken.
    pub enum Headline as ("AssignmentHeadline") {
        /// The inspectorate closed the recommendation.
        Closed = "closed",
        /// A newer recommendation superseded this one.
        Superseded = "superseded",
        /// The recommendation does not apply to this force.
        NotApplicable = "not_applicable",
        /// The chief officer declined the recommendation.
        WillNotImplement = "will_not_implement",
        /// The force states that the recommendation is complete, and the policing body is assured.
        Complete = "complete",
        /// The force states that the recommendation is complete; the policing body is not assured yet.
        AwaitingAssurance = "awaiting_assurance",
        /// The assignment waits for another body.
        WaitingOnOther = "waiting_on_other",
        /// The last day has passed.
        Overdue = "overdue",
        /// The assignment was opened after its last day, and the area has recorded nothing on it yet.
        NotYetRecorded = "not_yet_recorded",
        /// The force is working on the recommendation.
        InProgress = "in_progress",
        /// No work has started.
        NotStarted = "not_started",
    }
}

/// How an assignment stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// The headline state.
    pub headline: Headline,
    /// True if the last day has passed and work remains.
    pub overdue: bool,
    /// True if the assignment was opened after its last day, and the area has recorded nothing on it yet.
    pub not_yet_recorded: bool,
}

impl Headline {
    /// Returns true if the headline state leaves work to do, for the force or for others.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Superseded | Self::NotApplicable | Self::WillNotImplement)
    }

    /// Returns how an assignment stands. `passed` states whether its last day has passed. `opened_late` states whether it
    /// was opened after that day and the area has recorded nothing on it. An assignment that waits for another body may be
    /// overdue or not yet recorded, and its headline is still `waiting_on_other`.
    ///
    /// The SQL functions `published.headline`, `published.is_overdue` and `published.is_not_yet_recorded` decide the same
    /// for lists. A test compares them.
    pub fn derive(
        force: ForceStatus,
        body: BodyView,
        inspectorate: InspectorateStatus,
        passed: bool,
        opened_late: bool,
    ) -> Standing {
        let base = match (inspectorate, force) {
            (InspectorateStatus::Closed | InspectorateStatus::ClosedVerified, _) => Self::Closed,
            (_, ForceStatus::Superseded) => Self::Superseded,
            (_, ForceStatus::NotApplicable) => Self::NotApplicable,
            (_, ForceStatus::WillNotImplement) => Self::WillNotImplement,
            (_, ForceStatus::ForceComplete) if body == BodyView::Assured => Self::Complete,
            (_, ForceStatus::ForceComplete) => Self::AwaitingAssurance,
            (_, ForceStatus::DependentOnOther) => Self::WaitingOnOther,
            (_, ForceStatus::InProgress | ForceStatus::Embedding | ForceStatus::AwaitingSignOff) => Self::InProgress,
            (_, ForceStatus::AwaitingAllocation | ForceStatus::Allocated) => Self::NotStarted,
        };
        let not_yet_recorded = opened_late && matches!(base, Self::WaitingOnOther | Self::NotStarted);
        let is_unfinished = matches!(base, Self::WaitingOnOther | Self::InProgress | Self::NotStarted);
        let overdue = passed && is_unfinished && !not_yet_recorded;
        let headline = match base {
            Self::InProgress | Self::NotStarted if overdue => Self::Overdue,
            Self::NotStarted if not_yet_recorded => Self::NotYetRecorded,
            base => base,
        };
        Standing { headline, overdue, not_yet_recorded }
    }
}

crate::vocabulary! {
    /// A protective marking of the Government Security Classifications that this service may hold. Anything marked
    /// SECRET or above is refused.
    pub enum Marking as ("EvidenceMarking") {
        /// OFFICIAL.
        Official = "official",
        /// OFFICIAL-SENSITIVE.
        OfficialSensitive = "official_sensitive",
    }
}

/// A summary of the recommendation or area for improvement that an assignment tracks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecommendationSummary {
    /// The source's own reference.
    #[schema(example = "21912")]
    pub reference: String,
    /// The recommendation's number in the report.
    pub number: String,
    /// Whether it is a recommendation or an area for improvement.
    pub kind: RecommendationKind,
    /// The text as printed in the report.
    pub text: String,
}

/// The target date that the report sets, the day computed from it, and how that day was computed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AssignmentTargetDate)]
pub struct AssignmentTarget {
    /// The kind of target. An `immediate` target is due on the report's day of publication, but it is not overdue
    /// before the response to the report is.
    pub kind: TargetKind,
    /// The target as printed in the report.
    pub text: Option<String>,
    /// The day that the target means. Null if the report sets no day, or none that can be computed.
    pub on: Option<NaiveDate>,
    /// How the day was computed.
    pub basis: TargetBasis,
    /// A sentence that explains how the day was computed.
    pub explanation: String,
}

/// A change of the area's own target date.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TargetChange {
    /// The day before the change.
    pub from: Option<NaiveDate>,
    /// The day after the change.
    pub to: Option<NaiveDate>,
    /// The reason for the change.
    pub reason: String,
    /// The name of the person who changed the target.
    pub by: String,
    /// When the target was changed.
    pub at: DateTime<Utc>,
}

/// The latest entry of each position that others than the force take on an assignment.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct LatestPositions {
    /// The policing body's view.
    pub body_view: Option<PositionEntry>,
    /// An auditor's opinion.
    pub assurance_opinion: Option<PositionEntry>,
    /// The inspectorate's decision.
    pub inspectorate_status: Option<PositionEntry>,
}

/// One recommendation or area for improvement in one police area, with four separate positions on it and the headline
/// state derived from them. Callers outside the area see `headline`, `body_view` and `inspectorate_status` once the
/// area's response is published; members that only the area may read are null.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Assignment {
    /// The assignment's id.
    pub id: Uuid,
    /// The code of the police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// The id of the recommendation.
    pub recommendation_id: Uuid,
    /// The id of the recommendation's inspection.
    pub inspection_id: Uuid,
    /// A summary of the recommendation.
    pub recommendation: RecommendationSummary,
    /// The headline state. It is derived from the positions and the day, and cannot be written.
    pub headline: Headline,
    /// The status that the force states.
    pub force_status: Option<ForceStatus>,
    /// The policing body's view.
    pub body_view: BodyView,
    /// An auditor's opinion.
    pub assurance_opinion: Option<AssuranceOpinion>,
    /// The inspectorate's decision.
    pub inspectorate_status: InspectorateStatus,
    /// The latest entries behind `body_view`, `assurance_opinion` and `inspectorate_status`.
    pub positions: Option<LatestPositions>,
    /// The person in the force who owns the work.
    pub owner: Option<String>,
    /// The person to whom your side has assigned the work. Each side assigns a person of its own, and does not see whom the
    /// other has assigned. Null for auditors, and in reads with `as_of`.
    pub assigned_to: Option<Assignee>,
    /// The target date that the report sets.
    pub target: Option<AssignmentTarget>,
    /// The day of the report's target.
    pub target_on: Option<NaiveDate>,
    /// The area's own target date.
    pub local_target_on: Option<NaiveDate>,
    /// False if `local_target_on`, or else `target_on`, is on a weekend or a bank holiday. Null outside the area.
    pub working_day: Option<bool>,
    /// The last working day on or before it.
    pub last_working_day: Option<NaiveDate>,
    /// The changes of the area's own target date, oldest first.
    pub target_history: Option<Vec<TargetChange>>,
    /// The other body that the work depends on.
    pub dependency: Option<String>,
    /// The newer recommendation that superseded this one.
    pub superseded_by: Option<Uuid>,
    /// True if the last day has passed and work remains. The last day is the area's own target, or else the report's. False
    /// while `not_yet_recorded` is true.
    pub overdue: Option<bool>,
    /// True if the assignment was opened after its last day, and the area has recorded nothing on it yet. Any change, update
    /// or item of evidence ends this.
    pub not_yet_recorded: Option<bool>,
    /// The number of items of evidence that are not withdrawn.
    pub evidence_count: Option<i32>,
    /// The number of items of evidence that the policing body accepted.
    pub accepted_evidence_count: Option<i32>,
    /// The highest marking of the items of evidence.
    pub marking: Option<Marking>,
    /// The actions that the caller may take now. Absent for callers outside the area, and in reads with `as_of`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub allowed_actions: Option<Vec<AllowedAction>>,
    /// The version of the record. Every change increases it by 1.
    pub version: i64,
    /// When the assignment was opened. For callers outside the area, when it was first published.
    pub created_at: DateTime<Utc>,
    /// When a member that the caller may read last changed.
    pub updated_at: DateTime<Utc>,
    /// Addresses of related resources.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for Assignment {
    fn version(&self) -> i64 {
        self.version
    }
}
