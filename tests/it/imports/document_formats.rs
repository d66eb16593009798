//! Files of every format of prose, read in the child process: the same lines and tables from each, and faults for files
//! that it cannot read.

use std::path::Path;

use section55::api::Problem;
use section55::files::TemporaryFile;
use section55::imports::document::process::read;
use section55::imports::document::{Block, Document, DocumentFormat, LineStyle, MediaHint};

use crate::support::office_files::{Part, docx, html, odt, parts_of};

const PROGRAM: &str = env!("CARGO_BIN_EXE_section55");

async fn document(bytes: &[u8]) -> Result<Document, Problem> {
    let file = TemporaryFile::from_bytes(bytes).await.expect("a file");
    read(Path::new(PROGRAM), &file, MediaHint::None).await
}

async fn code(bytes: &[u8]) -> &'static str {
    let problem = document(bytes).await.expect_err("a fault");
    problem.faults().first().expect("a fault").code
}

/// Returns the lines that have text, and the rows of the tables with a bar between cells.
fn shown(document: &Document) -> Vec<String> {
    let mut shown = Vec::new();
    for block in &document.blocks {
        match block {
            Block::Line(line) => shown.push(line.text.trim().to_owned()),
            Block::Table(table) => shown.extend(
                table
                    .rows
                    .iter()
                    .map(|row| row.cells.iter().map(|cell| cell.text.trim()).collect::<Vec<_>>().join("|")),
            ),
        }
    }
    shown.retain(|line| !line.is_empty());
    shown
}

#[tokio::test]
async fn a_document_is_the_same_in_every_format() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents/imports");
    for entry in std::fs::read_dir(folder).expect("the folder of documents") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|kind| kind != "txt") {
            continue;
        }
        // A text in another encoding is no text of lines for the writers of the other formats.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let parts = parts_of(&text);
        let plain = document(text.as_bytes()).await.expect("a document");
        assert_eq!(plain.format, DocumentFormat::Text, "{}", path.display());
        let files = [
            (DocumentFormat::Docx, docx(&parts)),
            (DocumentFormat::Odt, odt(&parts)),
            (DocumentFormat::Html, html(&parts).into_bytes()),
        ];
        for (format, bytes) in files {
            let read = document(&bytes).await.expect("a document");
            assert_eq!(read.format, format);
            assert_eq!(shown(&read), shown(&plain), "{} as {format}", path.display());
        }
    }
}

#[tokio::test]
async fn lists_and_headings_are_the_same_in_every_format() {
    let parts = [
        Part::Heading("Our response".to_owned()),
        Part::Numbered(0, "First".to_owned()),
        Part::Numbered(1, "Deeper".to_owned()),
        Part::Numbered(0, "Second".to_owned()),
        Part::Bullet(0, "Bullet".to_owned()),
        Part::Bullet(1, "Deeper bullet".to_owned()),
        Part::Bold("Comments".to_owned()),
    ];
    let expected = ["Our response", "1. First", "1.1 Deeper", "2. Second", "• Bullet", "• Deeper bullet", "Comments"];
    for bytes in [docx(&parts), odt(&parts), html(&parts).into_bytes()] {
        let read = document(&bytes).await.expect("a document");
        assert_eq!(shown(&read), expected, "{}", read.format);
        let is_heading = |block: &Block| matches!(block, Block::Line(line) if line.style == LineStyle::Heading);
        assert_eq!(read.blocks.iter().filter(|block| is_heading(block)).count(), 2, "{}", read.format);
    }
}

#[tokio::test]
async fn the_child_process_reports_faults() {
    assert_eq!(code(b"").await, "empty");
    assert_eq!(code(b"%PDF-1.7 and nothing more").await, "malformed");
    assert_eq!(code(&docx(&[Part::Line("text".to_owned())])[..500]).await, "malformed");
    // A page with so many elements needs more memory than the child process has.
    let many = format!("<p>{}", "<i>".repeat(8 * 1024 * 1024));
    assert_eq!(code(many.as_bytes()).await, "too_large");
}
