//! Confirms imported positions: writes each to its assignment, through the same functions as positions by hand.

use uuid::Uuid;

use super::super::model::{ImportedPositionRecord, PositionSide};
use super::super::needs::unmet;
use super::super::requests::ImportedPositionsConfirmation;
use super::super::store;
use super::super::views::{PositionOrigin, allowed_actions, event, snapshot};
use super::super::workflow::{Action, State, WORKFLOW};
use crate::api::{Fault, Problem, ProblemKind};
use crate::assignments::positions::{self, NewPosition, Position};
use crate::assignments::service::{ImportedForcePosition, record_imported};
use crate::assignments::store::{self as assignments, AssignmentRecord};
use crate::assignments::updates::{self, ImportedUpdate};
use crate::auth::{Call, Side};
use crate::db::{Event, Tx};
use crate::vocabulary::WireName;
use crate::workflow::PermittedTransition;

/// The most positions that one request confirms.
pub const MAX_POSITIONS: usize = 500;

/// A position that the workflow permits to confirm, with its assignment, whose row is locked.
pub struct Confirmable {
    position: ImportedPositionRecord,
    assignment: Option<AssignmentRecord>,
    permitted: PermittedTransition<State>,
}

/// Checks one position. Returns the faults of the needs that are not met with what [`confirm`] takes.
///
/// # Errors
///
/// 403 or 409 if the workflow does not permit the confirmation.
pub async fn check(
    tx: &Tx<'_>,
    position: ImportedPositionRecord,
    call: &Call,
) -> Result<(Confirmable, Vec<Fault>), Problem> {
    let assignment = match position.assignment_id {
        Some(id) => assignments::lock(tx, &call.actor.scope(), id).await?,
        None => None,
    };
    let allowed = || allowed_actions(&position, assignment.as_ref(), call);
    let (permitted, needs) = WORKFLOW.authorise(position.state, Action::Confirm, &call.actor, allowed)?;
    let faults = needs.iter().flat_map(|need| unmet(*need, &position, assignment.as_ref(), call)).collect();
    Ok((Confirmable { position, assignment, permitted }, faults))
}

/// Writes a position to its assignment and marks the position as confirmed. Returns the audit events; the first is the
/// position's.
pub async fn confirm(tx: &Tx<'_>, confirmable: Confirmable, call: &Call) -> Result<Vec<Event>, Problem> {
    let Confirmable { position, assignment, permitted } = confirmable;
    let assignment = assignment.ok_or_else(|| Problem::internal("a position without an assignment was confirmed"))?;
    let written = write_to_assignment(tx, &position, assignment.row.id, call).await?;
    let mut events = vec![decide(tx, position, &permitted, Action::Confirm, None, call).await?];
    events.extend(written);
    Ok(events)
}

/// Writes what a position states to the assignment, and returns the audit events.
async fn write_to_assignment(
    tx: &Tx<'_>,
    position: &ImportedPositionRecord,
    assignment: Uuid,
    call: &Call,
) -> Result<Vec<Event>, Problem> {
    let (source, any_version) = (position.source(), |_| Ok(()));
    let mut events = Vec::new();
    let (update, side) = match position.side {
        PositionSide::Force => {
            let imported = ImportedForcePosition {
                owner: position.owner.clone(),
                local_target_on: position.local_target_on,
                force_status: position.force_status,
                source: source.clone(),
            };
            events.extend(tx.apply(record_imported(tx, assignment, imported, call).await?).await?.1);
            (position.update.as_ref(), Side::Force)
        }
        PositionSide::PolicingBody => match position.body_view {
            Some(view) => {
                let note = position.note.clone();
                let new = new_position(Position::BodyView, view.as_str(), note, position);
                events.extend(tx.apply(positions::record(tx, assignment, &new, any_version, call).await?).await?.1);
                (None, Side::PolicingBody)
            }
            // What the office noted without a view is an update of the policing body's.
            None => (position.note.as_ref(), Side::PolicingBody),
        },
        PositionSide::Inspectorate => {
            if let Some(status) = position.inspectorate_status {
                let new = new_position(Position::InspectorateStatus, status.as_str(), None, position);
                events.extend(tx.apply(positions::record(tx, assignment, &new, any_version, call).await?).await?.1);
            }
            (None, Side::Force)
        }
    };
    if let Some(text) = update {
        let date = position.update_on.unwrap_or(position.as_at);
        let update = ImportedUpdate { text: text.clone(), date, source };
        events.extend(tx.apply(updates::record_imported(tx, assignment, side, update, call).await?).await?.1);
    }
    Ok(events)
}

fn new_position(
    of: Position,
    value: &'static str,
    note: Option<String>,
    position: &ImportedPositionRecord,
) -> NewPosition {
    NewPosition { position: of, value, note, source: Some(position.source()), date: Some(position.as_at) }
}

/// Writes the decision on a position, and returns its audit event.
pub async fn decide(
    tx: &Tx<'_>,
    mut position: ImportedPositionRecord,
    permitted: &PermittedTransition<State>,
    action: Action,
    reason: Option<&str>,
    call: &Call,
) -> Result<Event, Problem> {
    let before = snapshot(&position)?;
    position.state = permitted.to(false);
    position.decided_issuer = Some(call.actor.issuer.clone());
    position.decided_subject = Some(call.actor.subject.clone());
    position.decided_name.clone_from(&call.actor.name);
    position.decided_by = Some(call.actor.display_name().to_owned());
    position.decided_at = Some(call.at);
    position.decision_reason = reason.map(str::to_owned);
    store::update(tx, &position, permitted).await?;
    position.version += 1;
    position.updated_at = call.at;
    let event = event(action.as_str(), &PositionOrigin::from(&position)).before(before).after(snapshot(&position)?);
    Ok(event.transition(permitted.from().as_str(), permitted.to(false).as_str()))
}

/// Confirms many positions, all or none. Returns their ids, in the order in which they were imported, and the audit
/// events.
///
/// # Errors
///
/// 422 with every fault of the request, and every need that is not met, with the position's id.
pub async fn confirm_many(
    tx: &Tx<'_>,
    request: &ImportedPositionsConfirmation,
    call: &Call,
) -> Result<(Vec<Uuid>, Vec<Event>), Problem> {
    let positions = lock_requested(tx, request, call).await?;
    let ids: Vec<Uuid> = positions.iter().map(|position| position.id).collect();
    let (mut events, mut faults) = (Vec::new(), Vec::new());
    for position in positions {
        if position.state != State::Proposed {
            let detail = format!("The position is `{}` already. Leave out its id.", position.state);
            faults.push(Fault::record("/state", "not_possible_from_this_state", detail).with_id(position.id));
            continue;
        }
        let (confirmable, unmet) = check(tx, position, call).await?;
        faults.extend(unmet);
        // After a fault, the rest is only checked.
        if faults.is_empty() {
            events.extend(confirm(tx, confirmable, call).await?);
        }
    }
    if !faults.is_empty() {
        return Err(Problem::with_faults(ProblemKind::NeedsUnmet, faults));
    }
    Ok((ids, events))
}

/// Locks the positions that a request names.
async fn lock_requested(
    tx: &Tx<'_>,
    request: &ImportedPositionsConfirmation,
    call: &Call,
) -> Result<Vec<ImportedPositionRecord>, Problem> {
    let fault = |pointer: &str, code, detail: String| Err(Problem::invalid(vec![Fault::body(pointer, code, detail)]));
    match (request.import_id, &request.ids) {
        (Some(import), None) => {
            let sides = call.actor.scope().sides().to_vec();
            let own = PositionSide::ALL.iter().copied();
            let own = own.filter(|side| side.confirmed_by().iter().any(|by| sides.contains(by))).collect::<Vec<_>>();
            let positions = store::lock_proposed(tx, import, &own, MAX_POSITIONS + 1).await?;
            if positions.is_empty() {
                let detail = format!("The import {import} has no proposed position that you may confirm.");
                return fault("/import_id", "unknown_reference", detail);
            }
            if positions.len() > MAX_POSITIONS {
                let detail = format!(
                    "The import {import} has more than {MAX_POSITIONS} proposed positions that you may confirm. Send \
                     `ids` with at most {MAX_POSITIONS} in each request."
                );
                return fault("/import_id", "too_many", detail);
            }
            Ok(positions)
        }
        (None, Some(ids)) => {
            let positions = store::lock_many(tx, ids).await?;
            let missing = ids.iter().enumerate().filter(|(_, id)| !positions.iter().any(|it| it.id == **id));
            let missing = missing.map(|(index, id)| {
                let detail = format!("There is no imported position {id} that you can see.");
                Fault::body(format!("/ids/{index}"), "unknown_reference", detail)
            });
            let missing: Vec<Fault> = missing.collect();
            if missing.is_empty() { Ok(positions) } else { Err(Problem::invalid(missing)) }
        }
        (None, None) => fault("/import_id", "required", "Send either `import_id` or `ids`.".to_owned()),
        (Some(_), Some(_)) => fault("/ids", "not_here", "Send either `import_id` or `ids`, not both.".to_owned()),
    }
}
