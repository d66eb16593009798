//! Performs a transition of an assignment: checks the workflow and the needs, then changes the row.

use uuid::Uuid;

use crate::api::{Fault, Problem, ProblemKind};
use crate::assignments::requests::AssignmentTransition;
use crate::assignments::store::{self, AssignmentRecord, AssignmentRow};
use crate::assignments::views::{self, snapshot};
use crate::assignments::workflow::{ForceStatus, Need, WORKFLOW, unmet};
use crate::auth::Call;
use crate::db::{Event, EventNote, Tx, Write};
use crate::vocabulary::WireName;
use crate::workflow::PermittedTransition;

/// Performs a transition of an assignment of the caller's areas. Returns the record as it will be after the commit.
///
/// The statement is sent together with the commit, and the record is computed: reading it back would cost a round trip.
///
/// # Errors
///
/// 403 or 409 if the workflow does not permit the action; 422 if a need is not met.
pub async fn transition(
    tx: &Tx<'_>,
    id: Uuid,
    request: &AssignmentTransition,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<AssignmentRecord>, Problem> {
    let scope = call.actor.scope();
    let (record, is_newer) =
        tokio::try_join!(biased; store::lock(tx, &scope, id), names_newer_recommendation(tx, id, request))?;
    let mut record = record.ok_or_else(Problem::not_found)?;
    check_version(record.row.version)?;
    let permitted = authorise(&record.row, request, is_newer, call)?;
    let before = snapshot(&record.row)?;
    apply_to_row(request, &mut record.row, call);
    let has_owner = record.row.owner.is_some();
    let statement = store::update_state(tx, &record.row, &permitted, has_owner);
    let (from, to) = (permitted.from(), permitted.to(has_owner));
    record.row.force_status = to;
    record.row.version += 1;
    record.row.updated_at = call.at;
    let event = Event::new("assignment", id, record.row.version, request.action().as_str())
        .area(&record.row.area)
        .parent(record.row.recommendation_id)
        .before(before)
        .after(snapshot(&record.row)?)
        .transition(from.as_str(), to.as_str())
        .note(request.note().map(|text| EventNote { text: text.to_owned(), side: None }));
    Ok(Write::new(record, event).with_statements([statement]))
}

/// Returns true unless the request names a superseding recommendation that is not newer or has no assignment in the
/// area.
async fn names_newer_recommendation(tx: &Tx<'_>, id: Uuid, request: &AssignmentTransition) -> Result<bool, Problem> {
    match request {
        AssignmentTransition::Supersede { superseded_by, .. } => {
            store::is_newer_recommendation(tx, id, *superseded_by).await
        }
        _ => Ok(true),
    }
}

/// Checks the workflow and every need of the action.
fn authorise(
    row: &AssignmentRow,
    request: &AssignmentTransition,
    is_newer: bool,
    call: &Call,
) -> Result<PermittedTransition<ForceStatus>, Problem> {
    let allowed = || views::allowed_actions(row, call);
    let (permitted, needs) = WORKFLOW.authorise(row.force_status, request.action(), &call.actor, allowed)?;
    views::require_not_withdrawn(row)?;
    let unmet_needs = needs.iter().flat_map(|need| unmet(*need, row, &call.actor, Some(request)));
    let mut faults: Vec<Fault> = unmet_needs.collect();
    if !is_newer {
        let detail = format!(
            "`superseded_by` must name a recommendation of a published inspection with an assignment in {}, whose \
             report is no older than this one's.",
            row.area
        );
        faults.push(Fault::body("/superseded_by", Need::NewerRecommendation.as_str(), detail));
    }
    if faults.is_empty() { Ok(permitted) } else { Err(Problem::with_faults(ProblemKind::NeedsUnmet, faults)) }
}

/// Changes the row as the action requires, except for its status: only the workflow table sets a status.
fn apply_to_row(request: &AssignmentTransition, row: &mut AssignmentRow, call: &Call) {
    match request {
        AssignmentTransition::Allocate { owner: Some(owner) } => row.owner = Some(owner.to_string()),
        AssignmentTransition::Depend { dependency: Some(dependency), .. } => {
            row.dependency = Some(dependency.to_string());
        }
        AssignmentTransition::Supersede { superseded_by, .. } => row.superseded_by = Some(*superseded_by),
        AssignmentTransition::SubmitForSignOff { .. } => {
            row.submitted_issuer = Some(call.actor.issuer.clone());
            row.submitted_subject = Some(call.actor.subject.clone());
        }
        AssignmentTransition::Reopen { .. } => {
            row.superseded_by = None;
            row.submitted_issuer = None;
            row.submitted_subject = None;
        }
        AssignmentTransition::Resume { .. } => row.dependency = None,
        _ => {}
    }
}
