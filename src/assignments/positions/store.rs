//! SQL for positions: a table of all entries, and the latest value of each position as a column of the assignment.

use tokio_postgres::Row;
use uuid::Uuid;

use super::model::{Position, PositionEntry};
use crate::api::Problem;
use crate::assignments::store::AssignmentRow;
use crate::db::{FromRow, Session, Tx, WriteStatement, compare_and_set, values};

impl FromRow for PositionEntry {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            position: row.try_get("position")?,
            value: row.try_get("value")?,
            note: row.try_get("note")?,
            source: row.try_get("source")?,
            date: row.try_get("date")?,
            by: row.try_get("by")?,
            at: row.try_get("at")?,
        })
    }
}

/// Lists the entries of all positions on an assignment, newest first.
pub async fn list_entries(db: &Session<'_>, assignment: Uuid) -> Result<Vec<PositionEntry>, Problem> {
    let sql = "select position, value, note, source, date, coalesce(name, subject) as by, at
               from positions
               where assignment_id = $2 and in_scope(area, $1)
               order by at desc, id desc";
    db.find_all(sql, &[&db.areas(), &assignment]).await
}

/// Selects the latest entry of each position, as JSON, for each of the assignments in $2 of the caller's areas ($1).
macro_rules! latest_positions {
    () => {
        "select assignment_id,
                json_agg(json_build_object('position', position, 'value', value, 'note', note, 'source', source,
                                           'date', date, 'by', by, 'at', at) order by position) as entries
         from (select distinct on (assignment_id, position)
                      assignment_id, position, value, note, source, date, coalesce(name, subject) as by, at
               from positions
               where assignment_id = any ($2) and in_scope(area, $1)
               order by assignment_id, position, at desc, id desc) q
         group by assignment_id"
    };
}

pub(crate) use latest_positions;

/// Returns the statements that insert an entry and write its value to the assignment, if the stored version is still
/// the row's.
///
/// The update writes the column of this position only, so that no position can overwrite another.
pub fn insert_entry(tx: &Tx<'_>, row: &AssignmentRow, entry: &PositionEntry) -> [WriteStatement; 2] {
    let actor = &tx.call().actor;
    let insert = WriteStatement::new(
        "insert into positions (id, assignment_id, area, position, value, note, source, date, issuer, subject, name, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        values![
            Uuid::now_v7(),
            row.id,
            row.area.clone(),
            entry.position,
            entry.value.clone(),
            entry.note.clone(),
            entry.source.clone(),
            entry.date,
            actor.issuer.clone(),
            actor.subject.clone(),
            actor.name.clone(),
            entry.at,
        ],
    );
    macro_rules! update_column {
        ($column:literal) => {
            compare_and_set!(
                "update assignments set ",
                $column,
                " = $3, version = version + 1, updated_at = $4
                 where id = $1 and version = $2 and in_scope(area, $5)"
            )
        };
    }
    let sql = match entry.position {
        Position::BodyView => update_column!("body_view"),
        Position::AssuranceOpinion => update_column!("assurance_opinion"),
        Position::InspectorateStatus => update_column!("inspectorate_status"),
    };
    let update =
        WriteStatement::new(sql, values![row.id, row.version, entry.value.clone(), entry.at, tx.areas().to_vec()]);
    [insert, update]
}
