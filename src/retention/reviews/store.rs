//! SQL of retention reviews.

use tokio_postgres::Row;
use uuid::Uuid;

use super::model::RetentionReview;
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::db::{FromRow, Session, Sql, Tx, list};
use crate::retention::schedule::RetainedResource;
use crate::vocabulary::WireName;

/// Selects the reviews of the areas in `$1`.
const ROWS: &str = "
    select id, area, resource, resource_id, review_on, reason, coalesce(name, subject) as by, created_at
    from retention_reviews
    where in_scope(area, $1)";

impl FromRow for RetentionReview {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let (id, resource_id) = (row.try_get("id")?, row.try_get("resource_id")?);
        Ok(Self {
            id,
            area: row.try_get("area")?,
            resource: row.try_get("resource")?,
            resource_id,
            review_on: row.try_get("review_on")?,
            reason: row.try_get("reason")?,
            by: row.try_get("by")?,
            created_at: row.try_get("created_at")?,
            links: Self::links(id, resource_id),
        })
    }
}

/// The definition of the list of reviews: its filters and sort orders.
#[derive(Debug)]
pub enum Reviews {}

impl ListDefinition for Reviews {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",        FilterType::Labels,                         "area = any ($)",     "Returns only reviews of records of these police areas."),
        ("resource",    FilterType::OneOf(RetainedResource::NAMES), "resource = any ($)", "Returns only reviews of these kinds of record."),
        ("resource_id", FilterType::Id,                             "resource_id = $",    "Returns only reviews of this record."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at", "timestamptz"),
        ("review_on",  "review_on",  "date"),
    ];
    const DEFAULT_SORT: &'static str = "-created_at";
}

/// Returns one page of the reviews of the caller's areas, with the total if the query requests it.
pub async fn page(
    db: &Session<'_>,
    query: &ListQuery<Reviews>,
) -> Result<(Vec<(RetentionReview, Cursor)>, Option<i64>), Problem> {
    list(db, &[ROWS], &[&db.areas()], query).await
}

/// Returns the review with this id, if it belongs to one of the caller's areas.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<RetentionReview>, Problem> {
    let mut sql = Sql::from(ROWS);
    sql.push(" and id = $2");
    db.find(sql, &[&db.areas(), &id]).await
}

/// Inserts a review by the caller.
pub async fn insert(tx: &Tx<'_>, it: &RetentionReview) -> Result<u64, Problem> {
    let actor = &tx.call().actor;
    tx.execute(
        "insert into retention_reviews (id, area, resource, resource_id, review_on, reason, issuer, subject, name,
                                        created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &it.id,
            &it.area,
            &it.resource,
            &it.resource_id,
            &it.review_on,
            &it.reason,
            &actor.issuer,
            &actor.subject,
            &actor.name,
            &it.created_at,
        ],
    )
    .await
}
