//! What proofs are made of, read under the caller's scope: events and what they commit to; hashes are for all.

use std::collections::HashMap;

use tokio_postgres::Row;
use uuid::Uuid;

use super::model::AuditCheckpoint;
use crate::api::Problem;
use crate::audit::tree::store::{self as tree, RowError, entry_columns};
use crate::db::{FromRow, Session};
use crate::ledger::{Entry, Hash, Head, Opening};

impl FromRow for AuditCheckpoint {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            epoch: row.try_get("epoch")?,
            size: row.try_get("size")?,
            root: Hash::read(row.try_get("root")?).map(|root| root.to_string()).unwrap_or_default(),
            note: row.try_get("note")?,
        })
    }
}

/// Checkpoints of the newest epoch, newest first, below a size where one is given.
pub async fn checkpoints(db: &Session<'_>, before: Option<i64>, most: i64) -> Result<Vec<AuditCheckpoint>, Problem> {
    let sql = "select epoch, size, root, note from published.audit_checkpoints
               where epoch = (select max(epoch) from published.audit_checkpoints) and ($1::bigint is null or size < $1)
               order by size desc
               limit $2";
    db.all(sql, &[&before, &most]).await
}

/// The key of the newest epoch.
pub async fn key(db: &Session<'_>) -> Result<Option<String>, Problem> {
    let row = db.maybe("select key from published.audit_keys order by epoch desc limit 1", &[]).await?;
    Ok(row.map(|row| row.get(0)))
}

/// The newest checkpoint of an epoch.
pub async fn checkpoint(db: &Session<'_>, epoch: i32) -> Result<AuditCheckpoint, Problem> {
    let sql = "select epoch, size, root, note from published.audit_checkpoints
               where epoch = $1 order by size desc limit 1";
    db.find(sql, &[&epoch]).await?.ok_or_else(Problem::not_found)
}

/// The opening of an epoch.
pub async fn opening(db: &Session<'_>, epoch: i32) -> Result<Opening, Problem> {
    let row = db.maybe(tree::OPENING, &[&epoch]).await?.ok_or_else(Problem::not_found)?;
    tree::opening(&row).map_err(Problem::internal)
}

/// The newest head of a log, with its place in the log of heads; none where nothing of it was signed yet.
pub async fn head(db: &Session<'_>, log: &str) -> Result<Option<(u64, Head)>, Problem> {
    let sql =
        "select log, size, root, at, epoch, head_index from audit_heads where log = $1 order by size desc limit 1";
    let row = db.maybe(sql, &[&log]).await?;
    let read = |row: &Row| Ok((tree::size(row, "head_index")?, tree::head(row)?));
    row.as_ref().map(read).transpose().map_err(|error: RowError| Problem::internal(error))
}

/// An event that the caller may read, with its place; no place where it has none yet.
pub async fn event(db: &Session<'_>, id: Uuid) -> Result<Option<(Entry, Option<u64>)>, Problem> {
    let sql = concat!(
        "select ",
        entry_columns!(),
        ", l.leaf_index from events e left join audit_leaves l on l.event_id = e.id
         where e.id = $4 and (e.shared or in_scope(e.area, $1) or (e.area is null and $2)) and $3::text[] is not null"
    );
    let row = db.maybe(sql, &[&db.areas(), &db.is_registrar(), &db.sides(), &id]).await?;
    let read = |row: &Row| -> Result<_, RowError> {
        let place = row.try_get::<_, Option<i64>>("leaf_index")?;
        Ok((tree::entry(row)?, place.and_then(|place| u64::try_from(place).ok())))
    };
    row.as_ref().map(read).transpose().map_err(Problem::internal)
}

/// The smallest run of a log's places, below a size, that holds every event of a period that the caller may read.
pub async fn run(
    db: &Session<'_>,
    log: &str,
    size: u64,
    since: Option<chrono::DateTime<chrono::Utc>>,
    until: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<(u64, u64), Problem> {
    if since.is_none() && until.is_none() {
        return Ok((0, size));
    }
    let most = i64::try_from(size).map_err(Problem::internal)?;
    let sql = "select min(l.leaf_index), max(l.leaf_index) + 1
               from events e join audit_leaves l on l.event_id = e.id
               where l.log = $1 and l.leaf_index < $2 and coalesce(e.at >= $3, true) and coalesce(e.at < $4, true)";
    let row = db.maybe(sql, &[&log, &most, &since, &until]).await?;
    let ends = row.and_then(|row| row.get::<_, Option<i64>>(0).zip(row.get::<_, Option<i64>>(1)));
    let number = |place: i64| u64::try_from(place).map_err(Problem::internal);
    ends.map_or(Ok((size, size)), |(first, end)| Ok((number(first)?, number(end)?)))
}

/// A place of a log: its leaf, and the event at it where the caller may read that.
pub struct Place {
    /// The place.
    pub index: u64,
    /// Its leaf.
    pub leaf: Hash,
    /// The event.
    pub entry: Option<Entry>,
    /// The event's note with its salt, where the caller may read it and it was not erased.
    pub note: Option<(Vec<u8>, String)>,
    /// Parts with their salts and payloads, as far as the caller may read them and they were not erased.
    pub payloads: Vec<(String, Vec<u8>, String)>,
}

/// Places of a log from one up to another.
pub async fn places(db: &Session<'_>, log: &str, first: u64, end: u64) -> Result<Vec<Place>, Problem> {
    let number = |place: u64| i64::try_from(place).map_err(Problem::internal);
    let (from, to) = (number(first)?, number(end)?);
    let sql = concat!(
        "select l.leaf_index, l.leaf, e.id is not null as seen, n.salt, n.note, ",
        entry_columns!(),
        " from audit_leaves l
          left join events e on e.id = l.event_id and (e.shared or in_scope(e.area, $1) or (e.area is null and $2))
          left join event_notes n on n.event_id = e.id and n.area is not distinct from e.area and n.shared = e.shared
                                   and n.side is not distinct from e.note_side and (n.side is null or n.side = any ($3) or 'audit' = any ($3))
          where l.log = $4 and l.leaf_index >= $5 and l.leaf_index < $6
          order by l.leaf_index"
    );
    let rows = db.rows(sql, &[&db.areas(), &db.is_registrar(), &db.sides(), &log, &from, &to]).await?;
    let sql = "select p.event_id, p.part, p.salt, p.payload
               from audit_leaves l
               join events e on e.id = l.event_id
               join event_payloads p on p.event_id = e.id and p.version = e.version and p.at = e.at and p.shared = e.shared
                and p.area is not distinct from e.area and p.resource = e.resource and p.resource_id = e.resource_id
                and p.parent_id is not distinct from e.parent_id
                and exists (select from jsonb_array_elements(e.parts) c
                            where c ->> 'part' = p.part and c ->> 'side' is not distinct from p.side)
               where l.log = $4 and l.leaf_index >= $5 and l.leaf_index < $6 and p.payload is not null
                 and (p.shared or in_scope(p.area, $1) or (p.area is null and $2))
                 and (p.side is null or p.side = any ($3) or 'audit' = any ($3))
               order by l.leaf_index, p.part";
    let parts = db.rows(sql, &[&db.areas(), &db.is_registrar(), &db.sides(), &log, &from, &to]).await?;
    let mut payloads: HashMap<Uuid, Vec<(String, Vec<u8>, String)>> = HashMap::new();
    for row in &parts {
        payloads.entry(row.get("event_id")).or_default().push((row.get("part"), row.get("salt"), row.get("payload")));
    }
    let place = |row: &Row| -> Result<Place, RowError> {
        let entry = if row.try_get("seen")? { Some(tree::entry(row)?) } else { None };
        let note = row.try_get::<_, Option<Vec<u8>>>("salt")?.zip(row.try_get::<_, Option<String>>("note")?);
        let payloads = entry.as_ref().and_then(|entry| payloads.remove(&entry.id)).unwrap_or_default();
        Ok(Place { index: tree::size(row, "leaf_index")?, leaf: tree::hash(row, "leaf")?, entry, note, payloads })
    };
    let mut place = place;
    rows.iter().map(&mut place).collect::<Result<_, _>>().map_err(Problem::internal)
}
