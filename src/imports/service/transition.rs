//! Performs a transition of an imported proposal.

use serde_json::json;
use uuid::Uuid;

use super::accept::{self, AcceptOptions};
use super::act_for::act_for_area_of_import;
use super::assessment::{assess, find_change_after};
use super::undo;
use crate::api::text::{LongText, SingleLineText};
use crate::api::{Fault, Problem, ProblemKind};
use crate::auth::Call;
use crate::db::{Session, Tx, Write};
use crate::imports::model::ImportRecord;
use crate::imports::requests::ImportTransition;
use crate::imports::store::proposals;
use crate::imports::views::{self, ImportProposal};
use crate::imports::workflow::{ImportContext, State, WORKFLOW, unmet};
use crate::vocabulary::WireName;

/// Returns the call that may write an import: with the rights of the import's area.
///
/// # Errors
///
/// Returns 404 if the caller cannot see the import, and 403 if the caller may not write it.
pub async fn call_for(db: &Session<'_>, id: Uuid, call: &Call) -> Result<Call, Problem> {
    let record = proposals::find(db, id).await?.ok_or_else(Problem::not_found)?;
    act_for_area_of_import(call, record.area.as_deref())
}

/// Performs a transition with a call of [`call_for`], and returns the import.
///
/// # Errors
///
/// Returns 404 if the caller cannot see the import, the error of `check_version`, 403 or 409 if the workflow does not
/// permit the action, and 422 if a need is not met or the record refuses the proposal.
pub async fn transition(
    tx: &Tx<'_>,
    id: Uuid,
    request: ImportTransition,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<ImportProposal>, Problem> {
    let mut record = proposals::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    check_version(record.version)?;
    let before = views::snapshot(&record)?;
    let action = request.action();
    // The allowed actions need statements, so a refused action is looked up again with them.
    let permitted = match WORKFLOW.authorise(record.state, action, &call.actor, Vec::new) {
        Ok((permitted, _)) => permitted,
        Err(problem) if problem.kind() == ProblemKind::NotPossibleFromThisState => {
            let view = assess(tx, &record, call).await?.into_view(tx, &record, call).await?;
            return Err(problem.member("allowed_actions", json!(view.allowed_actions)));
        }
        Err(problem) => return Err(problem),
    };
    let events = match request {
        ImportTransition::Accept { publish, confirm_proposed, correct, reason } => {
            let reason = reason.map(LongText::into_string);
            let correct = correct.into_iter().map(SingleLineText::into_string).collect();
            let options = AcceptOptions { publish, confirm_proposed, correct, reason };
            accept::accept(tx, &mut record, options, call).await?
        }
        ImportTransition::Discard {} => Vec::new(),
        ImportTransition::Undo {} => {
            require_undoable(tx, &record, call).await?;
            undo::undo(tx, &record, call).await?
        }
    };
    record.state = permitted.to(false);
    record.finished_at = Some(call.at);
    proposals::update(tx, &record).await?;
    record.version += 1;
    record.updated_at = call.at;
    let (from, to) = (permitted.from().as_str(), record.state.as_str());
    let event = views::event(action.as_str(), &record)?.before(before).transition(from, to);
    let event = match record.inspection_id {
        Some(inspection) if record.state == State::Accepted => event.parent(inspection),
        _ => event,
    };
    let view = assess(tx, &record, call).await?.into_view(tx, &record, call).await?;
    Ok(Write::new(view, event).with_events(events))
}

/// Returns 422 unless an accepted import can be undone by the caller.
async fn require_undoable(tx: &Tx<'_>, record: &ImportRecord, call: &Call) -> Result<(), Problem> {
    let context = ImportContext { questions: &[], change_after: find_change_after(tx, record).await? };
    let rule = WORKFLOW.rules.iter().find(|rule| rule.from == record.state);
    let needs = rule.map_or(&[][..], |rule| rule.needs);
    let faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, record, context, &call.actor)).collect();
    if faults.is_empty() { Ok(()) } else { Err(Problem::with_faults(ProblemKind::NeedsUnmet, faults)) }
}
