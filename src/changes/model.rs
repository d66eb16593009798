//! A change as readers of the feed see it, and the path of its record.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::change_type::ChangeType;

/// One change of one record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeItem {
    /// The id of the audit event. A repeated change has the same id.
    pub id: Uuid,
    /// The instant of the change.
    pub at: DateTime<Utc>,
    /// The type of the change.
    #[serde(rename = "type")]
    pub kind: ChangeType,
    /// The kind of record.
    #[schema(example = "response")]
    pub resource: &'static str,
    /// The record's id.
    pub resource_id: Uuid,
    /// The area of the record; null if the record belongs to no single area.
    pub area: Option<String>,
    /// The action.
    #[schema(example = "publish")]
    pub action: &'static str,
    /// The record's version after the change. Versions can be missing, because changes that only the other side may
    /// see count too.
    pub version: i64,
    /// The path of the record, as `self`.
    pub links: BTreeMap<&'static str, String>,
}

/// A page of the change feed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChangePage {
    /// The changes, oldest first.
    pub items: Vec<ChangeItem>,
    /// The value of `after` for the next page. There is always one.
    pub next_cursor: String,
}

/// Returns the path of a record. `parent` is the record that it belongs to, and `code` is the code of an area.
pub fn record_path(resource: &str, id: Uuid, parent: Option<Uuid>, code: Option<&str>) -> String {
    let text = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    match resource {
        "area" => format!("/v1/areas/{}", code.unwrap_or_default()),
        "assignment_update" => format!("/v1/assignments/{}/updates", text(parent)),
        "evidence" => format!("/v1/evidence/{id}"),
        "imported_position" => format!("/v1/imported-positions/{id}"),
        other => format!("/v1/{other}s/{id}"),
    }
}
