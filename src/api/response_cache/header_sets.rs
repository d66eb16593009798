//! The sets of headers that cached responses share. Nearly all headers of a response are the same in thousands of others,
//! and a map of them takes several KiB.

use std::sync::{Arc, PoisonError, RwLock};

use actix_web::http::header::HeaderMap;

/// The most sets. The service's operations have about ten: one for each combination of media type and policy.
const MAX_SETS: usize = 64;

/// The sets seen so far.
#[derive(Default)]
pub struct HeaderSets(RwLock<Vec<Arc<HeaderMap>>>);

fn are_equal(one: &HeaderMap, other: &HeaderMap) -> bool {
    let contains = |(name, value)| other.get_all(name).any(|it| it == value);
    one.len() == other.len() && one.iter().all(contains)
}

impl HeaderSets {
    /// Returns the set that is equal to these headers, or `None` if they are a new set and there are too many.
    pub fn share(&self, headers: &HeaderMap) -> Option<Arc<HeaderMap>> {
        let find = |sets: &[Arc<HeaderMap>]| sets.iter().find(|set| are_equal(set, headers)).cloned();
        let found = find(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        if found.is_some() {
            return found;
        }
        let mut sets = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have added the set meanwhile.
        if let Some(found) = find(&sets) {
            return Some(found);
        }
        (sets.len() < MAX_SETS).then(|| {
            let set = Arc::new(headers.clone());
            sets.push(set.clone());
            set
        })
    }
}
