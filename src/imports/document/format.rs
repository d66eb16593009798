//! Recognition of a file's format by its content. The name of the file is never used, and its media type only tells a
//! table of values from other text.

use std::io::Cursor;

use memchr::memmem;

use super::package::Package;
use super::{DocumentFault, DocumentFormat, text};

/// What the sender states about a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MediaHint {
    /// Nothing that helps.
    #[default]
    None,
    /// The media type is `text/csv`.
    Csv,
}

impl MediaHint {
    /// Returns what a media type says, which can have parameters and can be empty.
    pub fn from_media_type(media_type: &str) -> Self {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        if essence.eq_ignore_ascii_case("text/csv") { Self::Csv } else { Self::None }
    }
}

/// The format of a file, and its text if it is a format of text.
#[derive(Debug)]
pub(super) enum Recognised {
    /// A format of bytes.
    Bytes(DocumentFormat),
    /// A format of text.
    Text(DocumentFormat, String),
}

/// The content types that a package can have as its main part.
const DOCX: &[u8] = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const XLSX: &[u8] = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

/// Recognises the format of a file.
///
/// # Errors
///
/// Returns a fault if the file is empty, protected with a password, or is of no format that is read.
pub(super) fn recognise(bytes: &[u8], hint: MediaHint) -> Result<Recognised, DocumentFault> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(DocumentFault::new("empty", "The file is empty. Send a document with text."));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return package_format(bytes).map(Recognised::Bytes);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return compound_file_format(bytes).map(Recognised::Bytes);
    }
    // Some programs write a few bytes before the header of a PDF.
    if memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF-").is_some() {
        return Ok(Recognised::Bytes(DocumentFormat::Pdf));
    }
    if bytes.starts_with(b"{\\rtf") {
        let detail = "It is a document in Rich Text Format (RTF). Save it as DOCX, and send that file.";
        return Err(DocumentFault::new("unsupported_content", detail));
    }
    if let Some(kind) = infer::get(bytes).filter(|kind| !kind.mime_type().starts_with("text/")) {
        return Err(unsupported(&format!("a file of the type {}", kind.mime_type())));
    }
    let text = text::decode(bytes)?;
    let format = text_format(&text, hint)?;
    Ok(Recognised::Text(format, text))
}

fn unsupported(seems: &str) -> DocumentFault {
    let detail = format!(
        "It seems to be {seems}, which cannot be read. Send a document as DOCX, ODT, PDF, HTML or plain text, or a table \
         as XLSX, XLS, ODS or CSV."
    );
    DocumentFault::new("unsupported_content", detail)
}

/// Returns the format that a zip archive states.
fn package_format(bytes: &[u8]) -> Result<DocumentFormat, DocumentFault> {
    let mut package = Package::open(bytes)?;
    if let Some(stated) = package.read("mimetype")? {
        let format = match stated.trim_ascii() {
            b"application/vnd.oasis.opendocument.text" => DocumentFormat::Odt,
            b"application/vnd.oasis.opendocument.spreadsheet" => DocumentFormat::Ods,
            _ => return Err(unsupported("an archive of another type")),
        };
        let manifest = package.read("META-INF/manifest.xml")?.unwrap_or_default();
        if memmem::find(&manifest, b"encryption-data").is_some() || package.contains("encrypted-package") {
            return Err(DocumentFault::encrypted());
        }
        return Ok(format);
    }
    let Some(types) = package.read("[Content_Types].xml")? else {
        return Err(unsupported("an archive, but not a document"));
    };
    let has = |content_type: &[u8]| memmem::find(&types, content_type).is_some();
    match (has(DOCX), has(XLSX)) {
        (true, false) => Ok(DocumentFormat::Docx),
        (false, true) => Ok(DocumentFormat::Xlsx),
        // A workbook with an embedded document has the type of the document only in that document.
        _ if package.contains("word/document.xml") => Ok(DocumentFormat::Docx),
        _ if package.contains("xl/workbook.xml") => Ok(DocumentFormat::Xlsx),
        _ => Err(unsupported("an Office file that is neither a document nor a workbook")),
    }
}

/// Returns the format of a compound file (MS-CFB), which is the container of the old Office formats.
fn compound_file_format(bytes: &[u8]) -> Result<DocumentFormat, DocumentFault> {
    let file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| DocumentFault::malformed())?;
    if file.is_stream("/EncryptedPackage") || file.is_stream("/EncryptionInfo") {
        return Err(DocumentFault::encrypted());
    }
    if file.is_stream("/WordDocument") {
        let detail = "It is a document of Word 97 to 2003 (DOC). Save it as DOCX, and send that file.";
        return Err(DocumentFault::new("unsupported_content", detail));
    }
    if file.is_stream("/Workbook") || file.is_stream("/Book") {
        return Ok(DocumentFormat::Xls);
    }
    Err(unsupported("a compound file that is not a workbook"))
}

/// Returns the format of a text.
fn text_format(text: &str, hint: MediaHint) -> Result<DocumentFormat, DocumentFault> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(start).is_ok() {
        return Ok(DocumentFormat::Json);
    }
    if hint == MediaHint::Csv {
        return Ok(DocumentFormat::Csv);
    }
    if start.starts_with('<') {
        let head: String = start.chars().take(2_000).collect::<String>().to_lowercase();
        let begins = |tag: &str| {
            let rest = head.strip_prefix('<').and_then(|rest| rest.strip_prefix(tag));
            rest.is_some_and(|rest| rest.starts_with(|next: char| !next.is_alphanumeric()))
        };
        let tags =
            ["html", "head", "body", "div", "p", "h1", "h2", "h3", "table", "ul", "ol", "article", "main", "section"];
        let is_page = head.starts_with("<!doctype html") || tags.into_iter().any(begins);
        if is_page || (head.starts_with("<?xml") || head.starts_with("<!--")) && head.contains("<html") {
            return Ok(DocumentFormat::Html);
        }
        if head.starts_with("<?xml") || head.starts_with("<svg") {
            return Err(unsupported("an XML file"));
        }
    }
    Ok(if is_table(start) { DocumentFormat::Csv } else { DocumentFormat::Text })
}

/// Returns true if the first records of a text are clearly separated by the same character: commas, semicolons or
/// tabs. A table inside other text does not count.
fn is_table(text: &str) -> bool {
    const RECORDS: usize = 50;
    if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep=")) {
        return true;
    }
    let is_table_of = |delimiter: char| {
        let counts: Vec<usize> = delimiters_of_records(text, delimiter).take(RECORDS).collect();
        let Some(&first) = counts.first().filter(|count| **count >= 2 && counts.len() >= 3) else { return false };
        let equal = counts.iter().filter(|count| **count == first).count();
        counts[..3].iter().all(|count| *count == first) && equal * 5 >= counts.len() * 4
    };
    [',', ';', '\t'].into_iter().any(is_table_of)
}

/// Returns how often the delimiter occurs outside quotation marks in each record that is not blank. A quoted value can
/// have several lines.
fn delimiters_of_records(text: &str, delimiter: char) -> impl Iterator<Item = usize> {
    let mut lines = text.lines();
    std::iter::from_fn(move || {
        let mut line = lines.by_ref().find(|line| !line.trim().is_empty())?;
        let (mut count, mut is_quoted) = (0, false);
        for _ in 0..100 {
            for character in line.chars() {
                is_quoted ^= character == '"';
                count += usize::from(character == delimiter && !is_quoted);
            }
            if !is_quoted {
                break;
            }
            line = lines.next()?;
        }
        Some(count)
    })
}
