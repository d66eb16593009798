//! The statements for the strict imports of rows.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::super::model::{Import, ImportState, StartedBy};
use crate::api::{Fault, Problem};
use crate::db::{FromRow, Session, Tx};

impl FromRow for Import {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let (id, inspection_id) = (row.try_get("id")?, row.try_get("inspection_id")?);
        let by =
            StartedBy { issuer: row.try_get("issuer")?, subject: row.try_get("subject")?, name: row.try_get("name")? };
        Ok(Self {
            id,
            area: row.try_get("area")?,
            kind: row.try_get("kind")?,
            state: row.try_get("state")?,
            inspection_id,
            rows: row.try_get("rows")?,
            faults_count: row.try_get("faults_count")?,
            faults: row.try_get::<_, Json<_>>("faults")?.0,
            detail: row.try_get("detail")?,
            by,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            finished_at: row.try_get("finished_at")?,
            links: Self::links(id, inspection_id),
        })
    }
}

/// Returns an import that the caller can see.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<Import>, Problem> {
    let sql = "select id, area, kind, state, inspection_id, rows, faults_count, faults, detail, issuer, subject, name,
                      version, created_at, updated_at, finished_at
               from imports
               where id = $1 and (in_scope(area, $2) or (area is null and $3))";
    db.find(sql, &[&id, &db.areas(), &db.is_registrar()]).await
}

/// Inserts an import that starts.
pub async fn insert(tx: &Tx<'_>, it: &Import) -> Result<u64, Problem> {
    tx.execute(
        "insert into imports (id, area, kind, state, issuer, subject, name, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        &[&it.id, &it.area, &it.kind, &it.state, &it.by.issuer, &it.by.subject, &it.by.name, &it.created_at],
    )
    .await
}

/// Updates the number of rows read so far.
pub async fn update_rows(tx: &Tx<'_>, id: Uuid, rows: i32) -> Result<u64, Problem> {
    tx.execute(
        "update imports set rows = $2, updated_at = $5
         where id = $1 and state = 'running' and (in_scope(area, $3) or (area is null and $4))",
        &[&id, &rows, &tx.areas(), &tx.is_registrar(), &tx.call().at],
    )
    .await
}

/// The result of an import.
pub struct ImportResult<'a> {
    /// The state: done or failed.
    pub state: ImportState,
    /// The inspection that received the recommendations.
    pub inspection_id: Option<Uuid>,
    /// The number of rows read.
    pub rows: i32,
    /// The number of all faults.
    pub faults_count: i32,
    /// The first faults.
    pub faults: &'a [Fault],
    /// The reason for a failure.
    pub detail: Option<&'a str>,
    /// When the import ended.
    pub at: DateTime<Utc>,
}

/// Updates a running import with its result.
pub async fn update_result(tx: &Tx<'_>, id: Uuid, result: &ImportResult<'_>) -> Result<u64, Problem> {
    tx.execute(
        "update imports
         set state = $2, inspection_id = $3, rows = $4, faults_count = $5, faults = $6, detail = $7,
             version = version + 1, updated_at = $10, finished_at = $10
         where id = $1 and state = 'running' and (in_scope(area, $8) or (area is null and $9))",
        &[
            &id,
            &result.state,
            &result.inspection_id,
            &result.rows,
            &result.faults_count,
            &Json(result.faults),
            &result.detail,
            &tx.areas(),
            &tx.is_registrar(),
            &result.at,
        ],
    )
    .await
}
