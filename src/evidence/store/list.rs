//! SQL that lists an assignment's evidence.

use std::collections::HashMap;

use tokio_postgres::Row;
use uuid::Uuid;

use super::find::{MarkedRecord, find_many, marked};
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::assignments::Marking;
use crate::db::{FromRow, Parameters, Tx, list};
use crate::evidence::model::{EvidenceKind, EvidenceRecord, EvidenceRow};
use crate::evidence::workflow::State;
use crate::people::assignees;
use crate::vocabulary::WireName;

/// The list of an assignment's evidence: its filters and sort orders.
#[derive(Debug)]
pub enum EvidenceList {}

impl ListDefinition for EvidenceList {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("state",   FilterType::OneOf(State::NAMES),        "state = any ($)",   "Returns only items in these states."),
        ("kind",    FilterType::OneOf(EvidenceKind::NAMES), "kind = any ($)",    "Returns only items of these kinds."),
        ("marking", FilterType::OneOf(Marking::NAMES),      "marking = any ($)", "Returns only items with these markings."),
        ("assigned_to", FilterType::People,                 "assignee && $",     "Returns only items that your side has assigned to one of these people: ids, or `me` for yourself."),
        ("expired", FilterType::Flag,                       "expired = $",       "Returns only expired items (true), or only the others (false)."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at",                        "timestamptz"),
        ("updated_at", "updated_at",                        "timestamptz"),
        ("title",      "title collate \"C\"",               "text"),
        ("expires_on", "coalesce(expires_on, 'infinity')",  "date"),
    ];
    const DEFAULT_SORT: &'static str = "created_at";
}

/// Selects the items of the areas in `$1`, with `expired` as of the day in `$2`. `$3` is the side for which the caller acts,
/// and `$4` the caller's identity.
const ITEMS: &str = constcat::concat!(
    "select ",
    EvidenceRow::COLUMNS,
    ", coalesce(e.expires_on <= $2, false) as expired, (",
    assignees::filter!("e.id", "$1", "$3", "$4"),
    ") as assignee
     from evidence e where in_scope(e.area, $1)"
);

struct ItemId(Uuid);

impl FromRow for ItemId {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self(row.try_get("id")?))
    }
}

type Rows = (Vec<(MarkedRecord<EvidenceRecord>, Cursor)>, Option<i64>);

/// Returns one page of an assignment's evidence, with the total if the query requests it.
pub async fn page(tx: &Tx<'_>, query: &ListQuery<EvidenceList>) -> Result<Rows, Problem> {
    let (areas, today, side, person) = (tx.areas(), tx.call().today(), tx.acting_side(), tx.person());
    let parameters: Parameters<'_> = &[&areas, &today, &side, &person];
    let (page, total) = list::<ItemId, _>(tx, &[ITEMS], parameters, query).await?;
    let ids: Vec<Uuid> = page.iter().map(|(item, _)| item.0).collect();
    let mut found: HashMap<Uuid, EvidenceRecord> =
        find_many(tx, &ids).await?.into_iter().map(|record| (record.row.id, record)).collect();
    // The last row may only show that there is a next page. The caller does not take it out, so its reading is not
    // recorded.
    let rows = page.into_iter().filter_map(|(item, cursor)| Some((marked(found.remove(&item.0)?), cursor)));
    Ok((rows.collect(), total))
}
