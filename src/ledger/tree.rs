//! The Merkle tree of RFC 9162 §2.1 as perfect subtrees: what a range of leaves is made of, and how a tree grows.

use super::hash::{Hash, node_hash};

/// A perfect subtree: its height, and its place among those of that height, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// It has 2^level leaves.
    pub level: u32,
    /// It begins at leaf index · 2^level.
    pub index: u64,
}

/// The perfect subtrees that make up the leaves from `first` up to, not including, `end`, from left to right.
pub fn nodes(mut first: u64, end: u64) -> Vec<Node> {
    let mut found = Vec::new();
    while first < end {
        let level = first.trailing_zeros().min((end - first).ilog2());
        found.push(Node { level, index: first >> level });
        first += 1 << level;
    }
    found
}

/// The root over subtrees from left to right, as a tree's right edge has them; of none, the root of nothing.
pub fn fold(hashes: &[Hash]) -> Hash {
    let mut from_right = hashes.iter().rev();
    let Some(last) = from_right.next() else { return Hash::of_nothing() };
    from_right.fold(*last, |right, left| node_hash(left, &right))
}

/// A tree as far as it must be known to grow: its size, and the perfect subtrees of its right edge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

impl Frontier {
    /// A tree of this size from the hashes of [`nodes`]`(0, size)`; none where their number is another.
    pub fn of(size: u64, hashes: Vec<Hash>) -> Option<Self> {
        (hashes.len() == size.count_ones() as usize).then_some(Self { size, hashes })
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The perfect subtrees, from left to right.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The root.
    pub fn root(&self) -> Hash {
        fold(&self.hashes)
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.join(0, leaf);
    }

    /// Adds a perfect subtree of 2^level leaves; false, and nothing is added, where the tree's size is no multiple of
    /// that, or would pass 2^63.
    #[must_use]
    pub fn push_subtree(&mut self, level: u32, hash: Hash) -> bool {
        let fits = level < 63 && self.size.trailing_zeros() >= level && self.size < 1 << 62;
        if fits {
            self.join(level, hash);
        }
        fits
    }

    fn join(&mut self, level: u32, mut hash: Hash) {
        let mut above = self.size >> level;
        while above & 1 == 1 {
            if let Some(left) = self.hashes.pop() {
                hash = node_hash(&left, &hash);
            }
            above >>= 1;
        }
        self.hashes.push(hash);
        self.size += 1 << level;
    }
}
