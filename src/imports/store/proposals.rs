//! The statements for imported proposals. The caller's scope limits them: an area's own for its policing body and its
//! auditors, and for registrars those that a registrar started.

use chrono::{DateTime, Utc};
use tokio_postgres::types::Json;
use uuid::Uuid;

use crate::api::Problem;
use crate::auth::Side;
use crate::db::{FromRow, Session, Sql, Tx, WriteStatement, values};
use crate::imports::document::Document;
use crate::imports::model::ImportRecord;
use crate::imports::views::SameFile;

/// Selects the proposals in scope: of the areas $1 if $2 is true, and for a registrar ($3) those of registrars.
const RECORD: &str = constcat::concat!(
    "select ",
    ImportRecord::COLUMNS,
    " from import_proposals where (in_scope(area, $1) and $2 or by_registrar and $3)"
);

/// Returns true if the caller is of a side that sees proposals, which hold drafts of the policing body.
pub fn sees_proposals(db: &Session<'_>) -> bool {
    db.sides().iter().any(|side| matches!(side, Side::PolicingBody | Side::Audit))
}

/// Returns a proposal that the caller can see.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<ImportRecord>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and id = $4");
    db.find(sql, &[&db.areas(), &sees_proposals(db), &db.is_registrar(), &id]).await
}

/// Returns the tables of a proposal's file that the caller can see, or none if it has none.
pub async fn find_document(db: &Session<'_>, id: Uuid) -> Result<Option<Document>, Problem> {
    let sql = "select document from import_proposals
               where id = $4 and (in_scope(area, $1) and $2 or by_registrar and $3)";
    let row = db.query_opt(sql, &[&db.areas(), &sees_proposals(db), &db.is_registrar(), &id]).await?;
    Ok(row.and_then(|row| row.get::<_, Option<Json<Document>>>("document")).map(|document| document.0))
}

/// Returns the other imports of the same bytes for the same area that the caller can see, newest first, at most 20.
pub async fn find_same_file(db: &Session<'_>, it: &ImportRecord) -> Result<Vec<SameFile>, Problem> {
    let sql = "select id, state, created_at from import_proposals
               where (in_scope(area, $1) and $2 or by_registrar and $3)
                 and sha256 = $4 and id <> $5 and area is not distinct from $6 and disposed_at is null
               order by created_at desc, id desc limit 20";
    let areas = db.areas();
    let rows = db.query(sql, &[&areas, &sees_proposals(db), &db.is_registrar(), &it.sha256, &it.id, &it.area]).await?;
    let each = rows.iter().map(|row| {
        let id: Uuid = row.try_get("id")?;
        let links = [("self", format!("/v1/imports/{id}"))].into();
        Ok(SameFile { id, state: row.try_get("state")?, created_at: row.try_get("created_at")?, links })
    });
    each.collect::<Result<_, tokio_postgres::Error>>().map_err(Problem::internal)
}

/// Returns the newest open proposal of a file for an area, if the caller can see one.
pub async fn find_open_of_file(
    db: &Session<'_>,
    area: Option<&str>,
    sha256: &str,
) -> Result<Option<ImportRecord>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(
        " and state = 'proposed' and area is not distinct from $4 and sha256 = $5 order by created_at desc limit 1",
    );
    db.find(sql, &[&db.areas(), &sees_proposals(db), &db.is_registrar(), &area, &sha256]).await
}

/// Inserts a new proposal, and the tables of its file.
pub async fn insert(tx: &Tx<'_>, it: &ImportRecord, document: Option<&Document>) -> Result<(), Problem> {
    tx.write(WriteStatement::new(ImportRecord::insert_sql(), it.insert_values())).await?;
    if let Some(document) = document {
        let sql = "update import_proposals set document = $2 where id = $1";
        tx.execute(sql, &[&it.id, &Json(document)]).await?;
    }
    Ok(())
}

/// Updates the state, the answers and the result of a proposal.
///
/// # Errors
/// 412 if the version has changed since.
pub async fn update(tx: &Tx<'_>, it: &ImportRecord) -> Result<u64, Problem> {
    let mut parameters = values![it.id, it.version, tx.call().at];
    parameters.extend(it.update_values());
    tx.write(WriteStatement::new(ImportRecord::update_sql(), parameters)).await
}

/// Discards at most `most` proposals that have expired, and returns them.
pub async fn discard_expired(tx: &Tx<'_>, now: DateTime<Utc>, most: i64) -> Result<Vec<ImportRecord>, Problem> {
    let rows = tx.query("select * from discard_expired_import_proposals($1, $2)", &[&now, &most]).await?;
    rows.iter().map(ImportRecord::from_row).collect::<Result<_, _>>().map_err(Problem::internal)
}

/// Disposes of the files and texts of at most `most` discarded imports whose 30 days are over, and returns the imports.
pub async fn dispose_of_discarded(tx: &Tx<'_>, now: DateTime<Utc>, most: i64) -> Result<Vec<ImportRecord>, Problem> {
    let rows = tx.query("select * from dispose_of_discarded_imports($1, $2)", &[&now, &most]).await?;
    rows.iter().map(ImportRecord::from_row).collect::<Result<_, _>>().map_err(Problem::internal)
}

/// Returns true if another area than the caller's has changed its response or an assignment of an inspection.
pub async fn has_work_elsewhere(tx: &Session<'_>, inspection: Uuid, area: Option<&str>) -> Result<bool, Problem> {
    let row = tx.query_opt("select inspection_has_work_elsewhere($1, $2)", &[&inspection, &area]).await?;
    Ok(row.is_some_and(|row| row.get(0)))
}

/// Returns the versions of an inspection's recommendations, of the area's response to it and of the area's assignments,
/// as `(kind of record, id, version)`.
pub async fn find_versions(
    db: &Session<'_>,
    inspection: Uuid,
    area: Option<&str>,
) -> Result<Vec<(String, Uuid, i64)>, Problem> {
    let sql = "select 'inspection', id, version from inspections
               where id = $1 and (shown_at is not null or in_scope(registered_by, $2) or $3)
               union all
               select 'recommendation', c.id, c.version from recommendations c
               join inspections i on i.id = c.inspection_id
               where i.id = $1 and (i.shown_at is not null or in_scope(i.registered_by, $2) or $3)
               union all
               select 'response', id, version from responses
               where inspection_id = $1 and area = $4 and in_scope(area, $2)
               union all
               select 'assignment', id, version from assignments
               where inspection_id = $1 and area = $4 and in_scope(area, $2)";
    let rows = db.query(sql, &[&inspection, &db.areas(), &db.is_registrar(), &area]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
}
