//! Amends an assignment: its owner, the area's own target date, its dependency, or the person whom a side assigns.

use serde_json::json;
use uuid::Uuid;

use crate::api::text::SingleLineText;
use crate::api::{Fault, Problem, ProblemKind};
use crate::assignments::requests::AssignmentAmendment;
use crate::assignments::store::{self, AssignmentRecord, AssignmentRow};
use crate::assignments::views::{self, snapshot};
use crate::assignments::workflow::ForceStatus;
use crate::auth::{Call, Side};
use crate::db::{Event, EventNote, Tx, Write};
use crate::people::assignees::{self, AssigneeChange};
use crate::vocabulary::WireName;

/// Amends an assignment of the caller's areas. The database's `amend` keeps an amendment that changes nothing from being
/// committed.
///
/// # Errors
///
/// 403 for a member that only the force may change; 409 if the assignment is closed or its inspection withdrawn; 422 with every fault of the amendment.
pub async fn update(
    tx: &Tx<'_>,
    id: Uuid,
    amendment: &AssignmentAmendment,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<AssignmentRecord>, Problem> {
    let scope = call.actor.scope();
    let AssignmentRecord { mut row, .. } = store::lock(tx, &scope, id).await?.ok_or_else(Problem::not_found)?;
    check_version(row.version)?;
    views::require_not_withdrawn(&row)?;
    if amendment.is_of_force() && !scope.sides().contains(&Side::Force) {
        let detail = "Only the `force` side may change other members than `assigned_to`.";
        return Err(Problem::forbidden(detail));
    }
    let is_only_assigned = amendment.assigned_to.is_some() && !amendment.is_of_force();
    if !row.force_status.is_open() && !is_only_assigned {
        let detail = format!("The assignment is `{}`. Reopen it before you change it.", row.force_status);
        return Err(Problem::new(ProblemKind::NotPossibleFromThisState, detail)
            .member("state", row.force_status.as_str())
            .member("allowed_actions", json!(views::allowed_actions(&row, call))));
    }
    let faults = faults(&row, amendment);
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let before = snapshot(&row)?;
    let AssignmentAmendment { owner, assigned_to, local_target_on, reason, dependency } = amendment.clone();
    let mut fields = Vec::new();
    let new_target = local_target_on.filter(|target| *target != row.local_target_on);
    if let Some(target) = new_target {
        let reason = reason.as_deref().unwrap_or_default();
        store::insert_target_change(tx, &row, row.local_target_on, target, reason).await?;
        row.local_target_on = target;
        fields.push("local_target_on");
    }
    if let Some(owner) = owner.map(|owner| owner.map(SingleLineText::into_string)).filter(|new| *new != row.owner) {
        row.owner = owner;
        fields.push("owner");
    }
    let dependency = dependency.map(|dependency| dependency.map(SingleLineText::into_string));
    if let Some(dependency) = dependency.filter(|new| *new != row.dependency) {
        row.dependency = dependency;
        fields.push("dependency");
    }
    let assignee = match assigned_to {
        Some(to) => Some(assignees::assign(tx, "assignment", (row.id, &row.area), to, call).await?),
        None => None,
    };
    if assignee.as_ref().is_some_and(AssigneeChange::is_change) {
        fields.push("assigned_to");
    }
    if is_only_assigned {
        store::update_version(tx, &row).await?;
    } else {
        store::update(tx, &row).await?;
    }
    let after = store::find(tx, &scope, id).await?.ok_or_else(Problem::not_found)?;
    let event = Event::new("assignment", id, after.row.version, "amend")
        .area(&after.row.area)
        .parent(after.row.recommendation_id)
        .before(AssigneeChange::add_before(assignee.as_ref(), before)?)
        .after(AssigneeChange::add_after(assignee.as_ref(), snapshot(&after.row)?)?)
        .fields(fields)
        .note(new_target.and(reason).map(|reason| EventNote { text: reason.into_string(), side: None }));
    Ok(Write::new(after, event))
}

/// Returns every fault of an amendment.
fn faults(row: &AssignmentRow, amendment: &AssignmentAmendment) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, code, detail: String| faults.push(Fault::body(pointer, code, detail));
    let AssignmentAmendment { owner, assigned_to: _, local_target_on, reason, dependency } = amendment;
    let changes_target = local_target_on.is_some_and(|target| target != row.local_target_on);
    match (changes_target, reason) {
        (true, None) => fault("/reason", "required", "`reason` is required with a change of `local_target_on`.".into()),
        // The target may be so already, as when the request is sent again.
        (false, Some(_)) if local_target_on.is_none() => {
            fault("/reason", "not_here", "`reason` is allowed only with `local_target_on`.".into());
        }
        _ => {}
    }
    if let (Some(Some(target)), Some(published)) = (local_target_on, row.published_on)
        && *target < published
    {
        let detail = format!("`local_target_on` is {target}; it must be {published}, the report's own day, or later.");
        fault("/local_target_on", "too_small", detail);
    }
    if matches!(owner, Some(None)) && row.force_status != ForceStatus::AwaitingAllocation {
        let detail =
            format!("`owner` cannot be null while the assignment is `{}`. Name another owner.", row.force_status);
        fault("/owner", "required", detail);
    }
    if matches!(dependency, Some(None)) && row.force_status == ForceStatus::DependentOnOther {
        let detail =
            "`dependency` cannot be null while the assignment waits for it. Name another body, or resume the work.";
        fault("/dependency", "required", detail.into());
    }
    faults
}
