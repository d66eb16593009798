//! Writes of assignments: opening and superseding them when an inspection is published, transitions, and amendments.
//! Each returns the record as it will be, with its audit events.

mod amendment;
mod imported;
mod opening;
mod transition;

use uuid::Uuid;

use super::store;
use super::views::snapshot;
use crate::api::Problem;
use crate::auth::Call;
use crate::db::{Event, Tx};

pub use amendment::update;
pub use imported::{ImportedForcePosition, record_imported};
pub use opening::{first_state, open, readdress};
pub use transition::transition;

/// Returns the audit event that stores an assignment's present content, after the content of its earlier events was
/// erased. Returns `None` if the assignment no longer exists.
pub async fn erasure_event(tx: &Tx<'_>, id: Uuid, call: &Call) -> Result<Option<Event>, Problem> {
    let Some(record) = store::find(tx, &call.actor.scope(), id).await? else { return Ok(None) };
    let event = Event::new("assignment", id, record.row.version, "erase").area(&record.row.area);
    Ok(Some(event.parent(record.row.recommendation_id).after(snapshot(&record.row)?)))
}
