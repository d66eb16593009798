//! Computes what an event stores of its record. Each part has a salt of its own, and the event commits to the part's
//! salted digest.

use std::collections::HashMap;

use aws_lc_rs::rand;
use uuid::Uuid;

use crate::api::Problem;
use crate::auth::Side;
use crate::db::event::Event;
use crate::db::snapshot::PartChange;
use crate::ledger::{canonical_json, salted_digest};

/// An event with its id, and the salt and digest of its note.
pub(super) struct EventToAppend {
    pub(super) id: Uuid,
    pub(super) event: Event,
    pub(super) note_salt: Option<Vec<u8>>,
    pub(super) note_digest: Option<String>,
}

impl EventToAppend {
    pub(super) fn new(event: Event) -> Result<Self, Problem> {
        let note_salt = event.note.as_ref().map(|_| new_salt()).transpose()?;
        let note_digest =
            event.note.as_ref().zip(note_salt.as_ref()).map(|(note, salt)| salted_digest(salt, note.text.as_bytes()));
        Ok(Self { id: Uuid::now_v7(), event, note_salt, note_digest })
    }
}

/// One part of one event, with its payload and digests.
pub(super) struct PartToAppend<'a> {
    pub(super) event: &'a EventToAppend,
    pub(super) part: &'static str,
    pub(super) side: Option<Side>,
    pub(super) salt: Vec<u8>,
    pub(super) payload: String,
    /// The state before. The database digests it under the salt of the event that last wrote it.
    pub(super) before: Option<String>,
    /// The digest of the state before, when an earlier event of the same transaction wrote it; else none.
    pub(super) before_digest: Option<String>,
    pub(super) after_digest: Option<String>,
    pub(super) commitment: String,
}

fn new_salt() -> Result<Vec<u8>, Problem> {
    let mut salt = vec![0; 32];
    rand::fill(&mut salt).map_err(|_| Problem::internal("the operating system gave no random bytes"))?;
    Ok(salt)
}

/// Returns the parts of all events.
pub(super) fn parts_to_append(events: &[EventToAppend]) -> Result<Vec<PartToAppend<'_>>, Problem> {
    let mut last_salts: HashMap<(Uuid, &str), Vec<u8>> = HashMap::new();
    let mut parts = Vec::new();
    for event in events {
        for change in PartChange::between(event.event.before.as_ref(), event.event.after.as_ref()) {
            let salt = new_salt()?;
            let payload = canonical_json(&change.payload());
            // The database does not have what an earlier event of the same transaction wrote yet.
            let earlier_salt = last_salts.insert((event.event.resource_id, change.name), salt.clone());
            let before = change.before.as_ref().map(canonical_json);
            parts.push(PartToAppend {
                event,
                part: change.name,
                side: change.side,
                before_digest: earlier_salt
                    .zip(before.as_ref())
                    .map(|(salt, before)| salted_digest(&salt, before.as_bytes())),
                before,
                after_digest: change.after.as_ref().map(|after| salted_digest(&salt, canonical_json(after).as_bytes())),
                commitment: salted_digest(&salt, payload.as_bytes()),
                salt,
                payload,
            });
        }
    }
    Ok(parts)
}
