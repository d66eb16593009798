//! What a disposal looks like to its area, and what may be sent of one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::workflow::DisposalState;
use crate::api::Versioned;
use crate::api::text::Prose;
use crate::auth::Side;
use crate::workflow::AllowedAction;

crate::vocabulary! {
    /// Why words are taken away, and so which.
    pub enum Ground as ("DisposalGround") {
        /// The record's review date has come: its own words and bytes go, and those of its history.
        Retention = "retention",
        /// The UK GDPR asks for it (articles 5 and 17): the words of the history go, the record stays as it now is.
        Erasure = "erasure",
    }
}

crate::vocabulary! {
    /// What can be disposed of.
    pub enum DisposedResource {
        /// A response: its drafts. What was published stays, as the Police Act 1996 s.55 has it.
        Response = "response",
        /// A line, whose history can be erased.
        Assignment = "assignment",
        /// An item of evidence, with the bytes of its files.
        Evidence = "evidence",
        /// One event of the log, whose words can be erased.
        Event = "event",
    }
}

/// One thing that was disposed of: named, never quoted.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DisposedItem {
    /// What kind of record.
    #[schema(example = "file")]
    pub resource: String,
    /// Which.
    pub id: Uuid,
    /// Its version then.
    pub version: i64,
    /// SHA-256 of the bytes, in hexadecimal, where it had any.
    pub sha256: Option<String>,
}

/// What says for good what was disposed of. The event `dispose` of the log holds the same.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Certificate {
    /// Everything that went.
    pub items: Vec<DisposedItem>,
    /// How many events of the log lost their words; each stays, with its proof.
    pub events: u64,
    /// How many files lost their bytes.
    pub files: u64,
}

impl Certificate {
    /// The certificate of what went.
    pub fn of(items: Vec<DisposedItem>) -> Self {
        let count = |kind: &str| items.iter().filter(|item| item.resource == kind).count() as u64;
        Self { events: count("event"), files: count("file"), items }
    }
}

/// A disposal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Disposal {
    /// Its id.
    pub id: Uuid,
    /// The police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// Why, and so which words.
    pub ground: Ground,
    /// What kind of record.
    pub resource: DisposedResource,
    /// Which.
    pub resource_id: Uuid,
    /// The side whose words they are.
    pub owner: Side,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub state: DisposalState,
    /// Whether a legal hold keeps it from being carried out.
    pub held: bool,
    /// Who proposed it.
    pub proposed_by: String,
    /// Who confirmed or refused it.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub decision_reason: Option<String>,
    /// When it was carried out.
    pub disposed_at: Option<DateTime<Utc>>,
    /// What went.
    pub certificate: Option<Certificate>,
    /// What this caller can do with it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub allowed_actions: Option<Vec<AllowedAction>>,
    /// Counts its changes.
    pub version: i64,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for Disposal {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Disposal {
    /// Where to go from a disposal.
    pub fn links(id: Uuid) -> BTreeMap<&'static str, String> {
        [("self", format!("/v1/disposals/{id}")), ("transitions", format!("/v1/disposals/{id}/transitions"))].into()
    }
}

/// A disposal as it is proposed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisposalProposed {
    /// Why, and so which words.
    pub ground: Ground,
    /// What kind of record: `retention` is for responses and evidence.
    pub resource: DisposedResource,
    /// Which.
    pub resource_id: Uuid,
    /// Why.
    pub reason: Prose,
}
