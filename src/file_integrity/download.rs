//! A download that reports a damaged or missing file: the file is then checked at once, and no longer sent.

use std::ops::Range;

use futures_util::TryStreamExt;

use super::check::check;
use crate::api::{Problem, ProblemKind};
use crate::clock::Clock;
use crate::db::Db;
use crate::files::{ByteStream, Store, StoredFile};

/// Returns the bytes of a range of a stored file, each of them checked before it is sent.
///
/// # Errors
/// 500 `file_damaged` or `file_missing` if that is known before the first byte; 503 if the store cannot be read.
pub async fn open_download(
    db: &Db,
    files: &Store,
    clock: &Clock,
    file: StoredFile,
    range: Range<u64>,
) -> Result<ByteStream, Problem> {
    let opened = files.read(&file, Some(range)).await;
    let (db, files, clock) = (db.clone(), files.clone(), clock.clone());
    let report = move |problem: &Problem| {
        if !matches!(problem.kind(), ProblemKind::FileDamaged | ProblemKind::FileMissing) {
            return;
        }
        let (db, files, clock, file) = (db.clone(), files.clone(), clock.clone(), file.clone());
        actix_web::rt::spawn(async move {
            if let Err(problem) = check(&db, &files, &clock, &file).await {
                tracing::warn!(%problem, "a file that a download found damaged or missing could not be checked");
            }
        });
    };
    match opened {
        Ok(content) => Ok(Box::pin(content.inspect_err(report))),
        Err(problem) => {
            report(&problem);
            Err(problem)
        }
    }
}
