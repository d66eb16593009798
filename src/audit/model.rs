//! What an event of the log looks like to those who may read it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Who did it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct By {
    /// Who signed the token.
    pub issuer: String,
    /// Who it is, within the issuer.
    pub subject: String,
    /// What they are called.
    pub name: Option<String>,
    /// The roles the token gave.
    pub roles: Vec<String>,
}

/// One event of the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditEvent {
    /// Its id.
    pub id: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The area whose record it was; null for what belongs to all.
    pub area: Option<String>,
    /// Who did it.
    pub actor: By,
    /// What was done.
    #[schema(example = "submit")]
    pub action: String,
    /// The kind of record.
    #[schema(example = "response")]
    pub resource: String,
    /// The record.
    pub resource_id: Uuid,
    /// The record's version after it.
    pub resource_version: i64,
    /// The state it left.
    pub from: Option<String>,
    /// The state it led to.
    pub to: Option<String>,
    /// The members it changed; never their contents.
    pub fields: Vec<String>,
    /// What the actor said of it, where the caller may read that.
    pub note: Option<String>,
    /// The request it came with.
    pub request_id: String,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

/// One step in a record's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryItem {
    /// What was done.
    #[schema(example = "submit")]
    pub action: String,
    /// The state it left; null where it was not in one.
    pub from: Option<String>,
    /// The state it led to.
    pub to: Option<String>,
    /// Who did it.
    pub by: By,
    /// When.
    pub at: DateTime<Utc>,
    /// What the actor said of it, where the caller may read that.
    pub note: Option<String>,
}

/// A record's history, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct History {
    /// Its transitions.
    pub items: Vec<HistoryItem>,
}

/// A member of a record that an event changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldChange {
    /// Which, as a JSON Pointer (RFC 6901) into the record.
    #[schema(example = "/policing_body_comments")]
    pub field: String,
    /// What it was; null where it was nothing.
    #[schema(value_type = Value)]
    pub from: serde_json::Value,
    /// What it became; null where it became nothing.
    #[schema(value_type = Value)]
    pub to: serde_json::Value,
}

/// One event of a record, with what it changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecordEvent {
    /// The event.
    pub id: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: By,
    /// What was done.
    #[schema(example = "amend")]
    pub action: String,
    /// The record's version after it.
    pub version: i64,
    /// The state it left.
    pub from: Option<String>,
    /// The state it led to.
    pub to: Option<String>,
    /// What the actor said of it, where the caller may read that.
    pub note: Option<String>,
    /// Whether words of it that the caller could read were erased; what remains is that it happened, and its proof.
    pub erased: bool,
    /// What it changed, as far as the caller may read that and it was not erased.
    pub changes: Vec<FieldChange>,
}

/// What became of a record, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecordHistory {
    /// Its events.
    pub items: Vec<RecordEvent>,
    /// Ask with this as `before` for older ones; null where there are none.
    pub next_before: Option<i64>,
}
