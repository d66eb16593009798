//! Assigns a record to a person of the caller's own side.

use serde::Serialize;
use uuid::Uuid;

use super::model::Assignee;
use super::store;
use crate::api::{Fault, Problem};
use crate::auth::{Call, Side};
use crate::db::{Snapshot, Tx};
use crate::people::store as people;

/// Whom a side assigned a record before and after an amendment.
#[derive(Clone, Debug)]
pub struct AssigneeChange {
    side: Side,
    /// The id before; none if the side never assigned the record.
    before: Option<Option<Uuid>>,
    /// The person after.
    pub assignee: Option<Assignee>,
}

/// The part of a record's snapshot that has the person.
#[derive(Serialize)]
struct StoredAssignee {
    assigned_to: Option<Uuid>,
}

impl AssigneeChange {
    /// Returns true if the person is another than before.
    pub fn is_change(&self) -> bool {
        self.before.flatten() != self.after()
    }

    fn after(&self) -> Option<Uuid> {
        self.assignee.as_ref().map(|assignee| assignee.id)
    }

    /// The name of the part of the record's snapshot that has the person.
    fn part(&self) -> &'static str {
        if self.side == Side::Force { "assignee.force" } else { "assignee.policing_body" }
    }

    /// Adds the person before the change to the snapshot of the record before it, for the side alone.
    ///
    /// # Errors
    /// 500 if the id cannot be serialized.
    pub fn add_before(change: Option<&Self>, snapshot: Snapshot) -> Result<Snapshot, Problem> {
        match change.and_then(|change| Some((change, change.before?))) {
            Some((change, before)) => {
                snapshot.part(change.part(), Some(change.side), &StoredAssignee { assigned_to: before })
            }
            None => Ok(snapshot),
        }
    }

    /// Adds the person after the change to the snapshot of the record after it, for the side alone.
    ///
    /// # Errors
    /// 500 if the id cannot be serialized.
    pub fn add_after(change: Option<&Self>, snapshot: Snapshot) -> Result<Snapshot, Problem> {
        match change {
            // Nothing was assigned before, and nothing is now.
            Some(Self { before: None, assignee: None, .. }) | None => Ok(snapshot),
            Some(change) => {
                snapshot.part(change.part(), Some(change.side), &StoredAssignee { assigned_to: change.after() })
            }
        }
    }
}

/// Assigns a record of the caller's areas to a person, or to nobody. `resource` is its kind, as the log names it.
///
/// # Errors
///
/// Returns 403 if the caller is of neither side, and 422 if the caller's side of the area has no such person or the person
/// has left.
pub async fn assign(
    tx: &Tx<'_>,
    resource: &'static str,
    (id, area): (Uuid, &str),
    to: Option<Uuid>,
    call: &Call,
) -> Result<AssigneeChange, Problem> {
    let side = Side::acting(call.actor.scope().sides());
    let side =
        side.ok_or_else(|| Problem::forbidden("Only the policing body's side and the force's side assign records."))?;
    let before = store::find_id(tx, id, side).await?;
    let mut assignee = None;
    if let Some(to) = to {
        let person = people::find(tx, to).await?.filter(|person| person.area == area && person.side == side);
        let fault = |code, detail: String| Problem::invalid(vec![Fault::body("/assigned_to", code, detail)]);
        let person = person.ok_or_else(|| {
            let detail = format!("Your side of the area {area} has no person with the id {to}. See GET /v1/people.");
            fault("unknown_reference", detail)
        })?;
        // The record may stay with a person who has left.
        if !person.active && before.flatten() != Some(to) {
            let detail = format!("{} is not active. Assign another person, or set `active` again.", person.name);
            return Err(fault("inactive", detail));
        }
        assignee = Some(Assignee { id: person.id, name: person.name, active: person.active });
    }
    let change = AssigneeChange { side, before, assignee };
    if change.is_change() {
        tx.write(store::set(tx, resource, (id, area), side, to)).await?;
    }
    Ok(change)
}
