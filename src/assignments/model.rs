//! What a line of an area looks like to those who may read it, and what may be amended of one.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::positions::{AssuranceOpinion, BodyView, InspectorateStatus, PositionTaken};
use super::workflow::ForceStatus;
use crate::api::Versioned;
use crate::api::text::{Line, Prose, amendment};
use crate::recommendations::{RecommendationKind, TargetBasis, TargetKind};
use crate::workflow::AllowedAction;

crate::vocabulary! {
    /// How a line stands, derived from the four positions and the day: the first of these that holds.
    pub enum Headline {
        /// The inspectorate closed it.
        Closed = "closed",
        /// A newer recommendation took its place.
        Superseded = "superseded",
        /// It does not apply to this force.
        NotApplicable = "not_applicable",
        /// The force declined it.
        WillNotImplement = "will_not_implement",
        /// The force says so, and the policing body is assured.
        Complete = "complete",
        /// The force says so; the policing body is not assured yet.
        AwaitingAssurance = "awaiting_assurance",
        /// It waits on another body.
        WaitingOnOther = "waiting_on_other",
        /// Its last day has passed.
        Overdue = "overdue",
        /// The force works on it.
        InProgress = "in_progress",
        /// Nothing was begun.
        NotStarted = "not_started",
    }
}

impl Headline {
    /// How a line stands, its last day passed or not; and whether it is overdue, as one that waits on another body is too.
    /// `published.headline` and `published.is_overdue` say the same in the database, for lists.
    pub fn of(force: ForceStatus, body: BodyView, inspectorate: InspectorateStatus, passed: bool) -> (Self, bool) {
        let headline = match (inspectorate, force) {
            (InspectorateStatus::Closed | InspectorateStatus::ClosedVerified, _) => Self::Closed,
            (_, ForceStatus::Superseded) => Self::Superseded,
            (_, ForceStatus::NotApplicable) => Self::NotApplicable,
            (_, ForceStatus::WillNotImplement) => Self::WillNotImplement,
            (_, ForceStatus::ForceComplete) if body == BodyView::Assured => Self::Complete,
            (_, ForceStatus::ForceComplete) => Self::AwaitingAssurance,
            (_, ForceStatus::DependentOnOther) => return (Self::WaitingOnOther, passed),
            (_, ForceStatus::InProgress | ForceStatus::Embedding | ForceStatus::AwaitingSignOff) => Self::InProgress,
            (_, ForceStatus::AwaitingAllocation | ForceStatus::Allocated) => Self::NotStarted,
        };
        match headline {
            Self::InProgress | Self::NotStarted if passed => (Self::Overdue, true),
            headline => (headline, false),
        }
    }
}

crate::vocabulary! {
    /// A protective marking of the Government Security Classifications that this service may hold. What is SECRET or
    /// above is refused.
    pub enum Marking {
        /// OFFICIAL.
        Official = "official",
        /// OFFICIAL-SENSITIVE.
        OfficialSensitive = "official_sensitive",
    }
}

/// The recommendation or area for improvement that a line tracks, in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecommendationSummary {
    /// The source's own reference.
    #[schema(example = "21912")]
    pub reference: String,
    /// Its number in the report.
    pub number: String,
    /// What it is.
    pub kind: RecommendationKind,
    /// The words of the report.
    pub text: String,
}

/// The report's own target, the day it means, and why it means that day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssignmentTarget {
    /// In which way the report says it. What is `immediate` is due at publication, and not overdue before the response is.
    pub kind: TargetKind,
    /// The words as printed.
    pub text: Option<String>,
    /// The day they mean.
    pub on: Option<NaiveDate>,
    /// How that day came about.
    pub basis: TargetBasis,
    /// The same in words.
    pub explanation: String,
}

/// A move of the local target.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TargetMove {
    /// The day it was before.
    pub from: Option<NaiveDate>,
    /// The day it became.
    pub to: Option<NaiveDate>,
    /// Why.
    pub reason: String,
    /// Who moved it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What each of the others holds, as it was last recorded.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Positions {
    /// The policing body's.
    pub body_view: Option<PositionTaken>,
    /// An auditor's.
    pub assurance_opinion: Option<PositionTaken>,
    /// The inspectorate's.
    pub inspectorate_status: Option<PositionTaken>,
}

/// One recommendation in one area: four positions, kept apart, and how the line stands by them. To the public, and to
/// other areas, it shows `headline`, `body_view` and `inspectorate_status` once the area's response is published; the
/// other members are null.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Assignment {
    /// Its id.
    pub id: Uuid,
    /// The police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// The recommendation.
    pub recommendation_id: Uuid,
    /// Its inspection.
    pub inspection_id: Uuid,
    /// The recommendation in short.
    pub recommendation: RecommendationSummary,
    /// How it stands, derived: never written.
    pub headline: Headline,
    /// The force's claim.
    pub force_status: Option<ForceStatus>,
    /// The policing body's view.
    pub body_view: BodyView,
    /// An auditor's opinion.
    pub assurance_opinion: Option<AssuranceOpinion>,
    /// The inspectorate's decision.
    pub inspectorate_status: InspectorateStatus,
    /// What each of the last three rests on.
    pub positions: Option<Positions>,
    /// Who in the force owns it.
    pub owner: Option<String>,
    /// The report's target.
    pub target: Option<AssignmentTarget>,
    /// The day of the report's target.
    pub target_on: Option<NaiveDate>,
    /// The area's own.
    pub local_target_on: Option<NaiveDate>,
    /// Each move of the area's own target, oldest first.
    pub target_history: Option<Vec<TargetMove>>,
    /// The body it waits on, or would.
    pub dependency: Option<String>,
    /// The newer recommendation that took its place.
    pub superseded_by: Option<Uuid>,
    /// Whether its last day has passed while it is not done: the local target, else the report's.
    pub overdue: Option<bool>,
    /// How many items of evidence there are that were not withdrawn.
    pub evidence_count: Option<i32>,
    /// How many of them the policing body accepted.
    pub accepted_evidence_count: Option<i32>,
    /// The highest marking of them.
    pub marking: Option<Marking>,
    /// What this caller can do with it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub allowed_actions: Option<Vec<AllowedAction>>,
    /// Counts its changes.
    pub version: i64,
    /// When it was opened, or first shown.
    pub created_at: DateTime<Utc>,
    /// When what the caller sees of it was last written.
    pub updated_at: DateTime<Utc>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for Assignment {
    fn version(&self) -> i64 {
        self.version
    }
}

/// What the force can amend of an open line (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentAmended {
    /// Who in the force owns it.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Line>)]
    pub owner: Option<Option<Line>>,
    /// The area's own target; needs a reason.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<NaiveDate>)]
    pub local_target_on: Option<Option<NaiveDate>>,
    /// Why the local target moves.
    #[schema(nullable = false)]
    pub reason: Option<Prose>,
    /// The body it waits on, or would.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Line>)]
    pub dependency: Option<Option<Line>>,
}
