//! Tiles (C2SP tlog-tiles): 256 hashes of one level stand together, so that a tree is stored in few rows that are never
//! rewritten.

use super::hash::Hash;
use super::tree::{Frontier, Node};

/// How many hashes a full tile holds.
pub const TILE_WIDTH: u64 = 256;

/// How many levels of the tree one tile spans.
const HEIGHT: u32 = 8;

/// The place of a tile: its level, and its place among those of that level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// Its hashes are those of subtrees of 256^level leaves.
    pub level: u32,
    /// It begins at hash index · 256 of its level.
    pub index: u64,
}

impl Tile {
    /// The tile that a subtree's hash is found in, or made from, with the hashes in it that make it.
    pub fn of(node: Node) -> (Self, std::ops::Range<usize>) {
        let level = node.level / HEIGHT;
        let height = node.level % HEIGHT;
        let first = node.index << height;
        let at = (first % TILE_WIDTH) as usize;
        (Self { level, index: first / TILE_WIDTH }, at..at + (1 << height))
    }

    /// The hash over some of a tile's hashes, a power of two of them.
    pub fn root(hashes: &[Hash]) -> Hash {
        let mut tree = Frontier::default();
        hashes.iter().for_each(|hash| tree.push(*hash));
        tree.root()
    }

    /// The tiles that became full while a tree grew, lowest first: each is made from those before it.
    pub fn completed(before: u64, after: u64) -> Vec<Self> {
        let mut completed = Vec::new();
        let (mut first, mut end, mut level) = (before / TILE_WIDTH, after / TILE_WIDTH, 0);
        while first < end {
            completed.extend((first..end).map(|index| Self { level, index }));
            (first, end, level) = (first / TILE_WIDTH, end / TILE_WIDTH, level + 1);
        }
        completed
    }
}
