//! What an import answers: a document what it brought in, a table how far it has come.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Versioned;
use crate::recommendations::Recommendation;

/// What an import brought in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Imported {
    /// The inspection.
    pub inspection_id: Uuid,
    /// The area's response, left in `received` for the officer; null for a draft, which opens none.
    pub response_id: Option<Uuid>,
    /// Whether this import registered the inspection; false where it was there and only the text was added.
    pub registered: bool,
    /// The inspection's recommendations, in the report's order.
    pub recommendations: Vec<ImportedRecommendation>,
    /// What the document does not say but implies: to be checked by the officer.
    pub inferred: Vec<Inferred>,
}

/// One recommendation of an imported document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportedRecommendation {
    /// Its id.
    pub id: Uuid,
    /// Its reference.
    #[schema(example = "21912")]
    pub reference: String,
    /// Its number in the report.
    pub number: String,
}

impl From<Recommendation> for ImportedRecommendation {
    fn from(of: Recommendation) -> Self {
        Self { id: of.id, reference: of.reference, number: of.number }
    }
}

/// One thing that was inferred.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Inferred {
    /// Which member.
    #[schema(example = "scope")]
    pub member: String,
    /// What was inferred.
    pub value: Value,
    /// The printed words it was inferred from.
    pub from: String,
}

crate::vocabulary! {
    /// What kind of table.
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
    /// How far an import has come.
    pub enum ImportState {
        /// It is being read; nothing of it can be seen yet.
        Running = "running",
        /// All of it was written.
        Done = "done",
        /// Nothing of it was written.
        Failed = "failed",
    }
}

/// Who began an import.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StartedBy {
    /// Who signed the token.
    pub issuer: String,
    /// Who it is, within the issuer.
    pub subject: String,
    /// What they are called.
    pub name: Option<String>,
}

/// The import of a table of recommendations.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Import {
    /// Its id.
    pub id: Uuid,
    /// The area in whose name it is; null for a registrar's.
    pub area: Option<String>,
    /// What was sent.
    pub kind: ImportKind,
    /// How far it has come.
    pub state: ImportState,
    /// The inspection whose recommendations they are, once it is done.
    pub inspection_id: Option<Uuid>,
    /// How many rows were read so far.
    pub rows: i32,
    /// How many faults there are in all.
    pub faults_count: i32,
    /// The first 500 of them, as a refused request lists them under `errors`.
    #[schema(value_type = Vec<Object>)]
    pub faults: Value,
    /// Why it failed, in a sentence.
    pub detail: Option<String>,
    /// Who began it.
    pub by: StartedBy,
    /// Counts its changes.
    pub version: i64,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last heard of.
    pub updated_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for Import {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Import {
    /// Where to go from an import.
    pub fn links(id: Uuid, inspection_id: Option<Uuid>) -> BTreeMap<&'static str, String> {
        let mut links = BTreeMap::from([("self", format!("/v1/imports/{id}"))]);
        if let Some(inspection) = inspection_id {
            links.insert("inspection", format!("/v1/inspections/{inspection}"));
            links.insert("recommendations", format!("/v1/inspections/{inspection}/recommendations"));
        }
        links
    }

    /// As it stands at an instant: one not heard of for a quarter of an hour ended with the program that ran it.
    #[must_use]
    pub fn as_of(mut self, at: DateTime<Utc>) -> Self {
        if self.state == ImportState::Running && at - self.updated_at > TimeDelta::minutes(15) {
            self.state = ImportState::Failed;
            self.detail = Some("It was interrupted; nothing of it was written.".to_owned());
        }
        self
    }
}
