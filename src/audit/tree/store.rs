//! The trees in the database: the statements that both the sequencer and the proofs read by, and what their rows are.

use std::collections::{HashMap, hash_map};
use std::ops::Range;

use tokio_postgres::Row;

use crate::api::Problem;
use crate::db::Session;
use crate::ledger::{
    ALL, Actor, Commitment, Entry, Hash, Head, Instant, Node, Opening, TILE_WIDTH, Tile, fold, hash_of, nodes,
};

/// The columns of an event that make its entry.
macro_rules! entry_columns {
    () => {
        "e.id, e.at, e.area, e.shared, e.actor_issuer, e.actor_subject, e.actor_name, e.actor_roles, e.action, e.resource,
         e.resource_id, e.version, e.from_state, e.to_state, e.fields, e.request_id, e.marking, e.rules, e.parent_id, e.parts,
         e.note_digest, e.note_side"
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
        parent: row.try_get("parent_id")?,
        version: row.try_get("version")?,
        from: row.try_get("from_state")?,
        to: row.try_get("to_state")?,
        fields: row.try_get::<_, Option<Vec<String>>>("fields")?.unwrap_or_default(),
        request_id: row.try_get("request_id")?,
        marking: row.try_get("marking")?,
        rules: row.try_get("rules")?,
        parts,
        note: row.try_get("note_digest")?,
        note_side: row.try_get("note_side")?,
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

/// The hashes of one level of a log from one place up to another: leaves, or the roots of full tiles.
async fn level(db: &Session<'_>, log: &str, level: u32, first: u64, end: u64) -> Result<Vec<Hash>, Problem> {
    let number = |size: u64| i64::try_from(size).map_err(Problem::internal);
    let (from, to) = (number(first)?, number(end)?);
    let mut found: Vec<Hash> = Vec::new();
    match (level, log.strip_prefix("_heads/")) {
        (0, Some(epoch)) => {
            let epoch: i32 = epoch.parse().map_err(Problem::internal)?;
            if first == 0 {
                let row = db.maybe(OPENING, &[&epoch]).await?.ok_or_else(Problem::not_found)?;
                found.push(hash_of(&opening(&row).map_err(Problem::internal)?).map_err(Problem::internal)?);
            }
            for row in db.rows(HEADS, &[&epoch, &from, &to]).await? {
                found.push(hash_of(&head(&row).map_err(Problem::internal)?).map_err(Problem::internal)?);
            }
        }
        (level, _) => {
            let below = i32::try_from(level).map_err(Problem::internal)? - 1;
            let (rows, column) = match level {
                0 => (db.rows(LEAVES, &[&log, &from, &to]).await?, "leaf"),
                _ => (db.rows(ROOTS, &[&log, &below, &from, &to]).await?, "root"),
            };
            for row in &rows {
                found.push(hash(row, column).map_err(Problem::internal)?);
            }
        }
    }
    Ok(found)
}

/// The hash over each of these ranges of a log's leaves, which it must have.
pub async fn over(db: &Session<'_>, log: &str, ranges: &[Range<u64>]) -> Result<Vec<Hash>, Problem> {
    let parts: Vec<Vec<Node>> = ranges.iter().map(|range| nodes(range.start, range.end)).collect();
    let mut wanted: Vec<(Tile, usize)> = Vec::new();
    for (tile, within) in parts.iter().flatten().map(|node| Tile::of(*node)) {
        match wanted.iter_mut().find(|(known, _)| *known == tile) {
            Some((_, width)) => *width = within.end.max(*width),
            None => wanted.push((tile, within.end)),
        }
    }
    let mut tiles: HashMap<Tile, Vec<Hash>> = HashMap::new();
    let levels: Vec<i32> = wanted.iter().filter_map(|(tile, _)| tile.level.try_into().ok()).collect();
    let places: Vec<i64> = wanted.iter().filter_map(|(tile, _)| tile.index.try_into().ok()).collect();
    let sql = "select t.level, t.tile_index, t.hashes
               from unnest($2::integer[], $3::bigint[]) as w(level, tile_index)
               join audit_tiles t on t.log = $1 and t.level = w.level and t.tile_index = w.tile_index";
    for row in db.rows(sql, &[&log, &levels, &places]).await? {
        let level = u32::try_from(row.get::<_, i32>("level")).map_err(Problem::internal)?;
        let tile = Tile { level, index: size(&row, "tile_index").map_err(Problem::internal)? };
        tiles.insert(tile, hashes(&row, "hashes").map_err(Problem::internal)?);
    }
    for (tile, width) in wanted {
        // What is not full is put together from what lies below it.
        if let hash_map::Entry::Vacant(place) = tiles.entry(tile) {
            let first = tile.index * TILE_WIDTH;
            place.insert(level(db, log, tile.level, first, first + width as u64).await?);
        }
    }
    let of = |node: &Node| {
        let (tile, within) = Tile::of(*node);
        let hashes = tiles.get(&tile).and_then(|hashes| hashes.get(within));
        hashes.map(Tile::root).ok_or_else(|| Problem::internal(format!("{log} lacks {node:?}")))
    };
    let each = parts.iter().map(|nodes| Ok(fold(&nodes.iter().map(of).collect::<Result<Vec<_>, _>>()?)));
    each.collect()
}

/// The hash of each of these subtrees of a log.
pub async fn subtrees(db: &Session<'_>, log: &str, nodes: &[Node]) -> Result<Vec<Hash>, Problem> {
    let range = |node: &Node| (node.index << node.level)..((node.index + 1) << node.level);
    over(db, log, &nodes.iter().map(range).collect::<Vec<_>>()).await
}
