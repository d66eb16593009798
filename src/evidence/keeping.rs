//! What is done to files in the background: bytes that no row points to are removed, and what could not be scanned when it
//! came is scanned later.

use chrono::TimeDelta;

use super::files::store;
use crate::api::{Mode, Problem};
use crate::areas;
use crate::auth::{Actor, Call, RequestId, Role};
use crate::clock::Clock;
use crate::db::{Db, Event, Write};
use crate::files::{Scan, Scanner, Store};
use crate::vocabulary::WireName;

/// How old bytes are before they can be swept: longer than any upload takes to get its row.
const GRACE: TimeDelta = TimeDelta::hours(1);
/// How many are scanned at one time.
const BATCH: i64 = 50;

/// The service itself, at work in every area.
pub async fn keeper(db: &Db, clock: &Clock) -> Result<Call, Problem> {
    let areas = db.read_published(async |db| areas::codes(db).await).await?;
    let areas: Vec<&str> = areas.iter().map(String::as_str).collect();
    let actor = Actor::new("section55", "keeper", Some("Section 55"), &[Role::Auditor], &areas);
    Ok(Call { actor, at: clock.now(), request_id: RequestId("keeping".into()) })
}

/// Removes bytes that no row points to, and what was disposed of; gives how many files they were.
pub async fn sweep(db: &Db, files: &Store, clock: &Clock) -> Result<u64, Problem> {
    let keeper = keeper(db, clock).await?;
    let before = clock.now() - GRACE;
    let known = async |area: &str, digests: &[String]| {
        db.read(&keeper.actor, async |db| store::known(db, area, digests, before).await).await
    };
    files.sweep(before, known).await
}

/// Scans what waits for it; gives how many files were decided.
pub async fn scan_pending(db: &Db, files: &Store, scanner: &Scanner, clock: &Clock) -> Result<usize, Problem> {
    let keeper = keeper(db, clock).await?;
    let mut decided = 0;
    for (area, sha256) in db.read(&keeper.actor, async |db| store::pending(db, BATCH).await).await? {
        let found = scanner.scan_stream(files.read(&area, &sha256, None).await?).await;
        if found == Scan::Pending {
            // The scanner is away; the rest would find the same.
            break;
        }
        db.write(&keeper, Mode::Write, async |tx| {
            let versions = store::scanned(tx, &area, &sha256, found).await?;
            let mut events = versions.into_iter().map(|(id, version)| {
                let event = Event::new("file", id, i64::from(version), "scan").area(&area);
                event.moved(Scan::Pending.as_str(), found.as_str())
            });
            let first = events.next().ok_or_else(|| Problem::internal("nothing holds what was scanned"))?;
            Ok(Write::new((), first).and(events))
        })
        .await?;
        decided += 1;
    }
    Ok(decided)
}
