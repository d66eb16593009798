//! Transitions of an item's marking.

use uuid::Uuid;

use super::requests::MarkingTransition;
use super::workflow::{MarkingState, WORKFLOW, state, unmet};
use crate::api::{Fault, Problem, ProblemKind};
use crate::assignments::Marking;
use crate::auth::Call;
use crate::db::{EventNote, Tx, Write};
use crate::evidence::model::{EvidenceRecord, EvidenceRow};
use crate::evidence::service::write;
use crate::evidence::store;
use crate::evidence::views::{event, marking_actions, require_writable, snapshot};
use crate::vocabulary::WireName;
use crate::workflow::PermittedTransition;

/// Performs a transition of the marking of an item of the caller's areas.
///
/// # Errors
///
/// Returns 404 if the caller has no such item, the error of `check_version`, 409 if the marking's state does not allow
/// the action, 403 if the caller may not perform it, and 422 if a need is not met.
pub async fn transition(
    tx: &Tx<'_>,
    id: Uuid,
    request: &MarkingTransition,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<EvidenceRecord>, Problem> {
    let mut record = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    check_version(record.row.version)?;
    let allowed = || marking_actions(&record.row, call);
    let from = state(&record.row);
    let (permitted, needs) = WORKFLOW.authorise(from, request.action(), &call.actor, allowed)?;
    require_writable(&record.row)?;
    let faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, &record.row, &call.actor)).collect();
    if !faults.is_empty() {
        return Err(Problem::with_faults(ProblemKind::NeedsUnmet, faults));
    }
    let before = snapshot(&record)?;
    apply(&permitted, request.reason(), &mut record.row, call);
    let statements = write(tx, &mut record.row, None);
    let event = event(request.action().as_str(), Some(before), &record)?
        .fields(vec!["marking"])
        .transition(from.as_str(), permitted.to(false).as_str())
        .note(request.reason().map(|text| EventNote { text: text.to_owned(), side: None }));
    Ok(Write::new(record, event).with_statements(statements))
}

/// Changes the row's marking. A request to lower the marking is stored in the row until it is confirmed or refused.
fn apply(permitted: &PermittedTransition<MarkingState>, reason: Option<&str>, row: &mut EvidenceRow, call: &Call) {
    let state = permitted.to(false);
    row.marking = if state == MarkingState::Official { Marking::Official } else { Marking::OfficialSensitive };
    let requester = (state == MarkingState::LoweringRequested).then_some(&call.actor);
    row.lowering_issuer = requester.map(|actor| actor.issuer.clone());
    row.lowering_subject = requester.map(|actor| actor.subject.clone());
    row.lowering_name = requester.and_then(|actor| actor.name.clone());
    row.lowering_reason = requester.and(reason).map(str::to_owned);
    row.lowering_at = requester.map(|_| call.at);
}
