//! Reads for checkpoints, proofs and bundles. The caller's scope limits events and payloads; hashes are readable for
//! anyone.

use std::collections::HashMap;

use tokio_postgres::Row;
use uuid::Uuid;

use super::model::AuditCheckpoint;
use crate::api::Problem;
use crate::audit::tree::store::{self as tree, RowError, entry_columns, names_person_elsewhere};
use crate::db::{FromRow, Session};
use crate::ledger::{Entry, EpochOpening, Hash, TreeHead};

impl FromRow for AuditCheckpoint {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            epoch: row.try_get("epoch")?,
            size: row.try_get("size")?,
            root: Hash::from_slice(row.try_get("root")?).map(|root| root.to_string()).unwrap_or_default(),
            note: row.try_get("note")?,
        })
    }
}

/// Returns checkpoints of the newest epoch, newest first. `before` limits them to sizes below it.
pub async fn list_checkpoints(
    db: &Session<'_>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<AuditCheckpoint>, Problem> {
    let sql = "select epoch, size, root, note from published.audit_checkpoints
               where epoch = (select max(epoch) from published.audit_checkpoints) and ($1::bigint is null or size < $1)
               order by size desc
               limit $2";
    db.find_all(sql, &[&before, &limit]).await
}

/// Returns the verifier key of the newest epoch.
pub async fn find_key(db: &Session<'_>) -> Result<Option<String>, Problem> {
    let row = db.query_opt("select key from published.audit_keys order by epoch desc limit 1", &[]).await?;
    Ok(row.map(|row| row.get(0)))
}

/// Returns the newest checkpoint of an epoch.
pub async fn find_checkpoint(db: &Session<'_>, epoch: i32) -> Result<AuditCheckpoint, Problem> {
    let sql = "select epoch, size, root, note from published.audit_checkpoints
               where epoch = $1 order by size desc limit 1";
    db.find(sql, &[&epoch]).await?.ok_or_else(Problem::not_found)
}

/// Returns the opening of an epoch.
pub async fn find_opening(db: &Session<'_>, epoch: i32) -> Result<EpochOpening, Problem> {
    let row = db.query_opt(tree::OPENING, &[&epoch]).await?.ok_or_else(Problem::not_found)?;
    tree::read_opening(&row).map_err(Problem::internal)
}

/// Returns the newest tree head of a log, with its position in the log of heads. Returns `None` if nothing of the log
/// was signed yet.
pub async fn find_head(db: &Session<'_>, log: &str) -> Result<Option<(u64, TreeHead)>, Problem> {
    let sql =
        "select log, size, root, at, epoch, head_index from audit_heads where log = $1 order by size desc limit 1";
    let row = db.query_opt(sql, &[&log]).await?;
    let read = |row: &Row| Ok((tree::read_size(row, "head_index")?, tree::read_head(row)?));
    row.as_ref().map(read).transpose().map_err(|error: RowError| Problem::internal(error))
}

/// Returns an event of the caller's areas, or of no area, with its position. The position is `None` until the sequencer
/// assigns it. A proof covers the person who acted, so an event of another area, or one that names a person of another
/// area, cannot be proved to this caller.
pub async fn find_event(db: &Session<'_>, id: Uuid) -> Result<Option<(Entry, Option<u64>)>, Problem> {
    let sql = concat!(
        "select ",
        entry_columns!(),
        ", l.leaf_index from events e left join audit_leaves l on l.event_id = e.id
         where e.id = $4 and (in_scope(e.area, $1) or (e.area is null and (e.shared or $2))) and $3::text[] is not null
           and not ",
        names_person_elsewhere!()
    );
    let row = db.query_opt(sql, &[&db.areas(), &db.is_registrar(), &db.sides(), &id]).await?;
    let read = |row: &Row| -> Result<_, RowError> {
        let position = row.try_get::<_, Option<i64>>("leaf_index")?;
        Ok((tree::read_entry(row)?, position.and_then(|position| u64::try_from(position).ok())))
    };
    row.as_ref().map(read).transpose().map_err(Problem::internal)
}

/// Returns the smallest range of a log's positions that holds every event of a period that the caller may
/// read, below `size`. Without a period, it is
/// the whole log.
pub async fn find_range(
    db: &Session<'_>,
    log: &str,
    size: u64,
    since: Option<chrono::DateTime<chrono::Utc>>,
    until: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<(u64, u64), Problem> {
    if since.is_none() && until.is_none() {
        return Ok((0, size));
    }
    let limit = i64::try_from(size).map_err(Problem::internal)?;
    let sql = "select min(l.leaf_index), max(l.leaf_index) + 1
               from events e join audit_leaves l on l.event_id = e.id
               where l.log = $1 and l.leaf_index < $2 and coalesce(e.at >= $3, true) and coalesce(e.at < $4, true)";
    let row = db.query_opt(sql, &[&log, &limit, &since, &until]).await?;
    let ends = row.and_then(|row| row.get::<_, Option<i64>>(0).zip(row.get::<_, Option<i64>>(1)));
    let number = |position: i64| u64::try_from(position).map_err(Problem::internal);
    ends.map_or(Ok((size, size)), |(first, end)| Ok((number(first)?, number(end)?)))
}

/// One position of a log: its leaf, and the event if the caller may read it.
pub struct LogPosition {
    /// The position.
    pub index: u64,
    /// The leaf hash.
    pub leaf: Hash,
    /// The event's entry, or `None` if the caller may not read it.
    pub entry: Option<Entry>,
    /// The salt and text of the event's note, unless the caller may not read it or it was erased.
    pub note: Option<(Vec<u8>, String)>,
    /// The part, salt and payload of each part that the caller may read and that was not erased.
    pub payloads: Vec<(String, Vec<u8>, String)>,
}

/// Returns the positions of a log from `first` up to, but not including, `end`.
pub async fn list_positions(db: &Session<'_>, log: &str, first: u64, end: u64) -> Result<Vec<LogPosition>, Problem> {
    let number = |position: u64| i64::try_from(position).map_err(Problem::internal);
    let (from, to) = (number(first)?, number(end)?);
    let sql = concat!(
        "select l.leaf_index, l.leaf, e.id is not null as seen, n.salt, n.note, ",
        entry_columns!(),
        " from audit_leaves l
          left join events e on e.id = l.event_id and (e.shared or in_scope(e.area, $1) or (e.area is null and $2))
                            and not ",
        names_person_elsewhere!(),
        "
          left join event_notes n on n.event_id = e.id and n.area is not distinct from e.area and n.shared = e.shared
                                   and n.side is not distinct from e.note_side and (n.side is null or n.side = any ($3) or 'audit' = any ($3))
          where l.log = $4 and l.leaf_index >= $5 and l.leaf_index < $6
          order by l.leaf_index"
    );
    let rows = db.query(sql, &[&db.areas(), &db.is_registrar(), &db.sides(), &log, &from, &to]).await?;
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
    let parts = db.query(sql, &[&db.areas(), &db.is_registrar(), &db.sides(), &log, &from, &to]).await?;
    let mut payloads: HashMap<Uuid, Vec<(String, Vec<u8>, String)>> = HashMap::new();
    for row in &parts {
        payloads.entry(row.get("event_id")).or_default().push((row.get("part"), row.get("salt"), row.get("payload")));
    }
    let mut position = |row: &Row| -> Result<LogPosition, RowError> {
        let entry = if row.try_get("seen")? { Some(tree::read_entry(row)?) } else { None };
        let note = row.try_get::<_, Option<Vec<u8>>>("salt")?.zip(row.try_get::<_, Option<String>>("note")?);
        let payloads = entry.as_ref().and_then(|entry| payloads.remove(&entry.id)).unwrap_or_default();
        Ok(LogPosition {
            index: tree::read_size(row, "leaf_index")?,
            leaf: tree::read_hash(row, "leaf")?,
            entry,
            note,
            payloads,
        })
    };
    rows.iter().map(&mut position).collect::<Result<_, _>>().map_err(Problem::internal)
}
