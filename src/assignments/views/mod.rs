//! Decides which parts of an assignment each caller sees: callers of its area all of it, everyone else the headline
//! state and two positions.

mod snapshot;

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::model::{Assignment, AssignmentTarget, LatestPositions, Standing};
use super::positions::Position;
use super::store::{AssignmentListItem, AssignmentRecord, AssignmentRow, PublishedAssignment};
use super::workflow::{WORKFLOW, unmet};
use crate::api::{Problem, ProblemKind};
use crate::auth::Call;
use crate::inspections;
use crate::recommendations::TargetBasis;
use crate::vocabulary::WireName;
use crate::workflow::AllowedAction;

pub use snapshot::{opened_snapshot, readdressed_snapshots, snapshot, superseded_snapshots};

/// Returns the actions that the caller may take on an assignment of its own area. There are none once the inspection is
/// withdrawn.
pub fn allowed_actions(row: &AssignmentRow, call: &Call) -> Vec<AllowedAction> {
    if row.inspection_state == inspections::State::Withdrawn {
        return Vec::new();
    }
    WORKFLOW.allowed(row.force_status, &call.actor, |need| unmet(need, row, &call.actor, None))
}

/// Refuses writes to an assignment, and to its updates and evidence, once its inspection is withdrawn.
///
/// # Errors
///
/// 409 if the inspection is withdrawn.
pub fn require_not_withdrawn(row: &AssignmentRow) -> Result<(), Problem> {
    if row.inspection_state != inspections::State::Withdrawn {
        return Ok(());
    }
    Err(Problem::new(
        ProblemKind::NotPossibleFromThisState,
        "The inspection is withdrawn, so its assignments cannot change.",
    )
    .member("state", row.force_status.as_str())
    .member("allowed_actions", json!([])))
}

fn links(id: Uuid, recommendation: Uuid, inspection: Uuid, area: &str) -> BTreeMap<&'static str, String> {
    [
        ("self", format!("/v1/assignments/{id}")),
        ("recommendation", format!("/v1/recommendations/{recommendation}")),
        ("inspection", format!("/v1/inspections/{inspection}")),
        ("area", format!("/v1/areas/{area}")),
    ]
    .into()
}

/// Returns a sentence that explains how the target's day was computed.
fn explanation(row: &AssignmentRow) -> String {
    let printed = row.target.text.as_deref().unwrap_or("no text printed");
    let published = row.published_on.map_or_else(|| "its publication".to_owned(), |on| on.to_string());
    match row.target_basis {
        TargetBasis::Stated => format!("The day is stated: {printed}."),
        TargetBasis::Publication => format!(
            "“{printed}” is due at publication, {published}; it is not overdue before the response to the report is."
        ),
        TargetBasis::Counted => format!("“{printed}” is counted from publication, {published}."),
        TargetBasis::NotCountable => format!("“{printed}” cannot be counted from publication, {published}."),
        TargetBasis::NoDate => "The report sets no day.".to_owned(),
    }
}

/// Returns an item of a list as its reader sees it.
pub fn list_item(item: AssignmentListItem, call: Option<&Call>) -> Assignment {
    match (item, call) {
        (AssignmentListItem::Own(record), Some(call)) => view_for_area(*record, call),
        (AssignmentListItem::Published(assignment), _) => published(*assignment),
        (AssignmentListItem::Own(_), None) => unreachable!("public lists hold published assignments only"),
    }
}

/// Returns an item of a list as of the call's instant, without the allowed actions and the person
/// assigned: those apply only to the present.
pub fn list_item_as_of(item: AssignmentListItem, call: &Call) -> Assignment {
    Assignment { allowed_actions: None, assigned_to: None, ..list_item(item, Some(call)) }
}

/// Returns an assignment as a caller of its own area sees it.
pub fn view_for_area(record: AssignmentRecord, call: &Call) -> Assignment {
    let AssignmentRecord { row, positions, target_changes, assigned_to, holidays } = record;
    let due = row.local_target_on.or(row.target.on);
    let allowed_actions = Some(allowed_actions(&row, call));
    let Standing { headline, overdue, not_yet_recorded } = row.standing_on(call.today());
    let mut links = links(row.id, row.recommendation_id, row.inspection_id, &row.area);
    for name in ["transitions", "history", "updates", "positions", "evidence"] {
        links.insert(name, format!("/v1/assignments/{}/{name}", row.id));
    }
    let latest = |position| positions.iter().find(|entry| entry.position == position).cloned();
    let target = AssignmentTarget {
        kind: row.target.kind,
        on: row.target.on,
        basis: row.target_basis,
        explanation: explanation(&row),
        text: row.target.text,
    };
    Assignment {
        links,
        allowed_actions,
        id: row.id,
        area: row.area,
        recommendation_id: row.recommendation_id,
        inspection_id: row.inspection_id,
        recommendation: row.recommendation,
        headline,
        force_status: Some(row.force_status),
        body_view: row.body_view,
        assurance_opinion: Some(row.assurance_opinion),
        inspectorate_status: row.inspectorate_status,
        positions: Some(LatestPositions {
            body_view: latest(Position::BodyView),
            assurance_opinion: latest(Position::AssuranceOpinion),
            inspectorate_status: latest(Position::InspectorateStatus),
        }),
        owner: row.owner,
        assigned_to,
        target_on: row.target.on,
        target: Some(target),
        local_target_on: row.local_target_on,
        working_day: due.map(|due| holidays.is_working_day(due)),
        last_working_day: due.map(|due| holidays.last_working_day(due)),
        target_history: Some(target_changes),
        dependency: row.dependency,
        superseded_by: row.superseded_by,
        overdue: Some(overdue),
        not_yet_recorded: Some(not_yet_recorded),
        evidence_count: Some(row.evidence_count),
        accepted_evidence_count: Some(row.accepted_evidence_count),
        marking: Some(row.marking),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// Returns an assignment as everyone sees it: its published copy.
pub fn published(assignment: PublishedAssignment) -> Assignment {
    Assignment {
        links: links(assignment.id, assignment.recommendation_id, assignment.inspection_id, &assignment.area),
        id: assignment.id,
        area: assignment.area,
        recommendation_id: assignment.recommendation_id,
        inspection_id: assignment.inspection_id,
        recommendation: assignment.recommendation,
        headline: assignment.headline,
        force_status: None,
        body_view: assignment.body_view,
        assurance_opinion: None,
        inspectorate_status: assignment.inspectorate_status,
        positions: None,
        owner: None,
        assigned_to: None,
        target: None,
        target_on: None,
        local_target_on: None,
        working_day: None,
        last_working_day: None,
        target_history: None,
        dependency: None,
        superseded_by: None,
        overdue: None,
        not_yet_recorded: None,
        evidence_count: None,
        accepted_evidence_count: None,
        marking: None,
        allowed_actions: None,
        version: assignment.version,
        created_at: assignment.created_at,
        updated_at: assignment.updated_at,
    }
}
