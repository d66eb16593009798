//! What the force amends of an open line: who owns it, its own target, on whom it waits.

use serde_json::json;

use super::model::AssignmentAmended;
use super::snapshot::snapshot;
use super::store::{self, File, Record};
use super::view;
use super::workflow::ForceStatus;
use crate::api::text::Line;
use crate::api::{Fault, Kind, Problem};
use crate::auth::Call;
use crate::db::{Event, EventNote, Tx};
use crate::vocabulary::WireName;

/// Checks and writes an amendment of a line that the transaction holds; gives it as it then is, and the event.
pub async fn apply(
    tx: &Tx<'_>,
    mut it: Record,
    sent: &AssignmentAmended,
    call: &Call,
) -> Result<(File, Event), Problem> {
    view::require_standing(&it)?;
    if !it.force_status.is_open() {
        let detail = format!("A line that is {} is not amended; reopen it first.", it.force_status);
        return Err(Problem::new(Kind::NotFromHere, detail)
            .member("state", it.force_status.as_str())
            .member("allowed_actions", json!(view::allowed(&it, call))));
    }
    let faults = faults(&it, sent);
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let before = snapshot(&it)?;
    let AssignmentAmended { owner, local_target_on, reason, dependency } = sent.clone();
    let mut fields = Vec::new();
    let moved = local_target_on.filter(|to| *to != it.local_target_on);
    if let Some(to) = moved {
        let why = reason.as_deref().unwrap_or_default();
        store::move_target(tx, &it, it.local_target_on, to, why).await?;
        it.local_target_on = to;
        fields.push("local_target_on");
    }
    if let Some(owner) = owner {
        it.owner = owner.map(Line::into_string);
        fields.push("owner");
    }
    if let Some(dependency) = dependency {
        it.dependency = dependency.map(Line::into_string);
        fields.push("dependency");
    }
    if store::amend(tx, &it).await? == 0 {
        return Err(Problem::stale());
    }
    let now = store::find(tx, &call.actor.scope(), it.id).await?.ok_or_else(Problem::not_found)?;
    let event = Event::new("assignment", it.id, now.record.version, "amend")
        .area(&now.record.area)
        .under(now.record.recommendation_id)
        .before(before)
        .after(snapshot(&now.record)?)
        .fields(fields)
        .note(moved.and(reason).map(|reason| EventNote { text: reason.into_string(), side: None }));
    Ok((now, event))
}

/// Every fault of an amendment at once.
fn faults(it: &Record, sent: &AssignmentAmended) -> Vec<Fault> {
    let mut faults = Vec::new();
    let moves = sent.local_target_on.is_some_and(|to| to != it.local_target_on);
    match (moves, &sent.reason) {
        (true, None) => faults.push(Fault::body("/reason", "required", "To move the local target needs a reason.")),
        (false, Some(_)) => {
            faults.push(Fault::body("/reason", "not_here", "A reason goes with a move of the local target."));
        }
        _ => {}
    }
    if let Some(Some(on)) = sent.local_target_on
        && it.published_on.is_some_and(|published| on < published)
    {
        faults.push(Fault::body("/local_target_on", "too_small", "The target cannot be before the report."));
    }
    if matches!(sent.owner, Some(None)) && it.force_status != ForceStatus::AwaitingAllocation {
        faults.push(Fault::body("/owner", "required", "Once allocated, a line has an owner; name another."));
    }
    if matches!(sent.dependency, Some(None)) && it.force_status == ForceStatus::DependentOnOther {
        faults.push(Fault::body("/dependency", "required", "It waits on somebody; name another, or resume it."));
    }
    faults
}
