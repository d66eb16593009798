//! A batch in memory: how trees grow by it, and which tiles it fills.

use std::collections::HashMap;

use uuid::Uuid;

use crate::ledger::{Entry, Frontier, Hash, TILE_WIDTH, Tile, hash_of};

/// A log that a batch makes grow.
#[derive(Clone, Debug)]
pub struct Grown {
    /// Which.
    pub log: String,
    /// Its size before.
    pub before: u64,
    /// The events that came to it, with their leaves.
    pub leaves: Vec<(Uuid, Hash)>,
    /// The tree after.
    pub tree: Frontier,
}

/// A tile that became full.
#[derive(Clone, Debug)]
pub struct TileRow {
    /// The log it is of.
    pub log: String,
    /// Where it stands.
    pub tile: Tile,
    /// Its 256 hashes.
    pub hashes: Vec<Hash>,
    /// The hash over them.
    pub root: Hash,
}

/// The logs that entries come to, each in the order of the entries.
pub fn grow(entries: &[Entry], mut trees: HashMap<String, Frontier>) -> Result<Vec<Grown>, serde_json::Error> {
    let mut grown: Vec<Grown> = Vec::new();
    for entry in entries {
        let leaf = hash_of(entry)?;
        let at = match grown.iter().position(|grown| grown.log == entry.log) {
            Some(at) => at,
            None => {
                let tree = trees.remove(&entry.log).unwrap_or_default();
                let (log, before) = (entry.log.clone(), tree.size());
                grown.push(Grown { log, before, leaves: Vec::new(), tree });
                grown.len() - 1
            }
        };
        grown[at].tree.push(leaf);
        grown[at].leaves.push((entry.id, leaf));
    }
    Ok(grown)
}

/// The hashes of a level that stand before what a batch adds, from the beginning of a tile on: where they begin, and how
/// many there were of that level before.
pub fn wanted(before: u64, tiles: &[Tile]) -> Vec<(u32, u64, u64)> {
    let mut wanted: Vec<(u32, u64, u64)> = Vec::new();
    for tile in tiles {
        if wanted.iter().all(|(level, ..)| *level != tile.level) {
            let there = before / TILE_WIDTH.pow(tile.level);
            wanted.push((tile.level, tile.index * TILE_WIDTH, there));
        }
    }
    wanted
}

/// The tiles filled, from the stored hashes of each level, from the beginning of its first tile on, and the new leaves.
pub fn fill(log: &str, tiles: &[Tile], mut stored: HashMap<u32, Vec<Hash>>, leaves: &[Hash]) -> Vec<TileRow> {
    stored.entry(0).or_default().extend_from_slice(leaves);
    let mut filled = Vec::new();
    for tile in tiles {
        let level = stored.entry(tile.level).or_default();
        let hashes: Vec<Hash> = level.drain(..(TILE_WIDTH as usize).min(level.len())).collect();
        let root = Tile::root(&hashes);
        stored.entry(tile.level + 1).or_default().push(root);
        filled.push(TileRow { log: log.to_owned(), tile: *tile, hashes, root });
    }
    filled
}
