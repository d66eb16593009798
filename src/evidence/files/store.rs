//! File versions in the database, and what they hold: known once for each area by its digest.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::super::store::Unread;
use super::model::EvidenceFile;
use crate::api::Problem;
use crate::assignments::Marking;
use crate::db::{Event, FromRow, Session, Tx};
use crate::files::{MediaType, Meta, Received, Scan};

/// A version of an item's file, as it is stored, with what it holds.
#[derive(Clone, Debug)]
pub struct FileRecord {
    /// Its id.
    pub id: Uuid,
    /// The item it belongs to.
    pub evidence_id: Uuid,
    /// The police area.
    pub area: String,
    /// 1, 2, …
    pub version: i32,
    /// The name it was sent under.
    pub filename: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Who sent it: the token's issuer.
    pub issuer: String,
    /// Who sent it: the token's subject.
    pub subject: String,
    /// What they are called.
    pub name: Option<String>,
    /// When.
    pub uploaded_at: DateTime<Utc>,
    /// How many bytes it has.
    pub size: i64,
    /// What it is.
    pub media_type: MediaType,
    /// What the scan found.
    pub scan: Scan,
    /// The item's marking.
    pub marking: Marking,
    /// Whether its item was disposed of, and its bytes with it.
    pub disposed: bool,
}

impl FileRecord {
    /// The version as its area sees it.
    pub fn shown(&self) -> EvidenceFile {
        EvidenceFile {
            id: self.id,
            evidence_id: self.evidence_id,
            version: self.version,
            filename: self.filename.clone(),
            media_type: self.media_type,
            size: self.size,
            sha256: self.sha256.clone(),
            scan: self.scan,
            uploaded_at: self.uploaded_at,
            uploaded_by: self.name.as_ref().unwrap_or(&self.subject).clone(),
            links: [
                ("self", format!("/v1/files/{}", self.id)),
                ("evidence", format!("/v1/evidence/{}", self.evidence_id)),
            ]
            .into(),
        }
    }

    /// What a download tells of it.
    pub fn meta(&self) -> Meta {
        Meta {
            filename: self.filename.clone(),
            media_type: self.media_type,
            size: self.size.unsigned_abs(),
            sha256: self.sha256.clone(),
        }
    }
}

macro_rules! record {
    () => {
        "select f.id, f.evidence_id, f.area, f.version, f.filename, f.sha256, f.issuer, f.subject, f.name, f.uploaded_at,
                c.size, c.media_type, c.scan, e.marking, e.disposed_at is not null as disposed
         from evidence_files f
         join contents c on c.area = f.area and c.sha256 = f.sha256
         join evidence e on e.id = f.evidence_id
         where in_scope(f.area, $1)"
    };
}

impl FromRow for FileRecord {
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

/// Every version of the files of these items, oldest first.
pub async fn of_items(db: &Session<'_>, items: &[Uuid]) -> Result<Vec<FileRecord>, Problem> {
    let sql = concat!(record!(), " and f.evidence_id = any ($2) order by f.evidence_id, f.version");
    db.all(sql, &[&db.areas(), &items]).await
}

/// One version of a file of the caller's own area.
pub async fn find(tx: &Tx<'_>, id: Uuid) -> Result<Option<Unread<FileRecord>>, Problem> {
    let found: Option<FileRecord> = tx.find(concat!(record!(), " and f.id = $2"), &[&tx.areas(), &id]).await?;
    Ok(found.map(|file| {
        let (id, version, area) = (file.id, i64::from(file.version), file.area.clone());
        Unread::marked(file.marking, file, || {
            Event::new("file", id, version, "read").area(area).marking("OFFICIAL-SENSITIVE")
        })
    }))
}

/// Which of these digests an area holds: those it did not dispose of, or not before an instant.
pub async fn known(
    db: &Session<'_>,
    area: &str,
    digests: &[String],
    since: DateTime<Utc>,
) -> Result<HashSet<String>, Problem> {
    let sql = "select sha256 from contents
               where area = $2 and sha256 = any ($3) and in_scope(area, $1) and coalesce(disposed_at > $4, true)";
    let rows = db.rows(sql, &[&db.areas(), &area, &digests, &since]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Adds what a file holds, where the area does not hold it yet, and the version; gives the version's id and number.
pub async fn insert(
    tx: &Tx<'_>,
    evidence_id: Uuid,
    area: &str,
    received: &Received,
    scan: Scan,
) -> Result<(Uuid, i32), Problem> {
    let (actor, at) = (&tx.call().actor, tx.call().at);
    let size = i64::try_from(received.size).map_err(Problem::internal)?;
    let scanned_at = matches!(scan, Scan::Clean | Scan::Infected).then_some(at);
    tx.execute(
        "insert into contents (area, sha256, size, media_type, scan, scanned_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (area, sha256) do update
         set scan = excluded.scan, scanned_at = excluded.scanned_at, disposed_at = null
         where contents.disposed_at is not null
            or contents.scan in ('unscanned', 'pending') and excluded.scan in ('clean', 'infected')",
        &[&area, &received.sha256, &size, &received.media_type, &scan, &scanned_at, &at],
    )
    .await?;
    let id = Uuid::now_v7();
    let row = tx
        .maybe(
            "insert into evidence_files (id, evidence_id, area, version, filename, sha256, issuer, subject, name,
                                         uploaded_at)
             select $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6, $7, $8, $9
             from evidence_files where evidence_id = $2
             returning version",
            &[
                &id,
                &evidence_id,
                &area,
                &received.filename,
                &received.sha256,
                &actor.issuer,
                &actor.subject,
                &actor.name,
                &at,
            ],
        )
        .await?;
    let version = row.ok_or_else(|| Problem::internal("the version of a file was not kept"))?.get(0);
    Ok((id, version))
}

/// What waits for its scan, oldest first: area and digest.
pub async fn pending(db: &Session<'_>, limit: i64) -> Result<Vec<(String, String)>, Problem> {
    let sql = "select area, sha256 from contents
               where scan = 'pending' and in_scope(area, $1)
               order by created_at limit $2";
    Ok(db.rows(sql, &[&db.areas(), &limit]).await?.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Records what a scan found; gives the versions that hold it, as id, number.
pub async fn scanned(tx: &Tx<'_>, area: &str, sha256: &str, found: Scan) -> Result<Vec<(Uuid, i32)>, Problem> {
    let sql = "update contents set scan = $4, scanned_at = $5
               where area = $2 and sha256 = $3 and scan = 'pending' and in_scope(area, $1)";
    tx.execute(sql, &[&tx.areas(), &area, &sha256, &found, &tx.call().at]).await?;
    let sql = "select id, version from evidence_files
               where area = $2 and sha256 = $3 and in_scope(area, $1) order by id";
    let rows = tx.rows(sql, &[&tx.areas(), &area, &sha256]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
