//! One row of an assignment: its own columns, and the columns joined from its recommendation and inspection.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::assignments::model::{Headline, Marking, RecommendationSummary};
use crate::assignments::positions::{AssuranceOpinion, BodyView, InspectorateStatus};
use crate::assignments::workflow::ForceStatus;
use crate::db::FromRow;
use crate::inspections;
use crate::recommendations::{RecommendationTarget, TargetBasis};

/// One row of an assignment.
#[derive(Clone, Debug)]
pub struct AssignmentRow {
    /// The assignment's id.
    pub id: Uuid,
    /// The id of the recommendation.
    pub recommendation_id: Uuid,
    /// The id of the recommendation's inspection.
    pub inspection_id: Uuid,
    /// The code of the police area.
    pub area: String,
    /// The status that the force states.
    pub force_status: ForceStatus,
    /// The policing body's view.
    pub body_view: BodyView,
    /// An auditor's opinion.
    pub assurance_opinion: AssuranceOpinion,
    /// The inspectorate's decision.
    pub inspectorate_status: InspectorateStatus,
    /// The person in the force who owns the work.
    pub owner: Option<String>,
    /// The area's own target date.
    pub local_target_on: Option<NaiveDate>,
    /// The other body that the work depends on.
    pub dependency: Option<String>,
    /// The newer recommendation that superseded this one.
    pub superseded_by: Option<Uuid>,
    /// The token issuer of the person who submitted the assignment for sign-off.
    pub submitted_issuer: Option<String>,
    /// The token subject of the person who submitted the assignment for sign-off.
    pub submitted_subject: Option<String>,
    /// The number of items of evidence that are not withdrawn.
    pub evidence_count: i32,
    /// The number of accepted items of evidence.
    pub accepted_evidence_count: i32,
    /// The number of rejected items of evidence.
    pub rejected_evidence_count: i32,
    /// The highest marking of the items of evidence.
    pub marking: Marking,
    /// The version of the record. Every change increases it by 1.
    pub version: i64,
    /// When the assignment was opened.
    pub created_at: DateTime<Utc>,
    /// When the record last changed.
    pub updated_at: DateTime<Utc>,
    /// A summary of the recommendation.
    pub recommendation: RecommendationSummary,
    /// The target that the report sets.
    pub target: RecommendationTarget,
    /// How the target's day was computed.
    pub target_basis: TargetBasis,
    /// The day on which the inspection report was published.
    pub published_on: Option<NaiveDate>,
    /// The inspection's state.
    pub inspection_state: inspections::State,
    /// The last day on which the work is in time.
    pub last_day: Option<NaiveDate>,
}

impl AssignmentRow {
    /// Returns the headline state on a day, and true if the assignment is overdue on it.
    pub fn headline_on(&self, day: NaiveDate) -> (Headline, bool) {
        let passed = self.last_day.is_some_and(|last| last < day);
        Headline::derive(self.force_status, self.body_view, self.inspectorate_status, passed)
    }
}

/// Selects the rows of assignments in the caller's areas, which are the parameter that the argument names.
macro_rules! assignment_rows {
    ($areas:literal) => {
        concat!(
            "select a.id, a.recommendation_id, a.inspection_id, a.area, a.force_status, a.body_view,
                    a.assurance_opinion, a.inspectorate_status, a.owner, a.local_target_on, a.dependency,
                    a.superseded_by, a.submitted_issuer, a.submitted_subject, a.evidence_count,
                    a.accepted_evidence_count, a.rejected_evidence_count, a.marking, a.version, a.created_at,
                    a.updated_at, r.reference, r.number, r.kind, r.text, r.ordinal, r.target_kind, r.target_text,
                    r.target_on, r.target_basis, i.published_on, i.state as inspection_state,
                    published.last_day(a.local_target_on, r.target_kind, r.target_on, i.due_on) as last_day
             from assignments a
             join recommendations r on r.id = a.recommendation_id
             join inspections i on i.id = a.inspection_id
             where in_scope(a.area, ",
            $areas,
            ")"
        )
    };
}

/// Selects the same rows for the areas in $2, with `headline` and `overdue` on the day in $1, to filter and sort by.
macro_rules! assignment_rows_with_headline {
    () => {
        concat!(
            "select s.*, published.is_overdue(s.base_headline, s.last_day, $1) as overdue,
                    published.headline(s.base_headline, published.is_overdue(s.base_headline, s.last_day, $1)) as headline
             from (select l.*, base_headline(l.force_status, l.body_view, l.inspectorate_status) as base_headline
                   from (",
            $crate::assignments::store::assignment_rows!("$2"),
            ") l) s"
        )
    };
}

pub(crate) use {assignment_rows, assignment_rows_with_headline};

impl FromRow for RecommendationSummary {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            reference: row.try_get("reference")?,
            number: row.try_get("number")?,
            kind: row.try_get("kind")?,
            text: row.try_get("text")?,
        })
    }
}

impl FromRow for AssignmentRow {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            recommendation_id: row.try_get("recommendation_id")?,
            inspection_id: row.try_get("inspection_id")?,
            area: row.try_get("area")?,
            force_status: row.try_get("force_status")?,
            body_view: row.try_get("body_view")?,
            assurance_opinion: row.try_get("assurance_opinion")?,
            inspectorate_status: row.try_get("inspectorate_status")?,
            owner: row.try_get("owner")?,
            local_target_on: row.try_get("local_target_on")?,
            dependency: row.try_get("dependency")?,
            superseded_by: row.try_get("superseded_by")?,
            submitted_issuer: row.try_get("submitted_issuer")?,
            submitted_subject: row.try_get("submitted_subject")?,
            evidence_count: row.try_get("evidence_count")?,
            accepted_evidence_count: row.try_get("accepted_evidence_count")?,
            rejected_evidence_count: row.try_get("rejected_evidence_count")?,
            marking: row.try_get("marking")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            recommendation: RecommendationSummary::from_row(row)?,
            target: RecommendationTarget {
                kind: row.try_get("target_kind")?,
                text: row.try_get("target_text")?,
                on: row.try_get("target_on")?,
            },
            target_basis: row.try_get("target_basis")?,
            published_on: row.try_get("published_on")?,
            inspection_state: row.try_get("inspection_state")?,
            last_day: row.try_get("last_day")?,
        })
    }
}
