//! A recommendation as the log keeps it.

use serde_json::json;

use super::model::Recommendation;
use crate::api::Problem;
use crate::db::Snapshot;

/// A recommendation as it is stored, its place in the report with it.
pub fn snapshot(it: &Recommendation) -> Result<Snapshot, Problem> {
    let mut value = serde_json::to_value(it).map_err(Problem::internal)?;
    if let Some(members) = value.as_object_mut() {
        members.insert("ordinal".to_owned(), json!(it.ordinal));
    }
    Snapshot::of(&value)
}
