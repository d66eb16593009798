//! Amends an open assignment: its owner, the area's own target date, or its dependency.

use serde_json::json;
use uuid::Uuid;

use crate::api::text::SingleLineText;
use crate::api::{Fault, Problem, ProblemKind};
use crate::assignments::requests::AssignmentAmendment;
use crate::assignments::store::{self, AssignmentRecord, AssignmentRow};
use crate::assignments::views::{self, snapshot};
use crate::assignments::workflow::ForceStatus;
use crate::auth::Call;
use crate::db::{Event, EventNote, Tx, Write};
use crate::vocabulary::WireName;

/// Amends an assignment of the caller's areas.
///
/// # Errors
///
/// 409 if the assignment is closed or its inspection withdrawn; 422 with every fault of the amendment.
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
    if !row.force_status.is_open() {
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
    let AssignmentAmendment { owner, local_target_on, reason, dependency } = amendment.clone();
    let mut fields = Vec::new();
    let new_target = local_target_on.filter(|target| *target != row.local_target_on);
    if let Some(target) = new_target {
        let reason = reason.as_deref().unwrap_or_default();
        store::insert_target_change(tx, &row, row.local_target_on, target, reason).await?;
        row.local_target_on = target;
        fields.push("local_target_on");
    }
    if let Some(owner) = owner {
        row.owner = owner.map(SingleLineText::into_string);
        fields.push("owner");
    }
    if let Some(dependency) = dependency {
        row.dependency = dependency.map(SingleLineText::into_string);
        fields.push("dependency");
    }
    store::update(tx, &row).await?;
    let after = store::find(tx, &scope, id).await?.ok_or_else(Problem::not_found)?;
    let event = Event::new("assignment", id, after.row.version, "amend")
        .area(&after.row.area)
        .parent(after.row.recommendation_id)
        .before(before)
        .after(snapshot(&after.row)?)
        .fields(fields)
        .note(new_target.and(reason).map(|reason| EventNote { text: reason.into_string(), side: None }));
    Ok(Write::new(after, event))
}

/// Returns every fault of an amendment.
fn faults(row: &AssignmentRow, amendment: &AssignmentAmendment) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, code, detail: String| faults.push(Fault::body(pointer, code, detail));
    let AssignmentAmendment { owner, local_target_on, reason, dependency } = amendment;
    let changes_target = local_target_on.is_some_and(|target| target != row.local_target_on);
    match (changes_target, reason) {
        (true, None) => fault("/reason", "required", "`reason` is required with a change of `local_target_on`.".into()),
        (false, Some(_)) => {
            fault("/reason", "not_here", "`reason` is allowed only with a change of `local_target_on`.".into());
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
