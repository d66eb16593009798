//! The job that reads every stored file within a number of days, a small share in each round, and marks the files that
//! are damaged or missing. The mark is taken off when the bytes are right again.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::Instant;

use super::call_for_all_files;
use super::check::check_as;
use super::model::{FileState, IntegrityFigures};
use super::store;
use crate::api::Problem;
use crate::clock::Clock;
use crate::db::{AuditedRead, Db};
use crate::files::Store;

/// The number of rounds in a day: one each five minutes.
const ROUNDS_PER_DAY: i64 = 288;
/// The longest time that a round reads files, so that other jobs get their turn.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// The time for which a claimed file is left to one instance.
const CLAIM: TimeDelta = TimeDelta::minutes(15);
/// The most damaged or missing files that a round reads again.
const MAX_MARKED: i64 = 50;

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScrubOutcome {
    /// The number of files that were read.
    pub checked: u64,
    /// The number of them that are damaged or missing.
    pub faulty: u64,
}

/// Runs one round. In the last quarter of `days` since its last check, a file is due; in that time, the rounds read
/// every file.
///
/// # Errors
/// 503 if the database cannot be reached, or the store lost its marker. No file is then marked.
pub async fn scrub(
    db: &Db,
    files: &Store,
    clock: &Clock,
    days: u32,
) -> Result<(ScrubOutcome, IntegrityFigures), Problem> {
    let call = call_for_all_files(db, clock).await?;
    if let Err(problem) = files.require_marker().await {
        tracing::error!(%problem, "the file store cannot be used");
        return Err(problem);
    }
    let began = Instant::now();
    let period = TimeDelta::days(days.into());
    let rounds = i64::from(days) * ROUNDS_PER_DAY / 4;
    let claimed = db
        .read_audited(&call, async |tx| {
            store::delete_unreferenced(tx).await?;
            store::insert_unrecorded(tx).await?;
            let claimed = store::claim(tx, call.at - period * 3 / 4, call.at + CLAIM, rounds, MAX_MARKED).await?;
            Ok(AuditedRead::new(claimed, Vec::new()))
        })
        .await?;
    let mut outcome = ScrubOutcome::default();
    for row in claimed {
        if began.elapsed() >= TIME_LIMIT {
            break;
        }
        match check_as(db, files, &call, &row.file).await {
            Ok(state) => {
                outcome.checked += 1;
                outcome.faulty += u64::from(state != FileState::Intact);
            }
            // The next file may be readable. This one stays due, and its age shows in the gauge.
            Err(problem) => tracing::error!(%problem, "a stored file could not be checked"),
        }
    }
    let figures = db.read(&call.actor, async |db| store::find_figures(db, call.at).await).await?;
    Ok((outcome, figures))
}
