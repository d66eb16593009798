//! SQL of file versions and their contents. Each content is stored once for each area and digest.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::model::FileRow;
use crate::api::Problem;
use crate::db::{Event, FromRow, Session, Tx};
use crate::evidence::store::MarkedRecord;
use crate::file_integrity;
use crate::files::{FOLDER_WITHOUT_AREA, ScanStatus, UploadedFile};

/// Selects versions of files with their content and item, limited to the areas in `$1`.
macro_rules! file_rows {
    () => {
        "select f.id, f.evidence_id, f.area, f.version, f.filename, f.sha256, f.issuer, f.subject, f.name, f.uploaded_at,
                c.size, c.media_type, c.scan, e.marking, e.disposed_at is not null as disposed
         from evidence_files f
         join file_contents c on c.area = f.area and c.sha256 = f.sha256
         join evidence e on e.id = f.evidence_id
         where in_scope(f.area, $1)"
    };
}

impl FromRow for FileRow {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            evidence_id: row.try_get("evidence_id")?,
            area: row.try_get("area")?,
            version: row.try_get("version")?,
            filename: row.try_get("filename")?,
            sha256: row.try_get("sha256")?,
            issuer: row.try_get("issuer")?,
            subject: row.try_get("subject")?,
            name: row.try_get("name")?,
            uploaded_at: row.try_get("uploaded_at")?,
            size: row.try_get("size")?,
            media_type: row.try_get("media_type")?,
            scan: row.try_get("scan")?,
            marking: row.try_get("marking")?,
            disposed: row.try_get("disposed")?,
        })
    }
}

/// Returns every version of the files of these items, oldest first.
pub async fn find_of_items(db: &Session<'_>, items: &[Uuid]) -> Result<Vec<FileRow>, Problem> {
    let sql = concat!(file_rows!(), " and f.evidence_id = any ($2) order by f.evidence_id, f.version");
    db.find_all(sql, &[&db.areas(), &items]).await
}

/// Returns the version with this id, if it belongs to one of the caller's areas.
pub async fn find(tx: &Tx<'_>, id: Uuid) -> Result<Option<MarkedRecord<FileRow>>, Problem> {
    let found: Option<FileRow> = tx.find(concat!(file_rows!(), " and f.id = $2"), &[&tx.areas(), &id]).await?;
    Ok(found.map(|file| {
        let (id, version, area) = (file.id, i64::from(file.version), file.area.clone());
        MarkedRecord::new(file.marking, file, || {
            Event::new("file", id, version, "read").area(area).marking("OFFICIAL-SENSITIVE")
        })
    }))
}

/// Returns the digests whose bytes must stay stored for an area. Bytes of evidence must stay unless the area disposed of
/// them at or before `since`. The file of an import must stay while the import exists.
pub async fn find_referenced_digests(
    db: &Session<'_>,
    area: &str,
    digests: &[String],
    since: DateTime<Utc>,
) -> Result<HashSet<String>, Problem> {
    let sql = "select sha256 from file_contents
               where area = $2 and sha256 = any ($3) and in_scope(area, $1) and coalesce(disposed_at > $4, true)
               union
               select sha256 from import_proposals
               where coalesce(area, $5) = $2 and sha256 = any ($3) and (in_scope(area, $1) or by_registrar and $6)
                 and coalesce(disposed_at > $4, true)";
    let registrar = db.is_registrar();
    let rows = db.query(sql, &[&db.areas(), &area, &digests, &since, &FOLDER_WITHOUT_AREA, &registrar]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Inserts the content of a file, if the area does not have it yet, and a version. Returns the version's id and number.
pub async fn insert(
    tx: &Tx<'_>,
    evidence_id: Uuid,
    area: &str,
    file: &UploadedFile,
    scan: ScanStatus,
) -> Result<(Uuid, i32), Problem> {
    let (actor, at) = (&tx.call().actor, tx.call().at);
    let size = i64::try_from(file.size).map_err(Problem::internal)?;
    let scanned_at = matches!(scan, ScanStatus::Clean | ScanStatus::Infected).then_some(at);
    tx.execute(
        "insert into file_contents (area, sha256, size, media_type, scan, scanned_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (area, sha256) do update
         set scan = excluded.scan, scanned_at = excluded.scanned_at, disposed_at = null
         where file_contents.disposed_at is not null
            or file_contents.scan in ('unscanned', 'pending') and excluded.scan in ('clean', 'infected')",
        &[&area, &file.sha256, &size, &file.media_type, &scan, &scanned_at, &at],
    )
    .await?;
    file_integrity::store::insert(tx, area, file).await?;
    let id = Uuid::now_v7();
    let row = tx
        .query_opt(
            "insert into evidence_files (id, evidence_id, area, version, filename, sha256, issuer, subject, name,
                                         uploaded_at)
             select $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6, $7, $8, $9
             from evidence_files where evidence_id = $2
             returning version",
            &[&id, &evidence_id, &area, &file.filename, &file.sha256, &actor.issuer, &actor.subject, &actor.name, &at],
        )
        .await?;
    let version = row.ok_or_else(|| Problem::internal("the version of a file was not inserted"))?.get(0);
    Ok((id, version))
}

/// Returns the area and digest of the contents that wait for their scan, oldest first. Those that are damaged or missing
/// are left out.
pub async fn find_pending_scans(db: &Session<'_>, limit: i64) -> Result<Vec<(String, String)>, Problem> {
    let sql = "select area, sha256 from file_contents
               where scan = 'pending' and in_scope(area, $1)
                 and not exists (select from stored_files s
                                 where s.folder = file_contents.area and s.sha256 = file_contents.sha256
                                   and s.state <> 'intact')
               order by created_at limit $2";
    Ok(db.query(sql, &[&db.areas(), &limit]).await?.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Updates the scan status of a content. Returns the id and number of each version that has this content.
pub async fn update_scan(
    tx: &Tx<'_>,
    area: &str,
    sha256: &str,
    status: ScanStatus,
) -> Result<Vec<(Uuid, i32)>, Problem> {
    let sql = "update file_contents set scan = $4, scanned_at = $5
               where area = $2 and sha256 = $3 and scan = 'pending' and in_scope(area, $1)";
    tx.execute(sql, &[&tx.areas(), &area, &sha256, &status, &tx.call().at]).await?;
    let sql = "select id, version from evidence_files
               where area = $2 and sha256 = $3 and in_scope(area, $1) order by id";
    let rows = tx.query(sql, &[&tx.areas(), &area, &sha256]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
