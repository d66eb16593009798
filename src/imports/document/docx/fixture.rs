//! Builds small Word documents for the tests of their reader, and shows what was read.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::{Block, Document, LineStyle};
use super::read;

const NAMESPACES: &str = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' \
    xmlns:w14='http://schemas.microsoft.com/office/word/2010/wordml' \
    xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' \
    xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape' \
    xmlns:wp='http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing' \
    xmlns:pic='http://schemas.openxmlformats.org/drawingml/2006/picture'";

/// Builds a document from its body and further parts, each with its kind, root element and content.
pub(super) fn docx(body: &str, parts: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut write = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default()).expect("a document");
        zip.write_all(text.as_bytes()).expect("a document");
    };
    write("word/document.xml", &format!("<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"));
    let mut relationships = String::new();
    for (index, (kind, root, content)) in parts.iter().enumerate() {
        write(&format!("word/part{index}.xml"), &format!("<w:{root} {NAMESPACES}>{content}</w:{root}>"));
        relationships.push_str(&format!(
            "<Relationship Id='r{index}' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}' \
             Target='part{index}.xml'/>"
        ));
    }
    write(
        "word/_rels/document.xml.rels",
        &format!(
            "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{relationships}\
             </Relationships>"
        ),
    );
    zip.finish().expect("a document").into_inner()
}

pub(super) fn document(body: &str, parts: &[(&str, &str, &str)]) -> Document {
    read(&docx(body, parts)).expect("a document")
}

pub(super) fn lines(document: &Document) -> Vec<(&str, LineStyle)> {
    let lines = document.blocks.iter().filter_map(|block| match block {
        Block::Line(line) => Some((line.text.as_str(), line.style)),
        Block::Table(_) => None,
    });
    lines.collect()
}

pub(super) fn texts(document: &Document) -> Vec<&str> {
    lines(document).into_iter().map(|(text, _)| text).collect()
}

pub(super) fn notice<'a>(document: &'a Document, code: &str) -> &'a str {
    &document.notices.iter().find(|notice| notice.code == code).unwrap_or_else(|| panic!("no notice {code}")).detail
}

pub(super) fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>")
}

pub(super) fn item(list: u32, level: u32, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{list}'/></w:numPr></w:pPr>\
         <w:r><w:t>{text}</w:t></w:r></w:p>"
    )
}

pub(super) fn level(index: u32, form: &str, text: &str) -> String {
    format!("<w:lvl w:ilvl='{index}'><w:start w:val='1'/><w:numFmt w:val='{form}'/><w:lvlText w:val='{text}'/></w:lvl>")
}
