//! An inspection's recommendations as they were at an instant.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::model::RecommendationKind;
use crate::api::Problem;
use crate::audit;
use crate::db::Session;

/// What decides of a recommendation whether a response must explain it, and where.
#[derive(Clone, Debug, Deserialize)]
pub struct Known {
    /// Its id.
    pub id: Uuid,
    /// The source's own reference.
    pub reference: String,
    /// What it is.
    pub kind: RecommendationKind,
    /// Its place in the report.
    pub ordinal: i32,
}

/// The recommendations of an inspection, in the report's order: as they were published, where they were, and as each was
/// changed as far as the caller may know.
pub async fn known(
    db: &Session<'_>,
    inspection: Uuid,
    published: Vec<Value>,
    at: DateTime<Utc>,
) -> Result<Vec<Known>, Problem> {
    let changed = audit::past::below(db, "recommendation", inspection, at).await?;
    let read = |value: Value| serde_json::from_value::<Known>(value).map_err(Problem::internal);
    let mut known = BTreeMap::new();
    for value in published.into_iter().chain(changed) {
        let it = read(value)?;
        known.insert(it.id, it);
    }
    let mut known: Vec<Known> = known.into_values().collect();
    known.sort_by_key(|it| (it.ordinal, it.id));
    Ok(known)
}
