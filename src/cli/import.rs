//! `section55 import`: as `POST /v1/imports`, by an officer of the area at this machine.

use std::path::Path;
use std::process::ExitCode;

use secrecy::ExposeSecret;

use super::{Fault, say};
use crate::api::Mode;
use crate::auth::{Actor, Call, RequestId, Role};
use crate::clock::Clock;
use crate::config::DatabaseSettings;
use crate::db::{Address, Db, open};
use crate::dev::House;
use crate::dev::postgres::Durability;
use crate::imports;

/// Imports a document into the database of the settings, else of the data folder.
pub async fn import(
    area: &str,
    file: &Path,
    draft: bool,
    dry_run: bool,
    database: &DatabaseSettings,
    data_dir: &Path,
) -> Result<ExitCode, Fault> {
    let bytes = std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let text = String::from_utf8(bytes).map_err(|error| format!("{} is not UTF-8: {error}", file.display()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
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
            let house = House::open(data_dir, Durability::Kept, |said| eprintln!("  {said}")).await?;
            let db = house.db.clone();
            (Some(house), db)
        }
    };
    let imported = imports::run(&db, &call, area, text, draft, mode).await;
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
