//! Updates in the database: added, and read newest first.

use tokio_postgres::Row;

use super::model::Update;
use crate::api::{Cursor, Field, Filter, Listing, Problem, Query, Sort};
use crate::db::{FromRow, Session, Tx, list};

const RECORD: &str = "
    select id, assignment_id, area, date, text, side, coalesce(name, subject) as by, created_at
    from assignment_updates
    where in_scope(area, $1)";

impl FromRow for Update {
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
            created_at: row.try_get("created_at")?,
            links: Self::links(assignment_id),
        })
    }
}

/// The list of a line's updates.
#[derive(Debug)]
pub enum Updates {}

impl Listing for Updates {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("since", Field::Date,  "date >= $",                  "Updates that tell of this day or a later one."),
        ("side",  Field::Words(&["policing_body", "force"]), "side = any ($)", "Updates of these sides."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("date",       "date",       "date"),
        ("created_at", "created_at", "timestamptz"),
    ];
    const DEFAULT: &'static str = "-date,-created_at";
}

/// One page of a line's updates.
pub async fn page(db: &Session<'_>, query: &Query<Updates>) -> Result<(Vec<(Update, Cursor)>, Option<i64>), Problem> {
    list(db, &[RECORD], &[&db.areas()], query).await
}

/// Adds an update.
pub async fn insert(tx: &Tx<'_>, it: &Update) -> Result<u64, Problem> {
    let actor = &tx.call().actor;
    tx.execute(
        "insert into assignment_updates (id, assignment_id, area, date, text, side, issuer, subject, name, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &it.id,
            &it.assignment_id,
            &it.area,
            &it.date,
            &it.text,
            &it.side,
            &actor.issuer,
            &actor.subject,
            &actor.name,
            &it.created_at,
        ],
    )
    .await
}
