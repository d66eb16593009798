//! The three kinds of leaves: an event of an area's log, a tree head in the log of heads, and the opening of an
//! epoch. The bytes of a leaf are the canonical JSON of exactly these members.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::canonical_json::canonical_json;
use super::hash::{Hash, leaf_hash};

/// The log of the records that belong to no single area.
pub const NO_AREA_LOG: &str = "_all";

/// Returns the name of an epoch's log of heads.
pub fn heads_log(epoch: i32) -> String {
    format!("_heads/{epoch}")
}

/// An instant that is always written with six digits of a second, so that one instant has one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub DateTime<Utc>);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        DateTime::deserialize(from).map(Self)
    }
}

/// The person or service that acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The issuer of the token.
    pub issuer: String,
    /// The actor's identifier within the issuer.
    pub subject: String,
    /// The actor's name.
    pub name: Option<String>,
    /// The roles in the token.
    pub roles: Vec<String>,
}

/// An event's commitment to one part of its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// The name of the part, such as `record`.
    pub part: String,
    /// The side that alone may read the part.
    pub side: Option<String>,
    /// The digest of the earlier state, with the salt of the event that last wrote this part.
    pub before: Option<String>,
    /// The digest of the new state, with this event's salt.
    pub after: Option<String>,
    /// The digest of the payload, with this event's salt.
    pub commitment: String,
}

/// An event, as its log stores it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The version of the format.
    pub v: u8,
    /// The event's id.
    pub id: Uuid,
    /// The log that holds the event: the code of its area, or [`NO_AREA_LOG`].
    pub log: String,
    /// The instant of the event.
    pub at: Instant,
    /// The area of the record.
    pub area: Option<String>,
    /// True if every area may read the event.
    pub shared: bool,
    /// The person or service that acted.
    pub actor: Actor,
    /// The action.
    pub action: String,
    /// The kind of record.
    pub resource: String,
    /// The record's id.
    pub resource_id: Uuid,
    /// The id of the record that this one belongs to.
    pub parent: Option<Uuid>,
    /// The record's version after the event.
    pub version: i64,
    /// The record's state before the event.
    pub from: Option<String>,
    /// The record's state after the event.
    pub to: Option<String>,
    /// The members that changed.
    pub fields: Vec<String>,
    /// The id of the HTTP request.
    pub request_id: String,
    /// The Government Security Classification of the record.
    pub marking: String,
    /// The version of the workflow tables that applied.
    pub rules: String,
    /// The commitments to the parts of the record.
    pub parts: Vec<Commitment>,
    /// The digest of the note.
    pub note: Option<String>,
    /// The side that alone may read the note.
    pub note_side: Option<String>,
}

/// A tree head: the size and root of one log, as a leaf of the log of heads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreeHead {
    /// The version of the format.
    pub v: u8,
    /// The epoch in which the head was signed.
    pub epoch: i32,
    /// The name of the log.
    pub log: String,
    /// The number of leaves.
    pub size: u64,
    /// The root over the leaves.
    pub root: Hash,
    /// The instant at which the log had this size.
    pub at: Instant,
}

/// The opening of an epoch: leaf 0 of its log of heads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpochOpening {
    /// The version of the format.
    pub v: u8,
    /// The number of the epoch.
    pub epoch: i32,
    /// The instant at which the epoch was opened.
    pub at: Instant,
    /// The reason for opening it.
    pub reason: String,
    /// The verifier key of the epoch's checkpoints (C2SP signed-note).
    pub key: String,
    /// The last known checkpoint of the previous epoch, as a signed note.
    pub previous: Option<String>,
}

/// Returns the text of a leaf: its canonical JSON.
///
/// # Errors
/// The error of serde_json if the leaf cannot be written as JSON.
pub fn leaf_json(leaf: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_value(leaf).map(|value| canonical_json(&value))
}

/// Returns the leaf hash of a leaf's canonical JSON.
///
/// # Errors
/// The error of serde_json if the leaf cannot be written as JSON.
pub fn json_leaf_hash(leaf: &impl Serialize) -> Result<Hash, serde_json::Error> {
    leaf_json(leaf).map(|text| leaf_hash(text.as_bytes()))
}
