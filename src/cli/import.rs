//! `section55 import`: imports a file as `POST /v1/imports` does, as an officer of the area.

use std::path::Path;
use std::process::ExitCode;

use secrecy::ExposeSecret;
use tokio_util::task::TaskTracker;

use super::{BoxedError, say};
use crate::api::{Problem, WriteMode};
use crate::auth::{Actor, Call, RequestId, Role};
use crate::clock::Clock;
use crate::config::DatabaseSettings;
use crate::db::{Address, Db, open_pools};
use crate::dev::postgres::Durability;
use crate::dev::{DataFolder, ExistingData};
use crate::files::TemporaryFile;
use crate::imports::table::WorkbookReader;
use crate::imports::{ImportKind, ImportOutcome, ImportRequest, Importer, import_document};

/// The file to import, and where its records go.
pub struct Source<'a> {
    /// The file. The ending of its name states the format.
    pub file: &'a Path,
    /// True to leave the inspection of a document as a draft.
    pub draft: bool,
    /// The draft inspection that receives the recommendations of a table.
    pub inspection_id: Option<uuid::Uuid>,
}

/// Imports a document or a table into the database of the settings, or of the data folder when they name none.
///
/// Prints the result as JSON. Prints a problem on standard error and returns a failure when the import is refused.
pub async fn import(
    area: &str,
    Source { file, draft, inspection_id }: Source<'_>,
    dry_run: bool,
    database: &DatabaseSettings,
    data_dir: &Path,
) -> Result<ExitCode, BoxedError> {
    let bytes = std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let actor = Actor::new("section55", "import", Some("section55 import"), &[Role::Opcc], &[area]);
    let request_id = RequestId(uuid::Uuid::now_v7().to_string().into());
    let call = Call { actor, at: Clock::system().now(), request_id };
    let mode = if dry_run { WriteMode::Validate } else { WriteMode::Write };
    let (folder, db) = match database.url()? {
        Some(url) => {
            let address = Address::parse(url.expose_secret())?;
            let public = address.with_role("section55_public");
            (None, Db::new(open_pools(&address, 2, false)?, open_pools(&public, 2, true)?))
        }
        None => {
            let folder =
                DataFolder::open(data_dir, Durability::Synced, ExistingData::Keep, |step| eprintln!("  {step}"))
                    .await?;
            let db = folder.db.clone();
            (Some(folder), db)
        }
    };
    let kind = file.extension().and_then(|kind| kind.to_str()).unwrap_or_default().to_ascii_lowercase();
    let imported = match kind.parse() {
        Ok(kind) => import_table(&db, call.clone(), area, kind, inspection_id, &bytes, mode).await,
        Err(_) => {
            let text = String::from_utf8(bytes).map_err(|error| format!("{} is not UTF-8: {error}", file.display()))?;
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let imported = import_document(&db, &call, area, text, draft, mode).await;
            imported.and_then(|imported| serde_json::to_value(imported).map_err(Problem::internal))
        }
    };
    db.close();
    if let Some(folder) = folder {
        folder.close().await;
    }
    match imported {
        Ok(imported) => {
            say(format_args!("{}", serde_json::to_string_pretty(&imported)?));
            if dry_run {
                eprintln!("dry run: nothing was written");
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(problem) => {
            eprintln!("{}", serde_json::to_string_pretty(&problem.document("", &call.request_id.0))?);
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Imports a table and waits until the import is complete.
async fn import_table(
    db: &Db,
    call: Call,
    area: &str,
    kind: ImportKind,
    draft: Option<uuid::Uuid>,
    bytes: &[u8],
    mode: WriteMode,
) -> Result<serde_json::Value, Problem> {
    let workbook_reader = WorkbookReader::with_current_program().map_err(Problem::internal)?;
    let importer = Importer { db: db.clone(), clock: Clock::system(), workbook_reader, running: TaskTracker::new() };
    let actor =
        call.actor.acting_for(area).ok_or_else(|| Problem::forbidden("`--area` must be the code of an area."))?;
    let area = Some(area.to_owned());
    let request = ImportRequest { call: Call { actor, ..call }, area, kind, draft, idempotency_key: None };
    match importer.import(request, TemporaryFile::from_bytes(bytes).await?, mode, None).await? {
        ImportOutcome::Import(import) => serde_json::to_value(import).map_err(Problem::internal),
        ImportOutcome::Replayed(_) => Err(Problem::internal("an import without an idempotency key was replayed")),
    }
}
