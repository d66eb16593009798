//! The strict import of the rows of a table into a draft, with its progress.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Versioned;

crate::vocabulary! {
    /// The format of a table.
    pub enum ImportKind {
        /// Comma-separated values.
        Csv = "csv",
        /// A workbook of Excel 2007 or later.
        Xlsx = "xlsx",
        /// JSON.
        Json = "json",
    }
}

crate::vocabulary! {
    /// The state of an import.
    pub enum ImportState {
        /// The table is being read. Nothing of it is visible yet.
        Running = "running",
        /// The whole table was written.
        Done = "done",
        /// Nothing was written.
        Failed = "failed",
    }
}

/// The person who started an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StartedBy {
    /// The issuer of the token.
    pub issuer: String,
    /// The person's id at the issuer.
    pub subject: String,
    /// The person's name.
    pub name: Option<String>,
}

/// The import of a table of recommendations.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TableImport)]
pub struct Import {
    /// The import's id.
    pub id: Uuid,
    /// The area for which the table is imported; null for a registrar's import.
    pub area: Option<String>,
    /// The format of the table.
    pub kind: ImportKind,
    /// The state of the import.
    pub state: ImportState,
    /// The id of the inspection that received the recommendations, once the import is done.
    pub inspection_id: Option<Uuid>,
    /// The number of rows read so far.
    pub rows: i32,
    /// The number of all faults.
    pub faults_count: i32,
    /// The first 500 faults, in the form of `errors` in a problem.
    #[schema(value_type = Vec<Object>)]
    pub faults: Value,
    /// The reason why the import failed.
    pub detail: Option<String>,
    /// The person who started the import.
    pub by: StartedBy,
    /// The version of the record: 1 at first, one more with each change.
    pub version: i64,
    /// When the import started.
    pub created_at: DateTime<Utc>,
    /// When the import last made progress.
    pub updated_at: DateTime<Utc>,
    /// When the import ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Links to this record and to related resources, by relation.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for Import {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Import {
    /// Returns the links of an import.
    pub fn links(id: Uuid, inspection_id: Option<Uuid>) -> BTreeMap<&'static str, String> {
        let mut links = BTreeMap::from([("self", format!("/v1/imports/{id}"))]);
        if let Some(inspection) = inspection_id {
            links.insert("inspection", format!("/v1/inspections/{inspection}"));
            links.insert("recommendations", format!("/v1/inspections/{inspection}/recommendations"));
        }
        links
    }

    /// Returns the import as `failed` if it has made no progress for 15 minutes: the process that ran it has ended.
    #[must_use]
    pub fn fail_if_stalled(mut self, at: DateTime<Utc>) -> Self {
        if self.state == ImportState::Running && at - self.updated_at > TimeDelta::minutes(15) {
            self.state = ImportState::Failed;
            self.detail = Some("The import was interrupted, and nothing was written. Send the table again.".to_owned());
        }
        self
    }
}
