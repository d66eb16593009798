//! Writes of evidence: adding and amending an item, transitions, and new versions of its file. Each returns the record
//! as it will be, with its audit events.

use serde_json::json;
use uuid::Uuid;

use super::files::FileRow;
use super::files::store as files;
use super::model::{EvidenceRecord, EvidenceReview, EvidenceRow};
use super::requests::{EvidenceAmendment, EvidenceCreation, EvidenceTransition};
use super::store;
use super::views::{allowed_actions, event, require_writable, snapshot};
use super::workflow::{State, WORKFLOW, unmet};
use crate::api::amendment::changed_members;
use crate::api::text::LongText;
use crate::api::{Fault, Problem, ProblemKind};
use crate::assignments::{self, Marking};
use crate::auth::{Call, Side};
use crate::db::{Event, EventNote, Tx, Write, WriteStatement};
use crate::files::{ScanStatus, UploadedFile};
use crate::people::assignees::{self, AssigneeChange};
use crate::vocabulary::WireName;
use crate::workflow::PermittedTransition;

/// Adds an item to an assignment of the caller's areas.
///
/// # Errors
///
/// Returns 404 if the caller has no such assignment, 409 if its inspection was withdrawn, and 422 if the dates
/// disagree.
pub async fn create(
    tx: &Tx<'_>,
    assignment_id: Uuid,
    creation: &EvidenceCreation,
    call: &Call,
) -> Result<Write<EvidenceRecord>, Problem> {
    let assignment = assignments::store::lock(tx, &call.actor.scope(), assignment_id).await?;
    let assignment = assignment.ok_or_else(Problem::not_found)?;
    assignments::require_not_withdrawn(&assignment.row)?;
    let actor = &call.actor;
    let row = EvidenceRow {
        id: Uuid::now_v7(),
        assignment_id,
        area: assignment.row.area.clone(),
        state: State::Draft,
        marking: creation.marking.unwrap_or(Marking::Official),
        title: creation.title.to_string(),
        kind: creation.kind,
        description: creation.description.clone().map(LongText::into_string),
        effective_from: creation.effective_from,
        effective_to: creation.effective_to,
        expires_on: creation.expires_on,
        author_issuer: actor.issuer.clone(),
        author_subject: actor.subject.clone(),
        author_name: actor.name.clone(),
        lowering_issuer: None,
        lowering_subject: None,
        lowering_name: None,
        lowering_reason: None,
        lowering_at: None,
        withdrawn_reason: None,
        disposed_at: None,
        version: 1,
        created_at: call.at,
        updated_at: call.at,
        inspection_state: assignment.row.inspection_state,
    };
    check_dates(&row)?;
    let statements = [store::insert(&row), store::count(tx, assignment_id)];
    let record = EvidenceRecord { row, files: Vec::new(), reviews: Vec::new(), assigned_to: None };
    let event = event("add", None, &record)?.transition(None, State::Draft.as_str());
    Ok(Write::new(record, event).with_statements(statements))
}

/// Amends an item that the transaction has locked.
///
/// # Errors
///
/// Returns 403 for a member that only the force may change, 409 if the item cannot be amended in its state, and 422 if the
/// dates disagree, the marking would be lowered, or the caller's side has no such person.
pub async fn update(
    tx: &Tx<'_>,
    mut record: EvidenceRecord,
    amendment: EvidenceAmendment,
    call: &Call,
) -> Result<Write<EvidenceRecord>, Problem> {
    require_writable(&record.row)?;
    if amendment.is_of_force() && !call.actor.scope().sides().contains(&Side::Force) {
        return Err(Problem::forbidden("Only the `force` side may change other members than `assigned_to`."));
    }
    let is_only_assigned = amendment.assigned_to.is_some() && !amendment.is_of_force();
    let state = record.row.state;
    if !state.is_editable() && !is_only_assigned {
        let detail =
            format!("The item is {state}; it can be amended only while it is draft, changes_requested or rejected.");
        return Err(Problem::new(ProblemKind::NotPossibleFromThisState, detail)
            .member("state", state.as_str())
            .member("allowed_actions", json!(allowed_actions(&record, call))));
    }
    let mut before = snapshot(&record)?;
    let assignee = match amendment.assigned_to {
        Some(to) => Some(assignees::assign(tx, "evidence", (record.row.id, &record.row.area), to, call).await?),
        None => None,
    };
    if let Some(change) = &assignee {
        record.assigned_to.clone_from(&change.assignee);
    }
    before = AssigneeChange::add_before(assignee.as_ref(), before)?;
    let row = &mut record.row;
    if amendment.marking == Some(Marking::Official) && row.marking == Marking::OfficialSensitive {
        let detail = "Two people must lower a marking. Use request_lowering, then confirm_lowering by another person, \
                      on /v1/evidence/{id}/marking/transitions.";
        return Err(Problem::invalid(vec![Fault::body("/marking", "needs_two_people", detail)]));
    }
    let stored = row.clone();
    let mut fields = changed_members(amendment.apply(row), &stored, row)?;
    fields.extend(assignee.as_ref().is_some_and(AssigneeChange::is_change).then_some("assigned_to"));
    check_dates(row)?;
    let statements = write(tx, row, None);
    let mut event = event("amend", Some(before), &record)?.fields(fields);
    event.after = event.after.map(|snapshot| AssigneeChange::add_after(assignee.as_ref(), snapshot)).transpose()?;
    Ok(Write::new(record, event).with_statements(statements))
}

/// Adds a version of the file of an item that the transaction has locked. If the item was reviewed, the new version
/// submits it again.
///
/// # Errors
///
/// Returns 409 if the item cannot be changed, and 403 or 422 if the caller may not submit it again.
pub async fn add_version(
    tx: &Tx<'_>,
    record: &EvidenceRecord,
    file: &UploadedFile,
    scan: ScanStatus,
    call: &Call,
) -> Result<Write<FileRow>, Problem> {
    let row = &record.row;
    require_writable(row)?;
    let before = snapshot(record)?;
    let (id, _) = files::insert(tx, row.id, &row.area, file, scan).await?;
    // The new version can meet needs of the submission, so the record is read again.
    let mut after = store::lock(tx, row.id).await?.ok_or_else(Problem::not_found)?;
    let version = after.files.iter().find(|file| file.id == id).cloned();
    let version = version.ok_or_else(|| Problem::internal("the new version of a file was not found"))?;
    let mut states = None;
    let statements = if row.state.is_reviewed() {
        let permitted = authorise(&after, &EvidenceTransition::Submit { note: None }, call)?;
        states = Some((permitted.from().as_str(), permitted.to(false).as_str()));
        Vec::from(write(tx, &mut after.row, Some(&permitted)))
    } else {
        vec![write_without_count(tx, &mut after.row, None)]
    };
    let mut event = event("upload", Some(before), &after)?.fields(vec!["files"]);
    if let Some((from, to)) = states {
        event = event.transition(from, to);
    }
    Ok(Write::new(version, event).with_statements(statements))
}

/// Performs a transition of an item of the caller's areas. The statements are sent with the commit, and the new record
/// is computed, so that the transaction does not read it again.
///
/// # Errors
///
/// Returns 404 if the caller has no such item, the error of `check_version`, 409 if the item's state does not allow the
/// action, 403 if the caller may not perform it, and 422 if a need is not met.
pub async fn transition(
    tx: &Tx<'_>,
    id: Uuid,
    request: &EvidenceTransition,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<EvidenceRecord>, Problem> {
    let mut record = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    check_version(record.row.version)?;
    let permitted = authorise(&record, request, call)?;
    let before = snapshot(&record)?;
    if let EvidenceTransition::Withdraw { reason } = request {
        record.row.withdrawn_reason = Some(reason.to_string());
    }
    let mut statements = Vec::new();
    if let (Some((decision, note, _)), Some(newest)) = (request.review(), record.files.last()) {
        let by = call.actor.display_name().to_owned();
        let review = EvidenceReview { decision, note: note.to_owned(), by, at: call.at, file_version: newest.version };
        statements.push(store::insert_review(tx, &record.row, &review));
        record.reviews.push(review);
    }
    statements.extend(write(tx, &mut record.row, Some(&permitted)));
    let event = event(request.action().as_str(), Some(before), &record)?
        .transition(permitted.from().as_str(), permitted.to(false).as_str())
        .note(request.note().map(|text| EventNote { text: text.to_owned(), side: None }));
    Ok(Write::new(record, event).with_statements(statements))
}

/// Returns the permission to transition if the workflow allows the action and every need is met.
fn authorise(
    record: &EvidenceRecord,
    request: &EvidenceTransition,
    call: &Call,
) -> Result<PermittedTransition<State>, Problem> {
    let allowed = || allowed_actions(record, call);
    let (permitted, needs) = WORKFLOW.authorise(record.row.state, request.action(), &call.actor, allowed)?;
    require_writable(&record.row)?;
    let faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, record, &call.actor, Some(request))).collect();
    if faults.is_empty() { Ok(permitted) } else { Err(Problem::with_faults(ProblemKind::NeedsUnmet, faults)) }
}

/// Changes the row to what it will be after the write. Returns the statements that write it and count the assignment's
/// evidence.
pub(super) fn write(
    tx: &Tx<'_>,
    row: &mut EvidenceRow,
    permitted: Option<&PermittedTransition<State>>,
) -> [WriteStatement; 2] {
    [write_without_count(tx, row, permitted), store::count(tx, row.assignment_id)]
}

/// Does the same as [`write`] for a change that does not affect the assignment's counts of evidence.
fn write_without_count(
    tx: &Tx<'_>,
    row: &mut EvidenceRow,
    permitted: Option<&PermittedTransition<State>>,
) -> WriteStatement {
    let statement = store::update(tx, row, permitted);
    row.state = permitted.map_or(row.state, |permitted| permitted.to(false));
    row.version += 1;
    row.updated_at = tx.call().at;
    statement
}

/// Returns the audit event that stores an item's present content, after the content of its earlier events was erased.
/// Returns `None` if the item no longer exists.
pub async fn erasure_event(tx: &Tx<'_>, id: Uuid) -> Result<Option<Event>, Problem> {
    store::lock(tx, id).await?.map(|record| event("erase", None, &record)).transpose()
}

/// Refuses an item that ends or expires before the first day on which it is effective.
fn check_dates(row: &EvidenceRow) -> Result<(), Problem> {
    let mut faults = Vec::new();
    for (pointer, later) in [("/effective_to", row.effective_to), ("/expires_on", row.expires_on)] {
        if let Some((later, from)) = later.zip(row.effective_from).filter(|(later, from)| later < from) {
            let member = &pointer[1..];
            let detail = format!("{member} ({later}) is before effective_from ({from}). Use {from} or later.");
            faults.push(Fault::body(pointer, "out_of_range", detail));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults)) }
}
