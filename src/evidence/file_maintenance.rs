//! Background work on files: deleting bytes to which no record refers, and scanning files that could not be scanned
//! when they were uploaded.

use chrono::TimeDelta;

use super::files::store;
use crate::api::{Problem, WriteMode};
use crate::auth::{Call, Role};
use crate::clock::Clock;
use crate::db::{Db, Event, Write};
use crate::file_integrity::{self, FileState};
use crate::files::{ScanStatus, Scanner, Store};
use crate::vocabulary::WireName;

/// The age at which unreferenced bytes can be deleted. It is longer than any upload takes to insert its row.
const GRACE_PERIOD: TimeDelta = TimeDelta::hours(1);
/// The most files that are scanned in one round.
const BATCH: i64 = 50;

/// Returns a call by the service itself, which can read every area.
///
/// # Errors
///
/// Returns 503 if the database cannot be read.
pub async fn service_call(db: &Db, clock: &Clock) -> Result<Call, Problem> {
    file_integrity::service_call(db, clock, &[Role::Auditor]).await
}

/// Deletes the bytes to which no record refers, and the bytes of items that were disposed of. Returns the number of
/// deleted files.
///
/// # Errors
///
/// Returns 503 if the database or the file store fails.
pub async fn delete_unreferenced_files(db: &Db, files: &Store, clock: &Clock) -> Result<u64, Problem> {
    // Imports by registrars for no area are visible to registrars only.
    let service = file_integrity::service_call(db, clock, &[Role::Auditor, Role::Registrar]).await?;
    let before = clock.now() - GRACE_PERIOD;
    let referenced = async |area: &str, digests: &[String]| {
        db.read(&service.actor, async |db| store::find_referenced_digests(db, area, digests, before).await).await
    };
    files.delete_unreferenced(before, referenced).await
}

/// Scans files that wait for their scan. Returns the number of files whose scan is complete.
///
/// # Errors
///
/// Returns 503 if the database or the file store fails.
pub async fn scan_pending_files(db: &Db, files: &Store, scanner: &Scanner, clock: &Clock) -> Result<usize, Problem> {
    let service = service_call(db, clock).await?;
    let mut scanned = 0;
    for (area, sha256) in db.read(&service.actor, async |db| store::find_pending_scans(db, BATCH).await).await? {
        let found = db.read(&service.actor, async |db| file_integrity::store::find(db, &area, &sha256).await).await?;
        // The next check of files inserts a row that is missing.
        let Some(file) = found.map(|row| row.file) else { continue };
        // A damaged file cannot be scanned, and must not keep the others waiting.
        if file_integrity::check(db, files, clock, &file).await? != FileState::Intact {
            continue;
        }
        let status = scanner.scan_stream(files.read(&file, None).await?).await;
        if status == ScanStatus::Pending {
            // The scanner cannot be reached, so the other scans would fail too.
            break;
        }
        db.write(&service, WriteMode::Write, async |tx| {
            let versions = store::update_scan(tx, &area, &sha256, status).await?;
            let mut events = versions.into_iter().map(|(id, version)| {
                let event = Event::new("file", id, i64::from(version), "scan").area(&area);
                event.transition(ScanStatus::Pending.as_str(), status.as_str())
            });
            let first = events.next().ok_or_else(|| Problem::internal("no file version has the scanned content"))?;
            Ok(Write::new((), first).with_events(events))
        })
        .await?;
        scanned += 1;
    }
    Ok(scanned)
}
