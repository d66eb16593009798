//! `section55 import`: as `POST /v1/imports`, by an officer of the area at this machine.

use std::path::Path;
use std::process::ExitCode;

use secrecy::ExposeSecret;
use tokio_util::task::TaskTracker;

use super::{Fault, say};
use crate::api::{Mode, Problem};
use crate::auth::{Actor, Call, RequestId, Role};
use crate::clock::Clock;
use crate::config::DatabaseSettings;
use crate::db::{Address, Db, open};
use crate::dev::postgres::Durability;
use crate::dev::{Data, DataFolder};
use crate::files::Kept;
use crate::imports::table::Sheets;
use crate::imports::{self, ImportKind, Importer, Ordered, Run};

/// What is imported.
pub struct What<'a> {
    /// The file; its name says what it is.
    pub file: &'a Path,
    /// Whether a document's inspection stays a draft.
    pub draft: bool,
    /// The draft that takes a table's recommendations.
    pub inspection_id: Option<uuid::Uuid>,
}

/// Imports a document, or a table, into the database of the settings, else of the data folder.
pub async fn import(
    area: &str,
    What { file, draft, inspection_id }: What<'_>,
    dry_run: bool,
    database: &DatabaseSettings,
    data_dir: &Path,
) -> Result<ExitCode, Fault> {
    let bytes = std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let actor = Actor::new("section55", "import", Some("section55 import"), &[Role::Opcc], &[area]);
    let request_id = RequestId(uuid::Uuid::now_v7().to_string().into());
    let call = Call { actor, at: Clock::system().now(), request_id };
    let mode = if dry_run { Mode::Validate } else { Mode::Write };
    let (house, db) = match database.url()? {
        Some(url) => {
            let address = Address::read(url.expose_secret())?;
            let public = address.acting_as("section55_public");
            (None, Db::new(open(&address, 2, false)?, open(&public, 2, true)?))
        }
        None => {
            let house = DataFolder::open(data_dir, Durability::Kept, Data::Kept, |said| eprintln!("  {said}")).await?;
            let db = house.db.clone();
            (Some(house), db)
        }
    };
    let kind = file.extension().and_then(|kind| kind.to_str()).unwrap_or_default().to_ascii_lowercase();
    let imported = match kind.parse() {
        Ok(kind) => table(&db, call.clone(), area, kind, inspection_id, &bytes, mode).await,
        Err(_) => {
            let text = String::from_utf8(bytes).map_err(|error| format!("{} is not UTF-8: {error}", file.display()))?;
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let imported = imports::run(&db, &call, area, text, draft, mode).await;
            imported.and_then(|imported| serde_json::to_value(imported).map_err(Problem::internal))
        }
    };
    db.close();
    if let Some(house) = house {
        house.close().await;
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

/// Imports a table, to its end.
async fn table(
    db: &Db,
    call: Call,
    area: &str,
    kind: ImportKind,
    draft: Option<uuid::Uuid>,
    bytes: &[u8],
    mode: Mode,
) -> Result<serde_json::Value, Problem> {
    let sheets = Sheets::of_this_program().map_err(Problem::internal)?;
    let importer = Importer { db: db.clone(), clock: Clock::system(), sheets, running: TaskTracker::new() };
    let actor = call.actor.acting_for(area).ok_or_else(|| Problem::forbidden("This is no area of the caller's."))?;
    let ordered = Ordered { call: Call { actor, ..call }, area: Some(area.to_owned()), kind, draft, once: None };
    match importer.import(ordered, Kept::of(bytes).await?, mode, None).await? {
        Run::Import(import) => serde_json::to_value(import).map_err(Problem::internal),
        Run::Replayed(_) => Err(Problem::internal("an order without a key was carried out before")),
    }
}
