//! The lines of a bundle, and the comparison of disclosed payloads and notes with an event's commitments.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::canonical_json::{canonical_json, salted_digest};
use super::entry::{Entry, EpochOpening, TreeHead};
use super::hash::Hash;

/// One line of a bundle, as canonical JSON. The member `type` names the variant.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "docs/audit-format.md describes each member")]
pub enum BundleLine {
    /// The first line: the log, the key and the requested period.
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
    /// The signed checkpoint, from which all later lines are verified.
    Checkpoint { note: String },
    /// The opening of the epoch, which is leaf 0 of the log of heads, with its inclusion proof.
    Opening { opening: EpochOpening, proof: Vec<Hash> },
    /// The tree head of the log, which is a leaf of the log of heads, with its inclusion proof.
    Head { index: u64, head: TreeHead, proof: Vec<Hash> },
    /// The range of positions that follows, and the subtrees to its left and right.
    Range { first: u64, end: u64, left: Vec<Hash>, right: Vec<Hash> },
    /// An event at its position.
    Event { index: u64, leaf: Hash, entry: Box<Entry>, payloads: Vec<BundlePayload>, note: Option<BundleNote> },
    /// The leaf of an event that the caller may not read.
    Withheld { index: u64, leaf: Hash },
}

/// The disclosed payload of one part of a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundlePayload {
    /// The name of the part.
    pub part: String,
    /// The salt in hexadecimal.
    pub salt: String,
    /// The state after the event, and the earlier values of the members that changed.
    pub payload: Value,
}

/// The disclosed note of an event: what the actor stated.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleNote {
    /// The salt in hexadecimal.
    pub salt: String,
    /// The text of the note.
    pub text: String,
}

fn decode_salt(text: &str) -> Result<Vec<u8>, String> {
    hex::decode(text).map_err(|_| format!("the salt {text:?} is not hexadecimal"))
}

/// Checks that the disclosed payloads and note of an event match its commitments.
pub(super) fn check_commitments(
    entry: &Entry,
    payloads: &[BundlePayload],
    note: Option<&BundleNote>,
) -> Result<(), String> {
    if !payloads.is_sorted_by(|one, other| one.part < other.part) {
        return Err("the payloads must be sorted by part, each part once".to_owned());
    }
    for payload in payloads {
        let committed = entry.parts.iter().find(|committed| committed.part == payload.part);
        let committed =
            committed.ok_or_else(|| format!("the event has no commitment to the part {:?}", payload.part))?;
        let salt = decode_salt(&payload.salt)?;
        let after = payload.payload.get("after").filter(|after| !after.is_null());
        let digest = after.map(|after| salted_digest(&salt, canonical_json(after).as_bytes()));
        let commitment = salted_digest(&salt, canonical_json(&payload.payload).as_bytes());
        if commitment != committed.commitment || digest != committed.after {
            return Err(format!("the payload of the part {:?} does not match its commitment", payload.part));
        }
    }
    let Some(note) = note else { return Ok(()) };
    let digest = salted_digest(&decode_salt(&note.salt)?, note.text.as_bytes());
    if entry.note.as_ref() == Some(&digest) { Ok(()) } else { Err("the note does not match its commitment".to_owned()) }
}

/// Returns true if the record was changed outside the log: if the event's digest of an earlier state differs from the
/// digest that the previous event left. Stores the event's own digests in `last`, by record and part.
pub(super) fn is_changed_outside_log(last: &mut HashMap<(Uuid, String), String>, entry: &Entry) -> bool {
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
