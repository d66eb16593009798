//! An area's import profile, as callers see it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Versioned;
use crate::assignments::ForceStatus;
use crate::imports::proposal::Language;
use crate::imports::reading::{DayFormat, Profile, Section};

/// The words that an area's office uses in its documents and tables. Imports of the area are read with them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportProfile {
    /// The profile's id.
    pub id: Uuid,
    /// The code of the police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// Further headings of each section of a document.
    pub headings: BTreeMap<Section, Vec<String>>,
    /// The member for each column heading of a table. An empty member means that the cells become notes.
    pub columns: BTreeMap<String, String>,
    /// The force status for each status word of a table.
    pub status_words: BTreeMap<String, ForceStatus>,
    /// The order of day and month in a date such as `03/04/2024`.
    pub day_format: DayFormat,
    /// The language of the record's texts, if a document has two; null if a person decides each time.
    pub language: Option<Language>,
    /// The name of the person who signs the office's responses.
    pub signatory: Option<String>,
    /// The version of the record: 1 at first, one more with each change.
    pub version: i64,
    /// When the record was created.
    pub created_at: DateTime<Utc>,
    /// When the record was last changed.
    pub updated_at: DateTime<Utc>,
    /// Links to this record and to related resources, by relation.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for ImportProfile {
    fn version(&self) -> i64 {
        self.version
    }
}

impl ImportProfile {
    /// Returns the links of an area's profile.
    pub fn links(area: &str) -> BTreeMap<&'static str, String> {
        [
            ("self", format!("/v1/areas/{area}/import-profile")),
            ("area", format!("/v1/areas/{area}")),
            ("history", format!("/v1/areas/{area}/import-profile/history")),
        ]
        .into()
    }

    /// Returns the words alone, as documents are read with them.
    pub fn words(&self) -> Profile {
        Profile {
            headings: self.headings.clone(),
            columns: self.columns.clone(),
            status_words: self.status_words.clone(),
            day_format: self.day_format,
            language: self.language,
            signatory: self.signatory.clone(),
        }
    }
}
