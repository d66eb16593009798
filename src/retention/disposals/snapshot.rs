//! A disposal as the log keeps it.

use super::model::Disposal;
use crate::api::Problem;
use crate::db::{Event, Snapshot};

/// A disposal as it is stored: without whether it is held, which is the holds' to say.
pub fn snapshot(it: &Disposal) -> Result<Snapshot, Problem> {
    let mut value = serde_json::to_value(it).map_err(Problem::internal)?;
    if let Some(members) = value.as_object_mut() {
        members.remove("held");
    }
    Snapshot::of(&value)
}

/// An event of what became of a disposal.
pub fn event(action: &'static str, now: &Disposal) -> Result<Event, Problem> {
    let event = Event::new("disposal", now.id, now.version, action).area(&now.area).under(now.resource_id);
    Ok(event.after(snapshot(now)?))
}
