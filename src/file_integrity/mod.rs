//! Whether the bytes in the file store are still those that were uploaded: what is known of each stored file, the job that
//! reads all of them within some days, the marker of the store, and downloads that report a damaged or missing file.

mod check;
mod deployment;
mod download;
mod model;
mod scrub;
pub mod store;

pub use check::check;
pub use deployment::{Adoption, OpenStoreError, adopt_store, open_store};
pub use download::open_download;
pub use model::{FileState, IntegrityFigures};
pub use scrub::{ScrubOutcome, scrub};

use crate::api::Problem;
use crate::areas;
use crate::auth::{Actor, Call, Role};
use crate::clock::Clock;
use crate::db::Db;

/// Returns a call by the service itself, with these roles in every area.
///
/// # Errors
/// 503 if the database cannot be read.
pub async fn service_call(db: &Db, clock: &Clock, roles: &[Role]) -> Result<Call, Problem> {
    let areas = db.read_published(async |db| areas::codes(db).await).await?;
    let areas: Vec<&str> = areas.iter().map(String::as_str).collect();
    Ok(Call::by_service(Actor::service("keeper", roles, &areas), "keeping", clock.now()))
}

/// Returns a call that reads every stored file: those of all areas, and those of registrars.
async fn call_for_all_files(db: &Db, clock: &Clock) -> Result<Call, Problem> {
    service_call(db, clock, &[Role::Auditor, Role::Registrar]).await
}
