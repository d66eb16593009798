//! An import as an item of the list of imports.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::imports::row_import::StartedBy;

crate::vocabulary! {
    /// The type of an import.
    pub enum ImportType {
        /// A file that was read as a proposal.
        Document = "document",
        /// The rows of a table, which are written into a draft.
        Rows = "rows",
    }
}

/// An import in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportSummary {
    /// The import's id.
    pub id: Uuid,
    /// The area for which the file is imported; null for a registrar's import for no area.
    pub area: Option<String>,
    /// The type of the import.
    #[serde(rename = "type")]
    pub kind: ImportType,
    /// The state: one of `proposed`, `accepted`, `discarded` and `undone` for a document, and of `running`, `done` and
    /// `failed` for rows.
    #[schema(example = "proposed")]
    pub state: String,
    /// The format of the file.
    #[schema(example = "docx")]
    pub format: String,
    /// The name of the file; null for rows.
    pub filename: Option<String>,
    /// The title that was read in the file.
    pub title: Option<String>,
    /// The id of the inspection that the import wrote into.
    pub inspection_id: Option<Uuid>,
    /// The person who started the import.
    pub by: StartedBy,
    /// The version of the record: 1 at first, one more with each change.
    pub version: i64,
    /// When the import was created.
    pub created_at: DateTime<Utc>,
    /// When the record was last changed.
    pub updated_at: DateTime<Utc>,
    /// When the import ended, or was decided on.
    pub finished_at: Option<DateTime<Utc>>,
    /// When the service discards the proposal, unless a person has decided on it; null for rows.
    pub expires_at: Option<DateTime<Utc>>,
    /// Links to this record, by relation.
    pub links: BTreeMap<&'static str, String>,
}
