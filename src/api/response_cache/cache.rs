//! The cache: its entries, and the version of the published records for which they are valid.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tokio::sync::watch;

use super::cached_response::CachedResponse;
use super::header_sets::HeaderSets;
use super::recent_requests::RecentRequests;
use crate::allocator;

/// The maximum age of the last confirmation of the version. What the cache returns is stale while the confirmation is
/// older, and it returns that only while the database does not respond.
pub const MAX_CONFIRMATION_AGE: Duration = Duration::from_secs(1);

/// The least weight of an entry in bytes, which limits the number of entries: 1,024 for each MiB of the cache.
const MIN_WEIGHT: usize = 1024;
/// The weight in bytes of new entries after which evictions are made up for. Until then, entries can exceed the maximum
/// by this.
const MAX_PENDING: u64 = 1 << 20;
/// The weight in bytes of removed entries after which worker threads return memory to the operating system.
const MIN_FREED: u64 = 8 << 20;
/// The time in which removed entries are dropped, after which a worker thread can return their memory.
const DROP_TIME: Duration = Duration::from_secs(1);

type Today = dyn Fn() -> NaiveDate + Send + Sync;

/// The cache of responses. Threads read it without a lock.
pub struct ResponseCache {
    responses: Cache<String, Arc<CachedResponse>>,
    max_bytes: u64,
    /// The sets of headers that responses share.
    pub(super) header_sets: HeaderSets,
    recent_requests: RecentRequests,
    /// The weight of entries that were inserted since the last eviction.
    pending: AtomicU64,
    /// The weight of entries that were removed since worker threads last returned memory.
    freed: AtomicU64,
    /// The number of times that worker threads were asked to return memory.
    returns: watch::Sender<u64>,
    /// The number of changes of the version that this instance has seen. Each change invalidates all entries.
    generation: AtomicU64,
    /// The database's number of the last version seen.
    version: AtomicI64,
    /// One more than the time of the last confirmation, in milliseconds since `created_at`; 0 before the first.
    confirmed: AtomicU64,
    created_at: Instant,
    today: Box<Today>,
    /// True while the database does not respond.
    is_unreachable: watch::Sender<bool>,
    stale_limit: Duration,
    hits: AtomicU64,
    stored: AtomicU64,
    stale: AtomicU64,
}

/// The counters of a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheCounts {
    /// The number of responses that came from the cache.
    pub hits: u64,
    /// The number of responses that were made and offered to the cache.
    pub stored: u64,
    /// The number of responses that came from the cache while the database did not respond.
    pub stale: u64,
    /// The memory that all entries take, in bytes.
    pub bytes: u64,
    /// The number of entries.
    pub entries: u64,
    /// The database's number of the version for which the entries are valid.
    pub version: i64,
}

/// Returns the memory that an entry takes, in bytes. The allocator rounds sizes up and leaves gaps between blocks: after
/// many evictions, resident memory is 1.4 times what is allocated. Large bodies have pages of their own and lose less;
/// that is room for what was freed and is not returned yet.
fn weight(key: &str, response: &CachedResponse) -> u32 {
    let weight = (key.len() + response.size()) * 7 / 5;
    u32::try_from(weight.max(MIN_WEIGHT)).unwrap_or(u32::MAX)
}

impl ResponseCache {
    /// Creates a cache of at most `max_bytes`. `today` returns the current day in London.
    pub fn new(max_bytes: u64, today: impl Fn() -> NaiveDate + Send + Sync + 'static) -> Self {
        let responses = Cache::builder()
            .max_capacity(max_bytes)
            .eviction_policy(EvictionPolicy::lru())
            .weigher(|key: &String, response: &Arc<CachedResponse>| weight(key, response))
            .build();
        Self {
            responses,
            max_bytes,
            header_sets: HeaderSets::default(),
            recent_requests: RecentRequests::new(),
            pending: AtomicU64::new(0),
            freed: AtomicU64::new(0),
            returns: watch::Sender::new(0),
            generation: AtomicU64::new(0),
            version: AtomicI64::new(i64::MIN),
            confirmed: AtomicU64::new(0),
            created_at: Instant::now(),
            today: Box::new(today),
            is_unreachable: watch::Sender::new(false),
            stale_limit: Duration::ZERO,
            hits: AtomicU64::new(0),
            stored: AtomicU64::new(0),
            stale: AtomicU64::new(0),
        }
    }

    /// Sets how long after the last confirmation entries may be returned while the database does not respond. With 0,
    /// which is the default, they never are.
    #[must_use]
    pub fn with_stale_limit(self, stale_limit: Duration) -> Self {
        Self { stale_limit, ..self }
    }

    /// Removes all entries, because the published records have changed. Responses that are being made are not stored.
    pub fn clear(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.responses.invalidate_all();
        // The entries are dropped later, by `run_pending_work`: the caller's response does not wait for that.
        self.freed.fetch_add(self.responses.weighted_size(), Ordering::Relaxed);
    }

    /// Drops removed entries. If they took much memory, asks the worker threads to return it. To be called a few times a
    /// second.
    pub fn run_pending_work(&self) {
        self.responses.run_pending_tasks();
        if self.freed.load(Ordering::Relaxed) >= MIN_FREED {
            self.freed.store(0, Ordering::Relaxed);
            self.returns.send_modify(|count| *count += 1);
        }
    }

    /// Returns memory of removed entries to the operating system each time that there is much. Every worker thread runs
    /// this, because only the thread that allocated memory can return it. It ends when it is dropped.
    pub async fn return_freed_memory(&self) {
        let mut returns = self.returns.subscribe();
        // The sender is in `self`, so it outlives the wait.
        while returns.changed().await.is_ok() {
            tokio::time::sleep(DROP_TIME).await;
            allocator::return_freed_memory();
        }
    }

    /// Confirms that the published records were at this version at the instant `queried_at`, when the query was sent.
    /// Clears the cache if the version has changed.
    pub fn confirm(&self, version: i64, queried_at: Instant) {
        if self.version.swap(version, Ordering::SeqCst) != version {
            self.clear();
        }
        let millis = queried_at.saturating_duration_since(self.created_at).as_millis();
        self.confirmed.store(u64::try_from(millis).unwrap_or(u64::MAX).saturating_add(1), Ordering::SeqCst);
        self.set_unreachable(false);
    }

    /// Records whether the database responds. While it does not, entries are returned as stale, and requests that wait
    /// for the database get them at once.
    pub fn set_unreachable(&self, is_unreachable: bool) {
        self.is_unreachable.send_if_modified(|current| std::mem::replace(current, is_unreachable) != is_unreachable);
    }

    /// Returns the counters, after what is pending.
    pub fn counts(&self) -> CacheCounts {
        self.responses.run_pending_tasks();
        let counts = [&self.hits, &self.stored, &self.stale];
        let [hits, stored, stale] = counts.map(|count| count.load(Ordering::Relaxed));
        CacheCounts {
            hits,
            stored,
            stale,
            bytes: self.responses.weighted_size(),
            entries: self.responses.entry_count(),
            version: self.version.load(Ordering::SeqCst),
        }
    }

    /// Returns the current day in London.
    pub(super) fn today(&self) -> NaiveDate {
        (self.today)()
    }

    /// Returns the current generation, or `None` if the last confirmation is too old.
    pub(super) fn current_generation(&self) -> Option<u64> {
        let age = self.confirmation_age()?;
        // The generation is read after the confirmation: `confirm` writes them in the reverse order.
        (age <= MAX_CONFIRMATION_AGE).then(|| self.generation.load(Ordering::SeqCst))
    }

    /// Returns the time since the last confirmation.
    fn confirmation_age(&self) -> Option<Duration> {
        let confirmed = self.confirmed.load(Ordering::SeqCst).checked_sub(1)?;
        Some(self.created_at.elapsed().saturating_sub(Duration::from_millis(confirmed)))
    }

    /// Returns true while the database does not respond.
    pub(super) fn is_unreachable(&self) -> bool {
        *self.is_unreachable.borrow()
    }

    /// Waits until the database is found not to respond.
    pub(super) async fn wait_until_unreachable(&self) {
        // The sender is in `self`, so it outlives the wait.
        let _ = self.is_unreachable.subscribe().wait_for(|is_unreachable| *is_unreachable).await;
    }

    /// Returns the entry of a key and the time since it was known to be current, unless the limit of stale entries has
    /// passed. A change that this instance knows of has removed the entry. The entry may be of another day.
    pub(super) fn get_stale(&self, key: &str) -> Option<(Arc<CachedResponse>, Duration)> {
        let age = self.confirmation_age().filter(|age| *age <= self.stale_limit)?;
        let generation = self.generation.load(Ordering::SeqCst);
        let found = self.responses.get(key).filter(|found| found.generation == generation)?;
        Some((found, age))
    }

    /// Counts a response that came from the cache while the database did not respond.
    pub(super) fn count_stale(&self) {
        self.stale.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the entry of a key, if it is of this generation and day, and counts the hit.
    pub(super) fn get(&self, key: &str, generation: u64, day: NaiveDate) -> Option<Arc<CachedResponse>> {
        let found = self.responses.get(key)?;
        (found.generation == generation && found.day == day).then(|| {
            self.hits.fetch_add(1, Ordering::Relaxed);
            found
        })
    }

    /// Records a request, and returns true if its response may be stored. A request that was made before in the recent
    /// past always may. Another one may while the cache is less than half full, unless it has free text: few such requests
    /// are ever repeated, and their number has no limit. So the responses that are in demand stay when somebody reads
    /// everything once.
    pub(super) fn admits(&self, key: &str, has_free_text: bool) -> bool {
        let is_repeated = self.recent_requests.record(key);
        is_repeated || (!has_free_text && self.responses.weighted_size() < self.max_bytes / 2)
    }

    /// Stores an entry, unless it is of an earlier generation.
    pub(super) fn insert(&self, key: &str, response: &Arc<CachedResponse>) {
        if self.generation.load(Ordering::SeqCst) != response.generation {
            return;
        }
        self.responses.insert(key.to_owned(), response.clone());
        let weight = u64::from(weight(key, response));
        if self.pending.fetch_add(weight, Ordering::Relaxed) + weight >= MAX_PENDING {
            self.pending.store(0, Ordering::Relaxed);
            self.responses.run_pending_tasks();
        }
    }

    /// Counts a response that was made and offered to the cache.
    pub(super) fn count_stored(&self) {
        self.stored.fetch_add(1, Ordering::Relaxed);
    }
}
