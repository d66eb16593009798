//! The requests of the recent past, by fingerprint, in a table of fixed size.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};

/// The number of fingerprints. The table takes 256 KiB.
const SIZE: usize = 1 << 16;

/// Remembers about the last 65,000 different requests. A request is forgotten when another one takes its place in the
/// table. Attackers cannot choose the places, because the hash function has a random key.
pub struct RecentRequests {
    /// 0 where there is none.
    fingerprints: Box<[AtomicU32]>,
    hasher: RandomState,
}

impl RecentRequests {
    /// Creates an empty table.
    pub fn new() -> Self {
        Self { fingerprints: (0..SIZE).map(|_| AtomicU32::new(0)).collect(), hasher: RandomState::new() }
    }

    /// Records a request, and returns true if it was made recently. A false "true" happens once in about four billion
    /// requests.
    pub fn record(&self, key: &str) -> bool {
        let hash = self.hasher.hash_one(key);
        let (place, fingerprint) = (hash as usize % SIZE, (hash >> 32) as u32 | 1);
        self.fingerprints[place].swap(fingerprint, Ordering::Relaxed) == fingerprint
    }
}
