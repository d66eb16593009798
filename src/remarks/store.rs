//! SQL of the remarks of the caller's areas and sides.

use uuid::Uuid;

use super::model::RemarkRow;
use super::workflow::RemarkState;
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::db::{Parameters, Session, Tx, WriteStatement, list, values};
use crate::vocabulary::WireName;

/// Selects the remarks of the areas in `$1` that callers of the sides in `$2` read: those of their own side, and for auditors
/// those of both.
const ROWS: &str = constcat::concat!(
    "select ",
    RemarkRow::COLUMNS,
    " from remarks m where in_scope(m.area, $1) and (m.side = any ($2) or 'audit' = any ($2))"
);

/// The list of the remarks on a response: its filters and sort orders.
#[derive(Debug)]
pub enum Remarks {}

impl ListDefinition for Remarks {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("state",     FilterType::OneOf(RemarkState::NAMES), "state = any ($)",  "Returns only remarks in these states."),
        ("thread_id", FilterType::Id,                        "thread_id = $",    "Returns only the remarks of the thread that this remark begins."),
        ("member",    FilterType::Text,                      "thread_id in (select id from remarks where member = $)", "Returns only the remarks on this member, a JSON Pointer, with their answers."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at", "timestamptz"),
        ("updated_at", "updated_at", "timestamptz"),
    ];
    const DEFAULT_SORT: &'static str = "created_at";
}

/// Returns one page of remarks, with the total if the query requests it.
pub async fn page(
    db: &Session<'_>,
    query: &ListQuery<Remarks>,
) -> Result<(Vec<(RemarkRow, Cursor)>, Option<i64>), Problem> {
    list(db, &[ROWS], &[&db.areas(), &db.sides()], query).await
}

/// Returns the remark with this id, if the caller may read it.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<RemarkRow>, Problem> {
    db.find(constcat::concat!(ROWS, " and m.id = $3"), &[&db.areas(), &db.sides(), &id]).await
}

/// Returns the remarks on a response, oldest first.
pub async fn find_of_response(db: &Session<'_>, response_id: Uuid) -> Result<Vec<RemarkRow>, Problem> {
    let sql = constcat::concat!(ROWS, " and m.response_id = $3 order by m.created_at, m.id");
    db.find_all(sql, &[&db.areas(), &db.sides(), &response_id]).await
}

/// Returns the remark as [`find`] does, and locks its thread and its row until the transaction ends.
pub async fn lock(tx: &Tx<'_>, id: Uuid) -> Result<Option<RemarkRow>, Problem> {
    let (areas, sides) = (tx.areas(), tx.sides());
    let parameters: Parameters<'_> = &[&areas, &sides, &id];
    // Row security would hide a row that the caller may read and not write from a statement that locks.
    let thread = "select from remarks m
                  where m.id = (select t.thread_id from remarks t where t.id = $3) and in_scope(m.area, $1)
                        and m.side = any ($2) for update";
    tx.query_opt(thread, parameters).await?;
    find(tx, id).await
}

/// Returns the statement that inserts a remark.
pub fn insert(row: &RemarkRow) -> WriteStatement {
    WriteStatement::new(RemarkRow::insert_sql(), row.insert_values())
}

/// Returns the statement that writes the members that can change and increases the version, if the stored version is still
/// the row's.
pub fn update(tx: &Tx<'_>, row: &RemarkRow) -> WriteStatement {
    let mut parameters = values![row.id, row.version, tx.call().at, tx.areas().to_vec(), tx.sides().to_vec()];
    parameters.extend(row.update_values());
    WriteStatement::new(RemarkRow::update_sql(), parameters)
}

/// Returns the statement that gives the answers of a thread the state of the remark that begins it.
pub fn set_state_of_answers(tx: &Tx<'_>, first: &RemarkRow) -> WriteStatement {
    WriteStatement::new(
        "update remarks set state = $2, resolved_by = $3, resolved_at = $4
         where thread_id = $1 and id <> thread_id and in_scope(area, $5) and side = any ($6)",
        values![
            first.id,
            first.state,
            first.resolved_by.clone(),
            first.resolved_at,
            tx.areas().to_vec(),
            tx.sides().to_vec(),
        ],
    )
}
