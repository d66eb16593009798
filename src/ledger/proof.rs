//! Proofs: which ranges of leaves one is made of (RFC 9162 §2.1.3.1, §2.1.4.1), and how it is checked (§2.1.3.2, §2.1.4.2).

use std::ops::Range;

use super::hash::{Hash, node_hash};

/// The largest power of two smaller than a size of at least 2.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The ranges of leaves whose subtree hashes prove that leaf `index` is in a tree of `size`, in the proof's order; none
/// where it is not.
pub fn inclusion(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
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

/// The ranges of leaves whose subtree hashes prove that the tree of `from` leaves is the beginning of the tree of `to`;
/// none where the first is larger or empty.
pub fn consistency(from: u64, to: u64) -> Option<Vec<Range<u64>>> {
    if from == 0 || from > to {
        return None;
    }
    let (mut low, mut high, mut whole) = (0, to, true);
    let mut ranges = Vec::new();
    while from != high {
        let middle = low + split(high - low);
        if from <= middle {
            ranges.push(middle..high);
            high = middle;
        } else {
            ranges.push(low..middle);
            low = middle;
            whole = false;
        }
    }
    if !whole {
        ranges.push(low..high);
    }
    ranges.reverse();
    Some(ranges)
}

/// The root that an inclusion proof leads to (RFC 9162 §2.1.3.2); none where the proof has not the right length.
pub fn root_of_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
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

/// Whether a proof shows that a tree of `from` leaves and root `old` is the beginning of one of `to` leaves and root `new`
/// (RFC 9162 §2.1.4.2). The empty tree is the beginning of every tree.
pub fn is_consistent(from: u64, to: u64, old: Hash, new: Hash, proof: &[Hash]) -> bool {
    if from > to || (from == 0 && old != Hash::of_nothing()) {
        return false;
    }
    if from == 0 {
        return proof.is_empty();
    }
    if from == to {
        return proof.is_empty() && old == new;
    }
    let mut hashes = proof.iter();
    // A perfect tree is itself the first part of the larger one.
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
