//! The form in which the audit log stores an assignment: its own columns, without the counts of its evidence.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::api::Problem;
use crate::assignments::positions::{AssuranceOpinion, BodyView, InspectorateStatus};
use crate::assignments::store::{AssignmentOpening, AssignmentRow, ReaddressedAssignment, SupersededAssignment};
use crate::assignments::workflow::ForceStatus;
use crate::db::Snapshot;

/// The stored members of an assignment whose row the caller may not read.
#[derive(Clone, Debug, Serialize)]
struct AssignmentSnapshot<'a> {
    id: Uuid,
    recommendation_id: Uuid,
    inspection_id: Uuid,
    area: &'a str,
    force_status: ForceStatus,
    body_view: BodyView,
    assurance_opinion: AssuranceOpinion,
    inspectorate_status: InspectorateStatus,
    owner: Option<&'a str>,
    local_target_on: Option<NaiveDate>,
    dependency: Option<&'a str>,
    superseded_by: Option<Uuid>,
    submitted_issuer: Option<&'a str>,
    submitted_subject: Option<&'a str>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Returns the snapshot of an assignment for the audit log: its row, without what the row declares as skipped.
pub fn snapshot(row: &AssignmentRow) -> Result<Snapshot, Problem> {
    Snapshot::new(row)
}

/// Returns the snapshot of a new assignment. The caller that opens it may have no right to read its row.
pub fn opened_snapshot(
    id: Uuid,
    inspection_id: Uuid,
    area: &str,
    opening: &AssignmentOpening,
    at: DateTime<Utc>,
) -> Result<Snapshot, Problem> {
    Snapshot::new(&AssignmentSnapshot {
        id,
        recommendation_id: opening.recommendation_id,
        inspection_id,
        area,
        force_status: opening.force_status,
        body_view: BodyView::None,
        assurance_opinion: AssuranceOpinion::None,
        inspectorate_status: InspectorateStatus::Open,
        owner: None,
        local_target_on: None,
        dependency: opening.dependency.as_deref(),
        superseded_by: None,
        submitted_issuer: None,
        submitted_subject: None,
        version: 1,
        created_at: at,
        updated_at: at,
    })
}

/// Returns the snapshots of an assignment before and after the publication of an inspection superseded it.
pub fn superseded_snapshots(it: &SupersededAssignment, at: DateTime<Utc>) -> Result<(Snapshot, Snapshot), Problem> {
    let before = AssignmentSnapshot {
        id: it.id,
        recommendation_id: it.recommendation_id,
        inspection_id: it.inspection_id,
        area: &it.area,
        force_status: it.from,
        body_view: it.body_view,
        assurance_opinion: it.assurance_opinion,
        inspectorate_status: it.inspectorate_status,
        owner: it.owner.as_deref(),
        local_target_on: it.local_target_on,
        dependency: it.dependency.as_deref(),
        superseded_by: None,
        submitted_issuer: it.submitted_issuer.as_deref(),
        submitted_subject: it.submitted_subject.as_deref(),
        version: it.version - 1,
        created_at: it.created_at,
        updated_at: it.updated_before,
    };
    let after = AssignmentSnapshot {
        force_status: ForceStatus::Superseded,
        superseded_by: Some(it.superseded_by),
        version: it.version,
        updated_at: at,
        ..before.clone()
    };
    Ok((Snapshot::new(&before)?, Snapshot::new(&after)?))
}

/// Returns the snapshots of an assignment before and after its recommendation was readdressed.
pub fn readdressed_snapshots(
    it: &ReaddressedAssignment,
    earlier: &AssignmentOpening,
    later: &AssignmentOpening,
    at: DateTime<Utc>,
) -> Result<(Snapshot, Snapshot), Problem> {
    let before = AssignmentSnapshot {
        id: it.id,
        recommendation_id: later.recommendation_id,
        inspection_id: it.inspection_id,
        area: &it.area,
        force_status: earlier.force_status,
        body_view: it.body_view,
        assurance_opinion: it.assurance_opinion,
        inspectorate_status: it.inspectorate_status,
        owner: None,
        local_target_on: None,
        dependency: earlier.dependency.as_deref(),
        superseded_by: None,
        submitted_issuer: None,
        submitted_subject: None,
        version: it.version - 1,
        created_at: it.created_at,
        updated_at: it.updated_before,
    };
    let after = AssignmentSnapshot {
        force_status: later.force_status,
        dependency: later.dependency.as_deref(),
        version: it.version,
        updated_at: at,
        ..before.clone()
    };
    Ok((Snapshot::new(&before)?, Snapshot::new(&after)?))
}
