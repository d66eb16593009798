//! Inclusion and consistency proofs (RFC 9162): the ranges of leaves whose hashes make up a proof (§2.1.3.1, §2.1.4.1),
//! and the verification of a proof (§2.1.3.2, §2.1.4.2).

use std::ops::Range;

use super::hash::{Hash, node_hash};

/// Returns the largest power of two that is smaller than `size`, which must be at least 2.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Returns the ranges of leaves whose hashes are the inclusion proof of leaf `index` in a tree of `size` leaves, in
/// the order of the proof. Returns `None` if the tree has no such leaf.
pub fn inclusion_proof_ranges(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
    if index >= size {
        return None;
    }
    let (mut low, mut high) = (0, size);
    let mut ranges = Vec::new();
    while high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            ranges.push(middle..high);
            high = middle;
        } else {
            ranges.push(low..middle);
            low = middle;
        }
    }
    ranges.reverse();
    Some(ranges)
}

/// Returns the ranges of leaves whose hashes are the consistency proof between trees of `from` and `to` leaves, in
/// the order of the proof. Returns `None` if `from` is 0 or larger than `to`.
pub fn consistency_proof_ranges(from: u64, to: u64) -> Option<Vec<Range<u64>>> {
    if from == 0 || from > to {
        return None;
    }
    let (mut low, mut high, mut is_perfect) = (0, to, true);
    let mut ranges = Vec::new();
    while from != high {
        let middle = low + split(high - low);
        if from <= middle {
            ranges.push(middle..high);
            high = middle;
        } else {
            ranges.push(low..middle);
            low = middle;
            is_perfect = false;
        }
    }
    if !is_perfect {
        ranges.push(low..high);
    }
    ranges.reverse();
    Some(ranges)
}

/// Computes the root from a leaf and its inclusion proof (RFC 9162 §2.1.3.2). Returns `None` if the proof has the wrong
/// length.
pub fn root_from_inclusion_proof(leaf: Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut at, mut last, mut root) = (index, size - 1, leaf);
    for hash in proof {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            root = node_hash(hash, &root);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            root = node_hash(&root, hash);
        }
        at >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(root)
}

/// Returns true if a proof shows that a tree of `to` leaves and root `new` extends a tree of `from` leaves and root
/// `old` (RFC 9162 §2.1.4.2). Every tree extends the empty tree.
pub fn is_consistent(from: u64, to: u64, old: Hash, new: Hash, proof: &[Hash]) -> bool {
    if from > to || (from == 0 && old != Hash::empty_tree()) {
        return false;
    }
    if from == 0 {
        return proof.is_empty();
    }
    if from == to {
        return proof.is_empty() && old == new;
    }
    let mut hashes = proof.iter();
    // A perfect tree is a subtree of the larger one, so the proof leaves its root out.
    let first = if from.is_power_of_two() { Some(&old) } else { hashes.next() };
    let Some(first) = first else { return false };
    let (mut at, mut last) = (from - 1, to - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut older, mut newer) = (*first, *first);
    for hash in hashes {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            older = node_hash(hash, &older);
            newer = node_hash(hash, &newer);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            newer = node_hash(&newer, hash);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && older == old && newer == new
}
