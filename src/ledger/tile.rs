//! Tiles (C2SP tlog-tiles): 256 hashes of one level in one row. A full tile never changes, so a tree needs few rows.

use super::hash::Hash;
use super::tree::{Frontier, Node};

/// The number of hashes in a full tile.
pub const TILE_WIDTH: u64 = 256;

/// The number of tree levels that one tile spans.
const HEIGHT: u32 = 8;

/// The coordinates of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// The tile's level. Each hash is the root of a subtree of 256^level leaves.
    pub level: u32,
    /// The position among the tiles of this level, from 0. The tile begins at hash index · 256 of its level.
    pub index: u64,
}

impl Tile {
    /// Returns the tile that holds a node's hash, or the hashes below it, and the range of those hashes in the tile.
    pub fn containing(node: Node) -> (Self, std::ops::Range<usize>) {
        let level = node.level / HEIGHT;
        let height = node.level % HEIGHT;
        let first = node.index << height;
        let start = (first % TILE_WIDTH) as usize;
        (Self { level, index: first / TILE_WIDTH }, start..start + (1 << height))
    }

    /// Returns the root over some hashes of a tile. Their number must be a power of two.
    pub fn root(hashes: &[Hash]) -> Hash {
        let mut tree = Frontier::default();
        hashes.iter().for_each(|hash| tree.push(*hash));
        tree.root()
    }

    /// Returns the tiles that became full while a tree grew from `before` to `after` leaves. The lowest level comes
    /// first, because each tile is computed from those below it.
    pub fn completed_between(before: u64, after: u64) -> Vec<Self> {
        let mut completed = Vec::new();
        let (mut first, mut end, mut level) = (before / TILE_WIDTH, after / TILE_WIDTH, 0);
        while first < end {
            completed.extend((first..end).map(|index| Self { level, index }));
            (first, end, level) = (first / TILE_WIDTH, end / TILE_WIDTH, level + 1);
        }
        completed
    }
}
