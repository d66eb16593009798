//! The cache: its entries, and the version of the published records for which they are valid.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::cached_response::CachedResponse;

/// The maximum age of the last confirmation of the version. The cache returns nothing while the confirmation is older.
pub const MAX_CONFIRMATION_AGE: Duration = Duration::from_secs(1);

type Today = dyn Fn() -> NaiveDate + Send + Sync;

/// The cache of responses. Threads read it without a lock.
pub struct ResponseCache {
    responses: Cache<String, Arc<CachedResponse>>,
    /// The number of changes of the version that this instance has seen. Each change invalidates all entries.
    generation: AtomicU64,
    /// The database's number of the last version seen.
    version: AtomicI64,
    /// One more than the time of the last confirmation, in milliseconds since `created_at`; 0 before the first.
    confirmed: AtomicU64,
    created_at: Instant,
    today: Box<Today>,
    hits: AtomicU64,
    stored: AtomicU64,
}

/// The counters of a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheCounts {
    /// The number of responses that came from the cache.
    pub hits: u64,
    /// The number of responses that were made and offered to the cache.
    pub stored: u64,
    /// The approximate size of all entries in bytes.
    pub bytes: u64,
}

impl ResponseCache {
    /// Creates a cache of at most `max_bytes`. `today` returns the current day in London.
    pub fn new(max_bytes: u64, today: impl Fn() -> NaiveDate + Send + Sync + 'static) -> Self {
        let responses = Cache::builder()
            .max_capacity(max_bytes)
            .eviction_policy(EvictionPolicy::lru())
            .weigher(|key: &String, response: &Arc<CachedResponse>| {
                u32::try_from(key.len() + response.size()).unwrap_or(u32::MAX)
            })
            .build();
        Self {
            responses,
            generation: AtomicU64::new(0),
            version: AtomicI64::new(i64::MIN),
            confirmed: AtomicU64::new(0),
            created_at: Instant::now(),
            today: Box::new(today),
            hits: AtomicU64::new(0),
            stored: AtomicU64::new(0),
        }
    }

    /// Removes all entries, because the published records have changed. Responses that are being made are not stored.
    pub fn clear(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.responses.invalidate_all();
    }

    /// Confirms that the published records were at this version at the instant `queried_at`, when the query was sent.
    /// Clears the cache if the version has changed.
    pub fn confirm(&self, version: i64, queried_at: Instant) {
        if self.version.swap(version, Ordering::SeqCst) != version {
            self.clear();
        }
        let millis = queried_at.saturating_duration_since(self.created_at).as_millis();
        self.confirmed.store(u64::try_from(millis).unwrap_or(u64::MAX).saturating_add(1), Ordering::SeqCst);
    }

    /// Returns the counters.
    pub fn counts(&self) -> CacheCounts {
        let [hits, stored] = [&self.hits, &self.stored].map(|count| count.load(Ordering::Relaxed));
        CacheCounts { hits, stored, bytes: self.responses.weighted_size() }
    }

    /// Returns the current day in London.
    pub(super) fn today(&self) -> NaiveDate {
        (self.today)()
    }

    /// Returns the current generation, or `None` if the last confirmation is too old.
    pub(super) fn current_generation(&self) -> Option<u64> {
        let confirmed = self.confirmed.load(Ordering::SeqCst).checked_sub(1)?;
        let age = self.created_at.elapsed().saturating_sub(Duration::from_millis(confirmed));
        // The generation is read after the confirmation: `confirm` writes them in the reverse order.
        (age <= MAX_CONFIRMATION_AGE).then(|| self.generation.load(Ordering::SeqCst))
    }

    /// Returns the entry of a key, if it is of this generation and day, and counts the hit.
    pub(super) fn get(&self, key: &str, generation: u64, day: NaiveDate) -> Option<Arc<CachedResponse>> {
        let found = self.responses.get(key)?;
        (found.generation == generation && found.day == day).then(|| {
            self.hits.fetch_add(1, Ordering::Relaxed);
            found
        })
    }

    /// Stores an entry, unless it is of an earlier generation.
    pub(super) fn insert(&self, key: &str, response: &Arc<CachedResponse>) {
        if self.generation.load(Ordering::SeqCst) == response.generation {
            self.responses.insert(key.to_owned(), response.clone());
        }
    }

    /// Counts a response that was made and offered to the cache.
    pub(super) fn count_stored(&self) {
        self.stored.fetch_add(1, Ordering::Relaxed);
    }
}
