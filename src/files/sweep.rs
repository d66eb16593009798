//! What no record names any more is removed, once it is old enough that no write under way can still name it.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path as Folder;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt};

use super::store::{Store, is_digest, parts, unavailable};
use crate::api::Problem;

/// How many digests are asked about at once.
const BATCH: usize = 500;

impl Store {
    /// Removes every object last written before an instant whose digest `known(area, digests)` does not name, and what
    /// interrupted writes left behind; says how many. `known` is asked about 500 digests at the most.
    pub async fn sweep(
        &self,
        before: DateTime<Utc>,
        known: impl AsyncFn(&str, &[String]) -> Result<HashSet<String>, Problem>,
    ) -> Result<u64, Problem> {
        let mut removed = self.sweep_leftovers(before).await?;
        let mut old = BTreeMap::<String, Vec<String>>::new();
        let mut listing = self.objects.list(None);
        let listed = |error| Problem::unavailable(format!("files cannot be listed: {error}"), 5);
        while let Some(object) = listing.try_next().await.map_err(listed)? {
            let Some((area, digest)) = parts(&object.location) else { continue };
            if object.last_modified >= before {
                continue;
            }
            let batch = old.entry(area.clone()).or_default();
            batch.push(digest);
            if batch.len() == BATCH {
                let batch = std::mem::take(batch);
                removed += self.remove_unknown(&area, &batch, before, &known).await?;
            }
        }
        for (area, batch) in old {
            removed += self.remove_unknown(&area, &batch, before, &known).await?;
        }
        Ok(removed)
    }

    async fn remove_unknown(
        &self,
        area: &str,
        digests: &[String],
        before: DateTime<Utc>,
        known: &impl AsyncFn(&str, &[String]) -> Result<HashSet<String>, Problem>,
    ) -> Result<u64, Problem> {
        if digests.is_empty() {
            return Ok(0);
        }
        let known = known(area, digests).await?;
        let mut removed = 0;
        for digest in digests.iter().filter(|digest| !known.contains(*digest)) {
            let key = Path::from_iter([area, &digest[..2], digest]);
            // Its age once more: it may have been written afresh since it was listed, for a record made since.
            let _naming = self.naming.write().await;
            let still = match self.objects.head(&key).await {
                Ok(object) => object.last_modified < before,
                Err(Error::NotFound { .. }) => false,
                Err(error) => return Err(unavailable("looked at", &key, &error)),
            };
            if still {
                self.objects.delete(&key).await.map_err(|error| unavailable("removed", &key, &error))?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// What interrupted writes left in the folder, which a listing does not show.
    async fn sweep_leftovers(&self, before: DateTime<Utc>) -> Result<u64, Problem> {
        let Some(folder) = self.folder.clone() else { return Ok(0) };
        let sweeping = tokio::task::spawn_blocking(move || {
            let mut removed = 0;
            leftovers(&folder, 2, before, &mut removed).map(|()| removed)
        });
        let removed = sweeping.await.map_err(Problem::internal)?;
        removed.map_err(|error| Problem::unavailable(format!("leftovers cannot be removed: {error}"), 5))
    }
}

/// Removes `{digest}#{number}` files older than an instant from the folders `depth` below one.
fn leftovers(folder: &Folder, depth: usize, before: DateTime<Utc>, removed: &mut u64) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if depth > 0 && kind.is_dir() {
            leftovers(&entry.path(), depth - 1, before, removed)?;
        }
        let name = entry.file_name();
        let begun = name.to_str().and_then(|name| name.split_once('#'));
        let ours =
            begun.is_some_and(|(digest, number)| is_digest(digest) && number.bytes().all(|b| b.is_ascii_digit()));
        if depth == 0 && kind.is_file() && ours {
            // One that took its name, or was removed, meanwhile is no leftover.
            let Ok(written) = entry.metadata().and_then(|meta| meta.modified()) else { continue };
            if DateTime::<Utc>::from(written) < before && fs::remove_file(entry.path()).is_ok() {
                *removed += 1;
            }
        }
    }
    Ok(())
}
