//! SQL that computes the review dates of records.

use chrono::NaiveDate;
use tokio_postgres::Row;
use uuid::Uuid;

use super::model::{RetainedResource, RetentionEntry};
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::db::{FromRow, Session, Sql, list};
use crate::retention::store::held_column;
use crate::vocabulary::WireName;

/// Selects the finished records of the areas in `$1` that were not disposed of, with their review dates. A response is
/// finished when it was published or is not required, and evidence when it was accepted, rejected or withdrawn.
const ENTRIES: &str = concat!(
    "select s.resource, s.id, s.area, r.review_on is not null as reviewed,
            coalesce(r.review_on, ((s.updated_at at time zone 'Europe/London')
                                   + make_interval(years => a.retention_years))::date) as review_on,
            (select d.id from disposals d
             where d.resource_id = s.id and (d.state = 'proposed' or d.state = 'confirmed' and d.disposed_at is null)) as disposal_id, ",
    held_column!(),
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
        let collection = match resource {
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
                ("record", format!("/v1/{collection}/{id}")),
                ("reviews", format!("/v1/retention-reviews?resource_id={id}")),
            ]
            .into(),
        })
    }
}

/// The definition of the list of review dates: its filters and sort orders.
#[derive(Debug)]
pub enum Schedule {}

impl ListDefinition for Schedule {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",       FilterType::Labels,                         "area = any ($)",     "Returns only records of these police areas."),
        ("resource",   FilterType::OneOf(RetainedResource::NAMES), "resource = any ($)", "Returns only records of these kinds."),
        ("due_before", FilterType::Date,                           "review_on < $",      "Returns only records with `review_on` before this day."),
        ("held",       FilterType::Flag,                           "held = $",           "Returns only records under a legal hold (true), or only the others (false)."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("review_on", "review_on",              "date"),
        ("resource",  "resource collate \"C\"", "text"),
    ];
    const DEFAULT_SORT: &'static str = "review_on";
}

/// Returns one page of the review dates of the caller's areas, with the total if the query requests it. The entries
/// have no content of the records, so OFFICIAL-SENSITIVE evidence is among them.
pub async fn page(
    db: &Session<'_>,
    query: &ListQuery<Schedule>,
) -> Result<(Vec<(RetentionEntry, Cursor)>, Option<i64>), Problem> {
    list(db, &[ENTRIES], &[&db.areas()], query).await
}

/// Returns the review date of a record of the caller's areas, or `None` if the record is not finished.
pub async fn find_review_date(db: &Session<'_>, resource: &str, id: Uuid) -> Result<Option<NaiveDate>, Problem> {
    let mut sql = Sql::from("select q.review_on from (");
    sql.push(ENTRIES);
    sql.push(") q where q.resource = $2 and q.id = $3");
    Ok(db.query_opt(sql, &[&db.areas(), &resource, &id]).await?.map(|row| row.get("review_on")))
}
