//! Invalidates the cache of public responses when another instance writes the published copy: reads the copy's
//! version at short intervals and passes it to the cache.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::api::{Problem, ResponseCache};
use crate::db::Db;
use crate::telemetry;

/// The pause between two queries. With the time of one query, it is well below the time that the cache may go
/// unconfirmed.
const PAUSE: Duration = Duration::from_millis(250);
/// The longest time that one query may take.
const QUERY_TIMEOUT: Duration = Duration::from_millis(500);

/// Runs until it is dropped. While the database does not answer, nothing is confirmed, and the cache returns no
/// response.
pub async fn run(db: Db, cache: Arc<ResponseCache>) {
    let mut is_known = true;
    loop {
        // Read before the query: the result may not include what is committed after the query was sent.
        let sent_at = Instant::now();
        let version = tokio::time::timeout(QUERY_TIMEOUT, db.published_version()).await;
        let version = version.unwrap_or_else(|_| Err(Problem::unavailable("the query took too long", 1)));
        match version {
            Ok(version) => {
                cache.confirm(version, sent_at);
                is_known = true;
            }
            Err(problem) if is_known => {
                tracing::warn!(%problem, "version of the published copy is unknown; cache not used");
                is_known = false;
            }
            Err(_) => {}
        }
        let counts = cache.counts();
        telemetry::set_cache_counts(counts.hits, counts.stored, counts.bytes);
        tokio::time::sleep(PAUSE).await;
    }
}
