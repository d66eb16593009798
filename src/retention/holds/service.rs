//! Writes of legal holds: setting and lifting. Each returns the hold as it will be, with its audit event.

use uuid::Uuid;

use super::model::LegalHold;
use super::requests::{LegalHoldCreation, LegalHoldTransition};
use super::store;
use super::workflow::{HoldState, WORKFLOW};
use crate::api::{Fault, Problem};
use crate::auth::{Actor, Call};
use crate::db::{Event, EventNote, Snapshot, Tx, Write};
use crate::retention::store::find_record;
use crate::vocabulary::WireName;
use crate::workflow::AllowedAction;

/// Sets a hold on a record of the caller's areas.
///
/// # Errors
///
/// Returns 422 if the caller has no such record.
pub async fn create(tx: &Tx<'_>, creation: &LegalHoldCreation, call: &Call) -> Result<Write<LegalHold>, Problem> {
    let subject = find_record(tx, creation.resource.as_str(), creation.resource_id).await?.ok_or_else(|| {
        let detail = format!(
            "Your areas have no {} {}. Check resource and resource_id.",
            creation.resource, creation.resource_id
        );
        Problem::invalid(vec![Fault::body("/resource_id", "unknown_reference", detail)])
    })?;
    let id = Uuid::now_v7();
    let hold = LegalHold {
        id,
        area: subject.area,
        resource: creation.resource,
        resource_id: creation.resource_id,
        reason: creation.reason.to_string(),
        state: WORKFLOW.start,
        set_by: call.actor.display_name().to_owned(),
        lifted_by: None,
        lifted_at: None,
        lifted_reason: None,
        allowed_actions: None,
        version: 1,
        created_at: call.at,
        updated_at: call.at,
        links: LegalHold::links(id),
    };
    store::insert(tx, &hold).await?;
    let event = event("set", &hold)?.transition(None, HoldState::InForce.as_str());
    Ok(Write::new(hold, event))
}

/// Lifts a hold of the caller's areas.
///
/// # Errors
///
/// Returns 404 if the caller has no such hold, the error of `check_version`, 409 if the hold is already lifted, and 403
/// if the caller may not lift it.
pub async fn transition(
    tx: &Tx<'_>,
    id: Uuid,
    request: &LegalHoldTransition,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<LegalHold>, Problem> {
    let mut hold = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    check_version(hold.version)?;
    let allowed = || allowed_actions(&hold, &call.actor);
    let (permitted, _) = WORKFLOW.authorise(hold.state, request.action, &call.actor, allowed)?;
    let before = Snapshot::new(&hold)?;
    let statement = store::update(tx, &hold, &permitted, &request.reason);
    hold.state = permitted.to(false);
    hold.lifted_by = Some(call.actor.display_name().to_owned());
    hold.lifted_at = Some(call.at);
    hold.lifted_reason = Some(request.reason.to_string());
    hold.version += 1;
    hold.updated_at = call.at;
    let event = event(request.action.as_str(), &hold)?
        .before(before)
        .transition(permitted.from().as_str(), permitted.to(false).as_str())
        .note(Some(EventNote { text: request.reason.to_string(), side: None }));
    Ok(Write::new(hold, event).with_statements([statement]))
}

/// Returns the hold with the actions that the caller may perform.
pub fn with_allowed_actions(hold: LegalHold, call: &Call) -> LegalHold {
    LegalHold { allowed_actions: Some(allowed_actions(&hold, &call.actor)), ..hold }
}

fn allowed_actions(hold: &LegalHold, actor: &Actor) -> Vec<AllowedAction> {
    WORKFLOW.allowed(hold.state, actor, |_| Vec::new())
}

fn event(action: &'static str, after: &LegalHold) -> Result<Event, Problem> {
    let event = Event::new("legal_hold", after.id, after.version, action).area(&after.area).parent(after.resource_id);
    Ok(event.after(Snapshot::new(after)?))
}
