//! A person as the audit log stores an entry: without the days of sightings, which change no version.

use super::model::Person;
use crate::api::Problem;
use crate::db::{Event, Snapshot};

/// Returns the stored members of an entry.
pub fn snapshot(person: &Person) -> Result<Snapshot, Problem> {
    let mut value = serde_json::to_value(person).map_err(Problem::internal)?;
    if let Some(members) = value.as_object_mut() {
        ["first_seen_on", "last_seen_on"].iter().for_each(|member| drop(members.remove(*member)));
    }
    Snapshot::new(&value)
}

/// Returns the audit event of an action on an entry.
pub fn event(action: &'static str, before: Option<&Person>, after: &Person) -> Result<Event, Problem> {
    let event = Event::new("person", after.id, after.version, action).area(&after.area).after(snapshot(after)?);
    Ok(match before {
        Some(before) => event.before(snapshot(before)?),
        None => event,
    })
}
