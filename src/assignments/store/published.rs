//! What anyone may read of a line: how it stands, and two positions, once its area's response is published.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::super::model::{Headline, RecommendationSummary};
use super::super::positions::{BodyView, InspectorateStatus};
use crate::api::Problem;
use crate::db::{FromRow, Session};

/// A line as the public sees it.
#[derive(Clone, Debug)]
pub struct PublishedRecord {
    /// Its id.
    pub id: Uuid,
    /// The recommendation.
    pub recommendation_id: Uuid,
    /// Its inspection.
    pub inspection_id: Uuid,
    /// The police area.
    pub area: String,
    /// The recommendation in short.
    pub recommendation: RecommendationSummary,
    /// How it stands.
    pub headline: Headline,
    /// The policing body's view.
    pub body_view: BodyView,
    /// The inspectorate's decision.
    pub inspectorate_status: InspectorateStatus,
    /// Counts the changes of what is shown.
    pub version: i64,
    /// When it was first shown.
    pub created_at: DateTime<Utc>,
    /// When what is shown last changed.
    pub updated_at: DateTime<Utc>,
}

/// What is published of lines, as they stand on a day ($1).
macro_rules! published {
    () => {
        "select p.id, p.recommendation_id, p.inspection_id, p.area, p.body_view, p.inspectorate_status, p.version,
                p.created_at, p.updated_at, i.published_on, r.reference, r.number, r.kind, r.text, p.ordinal,
                published.headline(p.standing, published.is_overdue(
                    p.standing, published.last_day(p.local_target_on, r.target_kind, r.target_on, i.due_on), $1)) as headline
         from published.assignments p
         join published.recommendations r on r.id = p.recommendation_id
         join published.inspections i on i.id = p.inspection_id"
    };
}

pub(super) use published;

impl FromRow for PublishedRecord {
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

/// One published line, as it stands on a day.
pub async fn find_public(db: &Session<'_>, id: Uuid, today: NaiveDate) -> Result<Option<PublishedRecord>, Problem> {
    db.find(concat!(published!(), " where p.id = $2"), &[&today, &id]).await
}

/// Published lines by their ids, in no order, as they stand on a day.
pub(super) async fn by_ids(db: &Session<'_>, ids: &[Uuid], today: NaiveDate) -> Result<Vec<PublishedRecord>, Problem> {
    db.all(concat!(published!(), " where p.id = any ($2)"), &[&today, &ids]).await
}
