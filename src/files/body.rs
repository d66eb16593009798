//! A request body that is one file, such as a table to be imported. It is written to a temporary file, which can be
//! read from its beginning any number of times.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, dev, web};
use futures_util::StreamExt;

use super::store::FileContent;
use super::temporary_upload::{TemporaryUpload, TemporaryUploadWriter};
use super::{ByteStream, MAX_FILE_SIZE, MediaType, media_type};
use crate::api::{Problem, ProblemKind};

/// The longest time without a byte of the body.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest time for the whole body.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(120);

/// A request body that has not been read yet.
pub struct FileBody(web::Payload);

/// A complete file in temporary storage. Its bytes are deleted when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct TemporaryFile(pub(super) TemporaryUpload);

impl FileBody {
    /// Takes the body of a request without reading it.
    ///
    /// # Errors
    ///
    /// Returns 415 if the request has a `Content-Encoding`, and 413 if its `Content-Length` is over [`MAX_FILE_SIZE`].
    pub async fn new(request: &HttpRequest, payload: dev::Payload) -> Result<Self, Problem> {
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            return Err(Problem::new(ProblemKind::UnsupportedMediaType, super::upload::NO_CONTENT_ENCODING));
        }
        let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        if length.is_some_and(|length: u64| length > MAX_FILE_SIZE) {
            return Err(too_large());
        }
        web::Payload::from_request(request, &mut { payload }).await.map(Self).map_err(Problem::internal)
    }

    /// Reads the body to its end.
    ///
    /// # Errors
    ///
    /// Returns 413 if the body is over [`MAX_FILE_SIZE`], and 408 if no byte arrives for 10 seconds or the body takes
    /// over 120 seconds.
    pub async fn receive(self) -> Result<TemporaryFile, Problem> {
        let late = |_| {
            Problem::new(
                ProblemKind::RequestTimeout,
                "The body did not arrive within 120 seconds. Send the request again.",
            )
        };
        tokio::time::timeout(TOTAL_TIMEOUT, write_to_temporary_file(self.0)).await.map_err(late)?
    }
}

async fn write_to_temporary_file(mut body: web::Payload) -> Result<TemporaryFile, Problem> {
    let mut writer = TemporaryUploadWriter::new(&std::env::temp_dir()).await?;
    let stalled = |_| {
        Problem::new(ProblemKind::RequestTimeout, "No byte of the body arrived for 10 seconds. Send the request again.")
    };
    while let Some(chunk) = tokio::time::timeout(READ_TIMEOUT, body.next()).await.map_err(stalled)? {
        let chunk = chunk.map_err(|error| {
            let detail = format!("The body ended before it was complete: {error}. Send the request again.");
            Problem::new(ProblemKind::Malformed, detail)
        })?;
        if writer.size() + chunk.len() as u64 > MAX_FILE_SIZE {
            return Err(too_large());
        }
        writer.write(&chunk).await?;
    }
    writer.finish().await.map(TemporaryFile)
}

fn too_large() -> Problem {
    let detail =
        format!("The body is larger than the limit of {MAX_FILE_SIZE} bytes. Send it in several smaller files.");
    Problem::new(ProblemKind::BodyTooLarge, detail)
}

impl TemporaryFile {
    /// Writes the bytes to a temporary file, without the size limit of a request.
    ///
    /// # Errors
    ///
    /// Returns 503 if the temporary file cannot be written.
    pub async fn from_bytes(bytes: &[u8]) -> Result<Self, Problem> {
        let mut writer = TemporaryUploadWriter::new(&std::env::temp_dir()).await?;
        writer.write(bytes).await?;
        writer.finish().await.map(Self)
    }

    /// Reads to the end of the reader. Returns `None` if the reader has more than `max` bytes.
    ///
    /// # Errors
    ///
    /// Returns 500 if the reader fails, and 503 if the temporary file cannot be written.
    pub async fn from_reader(mut from: impl tokio::io::AsyncRead + Unpin, max: u64) -> Result<Option<Self>, Problem> {
        let mut writer = TemporaryUploadWriter::new(&std::env::temp_dir()).await?;
        let mut bytes = vec![0; 64 * 1024];
        loop {
            let read = tokio::io::AsyncReadExt::read(&mut from, &mut bytes).await.map_err(Problem::internal)?;
            if read == 0 {
                return writer.finish().await.map(|upload| Some(Self(upload)));
            }
            if writer.size() + read as u64 > max {
                return Ok(None);
            }
            writer.write(&bytes[..read]).await?;
        }
    }

    /// Returns true if the file is an XLSX workbook that is safe to open, and false if it is of another accepted type.
    ///
    /// # Errors
    ///
    /// Returns 422 if the file is of no accepted type, or is an archive that is not safe to open.
    pub async fn is_workbook(&self) -> Result<bool, Problem> {
        Ok(media_type::detect(&self.0).await? == MediaType::Xlsx)
    }

    /// Returns a reader of the bytes from the beginning.
    pub fn reader(&self) -> impl Read + use<> {
        TemporaryFileReader { file: self.0.file.clone(), offset: 0 }
    }

    /// Returns a file handle at offset 0, for one child process. Handles share their offset, so use one at a time.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error if the handle cannot be cloned.
    pub fn try_clone_file(&self) -> io::Result<File> {
        self.0.try_clone_file()
    }
}

impl FileContent for TemporaryFile {
    fn sha256(&self) -> &str {
        &self.0.sha256
    }

    fn size(&self) -> u64 {
        self.0.size
    }

    fn block_digests(&self) -> &[u8] {
        &self.0.block_digests
    }

    fn chunks(&self, size: usize) -> ByteStream {
        self.0.chunks(size)
    }
}

/// A reader with an offset of its own, because clones of a file handle share one.
struct TemporaryFileReader {
    file: Arc<File>,
    offset: u64,
}

impl Read for TemporaryFileReader {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(bytes, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}
