//! A change as readers of the feed see it, and the path of its record.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::change_type::ChangeType;
use crate::audit::EventActor;

/// One change of one record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChangeEvent)]
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
    /// The title of the record as the caller may read it now: the title of an inspection, of the inspection of a response or
    /// of an item of evidence, the text of a recommendation or of the recommendation of an assignment, or the name of an
    /// area; at most 300 characters. Null if the caller may not read the record any more.
    pub title: Option<String>,
    /// The reference of the inspection or the recommendation whose words `title` states; null for other records.
    pub reference: Option<String>,
    /// The person or service that made the change. Callers of other areas learn the side and the area. Null for callers
    /// without a token, and where the change is that of another area's published record.
    pub actor: Option<EventActor>,
    /// The path of the record, as `self`.
    pub links: BTreeMap<&'static str, String>,
}

/// A page of the change feed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChangeEventPage)]
pub struct ChangePage {
    /// The changes, in the order of the request: oldest first, or newest first with `order=desc`.
    pub items: Vec<ChangeItem>,
    /// The value of `after` for the next page in the same order. There is always one; the page after the last is empty.
    pub next_cursor: String,
    /// With `order=desc`, the value of `after` for the changes that follow the first item of this page, oldest first. Null
    /// in the other order, and if the page is empty.
    pub newest_cursor: Option<String>,
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
