//! The deletion of objects to which no record refers. An object must be old enough that no upload in progress can still
//! refer to it.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path as Folder;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt};

use super::store::{Store, is_digest, parse_key, unavailable};
use crate::api::Problem;

/// The number of digests in one query for references.
const BATCH: usize = 500;

impl Store {
    /// Deletes every object that was last written before an instant and to which no record refers, and the files that
    /// interrupted writes left. Returns the number deleted. `referenced(area, digests)` takes at most
    /// 500 digests, and returns the ones to which a record refers.
    ///
    /// # Errors
    ///
    /// Returns 503 if the store fails or does not have its marker, and any error of `referenced`. Objects deleted before
    /// then stay deleted.
    pub async fn delete_unreferenced(
        &self,
        before: DateTime<Utc>,
        referenced: impl AsyncFn(&str, &[String]) -> Result<HashSet<String>, Problem>,
    ) -> Result<u64, Problem> {
        self.require_marker().await?;
        let mut deleted = self.delete_interrupted_writes(before).await?;
        let mut old = BTreeMap::<String, Vec<String>>::new();
        let mut listing = self.objects.list(None);
        let not_listed = |error| Problem::unavailable(format!("the stored files cannot be listed: {error}"), 5);
        while let Some(object) = listing.try_next().await.map_err(not_listed)? {
            let Some((area, digest)) = parse_key(&object.location) else { continue };
            if object.last_modified >= before {
                continue;
            }
            let batch = old.entry(area.clone()).or_default();
            batch.push(digest);
            if batch.len() == BATCH {
                let batch = std::mem::take(batch);
                deleted += self.delete_batch(&area, &batch, before, &referenced).await?;
            }
        }
        for (area, batch) in old {
            deleted += self.delete_batch(&area, &batch, before, &referenced).await?;
        }
        Ok(deleted)
    }

    async fn delete_batch(
        &self,
        area: &str,
        digests: &[String],
        before: DateTime<Utc>,
        referenced: &impl AsyncFn(&str, &[String]) -> Result<HashSet<String>, Problem>,
    ) -> Result<u64, Problem> {
        if digests.is_empty() {
            return Ok(0);
        }
        let referenced = referenced(area, digests).await?;
        let mut deleted = 0;
        for digest in digests.iter().filter(|digest| !referenced.contains(*digest)) {
            let key = Path::from_iter([area, &digest[..2], digest]);
            // An upload may have written the object again since it was listed, so its age is checked once more.
            let _naming = self.naming_lock.write().await;
            let is_old = match self.objects.head(&key).await {
                Ok(object) => object.last_modified < before,
                Err(Error::NotFound { .. }) => false,
                Err(error) => return Err(unavailable("read", &key, &error)),
            };
            if is_old {
                self.objects.delete(&key).await.map_err(|error| unavailable("deleted", &key, &error))?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }

    /// Deletes the files of interrupted writes in the folder, which a listing of objects does not show.
    async fn delete_interrupted_writes(&self, before: DateTime<Utc>) -> Result<u64, Problem> {
        let Some(folder) = self.folder.clone() else { return Ok(0) };
        let deletion = tokio::task::spawn_blocking(move || {
            let mut deleted = 0;
            delete_partial_files(&folder, 2, before, &mut deleted).map(|()| deleted)
        });
        let deleted = deletion.await.map_err(Problem::internal)?;
        deleted.map_err(|error| {
            Problem::unavailable(format!("the files of interrupted writes cannot be deleted: {error}"), 5)
        })
    }
}

/// Deletes the files named `{digest}#{number}` that are older than an instant, `depth` levels below a folder.
fn delete_partial_files(
    folder: &Folder,
    depth: usize,
    before: DateTime<Utc>,
    deleted: &mut u64,
) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if depth > 0 && kind.is_dir() {
            delete_partial_files(&entry.path(), depth - 1, before, deleted)?;
        }
        let name = entry.file_name();
        let parts = name.to_str().and_then(|name| name.split_once('#'));
        let is_partial =
            parts.is_some_and(|(digest, number)| is_digest(digest) && number.bytes().all(|b| b.is_ascii_digit()));
        if depth == 0 && kind.is_file() && is_partial {
            // The write may have ended since the folder was read, so a missing file is not an error.
            let Ok(written) = entry.metadata().and_then(|meta| meta.modified()) else { continue };
            if DateTime::<Utc>::from(written) < before && fs::remove_file(entry.path()).is_ok() {
                *deleted += 1;
            }
        }
    }
    Ok(())
}
