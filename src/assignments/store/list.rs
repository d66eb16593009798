//! SQL for the list of assignments: all of the caller's own areas and the published ones of other areas, in one
//! order.

use std::collections::HashMap;

use chrono::NaiveDate;
use tokio_postgres::Row;
use uuid::Uuid;

use super::find::{AssignmentRecord, find_many};
use super::published::{PublishedAssignment, find_many_public, published_assignments};
use super::row::assignment_rows_with_headline;
use crate::api::{Cursor, Filter, FilterType, FilterValue, ListDefinition, ListQuery, Problem, Sort};
use crate::assignments::model::Headline;
use crate::assignments::positions::BodyView;
use crate::assignments::workflow::ForceStatus;
use crate::db::{FromRow, Public, Relation, Session, aggregate, list};
use crate::people::assignees;
use crate::recommendations::RecommendationKind;
use crate::vocabulary::WireName;

/// The SQL condition of the filter `area`. [`visible_rows`] looks for it among the query's filters.
const AREA: &str = "area collate \"C\" = any ($)";

/// The definition of the list of assignments: its filters and sort orders.
#[derive(Debug)]
pub enum Assignments {}

impl ListDefinition for Assignments {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",              FilterType::Labels,                           AREA,                     "Returns only assignments of these police areas."),
        ("inspection_id",     FilterType::Id,                               "inspection_id = $",      "Returns only assignments of this inspection."),
        ("recommendation_id", FilterType::Id,                               "recommendation_id = $",  "Returns only assignments of this recommendation, in every area."),
        ("kind",              FilterType::OneOf(RecommendationKind::NAMES), "kind = any ($)",         "Returns only assignments of these kinds: of recommendations, or of areas for improvement."),
        ("force_status",      FilterType::OneOf(ForceStatus::NAMES),        "force_status = any ($)", "Returns only assignments of your areas with one of these statuses of the force."),
        ("body_view",         FilterType::OneOf(BodyView::NAMES),           "body_view = any ($)",    "Returns only assignments with one of these views of the policing body."),
        ("headline",          FilterType::OneOf(Headline::NAMES),           "headline = any ($)",     "Returns only assignments with one of these headline states."),
        ("owner",             FilterType::Labels, "published.label_key(owner) = any ($)", "Returns only assignments of your areas with one of these owners."),
        ("assigned_to",       FilterType::People,                           "assignee && $",          "Returns only assignments that your side has assigned to one of these people: ids, or `me` for yourself."),
        ("due_before",        FilterType::Date,                             "due_on < $",             "Returns only assignments of your areas due before this day."),
        ("overdue",           FilterType::Flag,                             "overdue = $",            "Returns only assignments of your areas that are overdue (true), or only the others of your areas (false)."),
        ("not_yet_recorded",  FilterType::Flag,                             "not_yet_recorded = $",   "Returns only assignments of your areas that are not yet recorded (true), or only the others of your areas (false)."),
        ("q", FilterType::Text,
         "published.has_required_word(published.search_query($)) and recommendation_id in (
              select id from published.texts where facets @> '{type:recommendation}' and search_vector @@ published.search_query($))",
         "Returns only assignments whose recommendation has these words in its reference or text. For results \
          ranked by relevance, use GET /v1/search."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("due_on",     "coalesce(due_on, 'infinity')", "date"),
        ("area",       "area collate \"C\"",           "text"),
        ("reference",  "reference collate \"C\"",      "text"),
        ("number",     "ordinal",                      "integer"),
        ("headline",   "headline collate \"C\"",       "text"),
        ("created_at", "created_at",                   "timestamptz"),
        ("updated_at", "updated_at",                   "timestamptz"),
    ];
    const DEFAULT_SORT: &'static str = "due_on,area,number";
}

/// Selects the published assignments, with the columns that the list filters and sorts by.
macro_rules! published_rows {
    () => {
        concat!(
            "select q.id, q.recommendation_id, q.inspection_id, q.area, false as own, q.kind, null as force_status,
                    q.body_view, q.headline, null as owner, null::text[] as assignee, null::date as due_on,
                    null::boolean as overdue, null::boolean as not_yet_recorded, null::date as last_day,
                    null as inspection_state, q.reference,
                    q.text, q.ordinal, q.published_on, q.created_at, q.updated_at
             from (",
            published_assignments!(),
            ") q"
        )
    };
}

const PUBLISHED_ROWS: &str = published_rows!();
/// The assignments of the caller's areas ($2) with their headline state on a day ($1), and the published ones of other
/// areas. $3 is the side for which the caller acts, and $4 the caller's identity.
const VISIBLE_ROWS: [&str; 2] = [
    constcat::concat!(
        "select o.id, o.recommendation_id, o.inspection_id, o.area, true as own, o.kind, o.force_status, o.body_view,
            o.headline, o.owner, (",
        assignees::filter!("o.id", "$2", "$3", "$4"),
        ") as assignee, coalesce(o.local_target_on, o.target_on) as due_on, o.overdue, o.not_yet_recorded,
            o.last_day, o.inspection_state, o.reference, o.text,
            o.ordinal, o.published_on, o.created_at, o.updated_at
     from (",
        assignment_rows_with_headline!(),
        ") o"
    ),
    concat!(published_rows!(), " where not in_scope(q.area, $2)"),
];

/// Returns the parameters of the visible rows.
macro_rules! own_parameters {
    ($db:ident, $today:ident) => {
        [&$today as _, &$db.areas() as _, &$db.acting_side() as _, &$db.person() as _]
    };
}

/// One row of a page: the id of an assignment, and whether it belongs to one of the caller's areas.
struct ListRow {
    id: Uuid,
    own: bool,
}

impl FromRow for ListRow {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { id: row.try_get("id")?, own: row.try_get("own")? })
    }
}

/// One item of a page of assignments.
#[derive(Clone, Debug)]
pub enum AssignmentListItem {
    /// An assignment of one of the caller's areas.
    Own(Box<AssignmentRecord>),
    /// A published assignment of another area.
    Published(Box<PublishedAssignment>),
}

/// The items of a page with their cursors, and the total number of items if the query has `count`.
type PageRows = (Vec<(AssignmentListItem, Cursor)>, Option<i64>);

/// Returns one page of the published assignments, with their headline state on a day.
pub async fn page_public(
    db: &Public<'_>,
    query: &ListQuery<Assignments>,
    today: NaiveDate,
) -> Result<PageRows, Problem> {
    let (rows, total) = list::<ListRow, _>(db, &[PUBLISHED_ROWS], &[&today], query).await?;
    load_items(db, rows, total, today).await
}

/// Returns one page of the assignments of the caller's areas and the published assignments of other areas.
pub async fn page(db: &Session<'_>, query: &ListQuery<Assignments>, today: NaiveDate) -> Result<PageRows, Problem> {
    let (rows, total) = list::<ListRow, _>(db, visible_rows(db, query), &own_parameters!(db, today), query).await?;
    load_items(db, rows, total, today).await
}

/// Returns the selections that the query needs. If the query names only the caller's own areas, the selection of other
/// areas is left out.
fn visible_rows<L: ListDefinition>(db: &Session<'_>, query: &ListQuery<L>) -> Relation {
    let only_own = query.filters.iter().any(|(condition, value)| match value {
        FilterValue::Texts(areas) => *condition == AREA && areas.iter().all(|area| db.areas().contains(area)),
        _ => false,
    });
    if only_own { &VISIBLE_ROWS[..1] } else { &VISIBLE_ROWS }
}

/// Aggregates the published assignments that the query matches, with their headline state on a day.
pub async fn aggregate_public<T: FromRow, L: ListDefinition>(
    db: &Public<'_>,
    select: &'static str,
    query: &ListQuery<L>,
    group_by: &'static str,
    today: NaiveDate,
) -> Result<Vec<T>, Problem> {
    aggregate(db, select, &[PUBLISHED_ROWS], &[&today], query, group_by).await
}

/// Aggregates the assignments of the caller's areas and the published assignments of other areas that the query
/// matches.
pub async fn aggregate_visible<T: FromRow, L: ListDefinition>(
    db: &Session<'_>,
    select: &'static str,
    query: &ListQuery<L>,
    group_by: &'static str,
    today: NaiveDate,
) -> Result<Vec<T>, Problem> {
    aggregate(db, select, visible_rows(db, query), &own_parameters!(db, today), query, group_by).await
}

/// Loads the records of a page's rows, with one query for the caller's areas and one for the published copy.
async fn load_items(
    db: &Session<'_>,
    rows: Vec<(ListRow, Cursor)>,
    total: Option<i64>,
    today: NaiveDate,
) -> Result<PageRows, Problem> {
    let ids = |own: bool| rows.iter().filter(|(row, _)| row.own == own).map(|(row, _)| row.id).collect::<Vec<_>>();
    let mut items = HashMap::new();
    for record in find_many(db, &ids(true)).await? {
        items.insert(record.row.id, AssignmentListItem::Own(Box::new(record)));
    }
    let others = ids(false);
    if !others.is_empty() {
        let published = find_many_public(db, &others, today).await?;
        items.extend(published.into_iter().map(|it| (it.id, AssignmentListItem::Published(Box::new(it)))));
    }
    let rows = rows.into_iter().filter_map(|(row, cursor)| Some((items.remove(&row.id)?, cursor)));
    Ok((rows.collect(), total))
}
