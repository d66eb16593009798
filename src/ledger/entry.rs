//! The leaves: an event of an area's log, a head in the log of heads, and the opening of an epoch. A leaf's bytes are the
//! canonical JSON of these and nothing else.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::canonical::canonical;
use super::hash::{Hash, leaf_hash};

/// The log of what belongs to all areas.
pub const ALL: &str = "_all";

/// The log of heads of an epoch, as its checkpoints' origin ends and its tiles are kept.
pub fn heads_log(epoch: i32) -> String {
    format!("_heads/{epoch}")
}

/// An instant with its microseconds: one form for one instant.
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

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Who signed the token.
    pub issuer: String,
    /// Who it is, within the issuer.
    pub subject: String,
    /// What they are called.
    pub name: Option<String>,
    /// The roles the token gave.
    pub roles: Vec<String>,
}

/// What an event commits to of one part of its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// The part, such as `record`.
    pub part: String,
    /// The side that keeps it to itself.
    pub side: Option<String>,
    /// The digest of the part before, under the salt of the event that last wrote it.
    pub before: Option<String>,
    /// The digest of the part after, under this event's salt.
    pub after: Option<String>,
    /// The digest of the payload, under this event's salt.
    pub commitment: String,
}

/// An event, as its area's log holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The version of this format.
    pub v: u8,
    /// The event.
    pub id: Uuid,
    /// The log it is in: its area's, or [`ALL`].
    pub log: String,
    /// When it happened.
    pub at: Instant,
    /// The area whose record it was.
    pub area: Option<String>,
    /// Whether every area may read it.
    pub shared: bool,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub action: String,
    /// The kind of record.
    pub resource: String,
    /// The record.
    pub resource_id: Uuid,
    /// The record that this one belongs to.
    pub parent: Option<Uuid>,
    /// The record's version after it.
    pub version: i64,
    /// The state it left.
    pub from: Option<String>,
    /// The state it led to.
    pub to: Option<String>,
    /// The members it changed.
    pub fields: Vec<String>,
    /// The request it came with.
    pub request_id: String,
    /// The Government Security Classification of what it is about.
    pub marking: String,
    /// Which tables of workflow were in force.
    pub rules: String,
    /// What it commits to of its record.
    pub parts: Vec<Commitment>,
    /// What it commits to of its note.
    pub note: Option<String>,
    /// The side that keeps the note to itself.
    pub note_side: Option<String>,
}

/// A head, as the log of heads holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The version of this format.
    pub v: u8,
    /// The epoch it was signed in.
    pub epoch: i32,
    /// Which log.
    pub log: String,
    /// How many leaves it had.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When it was.
    pub at: Instant,
}

/// The opening of an epoch: leaf 0 of its log of heads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The version of this format.
    pub v: u8,
    /// The epoch.
    pub epoch: i32,
    /// When it was opened.
    pub at: Instant,
    /// Why.
    pub reason: String,
    /// The key its checkpoints are checked with (C2SP signed-note's verifier key).
    pub key: String,
    /// The last checkpoint known of the epoch before.
    pub previous: Option<String>,
}

/// The bytes of a leaf: the canonical JSON of what it holds.
pub fn leaf_text(leaf: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_value(leaf).map(|value| canonical(&value))
}

/// The hash of the leaf that holds this.
pub fn hash_of(leaf: &impl Serialize) -> Result<Hash, serde_json::Error> {
    leaf_text(leaf).map(|text| leaf_hash(text.as_bytes()))
}
