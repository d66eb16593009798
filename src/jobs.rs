//! The background jobs, which run every five minutes: disposals, maintenance of files, and deletion of what has
//! expired. They may run on several instances at once.

use std::time::Duration;

use crate::api::Problem;
use crate::auth::Call;
use crate::clock::Clock;
use crate::db::Db;
use crate::evidence::file_maintenance;
use crate::file_integrity;
use crate::files::{Scanner, Store};
use crate::imports;
use crate::notifications;
use crate::responses;
use crate::retention::disposals;
use crate::telemetry;
use crate::webhooks;

/// The time between two updates of the gauges.
const GAUGE_INTERVAL: Duration = Duration::from_secs(15);
/// The jobs run with every twentieth update of the gauges.
const UPDATES_PER_ROUND: u32 = 20;

/// Runs the jobs at intervals until it is dropped. Every stored file is read once in `file_check_days`.
/// `remove_idle_counts` removes the request counts of idle callers.
pub async fn run(
    db: Db,
    files: Store,
    file_check_days: u32,
    scanner: Scanner,
    clock: Clock,
    remove_idle_counts: impl Fn(),
) {
    for update in (0..UPDATES_PER_ROUND).cycle() {
        telemetry::set_pools(&db.pools());
        match webhooks::oldest_unsent(&db, &clock).await {
            Ok(age) => telemetry::set_oldest_unsent_delivery(age),
            Err(problem) => tracing::warn!(%problem, "oldest unsent delivery could not be read"),
        }
        match notifications::backlog(&db, &clock).await {
            Ok(backlog) => telemetry::set_email_backlog(backlog.oldest, backlog.given_up),
            Err(problem) => tracing::warn!(%problem, "the outbox of e-mails could not be read"),
        }
        if update == 0 {
            run_once(&db, &files, &scanner, &clock).await;
            check_files(&db, &files, &clock, file_check_days).await;
            remove_idle_counts();
        }
        tokio::time::sleep(GAUGE_INTERVAL).await;
    }
}

/// Runs every job once.
async fn run_once(db: &Db, files: &Store, scanner: &Scanner, clock: &Clock) {
    log_outcome("complete disposals", disposals::job::perform_confirmed(db, clock).await);
    log_outcome("delete unreferenced files", file_maintenance::delete_unreferenced_files(db, files, clock).await);
    let scanned = file_maintenance::scan_pending_files(db, files, scanner, clock).await;
    log_outcome("scan pending files", scanned.map(|count| count as u64));
    log_outcome("discard expired proposals", imports::discard_expired(db, clock).await);
    log_outcome("delete expired responses", delete_expired_responses(db, clock).await);
    log_outcome("delete old deliveries", webhooks::delete_old_deliveries(db, clock).await);
    log_outcome("delete old e-mails", notifications::delete_old_emails(db, clock).await);
    match count_overdue(db, clock).await {
        Ok(count) => telemetry::set_overdue_responses(count),
        Err(problem) => tracing::warn!(%problem, "overdue responses could not be counted"),
    }
}

/// Reads a share of the stored files, and sets the gauges of damaged and missing files.
async fn check_files(db: &Db, files: &Store, clock: &Clock, days: u32) {
    let checked = file_integrity::scrub(db, files, clock, days).await;
    if let Ok((_, figures)) = &checked {
        telemetry::set_stored_files(figures.damaged, figures.missing, figures.oldest_unread);
    }
    log_outcome("check stored files", checked.map(|(outcome, _)| outcome.checked));
}

/// Returns the number of overdue responses of all areas.
async fn count_overdue(db: &Db, clock: &Clock) -> Result<i64, Problem> {
    let call = file_maintenance::service_call(db, clock).await?;
    db.read(&call.actor, async |db| responses::store::count_overdue(db, clock.today()).await).await
}

/// Deletes the responses that were stored for idempotency keys more than 24 hours ago, and returns their number.
///
/// # Errors
/// 503 when the database cannot be reached.
pub async fn delete_expired_responses(db: &Db, clock: &Clock) -> Result<u64, Problem> {
    Ok(db.delete_expired_responses(&Call::by_jobs(clock.now())).await?.unsigned_abs())
}

/// Logs a job that did something or failed.
fn log_outcome(job: &str, outcome: Result<u64, Problem>) {
    match outcome {
        Ok(0) => {}
        Ok(count) => tracing::info!(job, count, "job completed"),
        Err(problem) => tracing::warn!(job, %problem, "job failed; it will run again in five minutes"),
    }
}
