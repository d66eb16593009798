//! SQL for the updates on assignments.

use tokio_postgres::Row;
use uuid::Uuid;

use super::model::AssignmentUpdate;
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::db::{FromRow, Session, Tx, WriteStatement, list, values};

const RECORD: &str = "
    select id, assignment_id, area, date, text, side, coalesce(name, subject) as by, source, created_at
    from assignment_updates
    where in_scope(area, $1)";

impl FromRow for AssignmentUpdate {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let assignment_id = row.try_get("assignment_id")?;
        Ok(Self {
            id: row.try_get("id")?,
            assignment_id,
            area: row.try_get("area")?,
            date: row.try_get("date")?,
            text: row.try_get("text")?,
            side: row.try_get("side")?,
            by: row.try_get("by")?,
            source: row.try_get("source")?,
            created_at: row.try_get("created_at")?,
            links: Self::links(assignment_id),
        })
    }
}

/// The definition of the list of updates: its filters and sort orders.
#[derive(Debug)]
pub enum AssignmentUpdates {}

impl ListDefinition for AssignmentUpdates {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("since", FilterType::Date,  "date >= $",                  "Returns only updates on this day or later."),
        ("side",  FilterType::OneOf(&["policing_body", "force"]), "side = any ($)", "Returns only updates added by these sides."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("date",       "date",       "date"),
        ("created_at", "created_at", "timestamptz"),
    ];
    const DEFAULT_SORT: &'static str = "-date,-created_at";
}

/// Returns one page of updates.
pub async fn page(
    db: &Session<'_>,
    query: &ListQuery<AssignmentUpdates>,
) -> Result<(Vec<(AssignmentUpdate, Cursor)>, Option<i64>), Problem> {
    list(db, &[RECORD], &[&db.areas()], query).await
}

/// Returns the statement that records that an assignment has an update, which increases no version.
pub fn end_blank(tx: &Tx<'_>, assignment: Uuid) -> WriteStatement {
    let sql = "update assignments set blank_version = 0 where id = $1 and blank_version <> 0 and in_scope(area, $2)";
    WriteStatement::new(sql, values![assignment, tx.areas().to_vec()])
}

/// Inserts an update.
pub async fn insert(tx: &Tx<'_>, update: &AssignmentUpdate) -> Result<u64, Problem> {
    let actor = &tx.call().actor;
    tx.execute(
        "insert into assignment_updates (id, assignment_id, area, date, text, side, issuer, subject, name, created_at,
                                       source)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &[
            &update.id,
            &update.assignment_id,
            &update.area,
            &update.date,
            &update.text,
            &update.side,
            &actor.issuer,
            &actor.subject,
            &actor.name,
            &update.created_at,
            &update.source,
        ],
    )
    .await
}
