//! Reads the text of PDF files (ISO 32000): the lines of each page, in the order in which the file draws them.

mod glyphs;
mod lines;
#[cfg(test)]
mod tests;

use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hayro_interpret::{InterpreterCache, RenderContent};
use memchr::memmem;

use self::glyphs::read_glyphs;
use self::lines::{PageLine, lines_of, merge_form_fields};
use super::builder::DocumentBuilder;
use super::omission::Omission;
use super::{Document, DocumentFault, DocumentFormat, LineStyle, Place};

/// The most pages of a file.
const MAX_PAGES: usize = 2_000;

/// Reads a file.
///
/// # Errors
///
/// Returns a fault if the file is damaged or protected with a password, has no text, or passes a limit.
pub(super) fn read(bytes: &[u8]) -> Result<Document, DocumentFault> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => DocumentFault::encrypted(),
        LoadPdfError::Invalid if memmem::find(bytes, b"/Encrypt").is_some() => DocumentFault::encrypted(),
        LoadPdfError::Invalid => DocumentFault::malformed(),
    })?;
    let pages = pdf.pages();
    if pages.len() > MAX_PAGES {
        let detail = format!("It has more than {MAX_PAGES} pages. Send it in several smaller files.");
        return Err(DocumentFault::new("too_long", detail));
    }
    let mut builder = DocumentBuilder::new(DocumentFormat::Pdf);
    let cache = InterpreterCache::new();
    let (mut characters, mut unread) = (0, 0);
    for (index, page) in pages.iter().enumerate() {
        let content = read_glyphs(page, &cache, RenderContent::PAGE)?;
        let fields = read_glyphs(page, &cache, RenderContent::ANNOTATIONS)?;
        characters += content.glyphs.len() + fields.glyphs.len();
        unread += content.unread + fields.unread;
        for _ in 0..content.pictures {
            builder.omit(Omission::Pictures, "");
        }
        for _ in 0..content.unread + fields.unread {
            builder.omit(Omission::UnreadCharacters, "");
        }
        let mut lines = lines_of(content.glyphs);
        merge_form_fields(&mut lines, lines_of(fields.glyphs));
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if lines.is_empty() {
            builder.omit(Omission::PagesWithoutText, &format!("page {number}"));
        }
        push_lines(&mut builder, number, &lines)?;
    }
    if characters == 0 {
        let detail = "There is no text in it: the PDF has only pictures of pages. Send a PDF with text, or the original \
            document.";
        return Err(DocumentFault::new("no_text_layer", detail));
    }
    if unread * 2 > characters {
        let detail = "Its text cannot be read, because its fonts do not state which characters they show. Send the \
            original document.";
        return Err(DocumentFault::new("no_text_layer", detail));
    }
    builder.finish()
}

/// Appends the lines of a page, with a blank line where the distance between two lines is larger than usual.
fn push_lines(builder: &mut DocumentBuilder, page: u32, lines: &[PageLine]) -> Result<(), DocumentFault> {
    let distance = |pair: &[PageLine]| pair[1].baseline() - pair[0].baseline();
    let mut distances: Vec<f64> = lines.windows(2).map(distance).filter(|distance| *distance > 1.0).collect();
    distances.sort_by(f64::total_cmp);
    let usual = distances.get(distances.len() / 2).copied().unwrap_or(f64::INFINITY);
    let mut number = 0;
    for (index, line) in lines.iter().enumerate() {
        number += 1;
        let place = Place { page: Some(page), line: Some(number), cell: None };
        if index > 0 {
            let distance = distance(&lines[index - 1..=index]);
            if distance > usual * 1.35 || distance < -1.0 {
                builder.push_line(place.clone(), "", LineStyle::Text)?;
                number += 1;
            }
        }
        builder.push_line(Place { line: Some(number), ..place }, &line.text(), LineStyle::Text)?;
    }
    Ok(())
}
