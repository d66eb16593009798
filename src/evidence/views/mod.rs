//! An item of evidence as a caller of its area sees it, with the actions that the caller may perform.

mod snapshot;

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::files::FileRow;
use super::marking;
use super::model::{Evidence, EvidenceRecord, EvidenceRow, LoweringRequest};
use super::workflow::{State, WORKFLOW, unmet};
use crate::api::{Problem, ProblemKind};
use crate::auth::Call;
use crate::inspections;
use crate::vocabulary::WireName;
use crate::workflow::AllowedAction;

pub use snapshot::{event, marking_name, snapshot};

/// Returns the actions that the caller may perform on an item: none after its disposal or the inspection's withdrawal.
pub fn allowed_actions(record: &EvidenceRecord, call: &Call) -> Vec<AllowedAction> {
    if record.row.inspection_state == inspections::State::Withdrawn || record.row.disposed_at.is_some() {
        return Vec::new();
    }
    WORKFLOW.allowed(record.row.state, &call.actor, |need| unmet(need, record, &call.actor, None))
}

/// Returns the actions that the caller may perform on the item's marking.
pub fn marking_actions(row: &EvidenceRow, call: &Call) -> Vec<AllowedAction> {
    if why_not_writable(row).is_some() {
        return Vec::new();
    }
    let unmet = |need| marking::unmet(need, row, &call.actor);
    marking::WORKFLOW.allowed(marking::state(row), &call.actor, unmet)
}

/// Returns why an item cannot be changed any more, or `None` if it can be.
fn why_not_writable(row: &EvidenceRow) -> Option<&'static str> {
    match (row.state, row.inspection_state) {
        _ if row.disposed_at.is_some() => Some("The item was disposed of, so it cannot be changed."),
        (_, inspections::State::Withdrawn) => Some("The inspection was withdrawn, so the item cannot be changed."),
        (State::Withdrawn, _) => Some("The item was withdrawn, so it cannot be changed. Add a new item instead."),
        _ => None,
    }
}

/// Refuses to change an item after its disposal, or after the withdrawal of the item or its inspection.
///
/// # Errors
///
/// Returns 409 with the item's state.
pub fn require_writable(row: &EvidenceRow) -> Result<(), Problem> {
    let Some(detail) = why_not_writable(row) else { return Ok(()) };
    Err(Problem::new(ProblemKind::NotPossibleFromThisState, detail)
        .member("state", row.state.as_str())
        .member("allowed_actions", json!([])))
}

fn links(id: Uuid, assignment: Uuid) -> BTreeMap<&'static str, String> {
    [
        ("self", format!("/v1/evidence/{id}")),
        ("assignment", format!("/v1/assignments/{assignment}")),
        ("files", format!("/v1/evidence/{id}/files")),
        ("transitions", format!("/v1/evidence/{id}/transitions")),
        ("history", format!("/v1/evidence/{id}/history")),
    ]
    .into()
}

/// Returns the item as a caller of its area sees it.
pub fn view_for_area(record: EvidenceRecord, call: &Call) -> Evidence {
    let allowed_actions = allowed_actions(&record, call);
    let marking_actions = marking_actions(&record.row, call);
    let EvidenceRecord { row, files, reviews, assigned_to } = record;
    let requested_by = row.lowering_subject.map(|subject| row.lowering_name.unwrap_or(subject));
    let lowering = requested_by.zip(row.lowering_at).zip(row.lowering_reason);
    Evidence {
        links: links(row.id, row.assignment_id),
        id: row.id,
        assignment_id: row.assignment_id,
        area: row.area,
        title: row.title,
        kind: row.kind,
        description: row.description,
        effective_from: row.effective_from,
        effective_to: row.effective_to,
        expires_on: row.expires_on,
        expired: row.expires_on.is_some_and(|day| day <= call.today()),
        marking: row.marking,
        lowering: lowering.map(|((requested_by, requested_at), reason)| LoweringRequest {
            requested_by,
            requested_at,
            reason,
        }),
        state: row.state,
        assigned_to,
        author: row.author_name.unwrap_or(row.author_subject),
        files: files.iter().map(FileRow::view).collect(),
        reviews,
        withdrawn_reason: row.withdrawn_reason,
        disposed_at: row.disposed_at,
        allowed_actions,
        marking_actions,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}
