//! Finished answers for whoever asks without a token: bytes, tag and codings made once, found by all threads without a
//! lock. What is kept is of one state of what is published and of one day in London; of any other it is never given.

mod cached_response;
mod key;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use actix_web::{HttpRequest, HttpResponse};
use cached_response::CachedResponse;
use chrono::NaiveDate;
pub(super) use key::{CacheKey, CacheMiss, sorted};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::rate_limit::RateLimit;

/// How old the last word on the state of what is published may be; nothing is given from here on an older one.
pub const LIFE: Duration = Duration::from_secs(1);

type Today = dyn Fn() -> NaiveDate + Send + Sync;

/// The answers that are kept.
pub struct ResponseCache {
    answers: Cache<String, Arc<CachedResponse>>,
    /// Counts the states of what is published that this instance has known of.
    state: AtomicU64,
    /// The database's number of the last of them.
    version: AtomicI64,
    /// When that number was last asked for, in milliseconds since `began`, and one more; 0 for never.
    confirmed: AtomicU64,
    began: Instant,
    today: Box<Today>,
    found: AtomicU64,
    made: AtomicU64,
}

/// How often an answer was found, and made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheCounts {
    /// Answers given as they were kept.
    pub found: u64,
    /// Answers made and then kept.
    pub made: u64,
    /// Bytes kept, about.
    pub bytes: u64,
}

impl ResponseCache {
    /// Room for so many bytes of answers, each given on the day it was made for.
    pub fn new(bytes: u64, today: impl Fn() -> NaiveDate + Send + Sync + 'static) -> Self {
        let answers = Cache::builder()
            .max_capacity(bytes)
            .eviction_policy(EvictionPolicy::lru())
            .weigher(|key: &String, it: &Arc<CachedResponse>| {
                u32::try_from(key.len() + it.weight()).unwrap_or(u32::MAX)
            })
            .build();
        Self {
            answers,
            state: AtomicU64::new(0),
            version: AtomicI64::new(i64::MIN),
            confirmed: AtomicU64::new(0),
            began: Instant::now(),
            today: Box::new(today),
            found: AtomicU64::new(0),
            made: AtomicU64::new(0),
        }
    }

    /// Lets go all that is kept, and all that is being made: what is published has changed.
    pub fn clear(&self) {
        self.state.fetch_add(1, Ordering::SeqCst);
        self.answers.invalidate_all();
    }

    /// Takes note of the database's number of the state of what is published, asked for at an instant.
    pub fn confirm(&self, version: i64, asked: Instant) {
        if self.version.swap(version, Ordering::SeqCst) != version {
            self.clear();
        }
        let at = asked.saturating_duration_since(self.began).as_millis();
        self.confirmed.store(u64::try_from(at).unwrap_or(u64::MAX).saturating_add(1), Ordering::SeqCst);
    }

    /// How often it was of use.
    pub fn counts(&self) -> CacheCounts {
        let [found, made] = [&self.found, &self.made].map(|count| count.load(Ordering::Relaxed));
        CacheCounts { found, made, bytes: self.answers.weighted_size() }
    }

    /// The state that is known of; none where the last word on it is too old.
    fn current(&self) -> Option<u64> {
        let confirmed = self.confirmed.load(Ordering::SeqCst).checked_sub(1)?;
        let age = self.began.elapsed().saturating_sub(Duration::from_millis(confirmed));
        // After the word on it: a state that came with the word is seen then.
        (age <= LIFE).then(|| self.state.load(Ordering::SeqCst))
    }

    /// The answer that is kept for a request, before it is routed, and the path that it would be routed to. Whoever asks
    /// too often is left to the operation, which says so.
    pub fn lookup(request: &HttpRequest) -> Option<(HttpResponse, &'static str)> {
        let place = CacheKey::of(request, false)?;
        let found = place.found().filter(|_| RateLimit::pass(request).is_ok())?;
        Some((found.give(&place, request), found.path))
    }
}
