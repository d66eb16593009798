//! A version of an item's file, as its area sees it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::files::{MediaType, Scan};

/// One version of an item's file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceFile {
    /// Its id.
    pub id: Uuid,
    /// The item it belongs to.
    pub evidence_id: Uuid,
    /// 1, 2, …
    pub version: i32,
    /// The name it was sent under.
    pub filename: String,
    /// What it is, by its content.
    pub media_type: MediaType,
    /// How many bytes it has.
    pub size: i64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What the scan for malware found.
    pub scan: Scan,
    /// When it was sent.
    pub uploaded_at: DateTime<Utc>,
    /// Who sent it.
    pub uploaded_by: String,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

/// Every version of an item's file, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceFiles {
    /// The versions.
    pub items: Vec<EvidenceFile>,
}
