//! Opens the file store of a database. The store must have the marker of this database; a database without files marks
//! a new store, and an operator can adopt a store on purpose.

use uuid::Uuid;

use super::call_for_all_files;
use super::store::{self, Deployment};
use crate::api::Problem;
use crate::auth::Call;
use crate::clock::Clock;
use crate::db::{AuditedRead, Db};
use crate::files::{Store, StoreError};

/// The number of files that must be in a store before it is marked, and that an adoption looks for.
const SAMPLE: i64 = 100;

/// The reasons why a store is refused.
#[derive(Debug, thiserror::Error)]
pub enum OpenStoreError {
    /// The database cannot be read, or the store cannot be written.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The location cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store belongs to another database.
    #[error(
        "the file store {location} has the marker of another database: {found}, and this database is {own}. Set \
         SECTION55_FILES to the store of this database. If the store was moved here on purpose, run `section55 \
         adopt-files`"
    )]
    OtherDeployment {
        /// The location.
        location: String,
        /// The identity in the marker.
        found: Uuid,
        /// The identity of the database.
        own: Uuid,
    },
    /// The database has files and the store has no marker.
    #[error(
        "the file store {location} has no marker, and the database has files: {found} of the {sought} files that were \
         stored last are there. Check that the right folder or bucket is mounted. If this is the store to use from now \
         on, run `section55 adopt-files`"
    )]
    NoMarker {
        /// The location.
        location: String,
        /// How many of the sought files are there.
        found: usize,
        /// The number of files that were sought.
        sought: usize,
    },
}

/// Opens the store at a location for a database. A database without files creates and marks a new store. A store from
/// before there were markers is marked if it has the newest files of the database.
///
/// # Errors
/// [`OpenStoreError`] if this is not the store of the database. If the store cannot be reached, it is opened all the same
/// and each write checks the marker again.
pub async fn open_store(db: &Db, location: &str, clock: &Clock) -> Result<Store, OpenStoreError> {
    let call = call_for_all_files(db, clock).await?;
    let (Deployment { id: own, is_marked }, newest) = find_files(db, &call).await?;
    let store = if newest.is_empty() { Store::create(location)? } else { Store::open(location)? }.for_deployment(own);
    let location = || location.to_owned();
    match store.find_marker().await {
        Ok(Some(marker)) if marker.deployment == own => {}
        Ok(Some(marker)) => {
            return Err(OpenStoreError::OtherDeployment { location: location(), found: marker.deployment, own });
        }
        Ok(None) => {
            let (found, sought) = (count_present(&store, &newest).await?, newest.len());
            if found < sought || (is_marked && sought > 0) {
                return Err(OpenStoreError::NoMarker { location: location(), found, sought });
            }
            store.write_marker(call.at).await?;
            tracing::info!(store = ?store, deployment = %own, "marked the file store");
        }
        Err(problem) => {
            tracing::error!(%problem, "the marker of the file store cannot be read; files are refused until it can");
            return Ok(store);
        }
    }
    if !is_marked {
        set_marked(db, &call).await?;
    }
    Ok(store)
}

/// What an adoption found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// The identity in the marker that was replaced, if there was one.
    pub previous: Option<Uuid>,
    /// The identity of the database, which the marker has now.
    pub own: Uuid,
    /// How many of the sought files are in the store.
    pub found: usize,
    /// The number of files that were sought: the newest of the database.
    pub sought: usize,
}

/// Marks a store as the one of this database, whatever its marker is, and looks for the newest files.
///
/// # Errors
/// [`OpenStoreError`] if the store cannot be opened or written.
pub async fn adopt_store(db: &Db, location: &str, clock: &Clock) -> Result<Adoption, OpenStoreError> {
    let call = call_for_all_files(db, clock).await?;
    let (Deployment { id: own, .. }, newest) = find_files(db, &call).await?;
    let store = Store::open(location)?.for_deployment(own);
    let previous = store.find_marker().await?.map(|marker| marker.deployment);
    let found = count_present(&store, &newest).await?;
    store.write_marker(call.at).await?;
    set_marked(db, &call).await?;
    Ok(Adoption { previous, own, found, sought: newest.len() })
}

/// Returns the identity of the database and its newest files.
async fn find_files(db: &Db, call: &Call) -> Result<(Deployment, Vec<(String, String)>), Problem> {
    db.read(&call.actor, async |db| Ok((store::find_deployment(db).await?, store::find_newest(db, SAMPLE).await?)))
        .await
}

/// Counts the files that are in the store.
async fn count_present(files: &Store, sought: &[(String, String)]) -> Result<usize, Problem> {
    let mut found = 0;
    for (folder, sha256) in sought {
        found += usize::from(files.has(folder, sha256).await?);
    }
    Ok(found)
}

async fn set_marked(db: &Db, call: &Call) -> Result<(), Problem> {
    let marked = async |tx: &crate::db::Tx<'_>| Ok(AuditedRead::new(store::update_marked(tx).await?, Vec::new()));
    db.read_audited(call, marked).await.map(drop)
}
