//! Writes the rows of a table into a draft inspection at once.

use std::path::Path;

use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::{Destination, Imported, files};
use crate::api::{Fault, Problem, WriteMode};
use crate::auth::Call;
use crate::clock::Clock;
use crate::imports::table::WorkbookReader;
use crate::imports::{ImportKind, ImportOutcome, ImportRequest, Importer, act_for};
use crate::vocabulary::WireName;

/// Imports the rows, and waits until the import is complete. The ending of the file's name states the format.
///
/// # Errors
///
/// Returns 422 if the file is no table or a row has a fault; then nothing is written.
pub(super) async fn import(
    destination: &Destination,
    call: &Call,
    area: &str,
    draft: Uuid,
    path: &Path,
    mode: WriteMode,
) -> Result<Imported, Problem> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let kind = ImportKind::find(&ending).ok_or_else(|| {
        let detail = format!("{} must end in .csv, .xlsx or .json to be imported as rows.", path.display());
        Problem::invalid(vec![Fault::body("", "unsupported_content", detail)])
    })?;
    let workbook_reader = WorkbookReader::with_current_program().map_err(Problem::internal)?;
    let db = destination.db.clone();
    let importer = Importer { db, clock: Clock::system(), workbook_reader, running: TaskTracker::new() };
    let (call, area) = act_for(call, Some(area))?;
    let request = ImportRequest { call, area, kind, draft: Some(draft), idempotency_key: None };
    match importer.import(request, files::read(path).await?.named.file, mode, None).await? {
        ImportOutcome::Import(import) => serde_json::to_value(import).map(Imported::Rows).map_err(Problem::internal),
        ImportOutcome::Replayed(_) => Err(Problem::internal("an import without an idempotency key was replayed")),
    }
}
