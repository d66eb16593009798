//! Follows the state of what is published, which other instances write too: asks for its number again and again, and lets
//! the kept answers go when it is another.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::api::{Problem, ResponseCache};
use crate::db::Db;
use crate::telemetry;

/// How long between two questions: with the time of one, well below what a kept answer may live without.
const PAUSE: Duration = Duration::from_millis(250);
/// How long one question may take.
const PATIENCE: Duration = Duration::from_millis(500);

/// Follows until it is dropped. Without an answer nothing is confirmed, and nothing that is kept is given.
pub async fn follow(db: Db, shelf: Arc<ResponseCache>) {
    let mut followed = true;
    loop {
        // Before the question: what is committed after it may not be in the answer.
        let asked = Instant::now();
        let answer = tokio::time::timeout(PATIENCE, db.published_version()).await;
        let answer = answer.unwrap_or_else(|_| Err(Problem::unavailable("no answer in time", 1)));
        match answer {
            Ok(version) => {
                shelf.confirm(version, asked);
                followed = true;
            }
            Err(problem) if followed => {
                tracing::warn!(%problem, "the state of what is published is not known; kept answers are not given");
                followed = false;
            }
            Err(_) => {}
        }
        let counts = shelf.counts();
        telemetry::kept(counts.found, counts.made, counts.bytes);
        tokio::time::sleep(PAUSE).await;
    }
}
