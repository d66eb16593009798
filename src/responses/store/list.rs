//! SQL for the list of responses: all of the caller's own areas and the published ones of other areas, in one order.

use std::collections::HashMap;

use chrono::NaiveDate;
use tokio_postgres::Row;
use uuid::Uuid;

use super::find::{ResponseRecord, find_many};
use super::published::{PublishedResponse, find_many_public};
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::auth::Scope;
use crate::db::{FromRow, Public, Session, aggregate, list};
use crate::people::assignees;
use crate::responses::workflow::State;
use crate::vocabulary::WireName;

/// The definition of the list of responses: its filters and sort orders.
#[derive(Debug)]
pub enum Responses {}

impl ListDefinition for Responses {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",          FilterType::Labels,              "area = any ($)",    "Returns only responses of these police areas."),
        ("inspection_id", FilterType::Id,                  "inspection_id = $", "Returns only responses to this inspection."),
        ("state",         FilterType::OneOf(State::NAMES), "state = any ($)",   "Returns only responses in these states."),
        ("assigned_to",   FilterType::People,              "assignee && $",     "Returns only responses that your side has assigned to one of these people: ids, or `me` for yourself."),
        ("due_before",    FilterType::Date,                "due_on < $",        "Returns only responses with `due_on` before this day."),
        ("due_after",     FilterType::Date,                "due_on > $",        "Returns only responses with `due_on` after this day."),
        ("overdue",       FilterType::Flag,                "overdue = $",       "Returns only responses that are not published though `due_on` has passed (true), or only the others (false). A response that is not yet recorded is not overdue."),
        ("not_yet_recorded", FilterType::Flag,             "not_yet_recorded = $", "Returns only responses whose inspection was registered after `due_on`, and in which nothing is recorded yet (true), or only the others (false)."),
        ("on_time",       FilterType::Flag,                "on_time = $",       "Returns only responses whose first edition was published in time (true), or only those published late (false)."),
        ("q", FilterType::Text,
         "published.has_required_word(published.lookup_query($)) and inspection_id in (
              select id from published.texts where facets @> '{type:inspection}' and search_vector @@ published.lookup_query($))",
         "Returns only responses whose inspection has these words in its reference, title or key findings. To search \
          the responses themselves, use GET /v1/search."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("due_on",       "coalesce(due_on, 'infinity')",       "date"),
        ("published_on", "coalesce(published_on, 'infinity')", "date"),
        ("area",         "area collate \"C\"",                 "text"),
        ("state",        "state collate \"C\"",                "text"),
        ("created_at",   "created_at",                         "timestamptz"),
        ("updated_at",   "updated_at",                         "timestamptz"),
    ];
    const DEFAULT_SORT: &'static str = "-due_on,area";
}

/// Selects the published responses, with the columns that the list filters and sorts by.
macro_rules! published_rows {
    () => {
        "select p.id, p.inspection_id, p.area, false as own, null::text[] as assignee, p.state, i.reference, i.title, i.published_on, i.due_on,
                false as overdue, false as not_yet_recorded, true as is_published,
                e.first_published_on <= i.due_on as on_time, i.state as inspection_state, p.created_at, p.updated_at
         from published.responses p
         join published.editions e on e.response_id = p.id and e.edition = p.edition
         join published.inspections i on i.id = p.inspection_id"
    };
}

/// The responses of the caller's areas ($1) on a day ($2), and the published responses of other areas. $3 is the side for
/// which the caller acts, and $4 the caller's identity.
const VISIBLE_ROWS: [&str; 2] = [
    constcat::concat!(
        "select r.id, r.inspection_id, r.area, true as own, (",
        assignees::filter!("r.id", "$1", "$3", "$4"),
        ") as assignee, r.state, i.reference, i.title, i.published_on, i.due_on,
            response_is_overdue(i.state, r.state, e.edition is not null, n.not_yet_recorded, i.due_on, $2) as overdue,
            n.not_yet_recorded, e.edition is not null as is_published, e.first_published_on <= i.due_on as on_time,
            i.state as inspection_state, r.created_at, r.updated_at
     from responses r
     join inspections i on i.id = r.inspection_id
     left join current_editions e on e.response_id = r.id
     cross join lateral (select response_not_yet_recorded(i.state, r.state, r.version, r.blank_version, r.created_at,
                                                          i.due_on) as not_yet_recorded) n
     where in_scope(r.area, $1)"
    ),
    concat!(published_rows!(), " where not in_scope(p.area, $1)"),
];
const PUBLISHED_ROWS: &str = published_rows!();

/// Returns the parameters of the visible rows.
macro_rules! own_parameters {
    ($db:ident, $today:ident) => {
        [&$db.areas() as _, &$today as _, &$db.acting_side() as _, &$db.person() as _]
    };
}

/// One row of a page: the id of a response, and whether it belongs to one of the caller's areas.
struct ListRow {
    id: Uuid,
    own: bool,
}

impl FromRow for ListRow {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { id: row.try_get("id")?, own: row.try_get("own")? })
    }
}

/// One item of a page of responses.
#[derive(Clone, Debug)]
pub enum ResponseListItem {
    /// A response of one of the caller's areas.
    Own(Box<ResponseRecord>),
    /// A published response of another area.
    Published(Box<PublishedResponse>),
}

/// The items of a page with their cursors, and the total number of items if the query has `count`.
type PageRows = (Vec<(ResponseListItem, Cursor)>, Option<i64>);

/// Returns one page of the published responses.
pub async fn page_public(db: &Public<'_>, query: &ListQuery<Responses>) -> Result<PageRows, Problem> {
    let (rows, total) = list::<ListRow, _>(db, &[PUBLISHED_ROWS], &[], query).await?;
    load_items(db, None, rows, total).await
}

/// Returns one page of the responses of the caller's areas and the published responses of other areas.
pub async fn page(
    db: &Session<'_>,
    scope: &Scope,
    query: &ListQuery<Responses>,
    today: NaiveDate,
) -> Result<PageRows, Problem> {
    let (rows, total) = list::<ListRow, _>(db, &VISIBLE_ROWS, &own_parameters!(db, today), query).await?;
    load_items(db, Some(scope), rows, total).await
}

/// Loads the records of a page's rows, with one set of queries for the whole page.
async fn load_items(
    db: &Session<'_>,
    scope: Option<&Scope>,
    rows: Vec<(ListRow, Cursor)>,
    total: Option<i64>,
) -> Result<PageRows, Problem> {
    let ids = |own: bool| rows.iter().filter(|(row, _)| row.own == own).map(|(row, _)| row.id).collect::<Vec<_>>();
    let mut items = HashMap::new();
    if let Some(scope) = scope {
        for record in find_many(db, scope, &ids(true)).await? {
            items.insert(record.row.id, ResponseListItem::Own(Box::new(record)));
        }
    }
    let others = ids(false);
    if !others.is_empty() {
        let published = find_many_public(db, &others).await?;
        items.extend(published.into_iter().map(|it| (it.id, ResponseListItem::Published(Box::new(it)))));
    }
    let rows = rows.into_iter().filter_map(|(row, cursor)| Some((items.remove(&row.id)?, cursor)));
    Ok((rows.collect(), total))
}

/// Aggregates the published responses that the query matches.
pub async fn aggregate_public<T: FromRow, L: ListDefinition>(
    db: &Public<'_>,
    select: &'static str,
    query: &ListQuery<L>,
    group_by: &'static str,
) -> Result<Vec<T>, Problem> {
    aggregate(db, select, &[PUBLISHED_ROWS], &[], query, group_by).await
}

/// Aggregates the responses of the caller's areas and the published responses of other areas that the query matches.
pub async fn aggregate_visible<T: FromRow, L: ListDefinition>(
    db: &Session<'_>,
    select: &'static str,
    query: &ListQuery<L>,
    group_by: &'static str,
    today: NaiveDate,
) -> Result<Vec<T>, Problem> {
    aggregate(db, select, &VISIBLE_ROWS, &own_parameters!(db, today), query, group_by).await
}

/// Returns the number of responses of the caller's areas that are overdue on a day.
pub async fn count_overdue(db: &Session<'_>, today: NaiveDate) -> Result<i64, Problem> {
    let mut sql = crate::db::Sql::from("select count(*) from (");
    sql.push(VISIBLE_ROWS[0]);
    sql.push(") r where overdue");
    Ok(db.query_opt(sql, &own_parameters!(db, today)).await?.map_or(0, |row| row.get(0)))
}
