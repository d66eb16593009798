//! What is done beside the requests, every few minutes: files looked after, kept answers let go.

use std::time::Duration;

use crate::api::Problem;
use crate::auth::{Actor, Call, RequestId};
use crate::clock::Clock;
use crate::db::Db;
use crate::evidence::keeping;
use crate::files::{Scanner, Store};
use crate::responses;
use crate::retention::disposals;
use crate::telemetry;
use crate::webhooks;

/// How often the gauges are read.
const GAUGES: Duration = Duration::from_secs(15);
/// How many readings of the gauges go by between one round of the jobs and the next.
const ROUND: u32 = 20;

/// Does every job, again and again, until it is dropped; `forget` lets go who asked and has been quiet since.
pub async fn run(db: Db, files: Store, scanner: Scanner, clock: Clock, forget: impl Fn()) {
    for tick in (0..ROUND).cycle() {
        telemetry::pools(&db.pools());
        match webhooks::oldest_unsent(&db, &clock).await {
            Ok(age) => telemetry::unsent(age),
            Err(problem) => tracing::warn!(%problem, "the oldest unsent delivery was not looked for"),
        }
        if tick == 0 {
            round(&db, &files, &scanner, &clock).await;
            forget();
        }
        tokio::time::sleep(GAUGES).await;
    }
}

/// One round of the jobs.
async fn round(db: &Db, files: &Store, scanner: &Scanner, clock: &Clock) {
    told("what two people decided was disposed of", disposals::carry::carry_out(db, clock).await);
    told("bytes that nothing points to were removed", keeping::sweep(db, files, clock).await);
    let scanned = keeping::scan_pending(db, files, scanner, clock).await;
    told("files were scanned that could not be when they came", scanned.map(|count| count as u64));
    told("kept answers were let go", let_answers_go(db, clock).await);
    told("what became of messages to webhooks was let go", webhooks::let_go(db, clock).await);
    match count_overdue(db, clock).await {
        Ok(count) => telemetry::overdue(count),
        Err(problem) => tracing::warn!(%problem, "the overdue responses were not counted"),
    }
}

/// How many responses of all areas are overdue.
async fn count_overdue(db: &Db, clock: &Clock) -> Result<i64, Problem> {
    let keeper = keeping::keeper(db, clock).await?;
    db.read(&keeper.actor, async |db| responses::store::count_overdue(db, clock.today()).await).await
}

/// Lets go the answers that were kept for a day; gives how many.
pub async fn let_answers_go(db: &Db, clock: &Clock) -> Result<u64, Problem> {
    let actor = Actor::new("section55", "keeper", Some("Section 55"), &[], &[]);
    let keeper = Call { actor, at: clock.now(), request_id: RequestId("jobs".into()) };
    Ok(db.delete_expired_responses(&keeper).await?.unsigned_abs())
}

fn told(done: &str, outcome: Result<u64, Problem>) {
    match outcome {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "{done}"),
        Err(problem) => tracing::warn!(%problem, "not done: {done}"),
    }
}
