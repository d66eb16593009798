//! Positions in the database: each that was taken is added, and the line shows the last.

use tokio_postgres::Row;
use uuid::Uuid;

use super::super::store::Record;
use super::model::{Position, PositionTaken, Recorded};
use crate::api::Problem;
use crate::db::{FromRow, Session, Tx};

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

/// Adds a position, and shows it on the line, where that stands at its version; gives the rows of the line.
///
/// One column is written: a position cannot touch another.
pub async fn take(tx: &Tx<'_>, it: &Record, taken: &Recorded) -> Result<u64, Problem> {
    let actor = &tx.call().actor;
    let at = tx.call().at;
    tx.execute(
        "insert into positions (id, assignment_id, area, position, value, note, source, date, issuer, subject, name, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            &Uuid::now_v7(),
            &it.id,
            &it.area,
            &taken.position,
            &taken.value,
            &taken.note,
            &taken.source,
            &taken.date.unwrap_or_else(|| tx.call().today()),
            &actor.issuer,
            &actor.subject,
            &actor.name,
            &at,
        ],
    )
    .await?;
    macro_rules! show {
        ($column:literal) => {
            concat!(
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
    tx.execute(sql, &[&it.id, &it.version, &taken.value, &at, &tx.areas()]).await
}
