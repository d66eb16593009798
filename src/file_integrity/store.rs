//! SQL of stored files. Each content has one row for each folder of the store.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::model::{FileState, IntegrityFigures};
use crate::api::Problem;
use crate::db::{FromRow, Session, Tx};
use crate::files::{FOLDER_WITHOUT_AREA, FileContent, StoredFile, damaged, missing};

/// A row of the table `stored_files`.
#[derive(Clone, Debug)]
pub struct StoredFileRow {
    /// The file.
    pub file: StoredFile,
    /// What the last check found.
    pub state: FileState,
}

impl FromRow for StoredFileRow {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            file: StoredFile {
                folder: row.try_get("folder")?,
                sha256: row.try_get("sha256")?,
                size: row.try_get::<_, i64>("size")?.unsigned_abs(),
                block_digests: row.try_get("block_digests")?,
            },
            state: row.try_get("state")?,
        })
    }
}

/// Inserts the row of a file that was stored, unless the folder has the file already.
pub async fn insert(tx: &Tx<'_>, folder: &str, file: &impl FileContent) -> Result<(), Problem> {
    let size = i64::try_from(file.size()).map_err(Problem::internal)?;
    let sql = "insert into stored_files (folder, sha256, size, block_digests, stored_at)
               values ($1, $2, $3, $4, $5)
               on conflict (folder, sha256) do nothing";
    tx.execute(sql, &[&folder, &file.sha256(), &size, &file.block_digests(), &tx.call().at]).await.map(drop)
}

/// Returns a stored file of the caller's areas. A registrar finds the files of every folder.
pub async fn find(db: &Session<'_>, folder: &str, sha256: &str) -> Result<Option<StoredFileRow>, Problem> {
    let sql = "select folder, sha256, size, block_digests, state from stored_files
               where folder = $2 and sha256 = $3 and (in_scope(folder, $1) or $4)";
    db.find(sql, &[&db.areas(), &folder, &sha256, &db.is_registrar()]).await
}

/// Returns a stored file that can be sent. `size` is the size that its record states.
///
/// # Errors
/// 500 `file_damaged` or `file_missing` if the last check found that.
pub async fn find_intact(db: &Session<'_>, folder: &str, sha256: &str, size: u64) -> Result<StoredFile, Problem> {
    match find(db, folder, sha256).await? {
        Some(row) if row.state == FileState::Damaged => Err(damaged(&row.file)),
        Some(row) if row.state == FileState::Missing => Err(missing(&row.file)),
        Some(row) => Ok(row.file),
        None => Ok(StoredFile { folder: folder.to_owned(), sha256: sha256.to_owned(), size, block_digests: None }),
    }
}

/// Claims files for a check until `until`: all that are not intact, at most `most`; and of those that were last read
/// before `before`, or never, their share of a round, oldest first. A round reads the `rounds`th part of all files.
pub async fn claim(
    tx: &Tx<'_>,
    before: DateTime<Utc>,
    until: DateTime<Utc>,
    rounds: i64,
    most: i64,
) -> Result<Vec<StoredFileRow>, Problem> {
    let sql = "with marked as (
                   select folder, sha256 from stored_files
                   where state <> 'intact' and (claimed_until is null or claimed_until <= $3) and (in_scope(folder, $1) or $2)
                   order by checked_at nulls first limit $7
                   for update skip locked
               ), due as (
                   select folder, sha256 from stored_files
                   where state = 'intact' and (checked_at is null or checked_at <= $4)
                     and (claimed_until is null or claimed_until <= $3) and (in_scope(folder, $1) or $2)
                   order by checked_at nulls first, stored_at
                   limit (select ceil(count(*) / $6::float8)::bigint from stored_files where in_scope(folder, $1) or $2)
                   for update skip locked
               )
               update stored_files s set claimed_until = $5
               from (select * from marked union all select * from due) c
               where s.folder = c.folder and s.sha256 = c.sha256
               returning s.folder, s.sha256, s.size, s.block_digests, s.state";
    let rounds = rounds.max(1) as f64;
    let (areas, registrar) = (tx.areas(), tx.is_registrar());
    tx.find_all(sql, &[&areas, &registrar, &tx.call().at, &before, &until, &rounds, &most]).await
}

/// Returns the state of a stored file, and locks its row. Returns `None` if no record refers to the file any more.
pub async fn lock(tx: &Tx<'_>, file: &StoredFile) -> Result<Option<FileState>, Problem> {
    let sql = "select state from stored_files
               where folder = $2 and sha256 = $3 and (in_scope(folder, $1) or $4) for update";
    let row = tx.query_opt(sql, &[&tx.areas(), &file.folder, &file.sha256, &tx.is_registrar()]).await?;
    Ok(row.map(|row| row.get(0)))
}

/// Records the result of a check. Without digests of the blocks, the stored ones stay.
pub async fn update_checked(
    tx: &Tx<'_>,
    file: &StoredFile,
    state: FileState,
    block_digests: Option<&[u8]>,
) -> Result<u64, Problem> {
    let sql = "update stored_files
               set state = $5, checked_at = $6, claimed_until = null, block_digests = coalesce($7, block_digests)
               where folder = $2 and sha256 = $3 and (in_scope(folder, $1) or $4)";
    let (areas, registrar) = (tx.areas(), tx.is_registrar());
    let at = tx.call().at;
    tx.execute(sql, &[&areas, &file.folder, &file.sha256, &registrar, &state, &at, &block_digests]).await
}

/// A record that refers to a stored file.
#[derive(Clone, Debug)]
pub struct Reference {
    /// `file` for a version of an item's file, or `import`.
    pub resource: String,
    /// The id of the record.
    pub id: Uuid,
    /// The version of the record.
    pub version: i64,
    /// The area of the record.
    pub area: Option<String>,
    /// The item to which a version of a file belongs.
    pub parent: Option<Uuid>,
    /// True if the item is OFFICIAL-SENSITIVE.
    pub is_sensitive: bool,
}

/// Returns the records that refer to a stored file.
pub async fn find_references(tx: &Tx<'_>, file: &StoredFile) -> Result<Vec<Reference>, Problem> {
    let sql = "select 'file' as resource, f.id, f.version::bigint, f.area, f.evidence_id as parent,
                      e.marking <> 'official' as is_sensitive
               from evidence_files f join evidence e on e.id = f.evidence_id
               where f.area = $2 and f.sha256 = $3 and e.disposed_at is null and in_scope(f.area, $1)
               union all
               select 'import', id, version, area, null, false
               from import_proposals
               where coalesce(area, $5) = $2 and sha256 = $3 and disposed_at is null
                 and (in_scope(area, $1) or by_registrar and $4)
               order by 1, 2";
    let (areas, registrar) = (tx.areas(), tx.is_registrar());
    let rows = tx.query(sql, &[&areas, &file.folder, &file.sha256, &registrar, &FOLDER_WITHOUT_AREA]).await?;
    let reference = |row: &Row| Reference {
        resource: row.get("resource"),
        id: row.get("id"),
        version: row.get("version"),
        area: row.get("area"),
        parent: row.get("parent"),
        is_sensitive: row.get("is_sensitive"),
    };
    Ok(rows.iter().map(reference).collect())
}

/// Inserts the rows of files that an instance of an earlier version stored during an upgrade. Returns their number.
pub async fn insert_unrecorded(tx: &Tx<'_>) -> Result<u64, Problem> {
    let sql = "insert into stored_files (folder, sha256, size, stored_at)
               select f.folder, f.sha256, f.size, f.created_at
               from (select area as folder, sha256, size, created_at from file_contents
                     where disposed_at is null and in_scope(area, $1)
                     union all
                     select coalesce(area, $2), sha256, size, created_at from import_proposals
                     where disposed_at is null and (in_scope(area, $1) or by_registrar and $3)) f
               where not exists (select from stored_files s where s.folder = f.folder and s.sha256 = f.sha256)
               on conflict (folder, sha256) do nothing";
    tx.execute(sql, &[&tx.areas(), &FOLDER_WITHOUT_AREA, &tx.is_registrar()]).await
}

/// Deletes the rows of files to which no record refers any more. Returns their number.
pub async fn delete_unreferenced(tx: &Tx<'_>) -> Result<u64, Problem> {
    let sql = "delete from stored_files s
               where (in_scope(s.folder, $1) or s.folder = $2)
                 and not exists (select from file_contents c
                                 where c.area = s.folder and c.sha256 = s.sha256 and c.disposed_at is null)
                 and not exists (select from import_proposals i
                                 where i.sha256 = s.sha256 and coalesce(i.area, $2) = s.folder and i.disposed_at is null)";
    tx.execute(sql, &[&tx.areas(), &FOLDER_WITHOUT_AREA]).await
}

/// Returns the figures of all stored files in the caller's scope.
pub async fn find_figures(db: &Session<'_>, now: DateTime<Utc>) -> Result<IntegrityFigures, Problem> {
    let sql = "select count(*) filter (where state = 'damaged') as damaged, count(*) filter (where state = 'missing') as missing,
                      coalesce(min(coalesce(checked_at, stored_at)), $3) as oldest
               from stored_files where in_scope(folder, $1) or $2";
    let row = db.query_opt(sql, &[&db.areas(), &db.is_registrar(), &now]).await?;
    let row = row.ok_or_else(|| Problem::internal("the figures of stored files have no row"))?;
    let oldest: DateTime<Utc> = row.get("oldest");
    Ok(IntegrityFigures { damaged: row.get("damaged"), missing: row.get("missing"), oldest_unread: now - oldest })
}

/// The identity of the database, and whether its file store was ever marked with it.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The identity.
    pub id: Uuid,
    /// True if the service found or wrote the marker before.
    pub is_marked: bool,
}

/// Returns the identity of the database.
pub async fn find_deployment(db: &Session<'_>) -> Result<Deployment, Problem> {
    let row = db.query_opt("select id, marked_at is not null as is_marked from deployment", &[]).await?;
    let row = row.ok_or_else(|| Problem::internal("the table deployment has no row: restore it from a backup"))?;
    Ok(Deployment { id: row.get("id"), is_marked: row.get("is_marked") })
}

/// Records that the file store has the marker of this database.
pub async fn update_marked(tx: &Tx<'_>) -> Result<u64, Problem> {
    tx.execute("update deployment set marked_at = $1 where marked_at is null", &[&tx.call().at]).await
}

/// Returns the folder and digest of the files that were stored last, at most `limit`.
pub async fn find_newest(db: &Session<'_>, limit: i64) -> Result<Vec<(String, String)>, Problem> {
    let sql = "select folder, sha256 from stored_files where in_scope(folder, $1) or $2
               order by stored_at desc, sha256 limit $3";
    let rows = db.query(sql, &[&db.areas(), &db.is_registrar(), &limit]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
