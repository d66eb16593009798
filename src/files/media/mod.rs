//! What a file is, decided from its content alone: its name and what its sender says of it count for nothing. What is
//! not of the closed list is refused, with a word on what it seems to be.

pub(super) mod archive;
mod compound;
mod text;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use tokio::sync::Semaphore;

use super::temporary_upload::TemporaryUpload;
use crate::api::{Fault, Problem};
use crate::vocabulary;

vocabulary! {
    /// The media types that are taken.
    pub enum MediaType {
        /// Portable Document Format.
        Pdf = "application/pdf",
        /// A document of Word 2007 or later.
        Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        /// A workbook of Excel 2007 or later.
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        /// A text of OpenDocument.
        Odt = "application/vnd.oasis.opendocument.text",
        /// A spreadsheet of OpenDocument.
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
        /// An e-mail of Outlook.
        Msg = "application/vnd.ms-outlook",
    }
}

impl MediaType {
    /// The value of Content-Type: texts say that they are UTF-8.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Txt => "text/plain; charset=utf-8",
            other => vocabulary::WireName::as_str(other),
        }
    }
}

/// What is taken, for people.
pub(super) fn taken() -> &'static str {
    "PDF, Word (docx), Excel (xlsx), OpenDocument (odt, ods), CSV, plain text, PNG, JPEG, e-mail (eml, msg)"
}

/// How many files are judged at once: each may be inflated, or held whole, while it is.
static JUDGES: Semaphore = Semaphore::const_new(4);

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    /// It is something else than what is taken.
    #[error("This seems to be {0}.")]
    Content(String),
    /// It carries macros or scripts.
    #[error("This document carries macros ({0}).")]
    Macros(String),
    /// It is an archive that grows without measure, or lies about its sizes.
    #[error("This archive is not safe to open: {0}.")]
    Bomb(String),
    /// The spool cannot be read: a fault of ours.
    #[error("an upload cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match &refusal {
            Refusal::Content(_) => "unsupported_content",
            Refusal::Macros(_) => "macros",
            Refusal::Bomb(_) => "archive_bomb",
            Refusal::Unreadable(_) => return Problem::internal(refusal),
        };
        Problem::invalid(vec![Fault::body("/file", code, format!("{refusal} Taken are: {}.", taken()))])
    }
}

/// Judges a spool, in a thread that may block.
pub(super) async fn judge(spool: &TemporaryUpload) -> Result<MediaType, Problem> {
    let _judge = JUDGES.acquire().await.map_err(Problem::internal)?;
    let (file, size) = (spool.file.clone(), spool.size);
    let judging = tokio::task::spawn_blocking(move || decide(&file, size));
    // A reader that panics over a file does not understand it.
    let judged = judging.await.unwrap_or_else(|_| Err(Refusal::Content("a damaged file".to_owned())));
    Ok(judged?)
}

fn decide(file: &File, size: u64) -> Result<MediaType, Refusal> {
    let head = beginning(file, 0, 8192)?;
    if head.starts_with(b"PK\x03\x04") {
        return archive::decide(file, size);
    }
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return compound::decide(file);
    }
    let kind = infer::get(&head).map(|kind| kind.mime_type());
    match kind {
        Some("application/pdf") if head.starts_with(b"%PDF-") => return Ok(MediaType::Pdf),
        Some("image/png") if head.starts_with(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR") => return Ok(MediaType::Png),
        Some("image/jpeg") => return Ok(MediaType::Jpeg),
        _ => {}
    }
    match text::decide(file)? {
        text::Reading::Taken(taken) => Ok(taken),
        text::Reading::Refused(seems) => Err(Refusal::Content(seems.to_owned())),
        text::Reading::NoText(why) => Err(Refusal::Content(
            kind.map_or_else(|| format!("of no kind that is known here, and {why}"), str::to_owned),
        )),
    }
}

/// Some bytes from a place on, fewer at the end.
fn beginning(mut file: &File, from: u64, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
