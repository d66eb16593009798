//! An item of evidence as the log keeps it: its row, its files by their digests, its reviews.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::files::store::FileRecord;
use super::model::{EvidenceKind, EvidenceReview};
use super::store::Item;
use super::workflow::State;
use crate::api::Problem;
use crate::assignments::Marking;
use crate::db::{Event, OFFICIAL, Snapshot};

#[derive(Serialize)]
struct Stored<'a> {
    id: Uuid,
    assignment_id: Uuid,
    area: &'a str,
    state: State,
    marking: Marking,
    title: &'a str,
    kind: EvidenceKind,
    description: Option<&'a str>,
    effective_from: Option<NaiveDate>,
    effective_to: Option<NaiveDate>,
    expires_on: Option<NaiveDate>,
    author: [&'a str; 2],
    lowering: [Option<&'a str>; 3],
    lowering_at: Option<DateTime<Utc>>,
    withdrawn_reason: Option<&'a str>,
    disposed_at: Option<DateTime<Utc>>,
    files: Vec<StoredFile<'a>>,
    reviews: &'a [EvidenceReview],
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct StoredFile<'a> {
    id: Uuid,
    version: i32,
    filename: &'a str,
    sha256: &'a str,
}

impl<'a> StoredFile<'a> {
    fn of(FileRecord { id, version, filename, sha256, .. }: &'a FileRecord) -> Self {
        Self { id: *id, version: *version, filename, sha256 }
    }
}

/// An item as it now stands.
pub fn snapshot(item: &Item) -> Result<Snapshot, Problem> {
    let it = &item.record;
    Snapshot::of(&Stored {
        id: it.id,
        assignment_id: it.assignment_id,
        area: &it.area,
        state: it.state,
        marking: it.marking,
        title: &it.title,
        kind: it.kind,
        description: it.description.as_deref(),
        effective_from: it.effective_from,
        effective_to: it.effective_to,
        expires_on: it.expires_on,
        author: [&it.author_issuer, &it.author_subject],
        lowering: [it.lowering_issuer.as_deref(), it.lowering_subject.as_deref(), it.lowering_reason.as_deref()],
        lowering_at: it.lowering_at,
        withdrawn_reason: it.withdrawn_reason.as_deref(),
        disposed_at: it.disposed_at,
        files: item.files.iter().map(StoredFile::of).collect(),
        reviews: &item.reviews,
        version: it.version,
        created_at: it.created_at,
        updated_at: it.updated_at,
    })
}

/// An event of what became of an item.
pub fn event(action: &'static str, before: Option<Snapshot>, now: &Item) -> Result<Event, Problem> {
    let it = &now.record;
    let event = Event::new("evidence", it.id, it.version, action)
        .area(&it.area)
        .under(it.assignment_id)
        .marking(marking(it.marking))
        .after(snapshot(now)?);
    Ok(match before {
        Some(before) => event.before(before),
        None => event,
    })
}

/// A marking as the Government Security Classifications write it.
pub fn marking(marking: Marking) -> &'static str {
    match marking {
        Marking::Official => OFFICIAL,
        Marking::OfficialSensitive => "OFFICIAL-SENSITIVE",
    }
}
