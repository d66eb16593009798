//! The versions of the records that an accepted import wrote. An import can be undone while all of them are unchanged.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// The version of one record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordVersion {
    /// The kind of record, such as `recommendation`.
    pub resource: String,
    /// The id of the record.
    pub id: Uuid,
    /// The version.
    pub version: i64,
}

/// The values of one record that an accepted import replaced with those of its document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplacedValues {
    /// The recommendation; none for the inspection itself.
    pub recommendation_id: Option<Uuid>,
    /// The members with their values before.
    pub members: Map<String, Value>,
}

/// The versions of the records that an accepted import wrote, just after it was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedVersions {
    /// Whether the import registered the inspection.
    pub registered: bool,
    /// Whether the import published the inspection that it registered.
    pub published: bool,
    /// Whether the import wrote texts of the area's response, or left them to be written when the inspection is
    /// published.
    pub has_texts: bool,
    /// Whether the import proposed positions of the area's assignments.
    pub has_positions: bool,
    /// The values of the registered inspection that the import corrected, as they were before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<ReplacedValues>,
    /// The inspection, its recommendations, and the area's response and assignments, in order.
    pub records: Vec<RecordVersion>,
}
