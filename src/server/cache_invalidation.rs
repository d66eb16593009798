//! Invalidates the cache of public responses when another instance writes the published copy: reads the copy's
//! version at short intervals and passes it to the cache. Finds out when the database does not respond. Drops the entries
//! that the cache has removed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::api::{ProblemKind, ResponseCache};
use crate::db::Db;
use crate::telemetry;

/// The pause between two queries. With the time of one query, it is well below the time that the cache may go
/// unconfirmed.
const PAUSE: Duration = Duration::from_millis(250);
/// The pause while the database does not respond. Each query then makes a connection.
const PAUSE_UNREACHABLE: Duration = Duration::from_secs(1);
/// The longest time that one query may take.
const QUERY_TIMEOUT: Duration = Duration::from_millis(500);
/// The number of queries in a row without a response after which the database counts as unreachable. One alone may
/// have met a busy machine.
const FAILURES_UNTIL_UNREACHABLE: u32 = 2;

/// Runs until it is dropped. While the database does not respond, nothing is confirmed, and what the cache returns is
/// stale.
pub async fn run(db: Db, cache: Arc<ResponseCache>) {
    let mut is_known = true;
    let mut failures = 0;
    loop {
        // Read before the query: the result may not include what is committed after the query was sent.
        let sent_at = Instant::now();
        match db.published_version(QUERY_TIMEOUT).await {
            Ok(version) => {
                cache.confirm(version, sent_at);
                if !is_known {
                    tracing::info!("version of the published copy is known again");
                }
                (is_known, failures) = (true, 0);
            }
            Err(problem) => {
                // Another problem is a response of the database: requests can still be processed.
                failures = if problem.kind() == ProblemKind::Unavailable { failures + 1 } else { 0 };
                cache.set_unreachable(failures >= FAILURES_UNTIL_UNREACHABLE);
                if is_known {
                    tracing::warn!(%problem, "version of the published copy is unknown; cache not used");
                }
                is_known = false;
            }
        }
        cache.run_pending_work();
        let counts = cache.counts();
        telemetry::set_cache_counts(counts.hits, counts.stored, counts.stale, counts.bytes);
        tokio::time::sleep(if failures > FAILURES_UNTIL_UNREACHABLE { PAUSE_UNREACHABLE } else { PAUSE }).await;
    }
}
