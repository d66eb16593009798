//! One row of an assignment: its own columns, and the columns joined from its recommendation and inspection.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::assignments::model::{Headline, Marking, RecommendationSummary, Standing};
use crate::assignments::positions::{AssuranceOpinion, BodyView, InspectorateStatus};
use crate::assignments::workflow::ForceStatus;
use crate::calendar::london_date;
use crate::db::FromRow;
use crate::inspections;
use crate::recommendations::{RecommendationTarget, TargetBasis};

crate::stored_record! {
    /// One row of an assignment. The audit log stores its own columns, without the counts of its evidence.
    #[derive(Clone, Debug, Serialize)]
    pub struct AssignmentRow in "assignments" as "a.",
        updated where "id = $1 and version = $2 and force_status = $4 and in_scope(area, $5)" from 6 {
        /// The assignment's id.
        key id: Uuid,
        /// The id of the recommendation.
        inserted recommendation_id: Uuid,
        /// The id of the recommendation's inspection.
        inserted inspection_id: Uuid,
        /// The code of the police area.
        inserted area: String,
        /// The status that the force states.
        updated force_status: ForceStatus,
        /// The policing body's view.
        maintained body_view: BodyView,
        /// An auditor's opinion.
        maintained assurance_opinion: AssuranceOpinion,
        /// The inspectorate's decision.
        maintained inspectorate_status: InspectorateStatus,
        /// The person in the force who owns the work.
        updated owner: Option<String>,
        /// The area's own target date.
        updated local_target_on: Option<NaiveDate>,
        /// The other body that the work depends on.
        updated dependency: Option<String>,
        /// The newer recommendation that superseded this one.
        updated superseded_by: Option<Uuid>,
        /// The token issuer of the person who submitted the assignment for sign-off.
        updated submitted_issuer: Option<String>,
        /// The token subject of the person who submitted the assignment for sign-off.
        updated submitted_subject: Option<String>,
        /// The number of items of evidence that are not withdrawn.
        #[serde(skip)]
        maintained evidence_count: i32,
        /// The number of accepted items of evidence.
        #[serde(skip)]
        maintained accepted_evidence_count: i32,
        /// The number of rejected items of evidence.
        #[serde(skip)]
        maintained rejected_evidence_count: i32,
        /// The highest marking of the items of evidence.
        #[serde(skip)]
        maintained marking: Marking,
        /// The version at which nothing is recorded on the assignment; 0 once there is an update or an item of evidence.
        #[serde(skip)]
        maintained blank_version: i64,
        /// The version of the record. Every change increases it by 1.
        maintained version: i64,
        /// When the assignment was opened.
        inserted created_at: DateTime<Utc>,
        /// When the record last changed.
        inserted updated_at: DateTime<Utc>,
        /// A summary of the recommendation.
        #[serde(skip)]
        joined_group recommendation: RecommendationSummary,
        /// The target that the report sets.
        #[serde(skip)]
        joined_group target: RecommendationTarget,
        /// How the target's day was computed.
        #[serde(skip)]
        joined target_basis: TargetBasis,
        /// The day on which the inspection report was published.
        #[serde(skip)]
        joined published_on: Option<NaiveDate>,
        /// The inspection's state.
        #[serde(skip)]
        joined inspection_state: inspections::State,
        /// The last day on which the work is in time.
        #[serde(skip)]
        joined last_day: Option<NaiveDate>,
    }
}

impl AssignmentRow {
    /// Returns how the assignment stands on a day.
    pub fn standing_on(&self, day: NaiveDate) -> Standing {
        let passed = self.last_day.is_some_and(|last| last < day);
        let is_blank = self.version == self.blank_version;
        let opened_late = is_blank && self.last_day.is_some_and(|last| last < london_date(self.created_at));
        Headline::derive(self.force_status, self.body_view, self.inspectorate_status, passed, opened_late)
    }
}

/// Selects the rows of assignments in the caller's areas, which are the parameter that the argument names.
macro_rules! assignment_rows {
    ($areas:literal) => {
        constcat::concat!(
            "select ",
            $crate::assignments::store::AssignmentRow::COLUMNS,
            ", r.reference, r.number, r.kind, r.text, r.ordinal, r.target_kind, r.target_text,
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

/// Selects the same rows for the areas in $2, with `headline`, `overdue` and `not_yet_recorded` on the day in $1, to filter
/// and sort by.
macro_rules! assignment_rows_with_headline {
    () => {
        constcat::concat!(
            "select s.*, n.not_yet_recorded, o.overdue,
                    published.headline(s.base_headline, o.overdue, n.not_yet_recorded) as headline
             from (select l.*, base_headline(l.force_status, l.body_view, l.inspectorate_status) as base_headline
                   from (",
            $crate::assignments::store::assignment_rows!("$2"),
            ") l) s
             cross join lateral (select published.is_not_yet_recorded(
                 s.base_headline, s.last_day, blank_since(s.version, s.blank_version, s.created_at)) as not_yet_recorded) n
             cross join lateral (select published.is_overdue(
                 s.base_headline, s.last_day, $1, n.not_yet_recorded) as overdue) o"
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
