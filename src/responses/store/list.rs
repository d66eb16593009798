//! The list: a caller's own files, and what other areas have published, in one order.

use std::collections::HashMap;

use chrono::NaiveDate;
use tokio_postgres::Row;
use uuid::Uuid;

use super::super::workflow::State;
use super::file::{File, files};
use super::published::{self, PublishedRecord};
use crate::api::{Cursor, Field, Filter, Listing, Problem, Query, Sort};
use crate::auth::Scope;
use crate::db::{FromRow, Public, Session, list, tally};
use crate::vocabulary::WireName;

/// The list of responses.
#[derive(Debug)]
pub enum Responses {}

impl Listing for Responses {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",          Field::Texts,               "area = any ($)",    "Responses of these areas."),
        ("inspection_id", Field::Id,                  "inspection_id = $", "Responses to one inspection."),
        ("state",         Field::Words(State::NAMES), "state = any ($)",   "Responses in these states."),
        ("due_before",    Field::Date,                "due_on < $",        "Responses whose last day is before this day."),
        ("due_after",     Field::Date,                "due_on > $",        "Responses whose last day is after this day."),
        ("overdue",       Field::Flag,                "overdue = $",       "Whether the last day passed with nothing published."),
        ("on_time",       Field::Flag,                "on_time = $",       "Whether the first edition was published in time."),
        ("q", Field::Text,
         "published.is_answerable(published.sought($)) and inspection_id in (
              select id from published.texts where facets @> '{type:inspection}' and words @@ published.sought($))",
         "Words in the inspection's reference, title or key findings. For words of responses, and ranked: see /v1/search."),
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
    const DEFAULT: &'static str = "-due_on,area";
}

macro_rules! listed_published {
    () => {
        "select p.id, p.inspection_id, p.area, false as own, p.state, i.reference, i.title, i.published_on, i.due_on,
                false as overdue, e.first_published_on <= i.due_on as on_time, p.created_at, p.updated_at
         from published.responses p
         join published.editions e on e.response_id = p.id and e.edition = p.edition
         join published.inspections i on i.id = p.inspection_id"
    };
}

/// Those of the areas in scope ($1), on this day ($2), and what other areas have published.
const LISTED: [&str; 2] = [
    "select r.id, r.inspection_id, r.area, true as own, r.state, i.reference, i.title, i.published_on, i.due_on,
            coalesce(i.due_on < $2, false) and e.first_published_on is null and r.state <> 'not_required'
                and i.state = 'published' as overdue,
            e.first_published_on <= i.due_on as on_time, r.created_at, r.updated_at
     from responses r
     join inspections i on i.id = r.inspection_id
     left join shown_editions e on e.response_id = r.id
     where in_scope(r.area, $1)",
    concat!(listed_published!(), " where not in_scope(p.area, $1)"),
];
const LISTED_PUBLISHED: &str = listed_published!();

/// One line of the list: which response, and whether it is the caller's own to see whole.
struct Line {
    id: Uuid,
    own: bool,
}

impl FromRow for Line {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { id: row.try_get("id")?, own: row.try_get("own")? })
    }
}

/// One of a page: the caller's own file, or what another area has published.
#[derive(Clone, Debug)]
pub enum Listed {
    /// The caller's own.
    Own(Box<File>),
    /// Published.
    Published(Box<PublishedRecord>),
}

type Rows = (Vec<(Listed, Cursor)>, Option<i64>);

/// One page of what is published.
pub async fn page_public(db: &Public<'_>, query: &Query<Responses>) -> Result<Rows, Problem> {
    let (lines, total) = list::<Line, _>(db, &[LISTED_PUBLISHED], &[], query).await?;
    fill(db, None, lines, total).await
}

/// One page of the caller's own and of what other areas have published.
pub async fn page(
    db: &Session<'_>,
    scope: &Scope,
    query: &Query<Responses>,
    today: NaiveDate,
) -> Result<Rows, Problem> {
    let (lines, total) = list::<Line, _>(db, &LISTED, &[&db.areas(), &today], query).await?;
    fill(db, Some(scope), lines, total).await
}

/// The lines made whole, three queries for all of them.
async fn fill(
    db: &Session<'_>,
    scope: Option<&Scope>,
    lines: Vec<(Line, Cursor)>,
    total: Option<i64>,
) -> Result<Rows, Problem> {
    let ids = |own: bool| lines.iter().filter(|(line, _)| line.own == own).map(|(line, _)| line.id).collect::<Vec<_>>();
    let mut found = HashMap::new();
    if let Some(scope) = scope {
        for file in files(db, scope, &ids(true)).await? {
            found.insert(file.record.id, Listed::Own(Box::new(file)));
        }
    }
    let others = ids(false);
    if !others.is_empty() {
        let published = published::by_ids(db, &others).await?;
        found.extend(published.into_iter().map(|record| (record.id, Listed::Published(Box::new(record)))));
    }
    let rows = lines.into_iter().filter_map(|(line, cursor)| Some((found.remove(&line.id)?, cursor)));
    Ok((rows.collect(), total))
}

/// What is published, counted.
pub async fn tally_public<T: FromRow, L: Listing>(
    db: &Public<'_>,
    what: &'static str,
    query: &Query<L>,
    rest: &'static str,
) -> Result<Vec<T>, Problem> {
    tally(db, what, &[LISTED_PUBLISHED], &[], query, rest).await
}

/// The caller's own and what other areas have published, counted.
pub async fn tally_seen<T: FromRow, L: Listing>(
    db: &Session<'_>,
    what: &'static str,
    query: &Query<L>,
    rest: &'static str,
    today: NaiveDate,
) -> Result<Vec<T>, Problem> {
    tally(db, what, &LISTED, &[&db.areas(), &today], query, rest).await
}

/// How many responses of the areas in scope are overdue on a day.
pub async fn count_overdue(db: &Session<'_>, today: NaiveDate) -> Result<i64, Problem> {
    let mut sql = crate::db::Sql::from("select count(*) from (");
    sql.push(LISTED[0]);
    sql.push(") r where overdue");
    Ok(db.maybe(sql, &[&db.areas(), &today]).await?.map_or(0, |row| row.get(0)))
}
