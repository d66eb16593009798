//! A batch of events in memory: the growth of the trees, and the tiles that become full.

use std::collections::HashMap;

use uuid::Uuid;

use crate::ledger::{Entry, Frontier, Hash, TILE_WIDTH, Tile, json_leaf_hash};

/// The growth of one log by a batch.
#[derive(Clone, Debug)]
pub struct LogGrowth {
    /// The name of the log.
    pub log: String,
    /// The number of leaves before the batch.
    pub before: u64,
    /// The new events with their leaf hashes, in order.
    pub leaves: Vec<(Uuid, Hash)>,
    /// The tree after the batch.
    pub tree: Frontier,
}

/// A tile that became full.
#[derive(Clone, Debug)]
pub struct TileRow {
    /// The name of the log.
    pub log: String,
    /// The coordinates of the tile.
    pub tile: Tile,
    /// The 256 hashes.
    pub hashes: Vec<Hash>,
    /// The root over the hashes.
    pub root: Hash,
}

/// Appends the entries to the trees of their logs, and returns the growth of each log. A log without a tree begins
/// empty.
///
/// # Errors
/// The error of serde_json if an entry cannot be written as JSON.
pub fn append_entries(
    entries: &[Entry],
    mut trees: HashMap<String, Frontier>,
) -> Result<Vec<LogGrowth>, serde_json::Error> {
    let mut growths: Vec<LogGrowth> = Vec::new();
    for entry in entries {
        let leaf = json_leaf_hash(entry)?;
        let at = match growths.iter().position(|growth| growth.log == entry.log) {
            Some(at) => at,
            None => {
                let tree = trees.remove(&entry.log).unwrap_or_default();
                let (log, before) = (entry.log.clone(), tree.size());
                growths.push(LogGrowth { log, before, leaves: Vec::new(), tree });
                growths.len() - 1
            }
        };
        growths[at].tree.push(leaf);
        growths[at].leaves.push((entry.id, leaf));
    }
    Ok(growths)
}

/// Returns, for each level of the completed tiles, which stored hashes are needed to complete the first tile: the
/// level, the index of the first hash, and the number of hashes of that level before the batch.
pub fn stored_hashes_needed(before: u64, tiles: &[Tile]) -> Vec<(u32, u64, u64)> {
    let mut needed: Vec<(u32, u64, u64)> = Vec::new();
    for tile in tiles {
        if needed.iter().all(|(level, ..)| *level != tile.level) {
            let existing = before / TILE_WIDTH.pow(tile.level);
            needed.push((tile.level, tile.index * TILE_WIDTH, existing));
        }
    }
    needed
}

/// Returns the completed tiles. `stored` holds the hashes of each level from the beginning of its first tile;
/// `leaves` are the new leaves.
pub fn complete_tiles(log: &str, tiles: &[Tile], mut stored: HashMap<u32, Vec<Hash>>, leaves: &[Hash]) -> Vec<TileRow> {
    stored.entry(0).or_default().extend_from_slice(leaves);
    let mut completed = Vec::new();
    for tile in tiles {
        let level = stored.entry(tile.level).or_default();
        let hashes: Vec<Hash> = level.drain(..(TILE_WIDTH as usize).min(level.len())).collect();
        let root = Tile::root(&hashes);
        stored.entry(tile.level + 1).or_default().push(root);
        completed.push(TileRow { log: log.to_owned(), tile: *tile, hashes, root });
    }
    completed
}
