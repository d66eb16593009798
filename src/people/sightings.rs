//! Writes the callers that the service has seen into the directories of their areas, beside the requests.

use std::time::Duration;

use super::service;
use crate::api::Problem;
use crate::auth::{Call, Sightings};
use crate::db::{AuditedRead, Db, Tx};

/// The time between two writes. Who has just called for the first time is soon in the directory.
pub const SIGHTINGS_INTERVAL: Duration = Duration::from_secs(2);

/// Records the callers that were seen, at intervals, until it is dropped.
pub async fn run(db: Db, sightings: Sightings, interval: Duration) {
    loop {
        tokio::time::sleep(interval).await;
        if let Err(problem) = record_pending(&db, &sightings).await {
            tracing::warn!(%problem, "the callers that were seen could not be recorded; they will be tried again");
        }
    }
}

/// Records the callers that were seen since the last time. Returns their number.
///
/// # Errors
/// 503 if the database cannot be reached. The callers that are not recorded yet are then tried again the next time.
pub async fn record_pending(db: &Db, sightings: &Sightings) -> Result<usize, Problem> {
    let mut calls = sightings.take();
    let count = calls.len();
    while let Some(call) = calls.pop() {
        if let Err(problem) = record(db, &call).await {
            // The next time, it is tried after all others: the database can be away, or refuse this one alone.
            calls.insert(0, call);
            sightings.put_back(calls);
            return Err(problem);
        }
    }
    Ok(count)
}

async fn record(db: &Db, call: &Call) -> Result<(), Problem> {
    let record = async |tx: &Tx<'_>| Ok(AuditedRead::new((), service::record_sighting(tx, call).await?));
    db.read_audited(call, record).await
}
