//! An item of evidence as the audit log stores it: its row, its reviews, and the digests of its files.

use serde::Serialize;
use uuid::Uuid;

use crate::api::Problem;
use crate::assignments::Marking;
use crate::db::{Event, OFFICIAL, Snapshot};
use crate::evidence::files::FileRow;
use crate::evidence::model::{EvidenceRecord, EvidenceReview, EvidenceRow};

#[derive(Serialize)]
struct StoredEvidence<'a> {
    #[serde(flatten)]
    row: &'a EvidenceRow,
    files: Vec<StoredFile<'a>>,
    reviews: &'a [EvidenceReview],
}

#[derive(Serialize)]
struct StoredFile<'a> {
    id: Uuid,
    version: i32,
    filename: &'a str,
    sha256: &'a str,
}

impl<'a> StoredFile<'a> {
    fn new(FileRow { id, version, filename, sha256, .. }: &'a FileRow) -> Self {
        Self { id: *id, version: *version, filename, sha256 }
    }
}

/// Returns the stored members of an item.
pub fn snapshot(record: &EvidenceRecord) -> Result<Snapshot, Problem> {
    Snapshot::new(&StoredEvidence {
        row: &record.row,
        files: record.files.iter().map(StoredFile::new).collect(),
        reviews: &record.reviews,
    })
}

/// Returns the audit event of an action on an item, with the item before and after it.
pub fn event(action: &'static str, before: Option<Snapshot>, after: &EvidenceRecord) -> Result<Event, Problem> {
    let it = &after.row;
    let event = Event::new("evidence", it.id, it.version, action)
        .area(&it.area)
        .parent(it.assignment_id)
        .marking(marking_name(it.marking))
        .after(snapshot(after)?);
    Ok(match before {
        Some(before) => event.before(before),
        None => event,
    })
}

/// Returns a marking as the Government Security Classifications write it.
pub fn marking_name(marking: Marking) -> &'static str {
    match marking {
        Marking::Official => OFFICIAL,
        Marking::OfficialSensitive => "OFFICIAL-SENSITIVE",
    }
}
