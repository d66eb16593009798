//! A file that a caller sends, in a form with one part named `file`: streamed to a spool, counted, digested, judged.
//! Nothing of it outlives the request unless it is kept.

use std::future::{Ready, ready};
use std::path::Path;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, dev};
use serde_json::json;

use super::media;
use super::multipart::{self, Head, MultipartForm};
use super::temporary_upload::{TemporaryUpload, Writing};
use super::{Content, LIMIT, MediaType};
use crate::api::{Argument, Doc, Fault, Kind, Problem, escape, media_type, unsupported};

const MEDIA: &str = "multipart/form-data";

/// What a form may have beside the file.
const AROUND: u64 = 64 * 1024;

/// How long an upload may take as a whole.
const WHOLE: Duration = Duration::from_secs(120);

/// The longest name of a file, in bytes.
const LONGEST_NAME: usize = 255;

/// An upload whose body has not been read yet.
pub struct Upload {
    pub(super) form: MultipartForm<dev::Payload>,
    pub(super) whole: Duration,
}

/// A file received whole and of a kind that is taken; its bytes go with the last clone, unless they are kept.
#[derive(Clone, Debug)]
pub struct Received {
    /// The name it was sent under: data, never a path of ours.
    pub filename: String,
    /// What its content is.
    pub media_type: MediaType,
    /// How many bytes it has.
    pub size: u64,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    pub(super) spool: TemporaryUpload,
}

impl FromRequest for Upload {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let payload = payload.take();
        ready(admit(request).map(|boundary| Self { form: MultipartForm::new(&boundary, payload), whole: WHOLE }))
    }
}

/// The form's boundary, where the headers say that it is a form and not too large.
fn admit(request: &HttpRequest) -> Result<String, Problem> {
    let media = media_type(request);
    if media != MEDIA {
        return Err(unsupported(&media, MEDIA));
    }
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::new(Kind::UnsupportedMediaType, "Bodies are read without Content-Encoding."));
    }
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    if length.is_some_and(|length: u64| length > LIMIT + AROUND) {
        return Err(too_large());
    }
    let boundary = text(header::CONTENT_TYPE).and_then(multipart::boundary);
    boundary.ok_or_else(|| multipart::malformed("The Content-Type names no boundary."))
}

impl Argument for Upload {
    fn describe(doc: &mut Doc) {
        let file = json!({
            "type": "string",
            "format": "binary",
            "contentMediaType": "application/octet-stream",
            "description": format!(
                "The file, of at most {LIMIT} bytes; its content decides what it is: {}.", media::taken()
            ),
        });
        let schema = json!({
            "type": "object", "description": "A form with one file.", "required": ["file"],
            "additionalProperties": false, "properties": { "file": file },
        });
        let reference = doc.component("FileUpload", schema);
        doc.body(&[MEDIA], reference);
        doc.problem(Kind::Invalid);
    }
}

impl Upload {
    /// Receives the file and judges it: 413 beyond [`LIMIT`], 408 where it stalls for 10 s or takes over 120 s, 400 for
    /// a form that cannot be read, 422 for what is not taken.
    pub async fn receive(self) -> Result<Received, Problem> {
        self.receive_in(&std::env::temp_dir()).await
    }

    pub(super) async fn receive_in(self, folder: &Path) -> Result<Received, Problem> {
        let late = |_| Problem::new(Kind::RequestTimeout, "The file took too long to arrive.");
        let (filename, spool) = tokio::time::timeout(self.whole, spool(self.form, folder)).await.map_err(late)??;
        Received::judged(filename, spool).await
    }
}

impl Received {
    /// A file of this program's own, such as one of the demo data, held to the same rules.
    pub async fn of(filename: &str, bytes: &[u8]) -> Result<Self, Problem> {
        let filename = named(Some(filename.to_owned()))?;
        let mut spool = Writing::begin(&std::env::temp_dir()).await?;
        for chunk in bytes.chunks(64 * 1024) {
            add(&mut spool, chunk).await?;
        }
        Self::judged(filename, spool.end().await?).await
    }

    async fn judged(filename: String, spool: TemporaryUpload) -> Result<Self, Problem> {
        if spool.size == 0 {
            return Err(Problem::invalid(vec![Fault::body("/file", "empty", "The file has no bytes.")]));
        }
        let media_type = media::judge(&spool).await?;
        Ok(Self { filename, media_type, size: spool.size, sha256: spool.sha256.clone(), spool })
    }

    /// Its bytes from the beginning, in chunks of a size.
    pub fn chunks(&self, size: usize) -> Content {
        self.spool.chunks(size)
    }
}

/// Reads the form's one part into a spool.
async fn spool(mut form: MultipartForm<dev::Payload>, folder: &Path) -> Result<(String, TemporaryUpload), Problem> {
    let Some(head) = form.first().await? else {
        return Err(Problem::invalid(vec![Fault::body("/file", "required", "file is needed.")]));
    };
    let filename = named(expected(head)?.filename)?;
    let mut spool = Writing::begin(folder).await?;
    while let Some(bytes) = form.chunk().await? {
        add(&mut spool, &bytes).await?;
    }
    if let Some(head) = form.next().await? {
        expected(head)?;
        return Err(Problem::invalid(vec![Fault::body("/file", "not_unique", "One file is taken at a time.")]));
    }
    form.end().await?;
    Ok((filename, spool.end().await?))
}

async fn add(spool: &mut Writing, bytes: &[u8]) -> Result<(), Problem> {
    if spool.size + bytes.len() as u64 > LIMIT {
        return Err(too_large());
    }
    spool.add(bytes).await
}

/// The head of a part named `file`.
fn expected(head: Head) -> Result<Head, Problem> {
    if head.name == "file" {
        return Ok(head);
    }
    let detail = format!("There is no field {:?} here; there is: file.", head.name);
    Err(Problem::invalid(vec![Fault::body(format!("/{}", escape(&head.name)), "unknown_field", detail)]))
}

/// The file's name as it will be told: anything but too long a one, or one that could break a line.
fn named(given: Option<String>) -> Result<String, Problem> {
    let name = given.filter(|name| !name.is_empty()).unwrap_or_else(|| "file".to_owned());
    let mut faults = Vec::new();
    if name.len() > LONGEST_NAME {
        let detail = format!("A file's name may have {LONGEST_NAME} bytes.");
        faults.push(Fault::body("/file", "too_long", detail));
    }
    if name.contains(char::is_control) {
        faults.push(Fault::body("/file", "control_character", "There is a control character in the file's name."));
    }
    if faults.is_empty() { Ok(name) } else { Err(Problem::invalid(faults)) }
}

fn too_large() -> Problem {
    let detail = format!("A file may have {LIMIT} bytes.");
    Problem::with_faults(Kind::TooLarge, vec![Fault::body("/file", "too_large", detail)])
}
