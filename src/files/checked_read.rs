//! Reading of stored files with a check of every byte. A byte that differs from the upload is never sent in a complete
//! response: the stream ends with an error before its last chunk.

use std::ops::Range;

use actix_web::web::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{Error, GetOptions, GetRange, GetResult, ObjectStoreExt};

use super::ByteStream;
use super::content_digest::{BLOCK_SIZE, ContentDigest, ContentHasher, is_block};
use super::store::{Store, key, unavailable};
use crate::api::{Problem, ProblemKind};

/// What is known of a stored file.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// The folder in the store: the code of an area, or [`FOLDER_WITHOUT_AREA`](super::FOLDER_WITHOUT_AREA).
    pub folder: String,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// The number of bytes.
    pub size: u64,
    /// SHA-256 of each MiB, one after the other. `None` for a file that an earlier version stored.
    pub block_digests: Option<Vec<u8>>,
}

/// The result of reading a whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileCheck {
    /// The bytes are those of the upload. Holds SHA-256 of each MiB, one after the other.
    Intact(Vec<u8>),
    /// The bytes are others.
    Damaged,
    /// There is no object.
    Missing,
}

impl Store {
    /// Returns the bytes of a stored file, or of a range that lies within it. Each byte is checked before it is sent,
    /// by the digest of its MiB or of the whole file.
    ///
    /// # Errors
    ///
    /// Returns 500 `file_missing` or `file_damaged` if that is known before the first byte; a later fault is an error of
    /// the stream. Returns 503 if the store cannot be read.
    pub async fn read(&self, file: &StoredFile, range: Option<Range<u64>>) -> Result<ByteStream, Problem> {
        let whole = 0..file.size;
        match (&file.block_digests, range) {
            (Some(digests), range) => self.read_blocks(file, range.unwrap_or(whole), digests.clone()).await,
            (None, Some(range)) if range != whole => match self.check(file).await? {
                FileCheck::Intact(digests) => self.read_blocks(file, range, digests).await,
                FileCheck::Damaged => Err(damaged(file)),
                FileCheck::Missing => Err(missing(file)),
            },
            (None, _) => self.read_whole(file).await,
        }
    }

    /// Reads a whole file and compares it with its digest.
    ///
    /// # Errors
    ///
    /// Returns 503 if the store cannot be read, or has lost its marker. The file may then be intact.
    pub async fn check(&self, file: &StoredFile) -> Result<FileCheck, Problem> {
        let key = key(&file.folder, &file.sha256)?;
        let content = match self.objects.get(&key).await {
            Err(Error::NotFound { .. }) => {
                self.require_marker().await?;
                return Ok(FileCheck::Missing);
            }
            found => found.map_err(|error| unavailable("read", &key, &error))?.into_stream(),
        };
        let hashed = content.try_fold(ContentHasher::new(), async |mut hasher, bytes| {
            hasher.update(&bytes);
            Ok(hasher)
        });
        let found = hashed.await.map_err(|error| unavailable("read", &key, &error))?.finish();
        Ok(if is_upload(&found, file) { FileCheck::Intact(found.block_digests) } else { FileCheck::Damaged })
    }

    /// Opens an object whose size must be that of the file.
    async fn open_object(&self, file: &StoredFile, range: Option<Range<u64>>) -> Result<(GetResult, Path), Problem> {
        let key = key(&file.folder, &file.sha256)?;
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        match self.objects.get_opts(&key, options).await {
            Ok(found) if found.meta.size == file.size => Ok((found, key)),
            Ok(_) => Err(damaged(file)),
            Err(Error::NotFound { .. }) => {
                // If the marker is missing too, the whole store is away, and not this file alone.
                self.require_marker().await?;
                Err(missing(file))
            }
            // The range can lie beyond the end of an object that was truncated.
            Err(error) => match self.objects.head(&key).await {
                Ok(object) if object.size != file.size => Err(damaged(file)),
                _ => Err(unavailable("read", &key, &error)),
            },
        }
    }

    /// Sends a whole file, and holds its last chunk back until the digest of all bytes is known.
    async fn read_whole(&self, file: &StoredFile) -> Result<ByteStream, Problem> {
        let (found, key) = self.open_object(file, None).await?;
        let content = found.into_stream().map_err(move |error| unavailable("read", &key, &error));
        let state = (content, Some((ContentHasher::new(), Bytes::new())), file.clone());
        begin(stream::try_unfold(state, async |(mut content, hashing, file)| {
            let Some((mut hasher, mut held)) = hashing else { return Ok(None) };
            while let Some(bytes) = content.try_next().await? {
                hasher.update(&bytes);
                let ready = std::mem::replace(&mut held, bytes);
                if !ready.is_empty() {
                    return Ok(Some((ready, (content, Some((hasher, held)), file))));
                }
            }
            if is_upload(&hasher.finish(), &file) {
                Ok(Some((held, (content, None, file))))
            } else {
                Err(damaged(&file))
            }
        }))
        .await
    }

    /// Sends a range, one block of 1 MiB after the other. Reads whole blocks, and sends a block after its check.
    async fn read_blocks(&self, file: &StoredFile, range: Range<u64>, digests: Vec<u8>) -> Result<ByteStream, Problem> {
        let first = range.start / BLOCK_SIZE;
        let end = range.end.div_ceil(BLOCK_SIZE).saturating_mul(BLOCK_SIZE).min(file.size);
        let (found, key) = self.open_object(file, Some(first * BLOCK_SIZE..end)).await?;
        let content = found.into_stream().map_err(move |error| unavailable("read", &key, &error));
        let state = (content, BytesMut::new(), first, range, digests, file.clone());
        begin(stream::try_unfold(state, async |(mut content, mut read, index, range, digests, file)| {
            let start = index * BLOCK_SIZE;
            if start >= range.end {
                return Ok(None);
            }
            let length = usize::try_from(BLOCK_SIZE.min(file.size - start)).map_err(Problem::internal)?;
            while read.len() < length {
                let Some(bytes) = content.try_next().await? else { return Err(damaged(&file)) };
                read.extend_from_slice(&bytes);
            }
            let block = read.split_to(length).freeze();
            if !is_block(&block, index, &digests) {
                return Err(damaged(&file));
            }
            let offset = |position: u64| usize::try_from(position.saturating_sub(start)).map_err(Problem::internal);
            let selected = block.slice(offset(range.start)?.min(length)..offset(range.end)?.min(length));
            Ok(Some((selected, (content, read, index + 1, range, digests, file))))
        }))
        .await
    }
}

/// Returns true if the digests are those of the upload.
fn is_upload(found: &ContentDigest, file: &StoredFile) -> bool {
    found.size == file.size && found.sha256 == file.sha256
}

/// Waits for the first chunk, so that a fault in it is a problem document and not a response that breaks off.
async fn begin(
    content: impl stream::Stream<Item = Result<Bytes, Problem>> + Send + 'static,
) -> Result<ByteStream, Problem> {
    let mut content: ByteStream = Box::pin(content);
    let Some(first) = content.try_next().await? else { return Ok(content) };
    Ok(Box::pin(stream::once(async { Ok(first) }).chain(content)))
}

/// Returns the problem of a file whose bytes are not those of the upload.
pub fn damaged(file: &StoredFile) -> Problem {
    let detail = "The stored content of this file is no longer what was uploaded, so it is not sent. The operator must \
                  restore it from a backup, or someone must upload the same file again.";
    let log = format!("the object {}/{} is damaged: its bytes do not have this digest", file.folder, file.sha256);
    Problem::new(ProblemKind::FileDamaged, detail).with_log(log)
}

/// Returns the problem of a file whose object is missing.
pub fn missing(file: &StoredFile) -> Problem {
    let detail = "The content of this file is not where it was stored. The operator must restore it from a backup, or \
                  someone must upload the same file again.";
    let log = format!("the object {}/{} is missing, and a record refers to it", file.folder, file.sha256);
    Problem::new(ProblemKind::FileMissing, detail).with_log(log)
}
