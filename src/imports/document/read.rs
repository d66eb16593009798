//! Reads a file of any format as a document. It runs in the child process.

use super::format::{MediaHint, Recognised, recognise};
use super::{Document, DocumentFault, DocumentFormat, docx, html, limits, odt, pdf, tables, text};
use crate::files::active_content;

/// Reads a file.
///
/// # Errors
///
/// Returns a fault if the file is of no format that is read, is damaged or protected, has active content or no text, or
/// passes a limit.
pub(super) fn read(bytes: &[u8], hint: MediaHint) -> Result<Document, DocumentFault> {
    active_content::check(bytes)?;
    let document = match recognise(bytes, hint)? {
        Recognised::Bytes(format) => match format {
            DocumentFormat::Docx => docx::read(bytes),
            DocumentFormat::Odt => odt::read(bytes),
            DocumentFormat::Pdf => pdf::read(bytes),
            format => tables::workbook::read(bytes, format),
        },
        Recognised::Text(format, text) => match format {
            DocumentFormat::Html => html::read(&text),
            DocumentFormat::Csv => tables::csv::read(&text),
            DocumentFormat::Json => {
                let detail = "It is JSON. Send it with the media type application/json.";
                Err(DocumentFault::new("json", detail))
            }
            _ => Ok(text::read(&text)),
        },
    }?;
    limits::check(&document)?;
    Ok(document)
}
