//! The events that wait for the sequencer, as any instance of the service can see them.

use chrono::{DateTime, TimeDelta, Utc};

use crate::api::Problem;
use crate::auth::Actor;
use crate::clock::Clock;
use crate::db::Db;

/// The events that wait for their positions in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// The number of waiting events, counted up to 100,000.
    pub waiting: i64,
    /// The time since the oldest of them, or zero if none waits.
    pub oldest_age: TimeDelta,
}

/// Returns the events that wait at this moment.
///
/// # Errors
/// 503 when the database cannot be reached.
pub async fn find_backlog(db: &Db, clock: &Clock) -> Result<Backlog, Problem> {
    let service = Actor::service("monitor", &[], &[]);
    let row = db.read(&service, async |db| super::store::find_backlog(db).await).await?;
    let (waiting, oldest): (i64, Option<DateTime<Utc>>) = row;
    Ok(Backlog { waiting, oldest_age: oldest.map_or(TimeDelta::zero(), |at| clock.now() - at) })
}
