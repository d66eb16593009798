//! An inspection with the actions that the caller may perform, and an inspection as the audit log stores it.

use serde_json::json;
use uuid::Uuid;

use super::model::Inspection;
use super::store;
use super::workflow::{InspectionContext, WORKFLOW, may_write, unmet};
use crate::api::Problem;
use crate::auth::Call;
use crate::db::{Session, Snapshot};
use crate::workflow::AllowedAction;

/// The part of a published inspection's snapshot that holds its recommendations as published.
pub const RECOMMENDATIONS_PART: &str = "recommendations";

/// Returns an inspection that the caller can see, with its allowed actions.
pub async fn find_with_allowed_actions(db: &Session<'_>, id: Uuid, call: &Call) -> Result<Option<Inspection>, Problem> {
    let Some(found) = store::find(db, id).await? else { return Ok(None) };
    Ok(with_allowed_actions(db, vec![found], call).await?.pop())
}

/// Returns the inspections, each with the actions that the caller may perform on it.
pub async fn with_allowed_actions(
    db: &Session<'_>,
    mut inspections: Vec<Inspection>,
    call: &Call,
) -> Result<Vec<Inspection>, Problem> {
    let ids: Vec<Uuid> = inspections.iter().map(|it| it.id).collect();
    let contexts = store::find_contexts(db, &ids).await?;
    let unknown = InspectionContext::default();
    for it in &mut inspections {
        it.allowed_actions = Some(allowed_actions(it, contexts.get(&it.id).unwrap_or(&unknown), call));
    }
    Ok(inspections)
}

/// Returns the actions that the caller may perform: none if another area registered the inspection.
pub fn allowed_actions(it: &Inspection, context: &InspectionContext, call: &Call) -> Vec<AllowedAction> {
    if !may_write(it, &call.actor) {
        return Vec::new();
    }
    WORKFLOW.allowed(it.state, &call.actor, |need| unmet(need, it, context, call.today()))
}

/// Returns the stored members of an inspection. The number of its recommendations is counted, so it is not among them.
pub fn snapshot(it: &Inspection) -> Result<Snapshot, Problem> {
    let mut value = serde_json::to_value(it).map_err(Problem::internal)?;
    if let Some(members) = value.as_object_mut() {
        members.remove("recommendations_count");
        members.insert("shown_at".to_owned(), json!(it.shown_at));
    }
    Snapshot::new(&value)
}
