//! The temporary file that holds an upload while it arrives and is checked. It has no name in its folder, is hashed as
//! it is written, and is deleted when its last handle is dropped.

use std::fs::File;
use std::io::Seek;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use actix_web::web::Bytes;
use futures_util::stream;
use tokio::io::AsyncWriteExt;

use super::ByteStream;
use super::content_digest::{ContentDigest, ContentHasher};
use crate::api::Problem;

/// A temporary file that is being written.
pub(super) struct TemporaryUploadWriter {
    file: tokio::fs::File,
    hasher: ContentHasher,
}

/// A temporary file that is complete.
#[derive(Clone, Debug)]
pub(super) struct TemporaryUpload {
    pub(super) file: Arc<File>,
    pub(super) size: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub(super) sha256: String,
    /// SHA-256 of each MiB, one after the other.
    pub(super) block_digests: Arc<[u8]>,
}

impl TemporaryUploadWriter {
    /// Creates a file without a name in the folder.
    pub(super) async fn new(folder: &Path) -> Result<Self, Problem> {
        let folder = folder.to_owned();
        let file =
            tokio::task::spawn_blocking(move || tempfile::tempfile_in(folder)).await.map_err(Problem::internal)?;
        let file = tokio::fs::File::from_std(file.map_err(not_writable)?);
        Ok(Self { file, hasher: ContentHasher::new() })
    }

    /// Returns the number of bytes written so far.
    pub(super) fn size(&self) -> u64 {
        self.hasher.size
    }

    /// Appends bytes.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.hasher.update(bytes);
        self.file.write_all(bytes).await.map_err(not_writable)
    }

    /// Flushes the file and returns it with its size and digest.
    pub(super) async fn finish(mut self) -> Result<TemporaryUpload, Problem> {
        self.file.flush().await.map_err(not_writable)?;
        let file = Arc::new(self.file.into_std().await);
        let ContentDigest { size, sha256, block_digests } = self.hasher.finish();
        Ok(TemporaryUpload { file, size, sha256, block_digests: block_digests.into() })
    }
}

/// Returns the 503 for a temporary folder that is full or missing.
fn not_writable(error: std::io::Error) -> Problem {
    Problem::unavailable(format!("an upload cannot be written to the temporary folder: {error}"), 5)
}

impl TemporaryUpload {
    /// Returns a file handle at offset 0. Handles share their offset, so use one at a time.
    pub(super) fn try_clone_file(&self) -> std::io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        Ok(file)
    }

    /// Returns the bytes from the beginning, in chunks of at most `size` bytes.
    pub(super) fn chunks(&self, size: usize) -> ByteStream {
        let (file, end) = (self.file.clone(), self.size);
        Box::pin(stream::try_unfold(0, move |offset: u64| {
            let file = file.clone();
            async move {
                let length = usize::try_from(end - offset).map_or(size, |left| left.min(size));
                if length == 0 {
                    return Ok(None);
                }
                let reading = tokio::task::spawn_blocking(move || {
                    let mut bytes = vec![0; length];
                    file.read_exact_at(&mut bytes, offset).map(|()| Bytes::from(bytes))
                });
                let bytes = reading.await.map_err(Problem::internal)?.map_err(Problem::internal)?;
                Ok(Some((bytes, offset + length as u64)))
            }
        }))
    }
}
