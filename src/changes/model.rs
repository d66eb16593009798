//! One change as its readers see it: what happened to which record, never what the record holds.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::kinds::ChangeType;

/// What happened to one record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeItem {
    /// The id of the event, by which a repeated one is known.
    pub id: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: ChangeType,
    /// The kind of record.
    #[schema(example = "response")]
    pub resource: &'static str,
    /// The record.
    pub resource_id: Uuid,
    /// The area whose record it is; null for what belongs to all.
    pub area: Option<String>,
    /// What was done.
    #[schema(example = "publish")]
    pub action: &'static str,
    /// The record's version after it. What one side keeps to itself counts too, so that numbers can be missing.
    pub version: i64,
    /// Where the record is.
    pub links: BTreeMap<&'static str, String>,
}

/// Changes in their order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChangePage {
    /// The changes, oldest first.
    pub items: Vec<ChangeItem>,
    /// Ask with this as `after` for what comes next; there always is one.
    pub next_cursor: String,
}

/// Where the record of a change is: by its kind, its id, the record it belongs to, and, of an area, its code.
pub fn href(resource: &str, id: Uuid, parent: Option<Uuid>, code: Option<&str>) -> String {
    let of = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    match resource {
        "area" => format!("/v1/areas/{}", code.unwrap_or_default()),
        "assignment_update" => format!("/v1/assignments/{}/updates", of(parent)),
        "evidence" => format!("/v1/evidence/{id}"),
        other => format!("/v1/{other}s/{id}"),
    }
}
