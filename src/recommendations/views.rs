//! A recommendation as the audit log stores it.

use serde_json::{Value, json};

use super::model::Recommendation;
use crate::api::Problem;
use crate::db::Snapshot;

/// Returns the stored members of a recommendation, with its position in the report and the basis of its target date.
pub fn stored_members(it: &Recommendation) -> Result<Value, Problem> {
    let mut value = serde_json::to_value(it).map_err(Problem::internal)?;
    if let Some(members) = value.as_object_mut() {
        members.remove("links");
        members.insert("ordinal".to_owned(), json!(it.ordinal));
        members.insert("target_basis".to_owned(), json!(it.target_basis));
    }
    Ok(value)
}

/// Returns the snapshot of a recommendation for an audit event.
pub fn snapshot(it: &Recommendation) -> Result<Snapshot, Problem> {
    Snapshot::new(&stored_members(it)?)
}
