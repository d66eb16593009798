//! A recommendation as the log keeps it.

use serde_json::{Value, json};

use super::model::Recommendation;
use crate::api::Problem;
use crate::db::Snapshot;

/// A recommendation as it is stored, with its place in the report and how its day came about.
pub fn stored(it: &Recommendation) -> Result<Value, Problem> {
    let mut value = serde_json::to_value(it).map_err(Problem::internal)?;
    if let Some(members) = value.as_object_mut() {
        members.remove("links");
        members.insert("ordinal".to_owned(), json!(it.ordinal));
        members.insert("target_basis".to_owned(), json!(it.target_basis));
    }
    Ok(value)
}

/// The same as the log keeps it.
pub fn snapshot(it: &Recommendation) -> Result<Snapshot, Problem> {
    Snapshot::of(&stored(it)?)
}
