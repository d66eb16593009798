//! Performs a transition of an inspection. Publishing writes the published copy and opens the response and the
//! assignments of each subject area. A correction replaces the published copy; a withdrawal deletes it.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::api::text::{LongText, SingleLineText};
use crate::api::{Fault, Problem, ProblemKind};
use crate::areas;
use crate::assignments;
use crate::auth::Call;
use crate::db::{Event, EventNote, Snapshot, Tx};
use crate::inspections::{
    Correction, Inspection, InspectionTransition, RECOMMENDATIONS_PART, State, WORKFLOW, allowed_actions,
    find_writable, snapshot, store, unmet,
};
use crate::recommendations;
use crate::responses;
use crate::vocabulary::WireName;

/// Performs a transition of an inspection that the caller may write. Returns the audit events; the first is the
/// inspection's.
///
/// # Errors
///
/// 403 or 409 if the workflow does not permit the action; 422 if a need is not met.
pub async fn transition(
    tx: &Tx<'_>,
    id: Uuid,
    request: &InspectionTransition,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Vec<Event>, Problem> {
    find_writable(tx, id, call).await?;
    let mut inspection = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    check_version(inspection.version)?;
    if matches!(request, InspectionTransition::Publish {}) {
        store::lock_reference(tx, &inspection).await?;
    }
    let context = store::find_contexts(tx, &[id]).await?.remove(&id).unwrap_or_default();
    let action = request.action();
    let allowed = || allowed_actions(&inspection, &context, call);
    let (permitted, needs) = WORKFLOW.authorise(inspection.state, action, &call.actor, allowed)?;
    let unmet_needs = needs.iter().flat_map(|need| unmet(*need, &inspection, &context, call.today()));
    let mut faults: Vec<Fault> = unmet_needs.collect();
    if let InspectionTransition::Correct { published_on: Some(on), .. } = request
        && *on > call.today()
    {
        let detail = format!("`published_on` is {on}; it must be {} or earlier.", call.today());
        faults.push(Fault::body("/published_on", "published_on", detail));
    }
    if !faults.is_empty() {
        return Err(Problem::with_faults(ProblemKind::NeedsUnmet, faults));
    }
    let before = snapshot(&inspection)?;
    let reason = match request {
        InspectionTransition::Publish {} => None,
        InspectionTransition::Correct { reason, .. } => {
            correct(&mut inspection, request, call);
            store::update(tx, &inspection).await?;
            inspection.version += 1;
            Some(reason)
        }
        InspectionTransition::Withdraw { reason } => Some(reason),
    };
    if store::update_state(tx, &inspection, &permitted).await? == 0 {
        return Err(Problem::stale());
    }
    let mut events = match request {
        InspectionTransition::Publish {} => open_for_areas(tx, &inspection).await?,
        InspectionTransition::Correct { .. } => write_published_copy(tx, &inspection, true).await?,
        InspectionTransition::Withdraw { .. } => {
            store::unpublish(tx, id).await?;
            responses::discard_pending_texts(tx, id, inspection.version + 1).await?
        }
    };
    let (from, to) = (permitted.from(), permitted.to(false));
    let shared = inspection.shown_at.is_some() || to == State::Published;
    let after = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    let mut after = snapshot(&after)?;
    if matches!(request, InspectionTransition::Publish {}) {
        // The draft's events stay with the registering area. All areas share this event, so it states what was
        // published.
        let published = recommendations::store::find_of_inspection(tx, id).await?;
        let published: Vec<_> = published.iter().map(recommendations::stored_members).collect::<Result<_, _>>()?;
        after = after.part(RECOMMENDATIONS_PART, None, &published)?;
    }
    let mut event = Event::new("inspection", id, inspection.version + 1, action.as_str())
        .shared(shared)
        .before(before)
        .after(after)
        .transition(from.as_str(), to.as_str())
        .note(reason.map(|text| EventNote { text: text.to_string(), side: None }));
    event.area.clone_from(&inspection.registered_by);
    events.insert(0, event);
    let area = inspection.registered_by.as_deref();
    Ok(events.into_iter().map(|event| event.acted_for(area, &tx.call().actor)).collect())
}

/// Publishes a draft inspection that the caller may write. Returns the audit events; the first is the inspection's.
pub async fn publish(tx: &Tx<'_>, id: Uuid, call: &Call) -> Result<Vec<Event>, Problem> {
    transition(tx, id, &InspectionTransition::Publish {}, |_| Ok(()), call).await
}

/// Computes the target dates of the recommendations, then writes the inspection and its recommendations to the
/// published copy. Returns the events of the changed target dates, which all areas share if the recommendations were
/// public before.
async fn write_published_copy(tx: &Tx<'_>, inspection: &Inspection, shared: bool) -> Result<Vec<Event>, Problem> {
    let events = recommendations::set_target_dates(tx, inspection, published_on(inspection)?, shared).await?;
    store::publish(tx, inspection.id).await?;
    recommendations::store::publish(tx, inspection.id).await?;
    Ok(events)
}

fn published_on(inspection: &Inspection) -> Result<NaiveDate, Problem> {
    inspection.published_on.ok_or_else(|| Problem::internal("a published inspection has no day of publication"))
}

/// Writes the published copy, and opens the response and the assignments of every area that the inspection is about.
async fn open_for_areas(tx: &Tx<'_>, inspection: &Inspection) -> Result<Vec<Event>, Problem> {
    let mut events = write_published_copy(tx, inspection, false).await?;
    let areas = areas::codes_valid_on(tx, published_on(inspection)?, inspection.subjects.codes()).await?;
    for (id, area) in responses::store::insert_for_areas(tx, inspection.id, &areas).await? {
        let new = responses::ResponseSnapshot::new(id, inspection.id, &area, tx.call().at);
        let event = Event::new("response", id, 1, "open").area(area).parent(inspection.id).after(Snapshot::new(&new)?);
        events.push(event.transition(None, responses::State::Received.as_str()));
    }
    events.extend(responses::open_pending_texts(tx, inspection.id).await?);
    events.extend(assignments::open(tx, inspection.id, &areas).await?);
    Ok(events)
}

/// Applies a correction to the inspection, and adds the previous values to its list of corrections.
fn correct(inspection: &mut Inspection, request: &InspectionTransition, call: &Call) {
    let InspectionTransition::Correct { reason, title, published_on, report_url, key_findings } = request else {
        return;
    };
    inspection.corrections.push(Correction {
        at: call.at,
        reason: reason.to_string(),
        published_on: inspection.published_on,
        due_on: inspection.due_on,
        title: inspection.title.clone(),
        key_findings: key_findings
            .as_ref()
            .filter(|findings| inspection.key_findings.as_deref() != Some(findings))
            .map(|_| inspection.key_findings.clone()),
    });
    if let Some(title) = title {
        inspection.title = Some(SingleLineText::into_string(title.clone()));
    }
    if published_on.is_some() {
        inspection.set_published_on(*published_on);
    }
    if report_url.is_some() {
        inspection.report_url.clone_from(report_url);
    }
    if let Some(findings) = key_findings {
        inspection.key_findings = Some(LongText::into_string(findings.clone()));
    }
}
