//! A version of an item's file as its area sees it, and as it is stored.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::assignments::Marking;
use crate::files::{FileMetadata, MediaType, ScanStatus};

/// One version of an item's file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceFile {
    /// The id of this version.
    pub id: Uuid,
    /// The id of the item to which the file belongs.
    pub evidence_id: Uuid,
    /// The number of the version: 1, 2, …
    pub version: i32,
    /// The name that the sender gave the file.
    pub filename: String,
    /// The media type, which the service detects from the content.
    pub media_type: MediaType,
    /// The number of bytes.
    pub size: i64,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// The result of the malware scan.
    pub scan: ScanStatus,
    /// When the version was uploaded.
    pub uploaded_at: DateTime<Utc>,
    /// The name of the person who uploaded the version.
    pub uploaded_by: String,
    /// Addresses of the file and of the item.
    pub links: BTreeMap<&'static str, String>,
}

/// Every version of an item's file, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EvidenceFileList)]
pub struct EvidenceFiles {
    /// The versions.
    pub items: Vec<EvidenceFile>,
}

/// A row of the table `evidence_files`, with what is stored about the file's content and its item.
#[derive(Clone, Debug)]
pub struct FileRow {
    /// The id of this version.
    pub id: Uuid,
    /// The id of the item to which the file belongs.
    pub evidence_id: Uuid,
    /// The police area.
    pub area: String,
    /// The number of the version: 1, 2, …
    pub version: i32,
    /// The name that the sender gave the file.
    pub filename: String,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// The issuer of the sender's token.
    pub issuer: String,
    /// The subject of the sender's token.
    pub subject: String,
    /// The sender's name.
    pub name: Option<String>,
    /// When the version was uploaded.
    pub uploaded_at: DateTime<Utc>,
    /// The number of bytes.
    pub size: i64,
    /// The media type.
    pub media_type: MediaType,
    /// The result of the malware scan.
    pub scan: ScanStatus,
    /// The item's marking.
    pub marking: Marking,
    /// True if the item was disposed of, so that the bytes no longer exist.
    pub disposed: bool,
}

impl FileRow {
    /// Returns the version as a caller of its area sees it.
    pub fn view(&self) -> EvidenceFile {
        EvidenceFile {
            id: self.id,
            evidence_id: self.evidence_id,
            version: self.version,
            filename: self.filename.clone(),
            media_type: self.media_type,
            size: self.size,
            sha256: self.sha256.clone(),
            scan: self.scan,
            uploaded_at: self.uploaded_at,
            uploaded_by: self.name.as_ref().unwrap_or(&self.subject).clone(),
            links: [
                ("self", format!("/v1/files/{}", self.id)),
                ("evidence", format!("/v1/evidence/{}", self.evidence_id)),
            ]
            .into(),
        }
    }

    /// Returns what the headers of a download state.
    pub fn metadata(&self) -> FileMetadata {
        FileMetadata {
            filename: self.filename.clone(),
            content_type: self.media_type.content_type().to_owned(),
            size: self.size.unsigned_abs(),
            sha256: self.sha256.clone(),
        }
    }
}
