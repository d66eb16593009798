//! A disposal with the actions that the caller may perform, and a disposal as the audit log stores it.

use super::model::{Disposal, DisposalRow};
use super::workflow::{WORKFLOW, unmet};
use crate::api::Problem;
use crate::auth::{Actor, Call};
use crate::db::{Event, Snapshot};
use crate::workflow::AllowedAction;

/// Returns the actions that the actor may perform on a disposal.
pub fn allowed_actions(row: &DisposalRow, actor: &Actor) -> Vec<AllowedAction> {
    WORKFLOW.allowed(row.disposal.state, actor, |need| unmet(need, row, actor))
}

/// Returns the disposal with the actions that the caller may perform.
pub fn with_allowed_actions(row: DisposalRow, call: &Call) -> Disposal {
    Disposal { allowed_actions: Some(allowed_actions(&row, &call.actor)), ..row.disposal }
}

/// Returns the stored members of a disposal. `held` is not among them, because it changes with the legal holds.
pub fn snapshot(it: &Disposal) -> Result<Snapshot, Problem> {
    let mut value = serde_json::to_value(it).map_err(Problem::internal)?;
    if let Some(members) = value.as_object_mut() {
        members.remove("held");
    }
    Snapshot::new(&value)
}

/// Returns the audit event of an action on a disposal, with the disposal after it.
pub fn event(action: &'static str, after: &Disposal) -> Result<Event, Problem> {
    let event = Event::new("disposal", after.id, after.version, action).area(&after.area).parent(after.resource_id);
    Ok(event.after(snapshot(after)?))
}
