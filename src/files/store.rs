//! The store: objects named by their content within one area, so that no area can learn what another holds. Whole and
//! on the disk before it is said so.

use std::fmt;
use std::fs::File;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload};
use tokio::sync::RwLock;

use super::Content;
use super::location::{self, StoreError};
use super::upload::Received;
use crate::api::Problem;

/// What is written at once: a folder takes any size, a bucket no part but the last under 5 MiB.
const LOCAL_PART: usize = 256 * 1024;
const REMOTE_PART: usize = 5 * 1024 * 1024;

/// Where the bytes of files are kept; clones are the same store.
#[derive(Clone)]
pub struct Store {
    pub(super) objects: Arc<dyn ObjectStore>,
    /// The folder, where it is one.
    pub(super) folder: Option<PathBuf>,
    /// Held for reading while an object takes its name, for writing while one is looked at and removed.
    pub(super) naming: Arc<RwLock<()>>,
    part: usize,
}

impl Store {
    /// Opens a folder (a path or `file:///…`, made where it is missing), `s3://bucket/prefix`, `az://container/prefix`
    /// (both with credentials from the environment), or `memory:`.
    pub fn open(place: &str) -> Result<Self, StoreError> {
        let location::Location { objects, folder } = location::open(place)?;
        let part = if folder.is_some() || place == "memory:" { LOCAL_PART } else { REMOTE_PART };
        Ok(Self { objects, folder, naming: Arc::default(), part })
    }

    /// Keeps a received file for an area: whole or not at all, and lasting once this returns. What is there already is
    /// written afresh, so that its age is that of its last use and no answer comes sooner than another.
    pub async fn keep(&self, area: &str, received: &Received) -> Result<(), Problem> {
        let key = key(area, &received.sha256)?;
        let failed = |error| unavailable("kept", &key, &error);
        let mut upload = self.objects.put_multipart(&key).await.map_err(failed)?;
        match self.send(upload.as_mut(), received).await {
            Ok(()) => {
                let naming = self.naming.read().await;
                upload.complete().await.map_err(failed)?;
                drop(naming);
                self.settle(area).await
            }
            Err(problem) => {
                // What was begun is swept, or ends by the bucket's own rule, where even this fails.
                let _ = upload.abort().await;
                Err(problem)
            }
        }
    }

    /// Puts the entries of the area's folders on the disk: another write may have made them and not have come so far.
    async fn settle(&self, area: &str) -> Result<(), Problem> {
        let Some(folder) = self.folder.clone() else { return Ok(()) };
        let within = folder.join(area);
        let settling = tokio::task::spawn_blocking(move || {
            [within, folder].iter().try_for_each(|folder| File::open(folder).and_then(|folder| folder.sync_all()))
        });
        let settled = settling.await.map_err(Problem::internal)?;
        settled.map_err(|error| Problem::unavailable(format!("a file cannot be kept: {error}"), 5))
    }

    async fn send(&self, upload: &mut dyn MultipartUpload, received: &Received) -> Result<(), Problem> {
        let mut parts = received.chunks(self.part);
        while let Some(bytes) = parts.try_next().await? {
            let sent = upload.put_part(PutPayload::from_bytes(bytes)).await;
            sent.map_err(|error| Problem::unavailable(format!("a file cannot be kept: {error}"), 5))?;
        }
        Ok(())
    }

    /// A kept file's bytes, or those of a range that lies within it. That it is missing is a fault of ours: records name
    /// only what was kept.
    pub async fn read(&self, area: &str, sha256: &str, range: Option<Range<u64>>) -> Result<Content, Problem> {
        let key = key(area, sha256)?;
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.objects.get_opts(&key, options).await.map_err(|error| match error {
            Error::NotFound { .. } => Problem::internal(format!("{key} is recorded, but not there")),
            error => unavailable("read", &key, &error),
        })?;
        Ok(Box::pin(found.into_stream().map_err(Problem::internal)))
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.objects)
    }
}

pub(super) fn unavailable(done: &str, key: &Path, error: &Error) -> Problem {
    Problem::unavailable(format!("{key} cannot be {done}: {error}"), 5)
}

/// `{area}/{first two digits}/{digest}`.
fn key(area: &str, sha256: &str) -> Result<Path, Problem> {
    let named = !area.is_empty()
        && area.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    if !named || !is_digest(sha256) {
        return Err(Problem::internal(format!("{area:?} and {sha256:?} name no file")));
    }
    Ok(Path::from_iter([area, &sha256[..2], sha256]))
}

/// The area and the digest that a key is made of; none for what we did not put there.
pub(super) fn parts(key: &Path) -> Option<(String, String)> {
    let parts: Vec<_> = key.parts().collect();
    let [area, first, digest] = parts.as_slice() else { return None };
    let (area, first, digest) = (area.as_ref(), first.as_ref(), digest.as_ref());
    (is_digest(digest) && digest.starts_with(first) && first.len() == 2).then(|| (area.to_owned(), digest.to_owned()))
}

pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
