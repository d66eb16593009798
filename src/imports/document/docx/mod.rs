//! Reads documents of Word 2007 or later (DOCX, ISO/IEC 29500). Lists have the numbers that Word shows, and tracked
//! changes are read as if they were accepted.

mod body;
#[cfg(test)]
mod fixture;
mod inline;
mod numbering;
mod parts;
mod styles;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use self::inline::{Field, text_of};
use self::numbering::Numbering;
use self::parts::Parts;
use self::styles::Styles;
use super::builder::DocumentBuilder;
use super::grid::Piece;
use super::omission::Omission;
use super::package::Package;
use super::xml::Element;
use super::{Document, DocumentFault, DocumentFormat, LineStyle};

/// Reads the parts of a document in order.
struct Reader<'a> {
    builder: DocumentBuilder,
    styles: Styles,
    numbering: Numbering,
    /// The text of each comment, by id.
    comments: HashMap<String, String>,
    /// The notes in the order of their marks: whether it is a footnote, and its id.
    notes: Vec<(bool, &'a str)>,
    /// The fields that are open. A field can extend over several paragraphs.
    fields: Vec<Field>,
    /// The text of paragraphs whose end is deleted by a tracked change. It belongs to the next paragraph.
    joined: String,
    /// Whether the open cell is struck through as a whole, so that its text stays.
    is_in_struck_cell: bool,
}

/// Reads a document.
///
/// # Errors
///
/// Returns a fault if the document is damaged, has no text, or passes a limit.
pub(super) fn read(bytes: &[u8]) -> Result<Document, DocumentFault> {
    let parts = Parts::read(&mut Package::open(bytes)?)?;
    let body = parts.document.child("w:body").ok_or_else(DocumentFault::malformed)?;
    let styles = parts.styles.as_ref().map(Styles::new).unwrap_or_default();
    let numbering = parts.numbering.as_ref().map(|part| Numbering::new(part, &styles)).unwrap_or_default();
    let comments = parts.comments.iter().flat_map(|part| part.all("w:comment"));
    let comments = comments.filter_map(|one| Some((one.attribute("w:id")?.to_owned(), text_of(one)))).collect();
    let mut reader = Reader {
        builder: DocumentBuilder::new(DocumentFormat::Docx),
        styles,
        numbering,
        comments,
        notes: Vec::new(),
        fields: Vec::new(),
        joined: String::new(),
        is_in_struck_cell: false,
    };
    for piece in reader.read_blocks(body)? {
        match piece {
            Piece::Paragraph(text, style) => reader.builder.push_paragraph(&text, style)?,
            Piece::Table(rows) => reader.builder.push_table(rows)?,
        }
    }
    reader.read_notes(parts.footnotes.as_ref(), parts.endnotes.as_ref())?;
    for part in &parts.headers_and_footers {
        let text = text_of(part);
        if !text.trim().is_empty() {
            reader.builder.omit(Omission::HeaderOrFooter, &text);
        }
    }
    reader.builder.finish()
}

impl<'a> Reader<'a> {
    /// Appends the texts of the notes as lines, such as `[1] See page 4.`.
    fn read_notes(
        &mut self,
        footnotes: Option<&'a Element>,
        endnotes: Option<&'a Element>,
    ) -> Result<(), DocumentFault> {
        let by_id = |part: Option<&'a Element>, name: &'static str| -> HashMap<&'a str, &'a Element> {
            let notes = part.into_iter().flat_map(Element::elements).filter(|note| note.name() == name);
            notes.filter_map(|note| Some((note.attribute("w:id")?, note))).collect()
        };
        let (footnotes, endnotes) = (by_id(footnotes, "w:footnote"), by_id(endnotes, "w:endnote"));
        for index in 0..self.notes.len() {
            let (is_footnote, id) = self.notes[index];
            let note = if is_footnote { footnotes.get(id) } else { endnotes.get(id) };
            let Some(note) = note.copied() else { continue };
            let mut text = String::new();
            for piece in self.read_blocks(note)? {
                if let Piece::Paragraph(paragraph, _) = piece {
                    text.push_str(paragraph.trim());
                    text.push(' ');
                }
            }
            self.builder.push_paragraph(&format!("[{}] {}", index + 1, text.trim()), LineStyle::Text)?;
        }
        Ok(())
    }
}
