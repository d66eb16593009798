//! Where files are kept, as a setting says it: a folder, a bucket, a container, or memory alone.

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

/// Why files cannot be kept where the setting says.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The setting names no place.
    #[error("{0:?} is no place for files: write a folder, file:///…, s3://bucket/prefix or az://container/prefix")]
    Location(String),
    /// The folder cannot be made or used.
    #[error("{} cannot keep files: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The service's settings in the environment are wrong or missing.
    #[error("the place for files cannot be used: {0}")]
    Settings(#[from] object_store::Error),
}

/// A place opened: the objects in it, and its folder where it is one.
pub(super) struct Location {
    pub(super) objects: Arc<dyn ObjectStore>,
    pub(super) folder: Option<PathBuf>,
}

/// Opens the place; a folder is made where it is missing.
pub(super) fn open(place: &str) -> Result<Location, StoreError> {
    let unknown = || StoreError::Location(place.to_owned());
    if place == "memory:" {
        return Ok(Location { objects: Arc::new(InMemory::new()), folder: None });
    }
    if !place.contains("://") {
        return if place.is_empty() { Err(unknown()) } else { folder(Path::new(place)) };
    }
    let url = Url::parse(place).map_err(|_| unknown())?;
    let (scheme, prefix) = ObjectStoreScheme::parse(&url).map_err(|_| unknown())?;
    let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(20), ..RetryConfig::default() };
    let client =
        ClientOptions::new().with_timeout(Duration::from_secs(30)).with_connect_timeout(Duration::from_secs(5));
    match scheme {
        ObjectStoreScheme::Local => folder(&url.to_file_path().map_err(|()| unknown())?),
        ObjectStoreScheme::AmazonS3 => {
            let bucket = AmazonS3Builder::from_env().with_url(place).with_retry(retry).with_client_options(client);
            Ok(Location { objects: Arc::new(PrefixStore::new(bucket.build()?, prefix)), folder: None })
        }
        ObjectStoreScheme::MicrosoftAzure => {
            let container =
                MicrosoftAzureBuilder::from_env().with_url(place).with_retry(retry).with_client_options(client);
            Ok(Location { objects: Arc::new(PrefixStore::new(container.build()?, prefix)), folder: None })
        }
        _ => Err(unknown()),
    }
}

/// A folder of this machine, entered by nobody else, written through to the disk.
fn folder(path: &Path) -> Result<Location, StoreError> {
    let at = |source| StoreError::Folder { path: path.to_owned(), source };
    if !path.exists() {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(at)?;
        // The folder's own entry must outlast a crash as the files in it do.
        for above in path.canonicalize().map_err(at)?.ancestors().skip(1) {
            File::open(above).and_then(|above| above.sync_all()).map_err(at)?;
        }
    }
    let whole = path.canonicalize().map_err(at)?;
    let objects = LocalFileSystem::new_with_prefix(&whole)?.with_fsync(true);
    Ok(Location { objects: Arc::new(objects), folder: Some(whole) })
}
