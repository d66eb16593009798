//! The trees in the database: the statements that both the sequencer and the proofs read by, and what their rows are.

use tokio_postgres::Row;

use crate::ledger::{ALL, Actor, Commitment, Entry, Hash, Head, Instant, Opening};

/// The columns of an event that make its entry.
macro_rules! entry_columns {
    () => {
        "e.id, e.at, e.area, e.shared, e.actor_issuer, e.actor_subject, e.actor_name, e.actor_roles, e.action, e.resource,
         e.resource_id, e.version, e.from_state, e.to_state, e.fields, e.request_id, e.marking, e.rules, e.parts,
         e.note_digest"
    };
}
pub(in crate::audit) use entry_columns;

/// Leaves $2 up to $3 of log $1, in order.
pub const LEAVES: &str = "select leaf_index, leaf from audit_leaves
                          where log = $1 and leaf_index >= $2 and leaf_index < $3 order by leaf_index";

/// The roots of full tiles $3 up to $4 of level $2 of log $1, in order.
pub const ROOTS: &str = "select tile_index, root from audit_tiles
                         where log = $1 and level = $2 and tile_index >= $3 and tile_index < $4 order by tile_index";

/// Heads $2 up to $3 of epoch $1, in order.
pub const HEADS: &str = "select log, size, root, at, epoch, head_index from audit_heads
                         where epoch = $1 and head_index >= $2 and head_index < $3 order by head_index";

/// The opening of epoch $1.
pub const OPENING: &str =
    "select epoch, opened_at, reason, key, previous_checkpoint from audit_epochs where epoch = $1";

/// Why a row cannot be what it should be.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// A column is not there or of another type.
    #[error(transparent)]
    Column(#[from] tokio_postgres::Error),
    /// What a column holds cannot be read.
    #[error("what the log holds cannot be read: {0}")]
    Content(#[from] serde_json::Error),
    /// A hash or a size that cannot be one.
    #[error("{0} is not what it should be")]
    Shape(&'static str),
}

/// The entry of an event.
pub fn entry(row: &Row) -> Result<Entry, RowError> {
    let area: Option<String> = row.try_get("area")?;
    let parts: Vec<Commitment> = serde_json::from_value(row.try_get("parts")?)?;
    Ok(Entry {
        v: 1,
        id: row.try_get("id")?,
        log: area.clone().unwrap_or_else(|| ALL.to_owned()),
        at: Instant(row.try_get("at")?),
        area,
        shared: row.try_get("shared")?,
        actor: Actor {
            issuer: row.try_get("actor_issuer")?,
            subject: row.try_get("actor_subject")?,
            name: row.try_get("actor_name")?,
            roles: row.try_get("actor_roles")?,
        },
        action: row.try_get("action")?,
        resource: row.try_get("resource")?,
        resource_id: row.try_get("resource_id")?,
        version: row.try_get("version")?,
        from: row.try_get("from_state")?,
        to: row.try_get("to_state")?,
        fields: row.try_get::<_, Option<Vec<String>>>("fields")?.unwrap_or_default(),
        request_id: row.try_get("request_id")?,
        marking: row.try_get("marking")?,
        rules: row.try_get("rules")?,
        parts,
        note: row.try_get("note_digest")?,
    })
}

/// A head.
pub fn head(row: &Row) -> Result<Head, RowError> {
    Ok(Head {
        v: 1,
        epoch: row.try_get("epoch")?,
        log: row.try_get("log")?,
        size: size(row, "size")?,
        root: hash(row, "root")?,
        at: Instant(row.try_get("at")?),
    })
}

/// The opening of an epoch.
pub fn opening(row: &Row) -> Result<Opening, RowError> {
    Ok(Opening {
        v: 1,
        epoch: row.try_get("epoch")?,
        at: Instant(row.try_get("opened_at")?),
        reason: row.try_get("reason")?,
        key: row.try_get("key")?,
        previous: row.try_get("previous_checkpoint")?,
    })
}

/// A hash in a column.
pub fn hash(row: &Row, column: &'static str) -> Result<Hash, RowError> {
    Hash::read(row.try_get(column)?).ok_or(RowError::Shape(column))
}

/// A number of leaves, or a place among them, in a column.
pub fn size(row: &Row, column: &'static str) -> Result<u64, RowError> {
    u64::try_from(row.try_get::<_, i64>(column)?).map_err(|_| RowError::Shape(column))
}

/// Hashes one after another in a column.
pub fn hashes(row: &Row, column: &'static str) -> Result<Vec<Hash>, RowError> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes.chunks(32).map(|chunk| Hash::read(chunk).ok_or(RowError::Shape(column))).collect()
}
