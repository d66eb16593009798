//! An inspection as the log keeps it.

use serde_json::json;

use super::model::Inspection;
use crate::api::Problem;
use crate::db::Snapshot;

/// The part of a published inspection that holds its recommendations as they were published.
pub const RECOMMENDATIONS: &str = "recommendations";

/// An inspection as it is stored: without the number of its recommendations, which are counted.
pub fn snapshot(it: &Inspection) -> Result<Snapshot, Problem> {
    let mut value = serde_json::to_value(it).map_err(Problem::internal)?;
    if let Some(members) = value.as_object_mut() {
        members.remove("recommendations_count");
        members.insert("shown_at".to_owned(), json!(it.shown_at));
    }
    Snapshot::of(&value)
}
