//! An item as its area sees it, with what the caller can do.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::files::store::FileRecord;
use super::marking;
use super::model::{Evidence, LoweringRequest};
use super::needs::unmet;
use super::store::{Item, Record};
use super::workflow::{State, WORKFLOW};
use crate::api::{Kind, Problem};
use crate::auth::Call;
use crate::inspections;
use crate::vocabulary::WireName;
use crate::workflow::AllowedAction;

/// What the caller may do with an item: nothing, once it was disposed of or the inspection was withdrawn.
pub fn allowed(item: &Item, call: &Call) -> Vec<AllowedAction> {
    if item.record.inspection_state == inspections::State::Withdrawn || item.record.disposed_at.is_some() {
        return Vec::new();
    }
    WORKFLOW.allowed(item.record.state, &call.actor, |need| unmet(need, item, &call.actor, None))
}

/// What the caller may do with its marking.
pub fn marking_actions(record: &Record, call: &Call) -> Vec<AllowedAction> {
    if record.disposed_at.is_some()
        || record.state == State::Withdrawn
        || record.inspection_state == inspections::State::Withdrawn
    {
        return Vec::new();
    }
    let unmet = |need| marking::unmet(need, record, &call.actor);
    marking::WORKFLOW.allowed(marking::state(record), &call.actor, unmet)
}

/// An item is written until it was disposed of, or it or its inspection was withdrawn.
pub fn require_standing(record: &Record) -> Result<(), Problem> {
    let detail = match (record.state, record.inspection_state) {
        _ if record.disposed_at.is_some() => "The item was disposed of.",
        (_, inspections::State::Withdrawn) => "The inspection was withdrawn; there is nothing to show.",
        (State::Withdrawn, _) => "The item was withdrawn.",
        _ => return Ok(()),
    };
    Err(Problem::new(Kind::NotFromHere, detail)
        .member("state", record.state.as_str())
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

/// The item as a caller of its area sees it.
pub fn shown(item: Item, call: &Call) -> Evidence {
    let allowed_actions = allowed(&item, call);
    let marking_actions = marking_actions(&item.record, call);
    let Item { record, files, reviews } = item;
    let asked = record.lowering_subject.map(|subject| record.lowering_name.unwrap_or(subject));
    let lowering = asked.zip(record.lowering_at).zip(record.lowering_reason);
    Evidence {
        links: links(record.id, record.assignment_id),
        id: record.id,
        assignment_id: record.assignment_id,
        area: record.area,
        title: record.title,
        kind: record.kind,
        description: record.description,
        effective_from: record.effective_from,
        effective_to: record.effective_to,
        expires_on: record.expires_on,
        expired: record.expires_on.is_some_and(|on| on <= call.today()),
        marking: record.marking,
        lowering: lowering.map(|((requested_by, requested_at), reason)| LoweringRequest {
            requested_by,
            requested_at,
            reason,
        }),
        state: record.state,
        author: record.author_name.unwrap_or(record.author_subject),
        files: files.iter().map(FileRecord::shown).collect(),
        reviews,
        withdrawn_reason: record.withdrawn_reason,
        disposed_at: record.disposed_at,
        allowed_actions,
        marking_actions,
        version: record.version,
        created_at: record.created_at,
        updated_at: record.updated_at,
    }
}
