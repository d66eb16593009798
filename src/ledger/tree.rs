//! The Merkle tree of RFC 9162 §2.1 in terms of perfect subtrees, and the frontier by which a tree grows.

use super::hash::{Hash, node_hash};

/// A node of the tree: the root of a perfect subtree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// The height of the subtree, which has 2^level leaves.
    pub level: u32,
    /// The position among the nodes of this level, from 0. The subtree begins at leaf index · 2^level.
    pub index: u64,
}

/// Divides the leaves from `first` up to, but not including, `end` into perfect subtrees, from left to right.
pub fn perfect_subtrees(mut first: u64, end: u64) -> Vec<Node> {
    let mut subtrees = Vec::new();
    while first < end {
        let level = first.trailing_zeros().min((end - first).ilog2());
        subtrees.push(Node { level, index: first >> level });
        first += 1 << level;
    }
    subtrees
}

/// Returns the root over subtrees in order from left to right. Without subtrees, returns the root of the empty tree.
pub fn root_of_subtrees(hashes: &[Hash]) -> Hash {
    let mut from_right = hashes.iter().rev();
    let Some(last) = from_right.next() else { return Hash::empty_tree() };
    from_right.fold(*last, |right, left| node_hash(left, &right))
}

/// The part of a tree that is needed to append to it: its size, and the perfect subtrees that make it up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

impl Frontier {
    /// Makes a tree of this size from the hashes of [`perfect_subtrees`]`(0, size)`. Returns `None` if their number is
    /// wrong.
    pub fn new(size: u64, hashes: Vec<Hash>) -> Option<Self> {
        (hashes.len() == size.count_ones() as usize).then_some(Self { size, hashes })
    }

    /// Returns the number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the hashes of the perfect subtrees, from left to right.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Returns the root.
    pub fn root(&self) -> Hash {
        root_of_subtrees(&self.hashes)
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.append(0, leaf);
    }

    /// Appends a perfect subtree of 2^level leaves. Returns false, and appends nothing, if the tree's size is not a
    /// multiple of 2^level, or if the tree would have more than 2^63 leaves.
    #[must_use]
    pub fn push_subtree(&mut self, level: u32, hash: Hash) -> bool {
        let fits = level < 63 && self.size.trailing_zeros() >= level && self.size < 1 << 62;
        if fits {
            self.append(level, hash);
        }
        fits
    }

    fn append(&mut self, level: u32, mut hash: Hash) {
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
