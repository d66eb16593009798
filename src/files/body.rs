//! A file that is the whole of a request's body, such as a table to be imported: spooled, counted, read again from its
//! beginning as often as it is needed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, dev, web};
use futures_util::StreamExt;

use super::temporary_upload::{TemporaryUpload, Writing};
use super::{LIMIT, MediaType, media};
use crate::api::{Kind, Problem};

/// How long nothing may arrive.
const STALL: Duration = Duration::from_secs(10);

/// How long a body may take as a whole.
const WHOLE: Duration = Duration::from_secs(120);

/// A body that has not been read yet.
pub struct FileBody(web::Payload);

/// A file received whole; its bytes go with the last clone.
#[derive(Clone, Debug)]
pub struct Kept(TemporaryUpload);

impl FileBody {
    /// The request's body, where its headers do not say already that it is too large.
    pub async fn of(request: &HttpRequest, payload: dev::Payload) -> Result<Self, Problem> {
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            return Err(Problem::new(Kind::UnsupportedMediaType, "Bodies are read without Content-Encoding."));
        }
        let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        if length.is_some_and(|length: u64| length > LIMIT) {
            return Err(too_large());
        }
        web::Payload::from_request(request, &mut { payload }).await.map(Self).map_err(Problem::internal)
    }

    /// Receives it: 413 beyond [`LIMIT`], 408 where it stalls for 10 s or takes over 120 s.
    pub async fn receive(self) -> Result<Kept, Problem> {
        let late = |_| Problem::new(Kind::RequestTimeout, "The body did not arrive within 120 seconds.");
        tokio::time::timeout(WHOLE, spool(self.0)).await.map_err(late)?
    }
}

async fn spool(mut body: web::Payload) -> Result<Kept, Problem> {
    let mut spool = Writing::begin(&std::env::temp_dir()).await?;
    let stalled = |_| Problem::new(Kind::RequestTimeout, "Nothing of the body arrived for 10 seconds.");
    while let Some(chunk) = tokio::time::timeout(STALL, body.next()).await.map_err(stalled)? {
        let chunk = chunk.map_err(|error| Problem::new(Kind::Malformed, format!("The body broke off: {error}.")))?;
        if spool.size + chunk.len() as u64 > LIMIT {
            return Err(too_large());
        }
        spool.add(&chunk).await?;
    }
    spool.end().await.map(Kept)
}

fn too_large() -> Problem {
    Problem::new(Kind::TooLarge, format!("A table may have {LIMIT} bytes."))
}

impl Kept {
    /// A file of this machine.
    pub async fn of(bytes: &[u8]) -> Result<Self, Problem> {
        let mut spool = Writing::begin(&std::env::temp_dir()).await?;
        spool.add(bytes).await?;
        spool.end().await.map(Self)
    }

    /// What comes of a reader, up to so many bytes; none where there is more.
    pub async fn from(mut from: impl tokio::io::AsyncRead + Unpin, most: u64) -> Result<Option<Self>, Problem> {
        let mut spool = Writing::begin(&std::env::temp_dir()).await?;
        let mut bytes = vec![0; 64 * 1024];
        loop {
            let read = tokio::io::AsyncReadExt::read(&mut from, &mut bytes).await.map_err(Problem::internal)?;
            if read == 0 {
                return spool.end().await.map(|spool| Some(Self(spool)));
            }
            if spool.size + read as u64 > most {
                return Ok(None);
            }
            spool.add(&bytes[..read]).await?;
        }
    }

    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// Whether it is a workbook that is safe to open; a fault where it is anything else, or a bomb.
    pub async fn is_workbook(&self) -> Result<bool, Problem> {
        Ok(media::judge(&self.0).await? == MediaType::Xlsx)
    }

    /// Its bytes from the beginning.
    pub fn reader(&self) -> impl Read + use<> {
        Reading { file: self.0.file.clone(), at: 0 }
    }

    /// The file itself at its beginning, to be given to one other process.
    pub fn given(&self) -> io::Result<File> {
        let mut file = self.0.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

/// A reading with a place of its own: clones of a file share theirs.
struct Reading {
    file: Arc<File>,
    at: u64,
}

impl Read for Reading {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(bytes, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
