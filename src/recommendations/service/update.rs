//! Amends a recommendation of a draft, or corrects a published one. A correction keeps the values that it replaces, as
//! an erratum.

use uuid::Uuid;

use super::super::model::{Erratum, Recommendation, RecommendationKind};
use super::super::requests::RecommendationAmendment;
use super::super::store;
use super::super::views::snapshot;
use super::check;
use crate::api::amendment::changed_members;
use crate::api::text::LongText;
use crate::api::{Fault, Problem};
use crate::auth::{Call, Role};
use crate::db::{Event, EventNote, Tx};
use crate::inspections::{self, Inspection, State, find_writable, require_draft};

/// The members that can be corrected after publication.
const CORRECTABLE: [&str; 5] = ["kind", "cause_of_concern_id", "text", "addressees", "target"];

/// A recommendation before and after an update.
#[derive(Debug)]
pub struct UpdatedRecommendation {
    /// The recommendation as it was.
    pub before: Recommendation,
    /// The recommendation as it is.
    pub after: Recommendation,
    /// True if the recommendation is published.
    pub published: bool,
    /// The audit event; none if the update changed nothing.
    pub event: Option<Event>,
}

/// Amends a recommendation of a draft, or corrects a published one. An update that changes nothing writes nothing.
///
/// # Errors
///
/// 403 if the caller may not write the inspection, or not correct it; 409 if the inspection is withdrawn; 412 from
/// `check_version`; 422 with every fault.
pub async fn update(
    tx: &Tx<'_>,
    id: Uuid,
    amendment: &RecommendationAmendment,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<UpdatedRecommendation, Problem> {
    let before = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    find_writable(tx, before.inspection_id, call).await?;
    let inspection = inspections::store::lock(tx, before.inspection_id).await?.ok_or_else(Problem::not_found)?;
    check_version(before.version)?;
    let published = inspection.state == State::Published;
    let mut it = before.clone();
    let (fields, reason) = if published {
        correct(amendment, &mut it, &inspection, call)?
    } else {
        require_draft(tx, &inspection, call).await?;
        (amend(amendment, &mut it)?, None)
    };
    if fields.is_empty() {
        return Ok(UpdatedRecommendation { after: before.clone(), before, published, event: None });
    }
    check(tx, &it).await?;
    store::update(tx, &it).await?;
    if published {
        require_remaining_recommendation(tx, &before, &it).await?;
        store::publish(tx, it.inspection_id).await?;
    }
    let after = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    let action = if published { "correct" } else { "amend" };
    let event = Event::new("recommendation", id, after.version, action).shared(published).parent(inspection.id);
    let event = event.before(snapshot(&before)?).after(snapshot(&after)?).fields(fields);
    let mut event = event.note(reason.map(|text| EventNote { text, side: None }));
    event.area.clone_from(&inspection.registered_by);
    Ok(UpdatedRecommendation { before, after, published, event: Some(event) })
}

/// Changes the members of a draft's recommendation. Returns the names of those that have other values now.
fn amend(amendment: &RecommendationAmendment, it: &mut Recommendation) -> Result<Vec<&'static str>, Problem> {
    if amendment.reason.is_some() {
        let detail = "`reason` must be absent: only a change after publication has a reason.";
        return Err(Problem::invalid(vec![Fault::body("/reason", "not_here", detail)]));
    }
    let before = it.clone();
    let given = amendment.clone().apply(it);
    changed_members(given, &before, it)
}

/// Corrects the members of a published recommendation, and adds the old values as an erratum. Returns the names of the
/// members that have other values now, and the reason.
fn correct(
    amendment: &RecommendationAmendment,
    it: &mut Recommendation,
    inspection: &Inspection,
    call: &Call,
) -> Result<(Vec<&'static str>, Option<String>), Problem> {
    if !call.actor.has_any_role(&[Role::OpccApprover, Role::Registrar]) {
        let detail = "The recommendation is published. Only the roles opcc_approver and registrar can correct it.";
        return Err(Problem::forbidden(detail));
    }
    let before = it.clone();
    let mut amendment = amendment.clone();
    let reason = amendment.reason.take().map(LongText::into_string);
    let given = amendment.apply(it);
    if it.target == before.target {
        it.target_basis = before.target_basis;
    } else if let Some(published_on) = inspection.published_on {
        (it.target.on, it.target_basis) = it.target.compute_date(it.target_basis, published_on);
    }
    let changed = changed_members(given, &before, it)?;
    let mut faults = Vec::new();
    for member in changed.iter().filter(|member| !CORRECTABLE.contains(member)) {
        let detail = format!(
            "`{member}` cannot change after publication. These members can be corrected: {}.",
            CORRECTABLE.map(|name| format!("`{name}`")).join(", ")
        );
        faults.push(Fault::body(format!("/{member}"), "published", detail));
    }
    let is_cause = |it: &Recommendation| it.kind == RecommendationKind::CauseOfConcern;
    if is_cause(&before) != is_cause(it) {
        let detail = "After publication, `kind` can change only between `recommendation` and `area_for_improvement`: a \
                      cause of concern has no assignments, and the other kinds have one in each area.";
        faults.push(Fault::body("/kind", "published", detail));
    }
    if reason.is_none() && !changed.is_empty() {
        let detail = "`reason` is required to correct a published recommendation.";
        faults.push(Fault::body("/reason", "required", detail));
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    if let Some(reason) = reason.as_ref().filter(|_| !changed.is_empty()) {
        let was = |member: &str| changed.contains(&member);
        it.errata.push(Erratum {
            at: call.at,
            reason: reason.clone(),
            text: before.text,
            kind: was("kind").then_some(before.kind),
            target: was("target").then_some(before.target),
            addressees: was("addressees").then_some(before.addressees),
            cause_of_concern_id: was("cause_of_concern_id").then_some(before.cause_of_concern_id),
        });
    }
    Ok((changed, reason))
}

/// Refuses to take the last recommendation from a published cause of concern.
async fn require_remaining_recommendation(
    tx: &Tx<'_>,
    before: &Recommendation,
    after: &Recommendation,
) -> Result<(), Problem> {
    let left = before.cause_of_concern_id.filter(|cause| after.cause_of_concern_id != Some(*cause));
    let Some(cause) = left else { return Ok(()) };
    let cause = store::find(tx, cause).await?.ok_or_else(|| Problem::internal("a cause of concern was not found"))?;
    if store::has_children(tx, &cause).await? {
        return Ok(());
    }
    let detail = format!(
        "This is the only recommendation of the cause of concern {}, which needs at least one. Correct another \
         recommendation to belong to it first.",
        cause.reference
    );
    Err(Problem::invalid(vec![Fault::body("/cause_of_concern_id", "in_use", detail)]))
}
