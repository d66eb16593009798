//! An imported position with the actions that the caller may perform, and as the audit log stores it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::model::{ImportedPositionRecord, PositionSide};
use super::needs::unmet;
use super::workflow::{Action, State, WORKFLOW};
use crate::api::Problem;
use crate::assignments::store::{self as assignments, AssignmentRecord};
use crate::auth::{Call, Side};
use crate::db::{Event, Session, Snapshot};
use crate::vocabulary::WireName;
use crate::workflow::AllowedAction;

/// Returns the actions that the caller may perform on a position.
pub fn allowed_actions(
    position: &ImportedPositionRecord,
    assignment: Option<&AssignmentRecord>,
    call: &Call,
) -> Vec<AllowedAction> {
    let mut actions = WORKFLOW.allowed(position.state, &call.actor, |need| unmet(need, position, assignment, call));
    // Only undoing the import withdraws a position.
    actions.retain(|allowed| allowed.action != Action::Withdraw.as_str());
    actions
}

/// Returns the positions with the actions that the caller may perform on each.
pub async fn with_allowed_actions(
    db: &Session<'_>,
    mut positions: Vec<ImportedPositionRecord>,
    call: &Call,
) -> Result<Vec<ImportedPositionRecord>, Problem> {
    let proposed = positions.iter().filter(|position| position.state == State::Proposed);
    let ids: Vec<Uuid> = proposed.filter_map(|position| position.assignment_id).collect();
    let found = assignments::find_many(db, &ids).await?;
    let found: HashMap<Uuid, AssignmentRecord> = found.into_iter().map(|record| (record.row.id, record)).collect();
    for position in &mut positions {
        let assignment = position.assignment_id.and_then(|id| found.get(&id));
        position.allowed_actions = Some(allowed_actions(position, assignment, call));
    }
    Ok(positions)
}

/// The part of a position that both sides may know: where it comes from and what became of it, without its values.
#[derive(Clone, Debug, Serialize)]
pub struct PositionOrigin {
    /// The imported position's id.
    pub id: Uuid,
    /// The id of the import.
    pub import_id: Uuid,
    /// The code of the police area.
    pub area: String,
    /// The id of the inspection.
    pub inspection_id: Uuid,
    /// The id of the recommendation.
    pub recommendation_id: Uuid,
    /// The side whose position it is.
    pub side: PositionSide,
    /// The name of the file.
    pub filename: String,
    /// The SHA-256 digest of the file.
    pub sha256: String,
    /// The day for which the file states the position.
    pub as_at: NaiveDate,
    /// The state.
    pub state: State,
    /// The name of the person who accepted the import.
    pub proposed_by: String,
    /// The name of the person who decided.
    pub decided_by: Option<String>,
    /// When the position was decided on.
    pub decided_at: Option<DateTime<Utc>>,
    /// The version of the record.
    pub version: i64,
    /// When the record was created.
    pub created_at: DateTime<Utc>,
    /// When the record was last changed.
    pub updated_at: DateTime<Utc>,
}

impl From<&ImportedPositionRecord> for PositionOrigin {
    fn from(it: &ImportedPositionRecord) -> Self {
        Self {
            id: it.id,
            import_id: it.import_id,
            area: it.area.clone(),
            inspection_id: it.inspection_id,
            recommendation_id: it.recommendation_id,
            side: it.side,
            filename: it.filename.clone(),
            sha256: it.sha256.clone(),
            as_at: it.as_at,
            state: it.state,
            proposed_by: it.proposed_by.clone(),
            decided_by: it.decided_by.clone(),
            decided_at: it.decided_at,
            version: it.version,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

/// Returns the side that alone may read the values; none for the inspectorate's, which both sides read.
pub fn reading_side(side: PositionSide) -> Option<Side> {
    match side {
        PositionSide::PolicingBody => Some(Side::PolicingBody),
        PositionSide::Force => Some(Side::Force),
        PositionSide::Inspectorate => None,
    }
}

/// Returns the snapshot of a position for an audit event: its origin for both sides, and its values for its own side.
pub fn snapshot(it: &ImportedPositionRecord) -> Result<Snapshot, Problem> {
    let values = json!({
        "owner": it.owner, "local_target_on": it.local_target_on, "force_status": it.force_status,
        "update": it.update, "update_on": it.update_on, "body_view": it.body_view,
        "inspectorate_status": it.inspectorate_status, "note": it.note, "decision_reason": it.decision_reason,
    });
    let side = reading_side(it.side);
    let part = side.map_or("values", WireName::as_str);
    Snapshot::new(&PositionOrigin::from(it))?.part(part, side, &values)
}

/// Returns the names of the members that a position of this side can have. They also tell the change feed whose position it is.
pub fn members_of_side(side: PositionSide) -> Vec<&'static str> {
    match side {
        PositionSide::PolicingBody => vec!["body_view", "note"],
        PositionSide::Force => vec!["owner", "local_target_on", "force_status", "update", "update_on"],
        PositionSide::Inspectorate => vec!["inspectorate_status"],
    }
}

/// Returns the audit event of an action on a position.
pub fn event(action: &'static str, it: &PositionOrigin) -> Event {
    Event::new("imported_position", it.id, it.version, action)
        .area(&it.area)
        .parent(it.recommendation_id)
        .fields(members_of_side(it.side))
}
