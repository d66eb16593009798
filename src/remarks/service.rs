//! Writes of remarks: making one, changing its text, and resolving a thread.

use serde_json::{Value, json};
use uuid::Uuid;

use super::model::{RemarkPassage, RemarkRow};
use super::passage::{PlacedRemark, has_passage, place_one};
use super::requests::{RemarkAmendment, RemarkCreation, RemarkTransition};
use super::store;
use super::views::{allowed_actions, event, is_own, unmet};
use super::workflow::{RemarkState, WORKFLOW};
use crate::api::amendment::changed_members;
use crate::api::text::SingleLineText;
use crate::api::{Fault, Problem, ProblemKind};
use crate::auth::{Call, Side};
use crate::db::{Event, Tx, Write};
use crate::responses;
use crate::vocabulary::WireName;

/// What a remark is on.
#[derive(Default)]
struct Place {
    member: Option<String>,
    recommendation_id: Option<Uuid>,
    passage: Option<RemarkPassage>,
}

/// Makes a remark on a response of the caller's areas, for the caller's own side.
///
/// # Errors
///
/// Returns 403 if the caller is of neither side, 404 if the caller has no such response, 409 if the thread that the remark
/// answers is resolved, and 422 with every fault of what the remark is on.
pub async fn create(
    tx: &Tx<'_>,
    response_id: Uuid,
    creation: &RemarkCreation,
    call: &Call,
) -> Result<Write<PlacedRemark>, Problem> {
    let scope = call.actor.scope();
    let side = Side::acting(scope.sides());
    let side = side.ok_or_else(|| Problem::forbidden("Only the policing body's side and the force's side remark."))?;
    let record = responses::store::find(tx, &scope, response_id).await?.ok_or_else(Problem::not_found)?;
    let area = record.row.area.clone();
    let id = Uuid::now_v7();
    let thread = match creation.answers {
        Some(answered) => Some(find_thread(tx, response_id, side, answered, call).await?),
        None => None,
    };
    let place = match &thread {
        Some(_) => require_no_place(creation)?,
        None => find_place(
            creation,
            &serde_json::to_value(responses::view_for_area(record, call)).map_err(Problem::internal)?,
        )?,
    };
    let row = RemarkRow {
        id,
        response_id,
        area,
        side,
        thread_id: thread.unwrap_or(id),
        answers: creation.answers,
        member: place.member,
        recommendation_id: place.recommendation_id,
        quotation_start: place.passage.as_ref().map(|passage| passage.start),
        quotation_end: place.passage.as_ref().map(|passage| passage.end),
        quotation: place.passage.map(|passage| passage.quotation),
        author_issuer: call.actor.issuer.clone(),
        author_subject: call.actor.subject.clone(),
        author_name: call.actor.name.clone(),
        text: creation.text.to_string(),
        state: WORKFLOW.start,
        resolved_by: None,
        resolved_at: None,
        version: 1,
        created_at: call.at,
        updated_at: call.at,
    };
    let mut event = event("add", None, &row)?;
    if row.begins_thread() {
        event = event.transition(None, row.state.as_str());
    }
    let statement = store::insert(&row);
    Ok(Write::new(place_one(tx, row, call).await?, event).with_statements([statement]))
}

/// Returns the id of the open thread of a remark on the response. Its first remark stays locked, so that it is not resolved
/// meanwhile.
async fn find_thread(tx: &Tx<'_>, response_id: Uuid, side: Side, answered: Uuid, call: &Call) -> Result<Uuid, Problem> {
    let found = store::find(tx, answered).await?;
    let found = found.filter(|remark| remark.response_id == response_id && remark.side == side);
    let unknown = || {
        let detail = format!("Your side has no remark {answered} on this response.");
        Problem::invalid(vec![Fault::body("/answers", "unknown_reference", detail)])
    };
    let thread = store::lock(tx, found.ok_or_else(unknown)?.thread_id).await?.ok_or_else(unknown)?;
    require_open(&thread, call)?;
    Ok(thread.id)
}

/// Refuses a change of a thread that is resolved.
fn require_open(row: &RemarkRow, call: &Call) -> Result<(), Problem> {
    if row.state == RemarkState::Open {
        return Ok(());
    }
    let detail = "The thread is resolved. Reopen the remark that begins it first.";
    Err(Problem::new(ProblemKind::NotPossibleFromThisState, detail)
        .member("state", row.state.as_str())
        .member("allowed_actions", json!(allowed_actions(row, call))))
}

/// Refuses an answer that states what it is on.
fn require_no_place(creation: &RemarkCreation) -> Result<Place, Problem> {
    let given = [("/member", creation.member.is_some()), ("/passage", creation.passage.is_some())];
    let faults = given.iter().filter(|(_, is_given)| *is_given).map(|(pointer, _)| {
        let detail = format!("An answer is on what its thread is on, so `{}` is not allowed here.", &pointer[1..]);
        Fault::body(*pointer, "not_here", detail)
    });
    let faults: Vec<Fault> = faults.collect();
    if faults.is_empty() { Ok(Place::default()) } else { Err(Problem::invalid(faults)) }
}

/// Finds what a remark is on in the response as its author reads it.
fn find_place(creation: &RemarkCreation, response: &Value) -> Result<Place, Problem> {
    let fault = |pointer: &str, code, detail: String| Problem::invalid(vec![Fault::body(pointer, code, detail)]);
    let Some(member) = creation.member.clone().map(SingleLineText::into_string) else {
        if creation.passage.is_some() {
            let detail = "`passage` needs `member`: a JSON Pointer to the text that has the passage.";
            return Err(fault("/member", "required", detail.to_owned()));
        }
        return Ok(Place::default());
    };
    let found = response.pointer(&member).filter(|_| !member.is_empty()).ok_or_else(|| {
        let detail =
            format!("The response has no member {member:?}. Send a JSON Pointer such as `/policing_body_comments`.");
        fault("/member", "unknown_reference", detail)
    })?;
    if let Some(passage) = &creation.passage
        && !found.as_str().is_some_and(|text| has_passage(text, passage))
    {
        let RemarkPassage { start, end, .. } = passage;
        let detail = format!(
            "The characters {start} to {end} of `{member}` are not this text. Read the response again; characters are \
             Unicode code points, counted from 0."
        );
        return Err(fault("/passage/quotation", "not_in_text", detail));
    }
    let explanation = member.strip_prefix("/explanations/").and_then(|rest| rest.split('/').next());
    let recommendation = explanation.and_then(|at| response["explanations"].get(at.parse::<usize>().ok()?));
    let recommendation_id = recommendation.and_then(|it| it["recommendation_id"].as_str()?.parse().ok());
    Ok(Place { recommendation_id, passage: creation.passage.clone(), member: Some(member) })
}

/// Changes the text of the caller's own remark.
///
/// # Errors
///
/// Returns 404 if the caller has no such remark, the error of `check_version`, 403 if another person made it, and 409 if its
/// thread is resolved.
pub async fn update(
    tx: &Tx<'_>,
    id: Uuid,
    amendment: RemarkAmendment,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<PlacedRemark>, Problem> {
    let before = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    check_version(before.version)?;
    if !is_own(&before, call) {
        return Err(Problem::forbidden("Only the person who made a remark may change it. Answer it instead."));
    }
    require_open(&before, call)?;
    let mut after = before.clone();
    let fields = changed_members(amendment.apply(&mut after), &before, &after)?;
    let statement = store::update(tx, &after);
    (after.version, after.updated_at) = (before.version + 1, call.at);
    let event = event("amend", Some(&before), &after)?.fields(fields);
    Ok(Write::new(place_one(tx, after, call).await?, event).with_statements([statement]))
}

/// Resolves or reopens the thread that a remark begins.
///
/// # Errors
///
/// Returns 404 if the caller has no such remark, the error of `check_version`, 403 if the caller is not of its side, 409 if
/// its state does not allow the action, and 422 if it is an answer.
pub async fn transition(
    tx: &Tx<'_>,
    id: Uuid,
    request: &RemarkTransition,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<PlacedRemark>, Problem> {
    let before = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    check_version(before.version)?;
    let allowed = || allowed_actions(&before, call);
    let (permitted, needs) = WORKFLOW.authorise(before.state, request.action, &call.actor, allowed)?;
    if !call.actor.scope().sides().contains(&before.side) {
        return Err(Problem::forbidden(format!("Only the side `{}` may resolve or reopen this remark.", before.side)));
    }
    let faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, &before)).collect();
    if !faults.is_empty() {
        return Err(Problem::with_faults(ProblemKind::NeedsUnmet, faults));
    }
    let mut after = before.clone();
    after.state = permitted.to(false);
    let is_resolved = after.state == RemarkState::Resolved;
    after.resolved_by = is_resolved.then(|| call.actor.display_name().to_owned());
    after.resolved_at = is_resolved.then_some(call.at);
    let statements = [store::update(tx, &after), store::set_state_of_answers(tx, &after)];
    (after.version, after.updated_at) = (before.version + 1, call.at);
    let event = event(request.action.as_str(), Some(&before), &after)?
        .transition(permitted.from().as_str(), permitted.to(false).as_str());
    Ok(Write::new(place_one(tx, after, call).await?, event).with_statements(statements))
}

/// Returns the audit event that stores a remark's present content, after the content of its earlier events was erased.
/// Returns `None` if the remark no longer exists.
pub async fn erasure_event(tx: &Tx<'_>, id: Uuid) -> Result<Option<Event>, Problem> {
    store::find(tx, id).await?.map(|row| event("erase", None, &row)).transpose()
}

/// Returns the same event of each remark on a response.
pub async fn erasure_events(tx: &Tx<'_>, response_id: Uuid) -> Result<Vec<Event>, Problem> {
    let rows = store::find_of_response(tx, response_id).await?;
    rows.iter().map(|row| event("erase", None, row)).collect()
}
