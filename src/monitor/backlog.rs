//! Watches the events that wait for the sequencer. Every instance watches, whether it runs a sequencer or not.

use std::time::Duration;

use chrono::TimeDelta;

use crate::audit::{self, Backlog};
use crate::clock::Clock;
use crate::db::Db;
use crate::service::{Check, CheckOutcome, Readiness};
use crate::telemetry;

/// The time between two checks.
const INTERVAL: Duration = Duration::from_secs(5);
/// From this age of the oldest waiting event, the service is degraded. The sequencer takes less than a second.
const LIMIT: TimeDelta = TimeDelta::minutes(1);

/// Checks at intervals. Never returns.
pub async fn watch(db: &Db, clock: &Clock, readiness: &Readiness) {
    let (mut was_late, mut is_known) = (false, true);
    loop {
        match audit::find_backlog(db, clock).await {
            Ok(backlog) => {
                is_known = true;
                telemetry::set_audit_backlog(backlog.waiting, backlog.oldest_age);
                let is_late = backlog.oldest_age >= LIMIT;
                // The events of a long import are old when they are committed. At the next check they have their
                // positions.
                report(readiness, backlog, is_late && was_late);
                was_late = is_late;
            }
            Err(problem) if is_known => {
                tracing::warn!(%problem, "the number of audit events that wait for the sequencer is unknown");
                is_known = false;
            }
            Err(_) => {}
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

fn report(readiness: &Readiness, backlog: Backlog, is_late: bool) {
    let Backlog { waiting, oldest_age } = backlog;
    let seconds = oldest_age.num_seconds();
    let outcome = if is_late {
        CheckOutcome::Degraded(format!(
            "{waiting} audit events wait for the sequencer, the oldest for {seconds} seconds. The change feed and webhooks \
             receive nothing new until it works again."
        ))
    } else {
        CheckOutcome::Passed
    };
    let before = readiness.set(Check::Sequencer, outcome);
    match (before == CheckOutcome::Passed, is_late) {
        (true, true) => tracing::error!(waiting, seconds, "audit events wait for the sequencer"),
        (false, false) => tracing::info!(waiting, "audit events get their positions again"),
        _ => {}
    }
}
