//! The lines of a bundle, as they are written and read; and what is shown of an event held against what it commits to.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::canonical::{canonical, salted};
use super::entry::{Entry, Head, Opening};
use super::hash::Hash;

/// One line of a bundle: canonical JSON, told apart by `type`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "each member is told in docs/audit-format.md, which the format is written by")]
pub enum Line {
    /// Which bundle it is: the first line.
    Bundle {
        v: u8,
        id: Uuid,
        log: String,
        epoch: i32,
        key: String,
        since: Option<String>,
        until: Option<String>,
        at: String,
    },
    /// The signed checkpoint that all else follows from.
    Checkpoint { note: String },
    /// The opening of the epoch: leaf 0 of the log of heads.
    Opening { opening: Opening, proof: Vec<Hash> },
    /// The head of the log: a leaf of the log of heads.
    Head { index: u64, head: Head, proof: Vec<Hash> },
    /// The run of places that follows, and the subtrees to its left and right.
    Range { first: u64, end: u64, left: Vec<Hash>, right: Vec<Hash> },
    /// An event at its place.
    Event { index: u64, leaf: Hash, entry: Box<Entry>, payloads: Vec<Payload>, note: Option<Note> },
    /// An event that the asker may not read, at its place.
    Withheld { index: u64, leaf: Hash },
}

/// A part of a record, as an event left it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payload {
    /// The part.
    pub part: String,
    /// The salt, in hexadecimal.
    pub salt: String,
    /// What it is now, and what the changed members were before.
    pub payload: Value,
}

/// What the actor said of an event.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The salt, in hexadecimal.
    pub salt: String,
    /// The words.
    pub text: String,
}

fn salt(text: &str) -> Result<Vec<u8>, String> {
    hex::decode(text).map_err(|_| "a salt is not hexadecimal".to_owned())
}

/// What is shown of an event's payloads and note must be what it commits to.
pub(super) fn shown(entry: &Entry, payloads: &[Payload], note: Option<&Note>) -> Result<(), String> {
    if !payloads.is_sorted_by(|one, other| one.part < other.part) {
        return Err("its parts are not in order, each once".to_owned());
    }
    for payload in payloads {
        let committed = entry.parts.iter().find(|committed| committed.part == payload.part);
        let committed = committed.ok_or_else(|| format!("it commits to no part {:?}", payload.part))?;
        let salt = salt(&payload.salt)?;
        let after = payload.payload.get("after").filter(|after| !after.is_null());
        let digest = after.map(|after| salted(&salt, canonical(after).as_bytes()));
        if salted(&salt, canonical(&payload.payload).as_bytes()) != committed.commitment || digest != committed.after {
            return Err(format!("its part {:?} is not what it commits to", payload.part));
        }
    }
    let Some(note) = note else { return Ok(()) };
    let digest = salted(&salt(&note.salt)?, note.text.as_bytes());
    if entry.note.as_ref() == Some(&digest) { Ok(()) } else { Err("its note is not what it commits to".to_owned()) }
}

/// Whether an event found its record other than the event before had left it.
pub(super) fn follow(last: &mut HashMap<(Uuid, String), String>, entry: &Entry) -> bool {
    let mut changed = false;
    for part in &entry.parts {
        let left = match &part.after {
            Some(after) => last.insert((entry.resource_id, part.part.clone()), after.clone()),
            None => last.remove(&(entry.resource_id, part.part.clone())),
        };
        changed |= left.zip(part.before.as_ref()).is_some_and(|(left, before)| left != *before);
    }
    changed
}
