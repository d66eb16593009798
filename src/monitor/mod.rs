//! Checks of the running instance at intervals: events that wait for the sequencer, and the machine's clock. The outcomes
//! go to the metrics, to `/readyz`, and, when they change, to the log.

mod backlog;
mod clock;

use std::sync::Arc;

use crate::clock::Clock;
use crate::db::Db;
use crate::service::Readiness;

/// Runs the checks until it is dropped. `clock` is the service's clock, from which the age of events is measured;
/// `machine_clock` is compared with the database's clock.
pub async fn run(db: Db, clock: Clock, machine_clock: Clock, readiness: Arc<Readiness>) {
    tokio::join!(backlog::watch(&db, &clock, &readiness), clock::watch(&db, &machine_clock, &readiness));
}
