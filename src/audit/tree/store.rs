//! The statements and row mappings that the sequencer and the proofs share, and the hashes of ranges of leaves.

use std::collections::{HashMap, hash_map};
use std::ops::Range;

use tokio_postgres::Row;

use crate::api::Problem;
use crate::db::Session;
use crate::ledger::{
    Actor, Commitment, Entry, EpochOpening, Hash, Instant, NO_AREA_LOG, Node, TILE_WIDTH, Tile, TreeHead,
    json_leaf_hash, perfect_subtrees, root_of_subtrees,
};

/// The columns of an event's entry.
macro_rules! entry_columns {
    () => {
        "e.id, e.at, e.area, e.shared, e.actor_issuer, e.actor_subject, e.actor_name, e.actor_roles, e.action, e.resource,
         e.resource_id, e.version, e.from_state, e.to_state, e.fields, e.request_id, e.marking, e.rules, e.parent_id, e.parts,
         e.note_digest, e.note_side"
    };
}
pub(in crate::audit) use entry_columns;

/// The condition that event `$alias` may be a consequence of a write to a record that all areas share.
macro_rules! may_be_consequence {
    ($alias:literal) => {
        concat!(
            "(",
            $alias,
            ".resource, ",
            $alias,
            ".action) in (('response', 'open'), ('response', 'import'), ('assignment', 'open'), ('assignment', 'supersede'),
                          ('assignment', 'readdress'), ('imported_position', 'withdraw'), ('inspection', 'undo_import_texts'))"
        )
    };
}
pub(in crate::audit) use may_be_consequence;

/// The condition that the entry of event `e` names a person of another area. A publication, correction or withdrawal of an
/// inspection by one area also changes records of other areas. Events of these changes name no person since decision 0074;
/// earlier ones do, and stay as they were signed. If a person of the record's own area acted, the same request has an event
/// of that area which is no consequence. Registrars act for all areas.
macro_rules! names_person_elsewhere {
    () => {
        concat!(
            "case when e.actor_issuer <> 'section55' and e.actor_roles <> '{registrar}' and e.area is not null and ",
            $crate::audit::tree::store::may_be_consequence!("e"),
            " then not exists (select from events own
                               where own.area = e.area and own.at = e.at and own.request_id = e.request_id and not ",
            $crate::audit::tree::store::may_be_consequence!("own"),
            ") else false end"
        )
    };
}
pub(in crate::audit) use names_person_elsewhere;

/// Selects the leaves of log $1 from position $2 up to, but not including, $3.
pub const LEAVES: &str = "select leaf_index, leaf from audit_leaves
                          where log = $1 and leaf_index >= $2 and leaf_index < $3 order by leaf_index";

/// Selects the roots of full tiles of log $1 and level $2 from index $3 up to, but not including, $4.
pub const ROOTS: &str = "select tile_index, root from audit_tiles
                         where log = $1 and level = $2 and tile_index >= $3 and tile_index < $4 order by tile_index";

/// Selects the tree heads of epoch $1 from position $2 up to, but not including, $3.
pub const HEADS: &str = "select log, size, root, at, epoch, head_index from audit_heads
                         where epoch = $1 and head_index >= $2 and head_index < $3 order by head_index";

/// Selects the opening of epoch $1.
pub const OPENING: &str =
    "select epoch, opened_at, reason, key, previous_checkpoint from audit_epochs where epoch = $1";

/// The reasons why a row of the log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// A column is missing or has another type.
    #[error(transparent)]
    Column(#[from] tokio_postgres::Error),
    /// The JSON in a column cannot be read.
    #[error("a row of the audit log holds JSON that cannot be read: {0}")]
    Content(#[from] serde_json::Error),
    /// A value has the wrong form, or rows are missing. The text names the value.
    #[error("the audit log has an invalid value or lacks rows: {0}")]
    Shape(&'static str),
}

/// Reads an event's entry from a row.
pub fn read_entry(row: &Row) -> Result<Entry, RowError> {
    let area: Option<String> = row.try_get("area")?;
    let parts: Vec<Commitment> = serde_json::from_value(row.try_get("parts")?)?;
    Ok(Entry {
        v: 1,
        id: row.try_get("id")?,
        log: area.clone().unwrap_or_else(|| NO_AREA_LOG.to_owned()),
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

/// Reads a tree head from a row.
pub fn read_head(row: &Row) -> Result<TreeHead, RowError> {
    Ok(TreeHead {
        v: 1,
        epoch: row.try_get("epoch")?,
        log: row.try_get("log")?,
        size: read_size(row, "size")?,
        root: read_hash(row, "root")?,
        at: Instant(row.try_get("at")?),
    })
}

/// Reads the opening of an epoch from a row.
pub fn read_opening(row: &Row) -> Result<EpochOpening, RowError> {
    Ok(EpochOpening {
        v: 1,
        epoch: row.try_get("epoch")?,
        at: Instant(row.try_get("opened_at")?),
        reason: row.try_get("reason")?,
        key: row.try_get("key")?,
        previous: row.try_get("previous_checkpoint")?,
    })
}

/// Reads a hash from a column.
pub fn read_hash(row: &Row, column: &'static str) -> Result<Hash, RowError> {
    Hash::from_slice(row.try_get(column)?).ok_or(RowError::Shape(column))
}

/// Reads a number of leaves, or a position, from a column.
pub fn read_size(row: &Row, column: &'static str) -> Result<u64, RowError> {
    u64::try_from(row.try_get::<_, i64>(column)?).map_err(|_| RowError::Shape(column))
}

/// Reads concatenated hashes from a column.
pub fn read_hashes(row: &Row, column: &'static str) -> Result<Vec<Hash>, RowError> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes.chunks(32).map(|chunk| Hash::from_slice(chunk).ok_or(RowError::Shape(column))).collect()
}

/// Returns the hashes of one tile level of a log from index `first` up to, but not including, `end`. Level 0 is the
/// leaves; higher levels are the roots of full tiles.
async fn level_hashes(db: &Session<'_>, log: &str, level: u32, first: u64, end: u64) -> Result<Vec<Hash>, Problem> {
    let number = |size: u64| i64::try_from(size).map_err(Problem::internal);
    let (from, to) = (number(first)?, number(end)?);
    let mut found: Vec<Hash> = Vec::new();
    match (level, log.strip_prefix("_heads/")) {
        (0, Some(epoch)) => {
            let epoch: i32 = epoch.parse().map_err(Problem::internal)?;
            if first == 0 {
                let row = db.query_opt(OPENING, &[&epoch]).await?.ok_or_else(Problem::not_found)?;
                found.push(json_leaf_hash(&read_opening(&row).map_err(Problem::internal)?).map_err(Problem::internal)?);
            }
            for row in db.query(HEADS, &[&epoch, &from, &to]).await? {
                found.push(json_leaf_hash(&read_head(&row).map_err(Problem::internal)?).map_err(Problem::internal)?);
            }
        }
        (level, _) => {
            let below = i32::try_from(level).map_err(Problem::internal)? - 1;
            let (rows, column) = match level {
                0 => (db.query(LEAVES, &[&log, &from, &to]).await?, "leaf"),
                _ => (db.query(ROOTS, &[&log, &below, &from, &to]).await?, "root"),
            };
            for row in &rows {
                found.push(read_hash(row, column).map_err(Problem::internal)?);
            }
        }
    }
    Ok(found)
}

/// Returns the root over each of these ranges of a log's leaves. The log must have all of these leaves.
pub async fn range_hashes(db: &Session<'_>, log: &str, ranges: &[Range<u64>]) -> Result<Vec<Hash>, Problem> {
    let parts: Vec<Vec<Node>> = ranges.iter().map(|range| perfect_subtrees(range.start, range.end)).collect();
    let mut needed: Vec<(Tile, usize)> = Vec::new();
    for (tile, within) in parts.iter().flatten().map(|node| Tile::containing(*node)) {
        match needed.iter_mut().find(|(known, _)| *known == tile) {
            Some((_, width)) => *width = within.end.max(*width),
            None => needed.push((tile, within.end)),
        }
    }
    let mut tiles: HashMap<Tile, Vec<Hash>> = HashMap::new();
    let levels: Vec<i32> = needed.iter().filter_map(|(tile, _)| tile.level.try_into().ok()).collect();
    let indexes: Vec<i64> = needed.iter().filter_map(|(tile, _)| tile.index.try_into().ok()).collect();
    let sql = "select t.level, t.tile_index, t.hashes
               from unnest($2::integer[], $3::bigint[]) as w(level, tile_index)
               join audit_tiles t on t.log = $1 and t.level = w.level and t.tile_index = w.tile_index";
    for row in db.query(sql, &[&log, &levels, &indexes]).await? {
        let level = u32::try_from(row.get::<_, i32>("level")).map_err(Problem::internal)?;
        let tile = Tile { level, index: read_size(&row, "tile_index").map_err(Problem::internal)? };
        tiles.insert(tile, read_hashes(&row, "hashes").map_err(Problem::internal)?);
    }
    for (tile, width) in needed {
        // A tile that is not full is not stored: its hashes are read from the level below.
        if let hash_map::Entry::Vacant(missing) = tiles.entry(tile) {
            let first = tile.index * TILE_WIDTH;
            missing.insert(level_hashes(db, log, tile.level, first, first + width as u64).await?);
        }
    }
    let node_hash = |node: &Node| {
        let (tile, within) = Tile::containing(*node);
        let hashes = tiles.get(&tile).and_then(|hashes| hashes.get(within));
        hashes.map(Tile::root).ok_or_else(|| Problem::internal(format!("the log {log} lacks the hashes of {node:?}")))
    };
    let each =
        parts.iter().map(|nodes| Ok(root_of_subtrees(&nodes.iter().map(node_hash).collect::<Result<Vec<_>, _>>()?)));
    each.collect()
}

/// Returns the hash of each of these nodes of a log.
pub async fn subtree_hashes(db: &Session<'_>, log: &str, nodes: &[Node]) -> Result<Vec<Hash>, Problem> {
    let range = |node: &Node| (node.index << node.level)..((node.index + 1) << node.level);
    range_hashes(db, log, &nodes.iter().map(range).collect::<Vec<_>>()).await
}
