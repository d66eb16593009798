//! What is done beside the requests, every few minutes: files looked after, kept answers let go.

use std::time::Duration;

use crate::api::Problem;
use crate::auth::{Actor, Call, RequestId};
use crate::clock::Clock;
use crate::db::Db;
use crate::evidence::keeping;
use crate::files::{Scanner, Store};

/// How often each job is done.
const EVERY: Duration = Duration::from_secs(300);

/// Does every job, again and again, until it is dropped.
pub async fn run(db: Db, files: Store, scanner: Scanner, clock: Clock) {
    loop {
        told("bytes that nothing points to were removed", keeping::sweep(&db, &files, &clock).await);
        let scanned = keeping::scan_pending(&db, &files, &scanner, &clock).await;
        told("files were scanned that could not be when they came", scanned.map(|count| count as u64));
        told("kept answers were let go", let_answers_go(&db, &clock).await);
        tokio::time::sleep(EVERY).await;
    }
}

/// Lets go the answers that were kept for a day; gives how many.
pub async fn let_answers_go(db: &Db, clock: &Clock) -> Result<u64, Problem> {
    let actor = Actor::new("section55", "keeper", Some("Section 55"), &[], &[]);
    let keeper = Call { actor, at: clock.now(), request_id: RequestId("jobs".into()) };
    Ok(db.sweep_answers(&keeper).await?.unsigned_abs())
}

fn told(done: &str, outcome: Result<u64, Problem>) {
    match outcome {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "{done}"),
        Err(problem) => tracing::warn!(%problem, "not done: {done}"),
    }
}
