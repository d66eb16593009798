//! What an event keeps of the record it is about, each part under a salt of its own, and what the event commits to.

use std::collections::HashMap;

use aws_lc_rs::rand;
use uuid::Uuid;

use crate::api::Problem;
use crate::auth::Side;
use crate::db::change::Event;
use crate::db::snapshot::PartChange;
use crate::ledger::{canonical, salted};

/// An event with the name it gets, and its note's salt and commitment.
pub(super) struct Named {
    pub(super) id: Uuid,
    pub(super) of: Event,
    pub(super) note_salt: Option<Vec<u8>>,
    pub(super) note_digest: Option<String>,
}

impl Named {
    pub(super) fn new(of: Event) -> Result<Self, Problem> {
        let note_salt = of.note.as_ref().map(|_| salt()).transpose()?;
        let note_digest =
            of.note.as_ref().zip(note_salt.as_ref()).map(|(note, salt)| salted(salt, note.text.as_bytes()));
        Ok(Self { id: Uuid::now_v7(), of, note_salt, note_digest })
    }
}

/// One part of one event, as it is kept.
pub(super) struct Kept<'a> {
    pub(super) event: &'a Named,
    pub(super) part: &'static str,
    pub(super) side: Option<Side>,
    pub(super) salt: Vec<u8>,
    pub(super) payload: String,
    /// The state before, to be digested under the salt of the event that last wrote it; none where that is known here.
    pub(super) before: Option<String>,
    pub(super) before_digest: Option<String>,
    pub(super) after_digest: Option<String>,
    pub(super) commitment: String,
}

fn salt() -> Result<Vec<u8>, Problem> {
    let mut salt = vec![0; 32];
    rand::fill(&mut salt).map_err(|_| Problem::internal("no randomness"))?;
    Ok(salt)
}

/// What the events keep of their records.
pub(super) fn kept(events: &[Named]) -> Result<Vec<Kept<'_>>, Problem> {
    let mut last: HashMap<(Uuid, &str), Vec<u8>> = HashMap::new();
    let mut kept = Vec::new();
    for event in events {
        for changed in PartChange::between(event.of.before.as_ref(), event.of.after.as_ref()) {
            let salt = salt()?;
            let payload = canonical(&changed.payload());
            // What an earlier event of the same change wrote is not in the database yet.
            let earlier = last.insert((event.of.resource_id, changed.name), salt.clone());
            let before = changed.before.as_ref().map(canonical);
            kept.push(Kept {
                event,
                part: changed.name,
                side: changed.side,
                before_digest: earlier.zip(before.as_ref()).map(|(salt, before)| salted(&salt, before.as_bytes())),
                before,
                after_digest: changed.after.as_ref().map(|after| salted(&salt, canonical(after).as_bytes())),
                commitment: salted(&salt, payload.as_bytes()),
                salt,
                payload,
            });
        }
    }
    Ok(kept)
}
