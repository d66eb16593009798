//! The location of stored files, as the setting names it: a folder, an S3 bucket, an Azure container, or memory.

use std::fs::{DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, ObjectStoreScheme, RetryConfig};
use reqwest::Url;

/// An error in opening the location of the files.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The setting is not a location.
    #[error("{0:?} is not a location for files; use a folder, file:///…, s3://bucket/prefix or az://container/prefix")]
    Location(String),
    /// The folder cannot be created or opened.
    #[error("cannot store files in the folder {}: {source}", path.display())]
    Folder {
        /// The path of the folder.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// The settings of the bucket or container in the environment are wrong or missing.
    #[error("cannot open the location for files; check its credentials and settings in the environment: {0}")]
    Settings(#[from] object_store::Error),
}

/// An open location: its objects, and its path if it is a folder.
pub(super) struct Location {
    pub(super) objects: Arc<dyn ObjectStore>,
    pub(super) folder: Option<PathBuf>,
}

/// What to do if the location is a folder that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MissingFolder {
    Create,
    Refuse,
}

/// Opens a location.
pub(super) fn open(location: &str, missing_folder: MissingFolder) -> Result<Location, StoreError> {
    let unknown = || StoreError::Location(location.to_owned());
    if location == "memory:" {
        return Ok(Location { objects: Arc::new(InMemory::new()), folder: None });
    }
    if !location.contains("://") {
        return if location.is_empty() { Err(unknown()) } else { folder(Path::new(location), missing_folder) };
    }
    let url = Url::parse(location).map_err(|_| unknown())?;
    let (scheme, prefix) = ObjectStoreScheme::parse(&url).map_err(|_| unknown())?;
    let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(20), ..RetryConfig::default() };
    let client =
        ClientOptions::new().with_timeout(Duration::from_secs(30)).with_connect_timeout(Duration::from_secs(5));
    match scheme {
        ObjectStoreScheme::Local => folder(&url.to_file_path().map_err(|()| unknown())?, missing_folder),
        ObjectStoreScheme::AmazonS3 => {
            let bucket = AmazonS3Builder::from_env().with_url(location).with_retry(retry).with_client_options(client);
            Ok(Location { objects: Arc::new(PrefixStore::new(bucket.build()?, prefix)), folder: None })
        }
        ObjectStoreScheme::MicrosoftAzure => {
            let container =
                MicrosoftAzureBuilder::from_env().with_url(location).with_retry(retry).with_client_options(client);
            Ok(Location { objects: Arc::new(PrefixStore::new(container.build()?, prefix)), folder: None })
        }
        _ => Err(unknown()),
    }
}

/// Opens a local folder, which only this user may enter. Writes to it are flushed to the disk.
fn folder(path: &Path, missing_folder: MissingFolder) -> Result<Location, StoreError> {
    let failed = |source| StoreError::Folder { path: path.to_owned(), source };
    if missing_folder == MissingFolder::Create && !path.exists() {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
        // Without this, a crash could lose the new folder's own entry, and with it the files.
        for parent in path.canonicalize().map_err(failed)?.ancestors().skip(1) {
            File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed)?;
        }
    }
    let absolute = path.canonicalize().map_err(failed)?;
    let objects = LocalFileSystem::new_with_prefix(&absolute)?.with_fsync(true);
    Ok(Location { objects: Arc::new(objects), folder: Some(absolute) })
}
