//! A file that was read as a proposal, as it is stored.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use super::accepted_versions::{AcceptedVersions, RecordVersion, ReplacedValues};
use super::document::DocumentFormat;
use super::proposal::{Answers, Proposal};
pub use super::row_import::{Import, ImportKind, ImportState, StartedBy};
use super::workflow::State;
use crate::api::Versioned;
use crate::files::FOLDER_WITHOUT_AREA;

crate::stored_record! {
    /// A row of the table `import_proposals`, without the document.
    #[derive(Clone, Debug)]
    pub struct ImportRecord in "import_proposals" as "", updated where "id = $1 and version = $2" from 4 {
        /// The import's id.
        key id: Uuid,
        /// The area for which the file is imported; none for a registrar's import for no area.
        inserted area: Option<String>,
        /// Whether a registrar started the import.
        inserted by_registrar: bool,
        /// The state.
        updated state: State,
        /// The format of the file.
        inserted format: DocumentFormat,
        /// The name of the file.
        inserted filename: String,
        /// The media type of the file.
        inserted media_type: String,
        /// The number of bytes.
        inserted size: i64,
        /// SHA-256 of the bytes, in lower-case hexadecimal.
        inserted sha256: String,
        /// The proposal as it was read, without answers.
        json reading: Proposal,
        /// The answers.
        json answers: Answers,
        /// The inspection that the accepted import registered or wrote into.
        updated inspection_id: Option<Uuid>,
        /// The area's response that the accepted import wrote into.
        updated response_id: Option<Uuid>,
        /// The versions of the records that the accepted import wrote.
        json accepted: Option<AcceptedVersions>,
        /// The issuer of the token of the person who accepted the import.
        updated accepted_issuer: Option<String>,
        /// The id at the issuer of the person who accepted the import.
        updated accepted_subject: Option<String>,
        /// The issuer of the token of the person who started the import.
        inserted issuer: String,
        /// The id at the issuer of the person who started the import.
        inserted subject: String,
        /// The name of the person who started the import.
        inserted name: Option<String>,
        /// The version of the record: 1 at first, one more with each change.
        maintained version: i64,
        /// When the import was created.
        inserted created_at: DateTime<Utc>,
        /// When the record was last changed.
        inserted updated_at: DateTime<Utc>,
        /// When the service discards the proposal.
        inserted expires_at: DateTime<Utc>,
        /// When a person accepted or discarded the proposal, or undid the import.
        updated finished_at: Option<DateTime<Utc>>,
        /// When the response was disposed of, and with it the file and its texts.
        maintained disposed_at: Option<DateTime<Utc>>,
    }
}

impl Versioned for ImportRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl ImportRecord {
    /// Returns the person who started the import.
    pub fn started_by(&self) -> StartedBy {
        StartedBy { issuer: self.issuer.clone(), subject: self.subject.clone(), name: self.name.clone() }
    }

    /// Returns the file of the import.
    pub fn file(&self) -> FileOfImport {
        FileOfImport {
            filename: self.filename.clone(),
            media_type: self.media_type.clone(),
            size: self.size,
            sha256: self.sha256.clone(),
        }
    }

    /// Returns the name of the folder of the object store that holds the file: the area, or a name that no area has.
    pub fn folder(&self) -> &str {
        self.area.as_deref().unwrap_or(FOLDER_WITHOUT_AREA)
    }
}

/// The imported file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FileOfImport {
    /// The name that the sender gave the file.
    pub filename: String,
    /// The media type, which the service detects from the content.
    pub media_type: String,
    /// The number of bytes.
    pub size: i64,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub sha256: String,
}
