//! The upload of one file in a form with one part named `file`. The file is streamed to a temporary file, hashed, and
//! its media type is detected. Its bytes are deleted with the request unless the caller stores them.

use std::future::{Ready, ready};
use std::path::Path;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, dev};
use serde_json::json;

use super::active_content::ContentChecker;
use super::file_name;
use super::media_type as media;
use super::multipart::{self, MultipartForm, PartHeaders};
use super::store::FileContent;
use super::temporary_upload::{TemporaryUpload, TemporaryUploadWriter};
use super::{ByteStream, MAX_FILE_SIZE, MediaType};
use crate::api::{Argument, Fault, OperationDoc, Problem, ProblemKind, escape, media_type, unsupported_media_type};

const FORM_DATA: &str = "multipart/form-data";

/// The most bytes that a form may have in addition to the file.
const FORM_OVERHEAD: u64 = 64 * 1024;

/// The longest time for the whole upload.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(120);

/// The longest name of a file, in bytes.
const MAX_NAME_LENGTH: usize = 255;

/// The detail of the 415 for an encoded body.
pub(super) const NO_CONTENT_ENCODING: &str =
    "The body must not have a Content-Encoding. Send the file as it is, without compression.";

/// An upload whose body has not been read yet.
pub struct Upload {
    pub(super) form: MultipartForm<dev::Payload>,
    pub(super) total_timeout: Duration,
    checker: Option<Data<ContentChecker>>,
}

/// A complete file of an accepted type, in temporary storage. Its bytes are deleted when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct UploadedFile {
    /// The name that the sender gave it. It is never used as a path.
    pub filename: String,
    /// The media type, detected from the content.
    pub media_type: MediaType,
    /// The number of bytes.
    pub size: u64,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub sha256: String,
    pub(super) content: TemporaryUpload,
}

impl FromRequest for Upload {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let payload = payload.take();
        let checker = request.app_data::<Data<ContentChecker>>().cloned();
        ready(check_headers(request).map(|boundary| {
            let form = MultipartForm::new(&boundary, payload);
            Self { form, total_timeout: TOTAL_TIMEOUT, checker }
        }))
    }
}

/// Returns the form's boundary if the headers describe a form that is not too large.
fn check_headers(request: &HttpRequest) -> Result<String, Problem> {
    let media = media_type(request);
    if media != FORM_DATA {
        return Err(unsupported_media_type(&media, FORM_DATA));
    }
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::new(ProblemKind::UnsupportedMediaType, NO_CONTENT_ENCODING));
    }
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    if length.is_some_and(|length: u64| length > MAX_FILE_SIZE + FORM_OVERHEAD) {
        return Err(too_large());
    }
    let boundary = text(header::CONTENT_TYPE).and_then(multipart::boundary);
    boundary.ok_or_else(|| {
        multipart::malformed("The Content-Type has no valid boundary. Send multipart/form-data; boundary=…")
    })
}

impl Argument for Upload {
    fn describe(doc: &mut OperationDoc) {
        let file = json!({
            "type": "string",
            "format": "binary",
            "contentMediaType": "application/octet-stream",
            "description": format!(
                "The file, of at most {MAX_FILE_SIZE} bytes. The service detects its type from the content. Accepted \
                 types: {}.",
                media::accepted_types()
            ),
        });
        let schema = json!({
            "type": "object", "description": "A form with one file.", "required": ["file"],
            "additionalProperties": false, "properties": { "file": file },
        });
        let reference = doc.component("FileUpload", schema);
        doc.body(&[FORM_DATA], reference);
        doc.problem(ProblemKind::Invalid);
    }
}

impl Upload {
    /// Reads the form to its end, detects the file's media type, and checks the file for active content.
    ///
    /// # Errors
    ///
    /// Returns 413 if the file is over [`MAX_FILE_SIZE`], 408 if no byte arrives for 10 seconds or the form takes over
    /// 120 seconds, 400 if the form cannot be read, and 422 if the file is not acceptable.
    pub async fn receive(self) -> Result<UploadedFile, Problem> {
        let checker = self.checker.clone().ok_or_else(|| Problem::internal("the server has no ContentChecker"))?;
        let file = self.receive_in(&std::env::temp_dir()).await?;
        checker.check(&file).await?;
        Ok(file)
    }

    pub(super) async fn receive_in(self, folder: &Path) -> Result<UploadedFile, Problem> {
        let late =
            |_| Problem::new(ProblemKind::RequestTimeout, "The file did not arrive within 120 seconds. Send it again.");
        let (filename, content) =
            tokio::time::timeout(self.total_timeout, read_form(self.form, folder)).await.map_err(late)??;
        UploadedFile::new(filename, content).await
    }
}

impl UploadedFile {
    /// Makes a file of the program's own, such as one of the demo data. It must pass the same checks of its name and type
    /// as an upload.
    ///
    /// # Errors
    ///
    /// Returns 422 if the name or the content is not acceptable, and 413 if the file is over [`MAX_FILE_SIZE`].
    pub async fn from_bytes(filename: &str, bytes: &[u8]) -> Result<Self, Problem> {
        let filename = check_name(Some(filename.to_owned()))?;
        let mut writer = TemporaryUploadWriter::new(&std::env::temp_dir()).await?;
        for chunk in bytes.chunks(64 * 1024) {
            write(&mut writer, chunk).await?;
        }
        Self::new(filename, writer.finish().await?).await
    }

    async fn new(filename: String, content: TemporaryUpload) -> Result<Self, Problem> {
        if content.size == 0 {
            let detail = "The file is empty. Choose a file with content.";
            return Err(Problem::invalid(vec![Fault::body("/file", "empty", detail)]));
        }
        let media_type = media::detect(&content).await?;
        if let Some(fault) = media_type.check_ending(&filename) {
            return Err(Problem::invalid(vec![fault]));
        }
        Ok(Self { filename, media_type, size: content.size, sha256: content.sha256.clone(), content })
    }
}

impl FileContent for UploadedFile {
    fn sha256(&self) -> &str {
        &self.sha256
    }

    fn size(&self) -> u64 {
        self.size
    }

    fn block_digests(&self) -> &[u8] {
        &self.content.block_digests
    }

    fn chunks(&self, size: usize) -> ByteStream {
        self.content.chunks(size)
    }
}

/// Reads a form, whose only part must be named `file`, into a temporary file. Returns the name of the sent file and the
/// temporary file.
async fn read_form(mut form: MultipartForm<dev::Payload>, folder: &Path) -> Result<(String, TemporaryUpload), Problem> {
    let Some(headers) = form.first().await? else {
        let detail = "The form has no part named file. Send the file in a part named file.";
        return Err(Problem::invalid(vec![Fault::body("/file", "required", detail)]));
    };
    let filename = check_name(check_field(headers)?.filename)?;
    let mut writer = TemporaryUploadWriter::new(folder).await?;
    while let Some(bytes) = form.chunk().await? {
        write(&mut writer, &bytes).await?;
    }
    if let Some(headers) = form.next().await? {
        check_field(headers)?;
        let detail = "The form has more than one file. Send one file in each request.";
        return Err(Problem::invalid(vec![Fault::body("/file", "not_unique", detail)]));
    }
    form.end().await?;
    Ok((filename, writer.finish().await?))
}

pub(super) async fn write(writer: &mut TemporaryUploadWriter, bytes: &[u8]) -> Result<(), Problem> {
    if writer.size() + bytes.len() as u64 > MAX_FILE_SIZE {
        return Err(too_large());
    }
    writer.write(bytes).await
}

/// Refuses a part that is not named `file`.
pub(super) fn check_field(headers: PartHeaders) -> Result<PartHeaders, Problem> {
    if headers.name == "file" {
        return Ok(headers);
    }
    let detail = format!("The form has no field {:?}. Send one field, named file.", headers.name);
    Err(Problem::invalid(vec![Fault::body(format!("/{}", escape(&headers.name)), "unknown_field", detail)]))
}

/// Returns the file's base name, or `file` if there is none. Refuses a name that is too long or could break a line.
pub fn check_name(name: Option<String>) -> Result<String, Problem> {
    let name = name.map(|name| file_name::base_name(&name));
    let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| "file".to_owned());
    let mut faults = Vec::new();
    if name.len() > MAX_NAME_LENGTH {
        let detail = format!(
            "The file's name has {} bytes in UTF-8; the limit is {MAX_NAME_LENGTH}. Use a shorter name.",
            name.len()
        );
        faults.push(Fault::body("/file", "too_long", detail));
    }
    if name.contains(char::is_control) {
        let detail = format!("The file's name {name:?} has a control character. Remove it from the name.");
        faults.push(Fault::body("/file", "control_character", detail));
    }
    if faults.is_empty() { Ok(name) } else { Err(Problem::invalid(faults)) }
}

fn too_large() -> Problem {
    let detail = format!("The file is larger than the limit of {MAX_FILE_SIZE} bytes. Send a smaller file.");
    Problem::with_faults(ProblemKind::BodyTooLarge, vec![Fault::body("/file", "too_large", detail)])
}
