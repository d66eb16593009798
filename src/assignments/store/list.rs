//! The list: a caller's own lines, and what is published of other areas', in one order.

use std::collections::HashMap;

use chrono::NaiveDate;
use tokio_postgres::Row;
use uuid::Uuid;

use super::super::model::Headline;
use super::super::positions::BodyView;
use super::super::workflow::ForceStatus;
use super::published::{self, PublishedRecord, published as published_columns};
use super::record::{File, files, record};
use crate::api::{Cursor, Field, Filter, FilterValue, Listing, Problem, Query, Sort};
use crate::db::{FromRow, Public, Relation, Session, list, tally};
use crate::recommendations::RecommendationKind;
use crate::vocabulary::WireName;

/// The filter by area.
const AREA: &str = "area collate \"C\" = any ($)";

/// The list of assignments.
#[derive(Debug)]
pub enum Assignments {}

impl Listing for Assignments {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",              Field::Texts,                            AREA,                     "Lines of these areas."),
        ("inspection_id",     Field::Id,                               "inspection_id = $",      "Lines of one inspection."),
        ("recommendation_id", Field::Id,                               "recommendation_id = $",  "One recommendation, in every area."),
        ("kind",              Field::Words(RecommendationKind::NAMES), "kind = any ($)",         "Lines of recommendations, or of areas for improvement."),
        ("force_status",      Field::Words(ForceStatus::NAMES),        "force_status = any ($)", "Lines of the caller's areas by the force's claim."),
        ("body_view",         Field::Words(BodyView::NAMES),           "body_view = any ($)",    "Lines by the policing body's view."),
        ("headline",          Field::Words(Headline::NAMES),           "headline = any ($)",     "Lines that stand so."),
        ("owner",             Field::Texts,                            "owner = any ($)",        "Lines of the caller's areas with these owners."),
        ("due_before",        Field::Date,                             "due_on < $",             "Lines of the caller's areas due before this day."),
        ("overdue",           Field::Flag,                             "overdue = $",            "Whether the last day of one of the caller's lines has passed."),
        ("q", Field::Text,
         "published.is_answerable(published.asked($)) and recommendation_id in (
              select id from published.texts where facets @> '{type:recommendation}' and words @@ published.asked($))",
         "Words in the recommendation's reference or text. Not ranked: see /v1/search."),
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
    const DEFAULT: &'static str = "due_on,area,number";
}

macro_rules! listed_published {
    () => {
        concat!(
            "select q.id, q.recommendation_id, q.inspection_id, q.area, false as own, q.kind, null as force_status,
                    q.body_view, q.headline, null as owner, null::date as due_on, null::boolean as overdue, q.reference,
                    q.text, q.ordinal, q.published_on, q.created_at, q.updated_at
             from (",
            published_columns!(),
            ") q"
        )
    };
}

const LISTED_PUBLISHED: &str = listed_published!();
/// Those of the areas in scope ($2), as they stand on a day ($1), and what is published of other areas'.
const LISTED: [&str; 2] = [
    concat!(
        "select o.id, o.recommendation_id, o.inspection_id, o.area, true as own, o.kind, o.force_status, o.body_view,
            o.headline, o.owner, coalesce(o.local_target_on, o.target_on) as due_on, o.overdue, o.reference, o.text,
            o.ordinal, o.published_on, o.created_at, o.updated_at
     from (",
        record!(),
        ") o"
    ),
    concat!(listed_published!(), " where not in_scope(q.area, $2)"),
];

/// One line of the list: which assignment, and whether it is the caller's own to see whole.
struct Line {
    id: Uuid,
    own: bool,
}

impl FromRow for Line {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { id: row.try_get("id")?, own: row.try_get("own")? })
    }
}

/// One of a page: the caller's own line, or what is published of another area's.
#[derive(Clone, Debug)]
pub enum Listed {
    /// The caller's own.
    Own(Box<File>),
    /// Published.
    Published(Box<PublishedRecord>),
}

type Rows = (Vec<(Listed, Cursor)>, Option<i64>);

/// One page of what is published, as it stands on a day.
pub async fn page_public(db: &Public<'_>, query: &Query<Assignments>, today: NaiveDate) -> Result<Rows, Problem> {
    let (lines, total) = list::<Line, _>(db, &[LISTED_PUBLISHED], &[&today], query).await?;
    fill(db, lines, total, today).await
}

/// One page of the caller's own and of what is published of other areas'.
pub async fn page(db: &Session<'_>, query: &Query<Assignments>, today: NaiveDate) -> Result<Rows, Problem> {
    let (lines, total) = list::<Line, _>(db, seen(db, query), &[&today, &db.areas()], query).await?;
    fill(db, lines, total, today).await
}

/// What is looked through: of others' lines nothing where the caller asks for areas of its own alone.
fn seen<L: Listing>(db: &Session<'_>, query: &Query<L>) -> Relation {
    let own = |asked: &FilterValue| matches!(asked, FilterValue::Texts(asked) if asked.iter().all(|it| db.areas().contains(it)));
    let own = query.filters.iter().any(|(filter, asked)| *filter == AREA && own(asked));
    if own { &LISTED[..1] } else { &LISTED }
}

/// What is published, counted as it stands on a day.
pub async fn tally_public<T: FromRow, L: Listing>(
    db: &Public<'_>,
    what: &'static str,
    query: &Query<L>,
    rest: &'static str,
    today: NaiveDate,
) -> Result<Vec<T>, Problem> {
    tally(db, what, &[LISTED_PUBLISHED], &[&today], query, rest).await
}

/// The caller's own and what is published of other areas', counted.
pub async fn tally_seen<T: FromRow, L: Listing>(
    db: &Session<'_>,
    what: &'static str,
    query: &Query<L>,
    rest: &'static str,
    today: NaiveDate,
) -> Result<Vec<T>, Problem> {
    tally(db, what, seen(db, query), &[&today, &db.areas()], query, rest).await
}

/// The lines made whole: one query for the caller's own, one for what is published of others.
async fn fill(
    db: &Session<'_>,
    lines: Vec<(Line, Cursor)>,
    total: Option<i64>,
    today: NaiveDate,
) -> Result<Rows, Problem> {
    let ids = |own: bool| lines.iter().filter(|(line, _)| line.own == own).map(|(line, _)| line.id).collect::<Vec<_>>();
    let mut found = HashMap::new();
    for file in files(db, &ids(true)).await? {
        found.insert(file.record.id, Listed::Own(Box::new(file)));
    }
    let others = ids(false);
    if !others.is_empty() {
        let published = published::by_ids(db, &others, today).await?;
        found.extend(published.into_iter().map(|record| (record.id, Listed::Published(Box::new(record)))));
    }
    let rows = lines.into_iter().filter_map(|(line, cursor)| Some((found.remove(&line.id)?, cursor)));
    Ok((rows.collect(), total))
}
