//! Review dates, worked out in the database, and the reviews that were recorded.

use chrono::NaiveDate;
use tokio_postgres::Row;
use uuid::Uuid;

use super::super::store::held;
use super::model::{RetainedResource, RetentionEntry, RetentionReview};
use crate::api::{Cursor, Field, Filter, Listing, Problem, Query, Sort};
use crate::db::{FromRow, Session, Sql, Tx, list};
use crate::vocabulary::WireName;

/// Records of the areas in scope ($1) that have come to their end and were not disposed of.
const SCHEDULE: &str = concat!(
    "select s.resource, s.id, s.area, r.review_on is not null as reviewed,
            coalesce(r.review_on, ((s.updated_at at time zone 'Europe/London')
                                   + make_interval(years => a.retention_years))::date) as review_on,
            (select d.id from disposals d
             where d.resource_id = s.id and (d.state = 'proposed' or d.state = 'confirmed' and d.disposed_at is null)) as disposal_id, ",
    held!(),
    " from (select 'response' as resource, r.id, r.area, r.updated_at, array[r.id] as within
            from responses r
            where in_scope(r.area, $1) and r.state in ('published', 'complete', 'not_required')
              and not exists (select from disposals d where d.resource_id = r.id and d.ground = 'retention'
                                                        and d.disposed_at >= r.updated_at)
            union all
            select 'evidence', e.id, e.area, e.updated_at, array[e.id, l.id, r.id]
            from evidence e
            join assignments l on l.id = e.assignment_id
            join responses r on r.inspection_id = l.inspection_id and r.area = l.area
            where in_scope(e.area, $1) and e.state in ('accepted', 'rejected', 'withdrawn') and e.disposed_at is null) s
      join area_settings a on a.area = s.area
      left join lateral (select v.review_on from retention_reviews v
                         where v.resource_id = s.id order by v.created_at desc, v.id desc limit 1) r on true"
);

impl FromRow for RetentionEntry {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let (id, resource): (Uuid, RetainedResource) = (row.try_get("id")?, row.try_get("resource")?);
        let folder = match resource {
            RetainedResource::Response => "responses",
            RetainedResource::Evidence => "evidence",
        };
        Ok(Self {
            id,
            resource,
            area: row.try_get("area")?,
            review_on: row.try_get("review_on")?,
            reviewed: row.try_get("reviewed")?,
            held: row.try_get("held")?,
            disposal_id: row.try_get("disposal_id")?,
            links: [
                ("record", format!("/v1/{folder}/{id}")),
                ("reviews", format!("/v1/retention-reviews?resource_id={id}")),
            ]
            .into(),
        })
    }
}

/// The schedule of reviews.
#[derive(Debug)]
pub enum Schedule {}

impl Listing for Schedule {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",       Field::Texts,                          "area = any ($)",     "Records of these areas."),
        ("resource",   Field::Words(RetainedResource::NAMES), "resource = any ($)", "Records of these kinds."),
        ("due_before", Field::Date,                           "review_on < $",      "Records whose review is due before this day."),
        ("held",       Field::Flag,                           "held = $",           "Whether a legal hold is on them."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("review_on", "review_on",              "date"),
        ("resource",  "resource collate \"C\"", "text"),
    ];
    const DEFAULT: &'static str = "review_on";
}

/// One page of the schedule of the areas in scope; of evidence it tells nothing that is marked.
pub async fn schedule(
    db: &Session<'_>,
    query: &Query<Schedule>,
) -> Result<(Vec<(RetentionEntry, Cursor)>, Option<i64>), Problem> {
    list(db, &[SCHEDULE], &[&db.areas()], query).await
}

/// The day on which a record of the areas in scope is reviewed; none for what has not come to its end.
pub async fn review_on(db: &Session<'_>, resource: &str, id: Uuid) -> Result<Option<NaiveDate>, Problem> {
    let mut sql = Sql::from("select q.review_on from (");
    sql.push(SCHEDULE);
    sql.push(") q where q.resource = $2 and q.id = $3");
    Ok(db.maybe(sql, &[&db.areas(), &resource, &id]).await?.map(|row| row.get("review_on")))
}

const REVIEWS: &str = "
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

/// The list of reviews.
#[derive(Debug)]
pub enum Reviews {}

impl Listing for Reviews {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",        Field::Texts,                          "area = any ($)",     "Reviews of these areas."),
        ("resource",    Field::Words(RetainedResource::NAMES), "resource = any ($)", "Reviews of these kinds of record."),
        ("resource_id", Field::Id,                             "resource_id = $",    "Reviews of one record."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at", "timestamptz"),
        ("review_on",  "review_on",  "date"),
    ];
    const DEFAULT: &'static str = "-created_at";
}

/// One page of the reviews of the areas in scope.
pub async fn reviews(
    db: &Session<'_>,
    query: &Query<Reviews>,
) -> Result<(Vec<(RetentionReview, Cursor)>, Option<i64>), Problem> {
    list(db, &[REVIEWS], &[&db.areas()], query).await
}

/// One review of the areas in scope.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<RetentionReview>, Problem> {
    let mut sql = Sql::from(REVIEWS);
    sql.push(" and id = $2");
    db.find(sql, &[&db.areas(), &id]).await
}

/// Adds a review.
pub async fn insert(tx: &Tx<'_>, it: &RetentionReview) -> Result<u64, Problem> {
    let actor = &tx.call().actor;
    tx.execute(
        "insert into retention_reviews (id, area, resource, resource_id, review_on, reason, issuer, subject, name, created_at)
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
