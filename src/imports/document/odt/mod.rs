//! Reads OpenDocument texts (ODT, ISO/IEC 26300). Lists and headings have the numbers that their styles give them, and
//! tracked changes are read as if they were accepted.

mod body;
mod inline;
mod lists;
mod styles;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use self::inline::text_of;
use self::lists::{EndedLists, Numbers};
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
    ended_lists: EndedLists,
    /// The last number of each level of headings.
    headings: Numbers,
    /// The bodies of the notes in the order of their marks.
    notes: Vec<&'a Element>,
    /// The state and the label of each check box of a form, by id.
    check_boxes: HashMap<String, (bool, String)>,
    /// Whether the open cell is struck through as a whole, so that its text stays.
    is_in_struck_cell: bool,
}

/// Reads a document.
///
/// # Errors
///
/// Returns a fault if the document is damaged, has no text, or passes a limit.
pub(super) fn read(bytes: &[u8]) -> Result<Document, DocumentFault> {
    let mut package = Package::open(bytes)?;
    let content = package.read_required_xml("content.xml")?;
    let common = package.read_xml("styles.xml")?;
    let body = content.path(&["office:body", "office:text"]).ok_or_else(DocumentFault::malformed)?;
    let mut reader = Reader {
        builder: DocumentBuilder::new(DocumentFormat::Odt),
        styles: Styles::new(common.iter().chain([&content])),
        ended_lists: EndedLists::default(),
        headings: Numbers::default(),
        notes: Vec::new(),
        check_boxes: body.child("office:forms").map(check_boxes).unwrap_or_default(),
        is_in_struck_cell: false,
    };
    for piece in reader.read_blocks(body)? {
        match piece {
            Piece::Paragraph(text, style) => reader.builder.push_paragraph(&text, style)?,
            Piece::Table(rows) => reader.builder.push_table(rows)?,
        }
    }
    for index in 0..reader.notes.len() {
        let text = format!("[{}] {}", index + 1, text_of(reader.notes[index]).trim());
        reader.builder.push_paragraph(&text, LineStyle::Text)?;
    }
    let pages = common.iter().flat_map(|common| common.child("office:master-styles")).flat_map(Element::elements);
    for part in pages.flat_map(Element::elements) {
        let text = text_of(part);
        if (part.name().contains("header") || part.name().contains("footer")) && !text.trim().is_empty() {
            reader.builder.omit(Omission::HeaderOrFooter, &text);
        }
    }
    reader.builder.finish()
}

/// Returns the state and the label of each check box of a form.
fn check_boxes(forms: &Element) -> HashMap<String, (bool, String)> {
    let mut found = Vec::new();
    forms.collect("form:checkbox", &mut found);
    forms.collect("form:radio", &mut found);
    let mut check_boxes = HashMap::new();
    for check_box in found {
        let state = check_box.attribute("form:current-state").or(check_box.attribute("form:state"));
        let is_selected = check_box.attribute("form:current-selected").or(check_box.attribute("form:selected"));
        let is_ticked = state == Some("checked") || is_selected == Some("true");
        let label = check_box.attribute("form:label").unwrap_or_default();
        for id in ["form:id", "xml:id"].into_iter().filter_map(|name| check_box.attribute(name)) {
            check_boxes.insert(id.to_owned(), (is_ticked, label.to_owned()));
        }
    }
    check_boxes
}
