//! Detection of a file's media type from its content alone. The name and the Content-Type that the sender states are
//! ignored. A file of a type that is not in [`MediaType`] is refused, and the error states what the file seems to be.

pub(super) mod archive;
mod compound_file;
mod text;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use tokio::sync::Semaphore;

use super::temporary_upload::TemporaryUpload;
use crate::api::{Fault, Problem};
use crate::vocabulary;

vocabulary! {
    /// The media types of the files that the service accepts.
    pub enum MediaType as ("FileMediaType") {
        /// Portable Document Format.
        Pdf = "application/pdf",
        /// A document of Word 2007 or later.
        Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        /// A workbook of Excel 2007 or later.
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        /// An OpenDocument text.
        Odt = "application/vnd.oasis.opendocument.text",
        /// An OpenDocument spreadsheet.
        Ods = "application/vnd.oasis.opendocument.spreadsheet",
        /// Comma-separated values in UTF-8 (RFC 4180).
        Csv = "text/csv",
        /// Plain text in UTF-8.
        Txt = "text/plain",
        /// A PNG image.
        Png = "image/png",
        /// A JPEG image.
        Jpeg = "image/jpeg",
        /// An e-mail (RFC 5322).
        Eml = "message/rfc822",
        /// An Outlook e-mail.
        Msg = "application/vnd.ms-outlook",
    }
}

impl MediaType {
    /// Returns the value of the Content-Type header. Text types state UTF-8.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Txt => "text/plain; charset=utf-8",
            other => vocabulary::WireName::as_str(other),
        }
    }
}

impl MediaType {
    /// Returns the endings that the name of such a file may have. Programs of the reader's machine open a file by its
    /// ending, so plain text named `a.js` would run.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Odt => &["odt"],
            Self::Ods => &["ods"],
            Self::Csv => &["csv", "tsv", "txt"],
            Self::Txt => &["txt", "text", "csv", "tsv", "md", "log", "json"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Eml => &["eml", "txt"],
            Self::Msg => &["msg"],
        }
    }

    /// Returns a fault if a name has an ending that does not fit the content. A name without an ending fits.
    pub(super) fn check_ending(self, filename: &str) -> Option<Fault> {
        let (_, ending) = filename.rsplit_once('.')?;
        if self.endings().contains(&ending.to_lowercase().as_str()) {
            return None;
        }
        let endings = self.endings().join(", .");
        let detail = format!(
            "The file's name ends in {:?}, but its content is {}. Rename the file; the endings that fit are: .{endings}.",
            format!(".{ending}"),
            vocabulary::WireName::as_str(self)
        );
        Some(Fault::body("/file", "wrong_ending", detail))
    }
}

/// Returns the accepted file types, for error messages and the documentation.
pub(super) fn accepted_types() -> &'static str {
    "PDF, Word (docx), Excel (xlsx), OpenDocument (odt, ods), CSV, plain text, PNG, JPEG, e-mail (eml, msg)"
}

/// Limits the number of files that are checked at once, because a check can decompress a file or hold all of it in
/// memory.
static CONCURRENT_CHECKS: Semaphore = Semaphore::const_new(4);

/// The reason why a file is not accepted.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// The file is of another type.
    #[error("The file seems to be {0}.")]
    Unsupported(String),
    /// The document has macros or scripts.
    #[error("The document has macros ({0}). Save it without macros.")]
    Macros(String),
    /// The archive decompresses beyond the limits, or states sizes that are wrong.
    #[error("The archive in this document is not safe to open: {0}.")]
    UnsafeArchive(String),
    /// The temporary file cannot be read, which is an error of the service (500).
    #[error("the temporary file of an upload cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match &refusal {
            Refusal::Unsupported(_) => "unsupported_content",
            Refusal::Macros(_) => "macros",
            Refusal::UnsafeArchive(_) => "archive_bomb",
            Refusal::Unreadable(_) => return Problem::internal(refusal),
        };
        Problem::invalid(vec![Fault::body(
            "/file",
            code,
            format!("{refusal} Accepted file types: {}.", accepted_types()),
        )])
    }
}

/// Detects the media type of an upload. The work runs in a thread that may block.
pub(super) async fn detect(upload: &TemporaryUpload) -> Result<MediaType, Problem> {
    let _permit = CONCURRENT_CHECKS.acquire().await.map_err(Problem::internal)?;
    let (file, size) = (upload.file.clone(), upload.size);
    let detection = tokio::task::spawn_blocking(move || detect_blocking(&file, size));
    // A parser that panics on a file cannot read it, so the file counts as damaged.
    let detected = detection.await.unwrap_or_else(|_| Err(Refusal::Unsupported("a damaged file".to_owned())));
    Ok(detected?)
}

pub(super) fn detect_blocking(file: &File, size: u64) -> Result<MediaType, Refusal> {
    let head = read_at(file, 0, 8192)?;
    if head.starts_with(b"PK\x03\x04") {
        return archive::detect(file, size);
    }
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return compound_file::detect(file);
    }
    let kind = infer::get(&head).map(|kind| kind.mime_type());
    match kind {
        Some("application/pdf") if head.starts_with(b"%PDF-") => return Ok(MediaType::Pdf),
        Some("image/png") if head.starts_with(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR") => return Ok(MediaType::Png),
        Some("image/jpeg") => return Ok(MediaType::Jpeg),
        _ => {}
    }
    match text::detect(file)? {
        text::Detection::Accepted(media_type) => Ok(media_type),
        text::Detection::Refused(seems) => Err(Refusal::Unsupported(seems.to_owned())),
        text::Detection::NotText(reason) => {
            Err(Refusal::Unsupported(kind.map_or_else(|| format!("of an unknown type, {reason}"), str::to_owned)))
        }
    }
}

/// Returns at most `max` bytes from an offset. Returns fewer at the end of the file.
fn read_at(mut file: &File, offset: u64, max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(offset))?;
    file.take(max).read_to_end(&mut bytes)?;
    Ok(bytes)
}
