//! The places for streams of the feed: a limited number for each instance, and for each caller.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::http::header::{self, HeaderValue};

use crate::api::{Problem, ProblemKind};
use crate::telemetry;

/// The limits of the streams of one instance.
#[derive(Clone, Copy, Debug)]
pub struct StreamLimits {
    /// The largest number of streams of the instance.
    pub of_instance: usize,
    /// The largest number of streams of one caller: a subject, or an address without a token.
    pub of_caller: usize,
    /// The time after which a stream without changes sends a comment, so that no proxy takes it for idle.
    pub comment_interval: Duration,
}

impl Default for StreamLimits {
    fn default() -> Self {
        Self { of_instance: 1000, of_caller: 20, comment_interval: Duration::from_secs(15) }
    }
}

/// The streams that are open, by caller.
#[derive(Clone, Debug)]
pub struct StreamPlaces {
    open: Arc<Mutex<HashMap<String, usize>>>,
    limits: StreamLimits,
}

impl StreamPlaces {
    /// Creates places within these limits.
    pub fn new(limits: StreamLimits) -> Self {
        Self { open: Arc::default(), limits }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for a stream of a caller.
    ///
    /// # Errors
    /// 429 if the caller has as many streams as it may have; 503 if the instance has.
    pub fn take(&self, caller: String) -> Result<StreamPlace, Problem> {
        let mut open = self.lock();
        if open.get(&caller).copied().unwrap_or_default() >= self.limits.of_caller {
            let detail = format!(
                "You have {} streams of changes open here. Close one of them, or share one among your pages.",
                self.limits.of_caller
            );
            let problem = Problem::new(ProblemKind::TooManyRequests, detail);
            return Err(problem.header(header::RETRY_AFTER, HeaderValue::from(30)));
        }
        let count = open.values().sum::<usize>();
        if count >= self.limits.of_instance {
            return Err(Problem::unavailable("all places for streams of changes are taken", 30));
        }
        *open.entry(caller.clone()).or_default() += 1;
        telemetry::set_change_streams(count + 1);
        drop(open);
        Ok(StreamPlace { places: self.clone(), caller })
    }
}

/// The place of one stream, which is free again once this is dropped.
#[derive(Debug)]
pub struct StreamPlace {
    places: StreamPlaces,
    caller: String,
}

impl StreamPlace {
    /// Returns the time after which the stream sends a comment if there was no change.
    pub fn comment_interval(&self) -> Duration {
        self.places.limits.comment_interval
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let mut open = self.places.lock();
        if let Some(count) = open.get_mut(&self.caller) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.caller);
            }
        }
        telemetry::set_change_streams(open.values().sum());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_and_free_again_after_the_stream() {
        let places = StreamPlaces::new(StreamLimits { of_instance: 3, of_caller: 2, ..StreamLimits::default() });
        let take = |caller: &str| places.take(caller.to_owned());
        let status = |refused: Result<StreamPlace, Problem>| refused.expect_err("no place").kind().definition().status;
        let (first, _second) = (take("a").expect("a place"), take("a").expect("a place"));
        assert_eq!(status(take("a")), 429);
        let third = take("b").expect("a place");
        assert_eq!(status(take("c")), 503);
        drop(third);
        assert_eq!(status(take("a")), 429);
        take("c").expect("the place of another");
        drop(first);
        take("a").expect("a place of its own");
        assert_eq!(places.lock().len(), 1, "callers without a stream are forgotten");
    }
}
