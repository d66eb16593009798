//! The ledger: every request that could write, and what the client learned about it. The ledger is in the memory of the
//! campaign, which nothing kills.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use uuid::Uuid;

/// What a client learned about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The service acknowledged the write.
    Acknowledged,
    /// The service sent the stored response of an earlier request with the same key.
    Replayed,
    /// The answer states that nothing was written.
    Refused,
    /// The connection broke, or the answer states that it is unknown whether the write happened.
    Doubtful,
}

impl Outcome {
    /// Returns the name of the outcome in the table of the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Replayed => "replayed",
            Self::Refused => "refused",
            Self::Doubtful => "doubtful",
        }
    }
}

/// What a request is meant to write: the event that the audit log must then contain.
#[derive(Clone, Debug)]
pub struct Intent {
    /// The kind of record of the event, such as `assignment_update`.
    pub resource: &'static str,
    /// The action of the event, such as `add`.
    pub action: &'static str,
    /// A text that only this operation writes.
    pub marker: String,
    /// The number of the operation. The attempts with one `Idempotency-Key` share it.
    pub operation: u64,
    /// The `Idempotency-Key`, if the operation has one.
    pub key: Option<String>,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The id that the request carried in `X-Request-Id`.
    pub request_id: String,
    /// What the request was meant to write.
    pub intent: Intent,
    /// What the client learned.
    pub outcome: Outcome,
    /// The record that the answer states.
    pub resource_id: Option<Uuid>,
    /// The version that the answer states.
    pub version: Option<i64>,
}

/// The ledger. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: Arc<Mutex<Vec<Entry>>>,
    /// The number of entries with each outcome. Counting them each time would slow down a long run.
    counts: Arc<[AtomicUsize; 4]>,
    answers: Arc<Mutex<BTreeMap<String, usize>>>,
    service: Arc<Mutex<Availability>>,
}

/// How the service answered the clients.
#[derive(Clone, Debug, Default)]
pub struct Availability {
    /// The number of requests, reads included.
    pub requests: usize,
    /// The requests that got no complete answer or a 5xx, by what became of them.
    pub failures: BTreeMap<String, usize>,
    /// The longest time until an answer.
    pub slowest: Duration,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ledger {
    /// Adds a request.
    pub fn record(&self, entry: Entry) {
        self.counts[entry.outcome as usize].fetch_add(1, Ordering::Relaxed);
        locked(&self.entries).push(entry);
    }

    /// Counts an answer that no scenario expects, such as a 500.
    pub fn record_unexpected_answer(&self, description: String) {
        *locked(&self.answers).entry(description).or_default() += 1;
    }

    /// Returns the unexpected answers, each with the number of times that it occurred.
    pub fn unexpected_answers(&self) -> Vec<(String, usize)> {
        locked(&self.answers).iter().map(|(text, count)| (text.clone(), *count)).collect()
    }

    /// Counts a request, its failure if it failed, and the time until its answer.
    pub fn record_request(&self, failure: Option<String>, took: Duration) {
        let mut service = locked(&self.service);
        service.requests += 1;
        service.slowest = service.slowest.max(took);
        if let Some(failure) = failure {
            *service.failures.entry(failure).or_default() += 1;
        }
    }

    /// Returns how the service answered since the last call, and begins anew.
    pub fn take_availability(&self) -> Availability {
        std::mem::take(&mut *locked(&self.service))
    }

    /// Returns a copy of the entries.
    pub fn entries(&self) -> Vec<Entry> {
        locked(&self.entries).clone()
    }

    /// Returns the number of entries with an outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.counts[outcome as usize].load(Ordering::Relaxed)
    }

    /// Removes the entries from a position on: those that a restore to an earlier state undid.
    pub fn truncate(&self, length: usize) {
        let mut entries = locked(&self.entries);
        for entry in entries.drain(length..) {
            self.counts[entry.outcome as usize].fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        locked(&self.entries).len()
    }
}
