//! A disposal as its area sees it, its certificate, and the disposal as it is stored.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::workflow::DisposalState;
use crate::api::Versioned;
use crate::auth::Side;
use crate::workflow::AllowedAction;

crate::vocabulary! {
    /// The ground of a disposal, which decides what is removed.
    pub enum Ground as ("DisposalGround") {
        /// The record's review date has come. The record's texts and files are removed, and the texts of its history.
        Retention = "retention",
        /// The UK GDPR requires it (articles 5 and 17). The texts of the history are removed, and the record stays as
        /// it is.
        Erasure = "erasure",
    }
}

crate::vocabulary! {
    /// A kind of record that can be disposed of.
    pub enum DisposedResource {
        /// A response. Its drafts are removed; its published editions stay, because the Police Act 1996 s.55 requires
        /// them.
        Response = "response",
        /// An assignment. Only the texts of its history can be removed.
        Assignment = "assignment",
        /// An item of evidence, with its files.
        Evidence = "evidence",
        /// One audit event. Only its text can be removed.
        Event = "event",
    }
}

/// One item of a certificate. It identifies what was removed and never quotes it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DisposedItem {
    /// The kind of record.
    #[schema(example = "file")]
    pub resource: String,
    /// The id of the record.
    pub id: Uuid,
    /// The version of the record at the time.
    pub version: i64,
    /// SHA-256 of the bytes, in hexadecimal, if the record was a file or an import.
    pub sha256: Option<String>,
}

/// The permanent statement of what was removed. The audit event `dispose` has the same content.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = DisposalCertificate)]
pub struct Certificate {
    /// Everything that was removed.
    pub items: Vec<DisposedItem>,
    /// The number of audit events whose text was removed. Each event itself stays, with its proof.
    pub events: u64,
    /// The number of files whose bytes were removed.
    pub files: u64,
}

impl Certificate {
    /// Makes the certificate of a disposal.
    pub fn new(items: Vec<DisposedItem>) -> Self {
        let events = items.iter().filter(|item| item.resource == "event").count() as u64;
        let files = items.iter().filter(|item| item.sha256.is_some()).count() as u64;
        Self { events, files, items }
    }
}

/// A disposal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Disposal {
    /// The disposal's id.
    pub id: Uuid,
    /// The police area.
    #[schema(example = "cumbria")]
    pub area: String,
    /// The ground, which decides what is removed.
    pub ground: Ground,
    /// The kind of record to dispose of.
    pub resource: DisposedResource,
    /// The id of the record or audit event to dispose of.
    pub resource_id: Uuid,
    /// The side that wrote the text. A person of this side must propose or confirm the disposal.
    pub owner: Side,
    /// The reason that the proposer gave.
    pub reason: String,
    /// The disposal's state.
    pub state: DisposalState,
    /// True if a legal hold prevents the disposal.
    pub held: bool,
    /// The name of the person who proposed the disposal.
    pub proposed_by: String,
    /// The name of the person who confirmed or refused the disposal.
    pub decided_by: Option<String>,
    /// When the disposal was confirmed or refused.
    pub decided_at: Option<DateTime<Utc>>,
    /// The reason for the refusal.
    pub decision_reason: Option<String>,
    /// When the service performed the disposal.
    pub disposed_at: Option<DateTime<Utc>>,
    /// The certificate of what was removed, once the disposal was performed.
    pub certificate: Option<Certificate>,
    /// The actions that this caller may perform on the disposal now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub allowed_actions: Option<Vec<AllowedAction>>,
    /// The disposal's version, which increases with each write.
    pub version: i64,
    /// When the disposal was proposed.
    pub created_at: DateTime<Utc>,
    /// When the disposal was last changed.
    pub updated_at: DateTime<Utc>,
    /// Addresses of the disposal and of its transitions.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for Disposal {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Disposal {
    /// Returns the links of a disposal.
    pub fn links(id: Uuid) -> BTreeMap<&'static str, String> {
        [("self", format!("/v1/disposals/{id}")), ("transitions", format!("/v1/disposals/{id}/transitions"))].into()
    }
}

/// A row of the table `disposals`, with what only the service needs.
#[derive(Clone, Debug)]
pub struct DisposalRow {
    /// The disposal as its area sees it, without allowed actions.
    pub disposal: Disposal,
    /// The issuer of the proposer's token.
    pub proposed_issuer: String,
    /// The subject of the proposer's token.
    pub proposed_subject: String,
    /// The sides of the proposer.
    pub proposed_sides: Vec<Side>,
}
