//! SQL for the published copy of assignments: the headline state and two positions, once the area's response is
//! published.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::api::Problem;
use crate::assignments::model::{Headline, RecommendationSummary};
use crate::assignments::positions::{BodyView, InspectorateStatus};
use crate::db::{FromRow, Session};

/// A published assignment, as the public sees it.
#[derive(Clone, Debug)]
pub struct PublishedAssignment {
    /// The assignment's id.
    pub id: Uuid,
    /// The id of the recommendation.
    pub recommendation_id: Uuid,
    /// The id of the recommendation's inspection.
    pub inspection_id: Uuid,
    /// The code of the police area.
    pub area: String,
    /// A summary of the recommendation.
    pub recommendation: RecommendationSummary,
    /// The headline state.
    pub headline: Headline,
    /// The policing body's view.
    pub body_view: BodyView,
    /// The inspectorate's decision.
    pub inspectorate_status: InspectorateStatus,
    /// The version of the published copy. Every change of it increases the version by 1.
    pub version: i64,
    /// When the assignment was first published.
    pub created_at: DateTime<Utc>,
    /// When the published copy last changed.
    pub updated_at: DateTime<Utc>,
}

/// Selects the published assignments, with their headline state on the day in $1.
macro_rules! published_assignments {
    () => {
        "select p.id, p.recommendation_id, p.inspection_id, p.area, p.body_view, p.inspectorate_status, p.version,
                p.created_at, p.updated_at, i.published_on, r.reference, r.number, r.kind, r.text, p.ordinal,
                published.headline(p.base_headline, published.is_overdue(p.base_headline, l.last_day, $1, n.not_yet_recorded),
                                   n.not_yet_recorded) as headline
         from published.assignments p
         join published.recommendations r on r.id = p.recommendation_id
         join published.inspections i on i.id = p.inspection_id
         cross join lateral (select published.last_day(p.local_target_on, r.target_kind, r.target_on, i.due_on) as last_day) l
         cross join lateral (select published.is_not_yet_recorded(p.base_headline, l.last_day, p.blank_since)
                                 as not_yet_recorded) n"
    };
}

pub(super) use published_assignments;

impl FromRow for PublishedAssignment {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            recommendation_id: row.try_get("recommendation_id")?,
            inspection_id: row.try_get("inspection_id")?,
            area: row.try_get("area")?,
            recommendation: RecommendationSummary::from_row(row)?,
            headline: row.try_get("headline")?,
            body_view: row.try_get("body_view")?,
            inspectorate_status: row.try_get("inspectorate_status")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}

/// Returns a published assignment, with its headline state on a day.
pub async fn find_public(db: &Session<'_>, id: Uuid, today: NaiveDate) -> Result<Option<PublishedAssignment>, Problem> {
    db.find(concat!(published_assignments!(), " where p.id = $2"), &[&today, &id]).await
}

/// Returns the published assignments with these ids, in no particular order, with their headline state on a day.
pub(super) async fn find_many_public(
    db: &Session<'_>,
    ids: &[Uuid],
    today: NaiveDate,
) -> Result<Vec<PublishedAssignment>, Problem> {
    db.find_all(concat!(published_assignments!(), " where p.id = any ($2)"), &[&today, &ids]).await
}
