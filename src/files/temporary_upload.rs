//! Where an upload waits while it arrives and is judged: a file without a name, counted and digested as it is written,
//! gone with the last who holds it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use actix_web::web::Bytes;
use aws_lc_rs::digest;
use futures_util::stream;
use tokio::io::AsyncWriteExt;

use super::Content;
use crate::api::Problem;

/// A spool being written.
pub(super) struct Writing {
    file: tokio::fs::File,
    digest: digest::Context,
    /// How many bytes it has.
    pub(super) size: u64,
}

/// A spool written to its end.
#[derive(Clone, Debug)]
pub(super) struct TemporaryUpload {
    pub(super) file: Arc<File>,
    pub(super) size: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub(super) sha256: String,
}

impl Writing {
    /// Begins a file that has no name in the folder.
    pub(super) async fn begin(folder: &Path) -> Result<Self, Problem> {
        let folder = folder.to_owned();
        let made =
            tokio::task::spawn_blocking(move || tempfile::tempfile_in(folder)).await.map_err(Problem::internal)?;
        let file = tokio::fs::File::from_std(made.map_err(full)?);
        Ok(Self { file, digest: digest::Context::new(&digest::SHA256), size: 0 })
    }

    /// Adds bytes.
    pub(super) async fn add(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.size += bytes.len() as u64;
        self.digest.update(bytes);
        self.file.write_all(bytes).await.map_err(full)
    }

    /// Ends it.
    pub(super) async fn end(mut self) -> Result<TemporaryUpload, Problem> {
        self.file.flush().await.map_err(full)?;
        let file = Arc::new(self.file.into_std().await);
        Ok(TemporaryUpload { file, size: self.size, sha256: hex::encode(self.digest.finish()) })
    }
}

/// The disk for uploads is full or away.
fn full(error: std::io::Error) -> Problem {
    Problem::unavailable(format!("an upload cannot be written: {error}"), 5)
}

impl TemporaryUpload {
    /// Its bytes from the beginning, in chunks of a size.
    pub(super) fn chunks(&self, size: usize) -> Content {
        let (file, end) = (self.file.clone(), self.size);
        Box::pin(stream::try_unfold(0, move |at: u64| {
            let file = file.clone();
            async move {
                let left = usize::try_from(end - at).map_or(size, |left| left.min(size));
                if left == 0 {
                    return Ok(None);
                }
                let reading = tokio::task::spawn_blocking(move || {
                    let mut bytes = vec![0; left];
                    file.read_exact_at(&mut bytes, at).map(|()| Bytes::from(bytes))
                });
                let bytes = reading.await.map_err(Problem::internal)?.map_err(Problem::internal)?;
                Ok(Some((bytes, at + left as u64)))
            }
        }))
    }
}
