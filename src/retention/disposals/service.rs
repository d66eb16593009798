//! Writes of disposals: proposals and transitions. Each returns the disposal as it will be, with its audit event.

use uuid::Uuid;

use super::model::{Disposal, DisposalRow, DisposedResource, Ground};
use super::requests::{DisposalProposal, DisposalTransition};
use super::store;
use super::views::{allowed_actions, event, snapshot};
use super::workflow::{WORKFLOW, unmet};
use crate::api::{Fault, Problem, ProblemKind};
use crate::auth::Call;
use crate::db::{EventNote, Tx, Write};
use crate::retention::{schedule, store as subjects};
use crate::vocabulary::WireName;

/// Proposes the disposal of a record or an audit event of the caller's areas.
///
/// # Errors
///
/// Returns 422 if the caller has no such record, the record is under a legal hold, or its review date is in the future.
pub async fn propose(tx: &Tx<'_>, proposal: &DisposalProposal, call: &Call) -> Result<Write<DisposalRow>, Problem> {
    let subject = match proposal.resource {
        DisposedResource::Event => subjects::find_event(tx, proposal.resource_id).await?,
        _ => subjects::find_record(tx, proposal.resource.as_str(), proposal.resource_id).await?,
    };
    let subject = subject.ok_or_else(|| {
        let detail = format!(
            "Your areas have no {} {} whose text can be disposed of. Check resource and resource_id.",
            proposal.resource, proposal.resource_id
        );
        Problem::invalid(vec![Fault::body("/resource_id", "unknown_reference", detail)])
    })?;
    let faults = check_proposal(tx, proposal, subject.held).await?;
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let id = Uuid::now_v7();
    let disposal = Disposal {
        id,
        area: subject.area.clone(),
        ground: proposal.ground,
        resource: proposal.resource,
        resource_id: proposal.resource_id,
        owner: subject.owner,
        reason: proposal.reason.to_string(),
        state: WORKFLOW.start,
        held: false,
        proposed_by: call.actor.display_name().to_owned(),
        decided_by: None,
        decided_at: None,
        decision_reason: None,
        disposed_at: None,
        certificate: None,
        allowed_actions: None,
        version: 1,
        created_at: call.at,
        updated_at: call.at,
        links: Disposal::links(id),
    };
    store::insert(tx, &disposal, &subject).await?;
    let row = store::find(tx, id).await?.ok_or_else(|| Problem::internal("the new disposal was not found"))?;
    let event = event("propose", &row.disposal)?.transition(None, disposal.state.as_str());
    Ok(Write::new(row, event))
}

/// Returns the faults of a proposal: a legal hold, or a review date in the future.
async fn check_proposal(tx: &Tx<'_>, proposal: &DisposalProposal, held: bool) -> Result<Vec<Fault>, Problem> {
    let resource = proposal.resource;
    let mut faults = Vec::new();
    if held {
        let detail =
            format!("A legal hold is in force on this {resource} or on a record above it. Lift the hold first.");
        faults.push(Fault::body("/resource_id", "held", detail));
    }
    if proposal.ground == Ground::Retention {
        let today = tx.call().today();
        match schedule::find_review_date(tx, resource.as_str(), proposal.resource_id).await? {
            Some(review_on) if review_on <= today => {}
            Some(review_on) => {
                let detail = format!(
                    "This {resource} must be retained until its review date, {review_on}. Propose the disposal then."
                );
                faults.push(Fault::body("/resource_id", "not_due", detail));
            }
            None => {
                let detail = format!(
                    "This {resource} has no review date, so it cannot be disposed of for retention. Only a response \
                     that was published or is not required, and evidence that was accepted, rejected or withdrawn, \
                     have one."
                );
                faults.push(Fault::body("/resource_id", "not_due", detail));
            }
        }
    }
    Ok(faults)
}

/// Confirms or refuses a disposal of the caller's areas.
///
/// # Errors
///
/// Returns 404 if the caller has no such disposal, the error of `check_version`, 409 if its state does not allow the
/// action, 403 if the caller may not perform it, and 422 if a need is not met.
pub async fn transition(
    tx: &Tx<'_>,
    id: Uuid,
    request: &DisposalTransition,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<DisposalRow>, Problem> {
    let mut row = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    check_version(row.disposal.version)?;
    let allowed = || allowed_actions(&row, &call.actor);
    let (permitted, needs) = WORKFLOW.authorise(row.disposal.state, request.action(), &call.actor, allowed)?;
    let faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, &row, &call.actor)).collect();
    if !faults.is_empty() {
        return Err(Problem::with_faults(ProblemKind::NeedsUnmet, faults));
    }
    let before = snapshot(&row.disposal)?;
    let statement = store::update_decision(tx, &row.disposal, &permitted, request.reason());
    let disposal = &mut row.disposal;
    disposal.state = permitted.to(false);
    disposal.decided_by = Some(call.actor.display_name().to_owned());
    disposal.decided_at = Some(call.at);
    disposal.decision_reason = request.reason().map(str::to_owned);
    disposal.version += 1;
    disposal.updated_at = call.at;
    let event = event(request.action().as_str(), disposal)?
        .before(before)
        .transition(permitted.from().as_str(), permitted.to(false).as_str())
        .note(request.reason().map(|text| EventNote { text: text.to_owned(), side: None }));
    Ok(Write::new(row, event).with_statements([statement]))
}
