//! Undoes an accepted import as a whole: takes its texts out of the response, takes its corrections back, and withdraws
//! the inspection that it registered, so that the reference is free again.

use super::corrections;
use crate::api::Problem;
use crate::api::text::TextValidator;
use crate::assignments::imported;
use crate::auth::{Actor, Call, Role};
use crate::db::{Event, Tx};
use crate::imports::model::ImportRecord;
use crate::inspections::InspectionTransition;
use crate::publication;
use crate::responses;

/// Undoes an import. Returns the audit events of the other records.
///
/// # Errors
///
/// Returns what the functions return that take back by hand.
pub async fn undo(tx: &Tx<'_>, record: &ImportRecord, call: &Call) -> Result<Vec<Event>, Problem> {
    let (Some(accepted), Some(inspection)) = (&record.accepted, record.inspection_id) else {
        return Err(Problem::internal("an accepted import has no inspection"));
    };
    let mut events = Vec::new();
    if let (true, Some(area)) = (accepted.has_texts, record.area.as_deref()) {
        events.extend(responses::remove_imported_texts(tx, call, inspection, area).await?);
    }
    if accepted.has_positions {
        events.extend(imported::withdraw(tx, call, record.id).await?);
    }
    let reason = format!("The import of {:?} was undone.", record.filename);
    if !accepted.replaced.is_empty() {
        let call = approving_call(call);
        events.extend(corrections::put_back(tx, inspection, &accepted.replaced, &reason, &call).await?);
    }
    if accepted.registered {
        let mut text = TextValidator::default();
        let reason = text.long_text("", &reason);
        text.finish()?;
        let withdraw = InspectionTransition::Withdraw { reason };
        events.extend(publication::transition(tx, inspection, &withdraw, |_| Ok(()), &approving_call(call)).await?);
    }
    Ok(events)
}

/// Returns the call that withdraws the inspection or takes corrections of it back. Whoever accepted the import may undo
/// it, though only an approver may do so otherwise: nothing came after the import, so nobody relies on it yet. The audit
/// events name the caller, not this call.
fn approving_call(call: &Call) -> Call {
    let areas = call.actor.scope();
    let areas: Vec<&str> = areas.areas().iter().map(String::as_str).collect();
    let mut roles = call.actor.roles().to_vec();
    roles.push(Role::OpccApprover);
    let Actor { issuer, subject, name, .. } = &call.actor;
    let actor = Actor::new(issuer, subject, name.as_deref(), &roles, &areas);
    Call { actor, ..call.clone() }
}
