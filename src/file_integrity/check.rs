//! The check of one stored file: reads all of it, records what it found, and writes an audit event for each record that
//! refers to the file if its state changed.

use super::call_for_all_files;
use super::model::FileState;
use super::store::{self, Reference};
use crate::api::Problem;
use crate::auth::Call;
use crate::clock::Clock;
use crate::db::{AuditedRead, Db, Event};
use crate::files::{FileCheck, Store, StoredFile};
use crate::vocabulary::WireName;

/// Checks one stored file, and returns its state.
///
/// # Errors
/// 503 if the store or the database cannot be reached. The file keeps its state.
pub async fn check(db: &Db, files: &Store, clock: &Clock, file: &StoredFile) -> Result<FileState, Problem> {
    let call = call_for_all_files(db, clock).await?;
    check_as(db, files, &call, file).await
}

/// Checks one stored file like [`check`], for a job that checks several.
pub(super) async fn check_as(db: &Db, files: &Store, call: &Call, file: &StoredFile) -> Result<FileState, Problem> {
    let found = files.check(file).await?;
    let (state, block_digests) = match &found {
        FileCheck::Intact(digests) => (FileState::Intact, Some(digests.as_slice())),
        FileCheck::Damaged => (FileState::Damaged, None),
        FileCheck::Missing => (FileState::Missing, None),
    };
    let changed_from = db
        .read_audited(call, async |tx| {
            let Some(before) = store::lock(tx, file).await? else { return Ok(AuditedRead::new(None, Vec::new())) };
            store::update_checked(tx, file, state, block_digests).await?;
            if before == state {
                return Ok(AuditedRead::new(None, Vec::new()));
            }
            let references = store::find_references(tx, file).await?;
            let events = references.into_iter().map(|reference| event(reference, before, state)).collect();
            Ok(AuditedRead::new(Some(before), events))
        })
        .await?;
    let StoredFile { folder, sha256, .. } = file;
    match (changed_from, state) {
        (None, _) => {}
        (Some(_), FileState::Intact) => tracing::info!(%folder, %sha256, "a stored file is intact again"),
        (Some(_), _) => tracing::error!(%folder, %sha256, %state, "a stored file is damaged or missing"),
    }
    Ok(state)
}

/// Returns the event of one record whose file has another state now.
fn event(reference: Reference, before: FileState, state: FileState) -> Event {
    let action = match state {
        FileState::Intact => "file_restored",
        FileState::Damaged => "file_damaged",
        FileState::Missing => "file_missing",
    };
    let Reference { resource, id, version, area, parent, is_sensitive } = reference;
    let is_version = resource == "file";
    let mut event = Event::new(resource, id, version, action);
    event.area = area;
    event.parent = parent;
    if is_sensitive {
        event = event.marking("OFFICIAL-SENSITIVE");
    }
    // An import has transitions of its own, and this is none of them.
    if is_version { event.transition(before.as_str(), state.as_str()) } else { event }
}
