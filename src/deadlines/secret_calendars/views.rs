//! The audit event of a calendar, for each area whose deadlines it shows.

use serde_json::json;

use super::model::SecretCalendar;
use crate::api::Problem;
use crate::auth::Side;
use crate::db::{Event, Snapshot};
use crate::vocabulary::WireName;

/// Returns the stored members of a calendar, without its secret. The log of an area names no other areas. Only the side of
/// the person who made it reads them.
fn snapshot(calendar: &SecretCalendar, area: &str, side: Side) -> Result<Snapshot, Problem> {
    let kinds = calendar.kinds.as_ref().map(|kinds| kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    let members = json!({
        "id": calendar.id, "area": area, "kinds": kinds, "description": calendar.description, "version": calendar.version,
    });
    Snapshot::default().side(side, &members)
}

/// Returns the audit events of a calendar that a person of `side` makes.
pub fn made(calendar: &SecretCalendar, side: Side) -> Result<Vec<Event>, Problem> {
    let event = |area: &String| {
        let event = Event::new("calendar", calendar.id, calendar.version, "make").area(area);
        Ok(event.after(snapshot(calendar, area, side)?))
    };
    calendar.areas.iter().map(event).collect()
}

/// Returns the audit events of a calendar that a person of `side` deletes.
pub fn deleted(calendar: &SecretCalendar, side: Side) -> Result<Vec<Event>, Problem> {
    let event = |area: &String| {
        let event = Event::new("calendar", calendar.id, calendar.version + 1, "remove").area(area);
        Ok(event.before(snapshot(calendar, area, side)?))
    };
    calendar.areas.iter().map(event).collect()
}
