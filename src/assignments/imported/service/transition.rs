//! Confirms or rejects one imported position.

use uuid::Uuid;

use super::super::needs::unmet;
use super::super::requests::ImportedPositionTransition;
use super::super::store;
use super::super::views::{allowed_actions, reading_side};
use super::super::workflow::WORKFLOW;
use super::confirm::{check, confirm, decide};
use crate::api::{Fault, Problem, ProblemKind};
use crate::auth::Call;
use crate::db::{Event, EventNote, Tx};

/// Confirms or rejects a position that the caller can see. Returns the audit events; the first is the position's.
///
/// # Errors
///
/// 404 if the caller can see no such position; the error of `check_version`; 403 or 409 if the workflow does not permit
/// the action; 422 if a need is not met.
pub async fn transition(
    tx: &Tx<'_>,
    id: Uuid,
    request: &ImportedPositionTransition,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Vec<Event>, Problem> {
    let position = store::lock_many(tx, &[id]).await?.pop().ok_or_else(Problem::not_found)?;
    check_version(position.version)?;
    let refuse = |faults: Vec<Fault>| Problem::with_faults(ProblemKind::NeedsUnmet, faults);
    match request {
        ImportedPositionTransition::Confirm {} => {
            let (confirmable, faults) = check(tx, position, call).await?;
            if !faults.is_empty() {
                return Err(refuse(faults));
            }
            confirm(tx, confirmable, call).await
        }
        ImportedPositionTransition::Reject { reason } => {
            let allowed = || allowed_actions(&position, None, call);
            let (permitted, needs) = WORKFLOW.authorise(position.state, request.action(), &call.actor, allowed)?;
            let faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, &position, None, call)).collect();
            if !faults.is_empty() {
                return Err(refuse(faults));
            }
            let side = reading_side(position.side);
            let event = decide(tx, position, &permitted, request.action(), Some(reason), call).await?;
            Ok(vec![event.note(Some(EventNote { text: reason.to_string(), side }))])
        }
    }
}
