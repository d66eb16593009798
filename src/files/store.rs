//! The object store. An object's key is its area and digest, so that no area can learn which files another area has. A
//! write returns only after the complete object is on the disk.

use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload};
use tokio::sync::RwLock;
use uuid::Uuid;

use super::ByteStream;
use super::location::{self, Location, MissingFolder, StoreError};
use crate::api::Problem;

/// The size of one part of a write to a folder, in bytes.
const LOCAL_PART: usize = 256 * 1024;
/// The size of one part of a write to a bucket, in bytes. Buckets refuse smaller parts, except the last.
const REMOTE_PART: usize = 5 * 1024 * 1024;

/// The folder of files that belong to no area. The code of an area begins with a letter.
pub const FOLDER_WITHOUT_AREA: &str = "_registrar";

/// A complete file that can be stored.
pub trait FileContent {
    /// Returns the SHA-256 of the bytes, in lower-case hexadecimal.
    fn sha256(&self) -> &str;

    /// Returns the number of bytes.
    fn size(&self) -> u64;

    /// Returns the SHA-256 of each MiB, one after the other.
    fn block_digests(&self) -> &[u8];

    /// Returns the bytes from the beginning, in chunks of at most `size` bytes.
    fn chunks(&self, size: usize) -> ByteStream;
}

/// The store of the files' bytes. Clones share the same objects.
#[derive(Clone)]
pub struct Store {
    pub(super) objects: Arc<dyn ObjectStore>,
    /// The path of the folder, if the location is a folder.
    pub(super) folder: Option<PathBuf>,
    /// A write holds it for reading while the object gets its key; a deletion holds it for writing while it checks and
    /// deletes an object.
    pub(super) naming_lock: Arc<RwLock<()>>,
    part_size: usize,
    /// The identity of the database whose files the store holds. Its marker must have the same identity.
    pub(super) deployment: Option<Uuid>,
}

impl Store {
    /// Opens a folder (a path or `file:///…`), `s3://bucket/prefix`, `az://container/prefix` (both with credentials from
    /// the environment), or `memory:`. Until [`Store::for_deployment`], nothing can be written.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not such a location, or if the location cannot be opened. A folder must exist.
    pub fn open(location: &str) -> Result<Self, StoreError> {
        Self::open_location(location, MissingFolder::Refuse)
    }

    /// Opens a location like [`Store::open`], and creates a folder that does not exist.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not such a location, or if the location cannot be opened.
    pub fn create(location: &str) -> Result<Self, StoreError> {
        Self::open_location(location, MissingFolder::Create)
    }

    fn open_location(location: &str, missing_folder: MissingFolder) -> Result<Self, StoreError> {
        let Location { objects, folder } = location::open(location, missing_folder)?;
        let part_size = if folder.is_some() || location == "memory:" { LOCAL_PART } else { REMOTE_PART };
        Ok(Self { objects, folder, naming_lock: Arc::default(), part_size, deployment: None })
    }

    /// Sets the identity of the database whose files the store holds.
    #[must_use]
    pub fn for_deployment(self, deployment: Uuid) -> Self {
        Self { deployment: Some(deployment), ..self }
    }

    /// Stores a file for an area: all of it, on the disk, or nothing. An object that exists is written again,
    /// so that its age counts from its last use, and so that the duration does not reveal whether it existed.
    ///
    /// # Errors
    ///
    /// Returns 503 if the object cannot be written, or the store does not have its marker.
    pub async fn put(&self, area: &str, file: &impl FileContent) -> Result<(), Problem> {
        let key = key(area, file.sha256())?;
        self.require_marker().await?;
        let failed = |error| unavailable("stored", &key, &error);
        let mut upload = self.objects.put_multipart(&key).await.map_err(failed)?;
        match self.write_parts(upload.as_mut(), file).await {
            Ok(()) => {
                let naming = self.naming_lock.read().await;
                upload.complete().await.map_err(failed)?;
                drop(naming);
                self.sync_folders(area).await
            }
            Err(problem) => {
                // If this fails too, garbage collection or the bucket's own rule removes the parts.
                let _ = upload.abort().await;
                Err(problem)
            }
        }
    }

    /// Flushes the entries of the area's folders to the disk. Another write may have created the folders without having
    /// flushed them yet.
    async fn sync_folders(&self, area: &str) -> Result<(), Problem> {
        let Some(folder) = self.folder.clone() else { return Ok(()) };
        let area_folder = folder.join(area);
        let flush = tokio::task::spawn_blocking(move || {
            [area_folder, folder].iter().try_for_each(|folder| File::open(folder).and_then(|folder| folder.sync_all()))
        });
        let flushed = flush.await.map_err(Problem::internal)?;
        flushed.map_err(|error| Problem::unavailable(format!("the folder of a file cannot be flushed: {error}"), 5))
    }

    async fn write_parts(&self, upload: &mut dyn MultipartUpload, file: &impl FileContent) -> Result<(), Problem> {
        let mut parts = file.chunks(self.part_size);
        while let Some(bytes) = parts.try_next().await? {
            let written = upload.put_part(PutPayload::from_bytes(bytes)).await;
            written.map_err(|error| Problem::unavailable(format!("part of a file cannot be stored: {error}"), 5))?;
        }
        Ok(())
    }

    /// Returns true if an area has an object with this digest. The bytes are not read.
    ///
    /// # Errors
    ///
    /// Returns 503 if the store cannot be read.
    pub async fn has(&self, area: &str, sha256: &str) -> Result<bool, Problem> {
        let key = key(area, sha256)?;
        match self.objects.head(&key).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(unavailable("read", &key, &error)),
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.objects)
    }
}

/// Returns the 503 for an object that cannot be read, stored or deleted.
pub(super) fn unavailable(done: &str, key: &Path, error: &Error) -> Problem {
    Problem::unavailable(format!("the object {key} cannot be {done}: {error}"), 5)
}

/// Returns the key `{area}/{first two digits}/{digest}`.
pub(super) fn key(area: &str, sha256: &str) -> Result<Path, Problem> {
    let valid = !area.is_empty()
        && area.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    if !valid || !is_digest(sha256) {
        return Err(Problem::internal(format!("{area:?} and {sha256:?} are not an area and a digest")));
    }
    Ok(Path::from_iter([area, &sha256[..2], sha256]))
}

/// Returns the area and the digest in a key, or `None` for a key that this service did not make.
pub(super) fn parse_key(key: &Path) -> Option<(String, String)> {
    let parts: Vec<_> = key.parts().collect();
    let [area, first, digest] = parts.as_slice() else { return None };
    let (area, first, digest) = (area.as_ref(), first.as_ref(), digest.as_ref());
    (is_digest(digest) && digest.starts_with(first) && first.len() == 2).then(|| (area.to_owned(), digest.to_owned()))
}

pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
