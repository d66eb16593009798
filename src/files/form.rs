//! The upload of several files in one form. Each part is named `file`, and is streamed to a temporary file of its own.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, dev};

use super::MAX_FILE_SIZE;
use super::body::TemporaryFile;
use super::multipart::{self, MultipartForm};
use super::temporary_upload::TemporaryUploadWriter;
use super::upload::{NO_CONTENT_ENCODING, check_field, check_name, write};
use crate::api::{Fault, Problem, ProblemKind};

/// The most files in one form.
pub const MAX_FILES: usize = 20;

/// The most bytes that a form may have: four files of the largest size, or more smaller ones.
const MAX_FORM: u64 = 4 * MAX_FILE_SIZE;

/// The longest time for the whole form.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(120);

/// A form with several files, which has not been read yet.
pub struct FilesForm(MultipartForm<dev::Payload>);

/// A file of a form, with the name that the sender gave it.
pub struct NamedFile {
    /// The name. It is never used as a path.
    pub filename: String,
    /// The bytes.
    pub file: TemporaryFile,
}

impl FilesForm {
    /// Takes the body of a request without reading it.
    ///
    /// # Errors
    ///
    /// Returns 415 if the request has a `Content-Encoding`, 413 if its `Content-Length` is too large, and 400 if its
    /// `Content-Type` has no boundary.
    pub fn new(request: &HttpRequest, payload: dev::Payload) -> Result<Self, Problem> {
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            return Err(Problem::new(ProblemKind::UnsupportedMediaType, NO_CONTENT_ENCODING));
        }
        let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        if length.is_some_and(|length: u64| length > MAX_FORM) {
            return Err(too_large());
        }
        let boundary = text(header::CONTENT_TYPE).and_then(multipart::boundary).ok_or_else(|| {
            multipart::malformed("The Content-Type has no valid boundary. Send multipart/form-data; boundary=…")
        })?;
        Ok(Self(MultipartForm::new(&boundary, payload)))
    }

    /// Reads the form to its end.
    ///
    /// # Errors
    ///
    /// Returns 413 if a file is over [`MAX_FILE_SIZE`] or the form too large, 422 if it has no file, too many files or
    /// another field, and 408 if it takes over 120 seconds.
    pub async fn receive(self) -> Result<Vec<NamedFile>, Problem> {
        let late = |_| {
            let detail = "The files did not arrive within 120 seconds. Send them again, or fewer at once.";
            Problem::new(ProblemKind::RequestTimeout, detail)
        };
        tokio::time::timeout(TOTAL_TIMEOUT, read_files(self.0)).await.map_err(late)?
    }
}

async fn read_files(mut form: MultipartForm<dev::Payload>) -> Result<Vec<NamedFile>, Problem> {
    let folder = std::env::temp_dir();
    let (mut files, mut size) = (Vec::new(), 0);
    let mut headers = form.first().await?;
    while let Some(part) = headers {
        if files.len() == MAX_FILES {
            let detail = format!("The form has more than {MAX_FILES} files. Send them in several requests.");
            return Err(Problem::invalid(vec![Fault::body("/file", "too_many", detail)]));
        }
        let filename = check_name(check_field(part)?.filename)?;
        let mut writer = TemporaryUploadWriter::new(&folder).await?;
        while let Some(bytes) = form.chunk().await? {
            size += bytes.len() as u64;
            if size > MAX_FORM {
                return Err(too_large());
            }
            write(&mut writer, &bytes).await?;
        }
        files.push(NamedFile { filename, file: TemporaryFile(writer.finish().await?) });
        headers = form.next().await?;
    }
    form.end().await?;
    if files.is_empty() {
        let detail = "The form has no part named file. Send each file in a part named file.";
        return Err(Problem::invalid(vec![Fault::body("/file", "required", detail)]));
    }
    Ok(files)
}

fn too_large() -> Problem {
    let detail = format!("The form is larger than the limit of {MAX_FORM} bytes. Send fewer files in one request.");
    Problem::with_faults(ProblemKind::BodyTooLarge, vec![Fault::body("/file", "too_large", detail)])
}
