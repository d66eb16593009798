//! The list of a line's evidence.

use std::collections::HashMap;

use tokio_postgres::Row;
use uuid::Uuid;

use super::super::model::EvidenceKind;
use super::super::workflow::State;
use super::item::{Item, Unread, columns, items, unread};
use crate::api::{Cursor, Field, Filter, Listing, Problem, Query, Sort};
use crate::assignments::Marking;
use crate::db::{FromRow, Tx, list};
use crate::vocabulary::WireName;

/// The list of a line's evidence.
#[derive(Debug)]
pub enum EvidenceList {}

impl Listing for EvidenceList {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("state",   Field::Words(State::NAMES),        "state = any ($)",   "Items in these states."),
        ("kind",    Field::Words(EvidenceKind::NAMES), "kind = any ($)",    "Items of these kinds."),
        ("marking", Field::Words(Marking::NAMES),      "marking = any ($)", "Items with these markings."),
        ("expired", Field::Flag,                       "expired = $",       "Whether the day has come from which it is not relied on."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at",                        "timestamptz"),
        ("updated_at", "updated_at",                        "timestamptz"),
        ("title",      "title collate \"C\"",               "text"),
        ("expires_on", "coalesce(expires_on, 'infinity')",  "date"),
    ];
    const DEFAULT: &'static str = "created_at";
}

/// Those of the areas in scope ($1), on this day ($2).
const LISTED: &str = concat!(
    "select ",
    columns!(),
    ", coalesce(e.expires_on <= $2, false) as expired from evidence e where in_scope(e.area, $1)"
);

struct Line(Uuid);

impl FromRow for Line {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self(row.try_get("id")?))
    }
}

type Rows = (Vec<(Unread<Item>, Cursor)>, Option<i64>);

/// One page of a line's evidence; each item is recorded, where it must be, as it is opened.
pub async fn page(tx: &Tx<'_>, query: &Query<EvidenceList>) -> Result<Rows, Problem> {
    let (lines, total) = list::<Line, _>(tx, &[LISTED], &[&tx.areas(), &tx.call().today()], query).await?;
    let ids: Vec<Uuid> = lines.iter().map(|(line, _)| line.0).collect();
    let mut found: HashMap<Uuid, Item> =
        items(tx, &ids).await?.into_iter().map(|item| (item.record.id, item)).collect();
    // The one item more that only tells of a next page is not shown, and so not read.
    let rows = lines.into_iter().filter_map(|(line, cursor)| Some((unread(found.remove(&line.0)?), cursor)));
    Ok((rows.collect(), total))
}
