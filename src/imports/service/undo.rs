//! Undoes an accepted import as a whole: takes its texts out of the response, and withdraws the inspection that it
//! registered, so that the reference is free again.

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
    if accepted.registered {
        let mut text = TextValidator::default();
        let reason = text.long_text("", &format!("The import of {:?} was undone.", record.filename));
        text.finish()?;
        let withdraw = InspectionTransition::Withdraw { reason };
        events.extend(publication::transition(tx, inspection, &withdraw, |_| Ok(()), &withdrawing_call(call)).await?);
    }
    Ok(events)
}

/// Returns the call that withdraws the inspection. Whoever accepted the import may undo it, though only an approver
/// may withdraw an inspection otherwise: nothing came after the import, so nobody relies on the inspection yet. The
/// audit events name the caller, not this call.
fn withdrawing_call(call: &Call) -> Call {
    let areas = call.actor.scope();
    let areas: Vec<&str> = areas.areas().iter().map(String::as_str).collect();
    let mut roles = call.actor.roles().to_vec();
    roles.push(Role::OpccApprover);
    let Actor { issuer, subject, name, .. } = &call.actor;
    let actor = Actor::new(issuer, subject, name.as_deref(), &roles, &areas);
    Call { actor, ..call.clone() }
}
