//! Positions in the database: each that was taken is added, and the line shows the last.

use tokio_postgres::Row;
use uuid::Uuid;

use super::super::store::Record;
use super::model::{Position, PositionTaken};
use crate::api::Problem;
use crate::db::{FromRow, Session, Tx, WriteStatement, compare_and_set, values};

impl FromRow for PositionTaken {
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

/// Every position that was taken on a line, newest first.
pub async fn all(db: &Session<'_>, assignment: Uuid) -> Result<Vec<PositionTaken>, Problem> {
    let sql = "select position, value, note, source, date, coalesce(name, subject) as by, at
               from positions
               where assignment_id = $2 and in_scope(area, $1)
               order by at desc, id desc";
    db.all(sql, &[&db.areas(), &assignment]).await
}

/// The last of each position on each of these lines ($2) of the areas in scope ($1), as JSON by line.
macro_rules! last {
    () => {
        "select assignment_id,
                json_agg(json_build_object('position', position, 'value', value, 'note', note, 'source', source,
                                           'date', date, 'by', by, 'at', at) order by position) as taken
         from (select distinct on (assignment_id, position)
                      assignment_id, position, value, note, source, date, coalesce(name, subject) as by, at
               from positions
               where assignment_id = any ($2) and in_scope(area, $1)
               order by assignment_id, position, at desc, id desc) q
         group by assignment_id"
    };
}

pub(crate) use last;

/// Adds a position, and shows it on the line, where that stands at its version.
///
/// One column is written: a position cannot touch another.
pub fn take(tx: &Tx<'_>, it: &Record, taken: &PositionTaken) -> [WriteStatement; 2] {
    let actor = &tx.call().actor;
    let added = WriteStatement::new(
        "insert into positions (id, assignment_id, area, position, value, note, source, date, issuer, subject, name, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        values![
            Uuid::now_v7(),
            it.id,
            it.area.clone(),
            taken.position,
            taken.value.clone(),
            taken.note.clone(),
            taken.source.clone(),
            taken.date,
            actor.issuer.clone(),
            actor.subject.clone(),
            actor.name.clone(),
            taken.at,
        ],
    );
    macro_rules! show {
        ($column:literal) => {
            compare_and_set!(
                "update assignments set ",
                $column,
                " = $3, version = version + 1, updated_at = $4
                 where id = $1 and version = $2 and in_scope(area, $5)"
            )
        };
    }
    let sql = match taken.position {
        Position::BodyView => show!("body_view"),
        Position::AssuranceOpinion => show!("assurance_opinion"),
        Position::InspectorateStatus => show!("inspectorate_status"),
    };
    let shown =
        WriteStatement::new(sql, values![it.id, it.version, taken.value.clone(), taken.at, tx.areas().to_vec()]);
    [added, shown]
}
