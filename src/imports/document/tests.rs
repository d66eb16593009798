//! Tests of the recognition of formats, and of files that cannot be read.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::format::{MediaHint, Recognised, recognise};
use super::read::read;
use super::{Block, Document, DocumentFormat};

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const MANIFEST: &str = "META-INF/manifest.xml";

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn types(content_type: &str) -> Vec<u8> {
    format!("<Types><Override PartName='/word/document.xml' ContentType='{content_type}'/></Types>").into_bytes()
}

/// Builds a Word document with this XML as its main part.
fn docx(xml: &str) -> Vec<u8> {
    archive(&[("[Content_Types].xml", &types(WORD)), ("word/document.xml", xml.as_bytes())])
}

fn compound_file(streams: &[&str]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for name in streams {
        file.create_stream(name).unwrap().write_all(b"content").unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn format(bytes: &[u8]) -> DocumentFormat {
    match recognise(bytes, MediaHint::None).unwrap() {
        Recognised::Bytes(format) | Recognised::Text(format, _) => format,
    }
}

fn code(bytes: &[u8]) -> &'static str {
    read(bytes, MediaHint::None).unwrap_err().static_code()
}

fn tables_and_lines(document: &Document) -> (usize, usize) {
    let tables = document.blocks.iter().filter(|block| matches!(block, Block::Table(_))).count();
    (tables, document.blocks.len() - tables)
}

#[test]
fn formats_are_recognised_by_content() {
    assert_eq!(format(&docx("<w/>")), DocumentFormat::Docx);
    let odt = |kind: &str| archive(&[("mimetype", kind.as_bytes()), (MANIFEST, b"<manifest/>")]);
    assert_eq!(format(&odt("application/vnd.oasis.opendocument.text")), DocumentFormat::Odt);
    assert_eq!(format(&odt("application/vnd.oasis.opendocument.spreadsheet")), DocumentFormat::Ods);
    let sheet = types("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml");
    assert_eq!(format(&archive(&[("[Content_Types].xml", &sheet)])), DocumentFormat::Xlsx);
    assert_eq!(format(&compound_file(&["/Workbook"])), DocumentFormat::Xls);
    assert_eq!(format(b"\n%PDF-1.7\n"), DocumentFormat::Pdf);
    assert_eq!(format(b"\xef\xbb\xbf <!DOCTYPE html><html></html>"), DocumentFormat::Html);
    assert_eq!(format(b"<div class='x'>a</div>"), DocumentFormat::Html);
    assert_eq!(format(b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>"), DocumentFormat::Html);
    assert_eq!(format(b" [{\"text\": \"a\"}]"), DocumentFormat::Json);
    assert_eq!(format(b"{ not JSON }"), DocumentFormat::Text);
    assert_eq!(format(b"<1 month: do this"), DocumentFormat::Text);
    assert_eq!(format(b"Dear Sir,\nThank you.\n"), DocumentFormat::Text);
}

#[test]
fn tables_of_values_are_told_from_prose() {
    assert_eq!(format(b"ref,text,status\n1,\"a, b\nc\",open\n2,d,closed\n"), DocumentFormat::Csv);
    assert_eq!(format(b"Tracker;;\nref;text;status\n1;a;b\n"), DocumentFormat::Csv);
    assert_eq!(format(b"ref\ttext\tstatus\n1\ta\tb\n2\tc\td\n"), DocumentFormat::Csv);
    assert_eq!(format(b"sep=;\na;b\n"), DocumentFormat::Csv);
    assert_eq!(format(b"One, two, and three.\nFour.\nFive, six, seven.\n"), DocumentFormat::Text);
    assert_eq!(format(b"a,b\nc,d\n"), DocumentFormat::Text);
    assert_eq!(MediaHint::from_media_type("Text/CSV; charset=utf-8"), MediaHint::Csv);
    assert_eq!(MediaHint::from_media_type("application/csv-not"), MediaHint::None);
    let hinted = recognise(b"a,b\nc,d\n", MediaHint::Csv).unwrap();
    assert!(matches!(hinted, Recognised::Text(DocumentFormat::Csv, _)));
}

#[test]
fn a_table_that_was_pasted_into_a_text_is_a_table_between_lines() {
    let text = "Tracker for the committee\nAs at 31 March 2024\n\nRef\tRecommendation\tStatus\n1\tGive blankets.\tDone\n\
        2\tFit clocks.\tOpen\n\nThe next meeting is in June.\n";
    let document = read(text.as_bytes(), MediaHint::None).unwrap();
    assert_eq!((document.format, tables_and_lines(&document)), (DocumentFormat::Text, (1, 5)));
}

#[test]
fn files_that_are_not_read_are_faults() {
    assert_eq!(code(b""), "empty");
    assert_eq!(code(b" \r\n\t"), "empty");
    assert_eq!(code(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"), "unsupported_content");
    assert_eq!(code(b"{\\rtf1 text}"), "unsupported_content");
    assert_eq!(code(b"<?xml version='1.0'?><office/>"), "unsupported_content");
    assert_eq!(code(&archive(&[("a.txt", b"text")])), "unsupported_content");
    assert_eq!(code(b"PK\x03\x04 and nothing more"), "malformed");
    assert_eq!(code(&docx("<w/>")[..200]), "malformed");
    assert_eq!(code(&compound_file(&["/WordDocument"])), "unsupported_content");
    assert!(read(&compound_file(&["/WordDocument"]), MediaHint::None).unwrap_err().detail.contains("DOCX"));
    assert_eq!(code(&compound_file(&["/Other"])), "unsupported_content");
    assert_eq!(code(b"[]"), "json");
}

#[test]
fn protected_files_and_files_with_macros_are_faults() {
    assert_eq!(code(&compound_file(&["/EncryptedPackage", "/EncryptionInfo"])), "encrypted");
    let text = b"application/vnd.oasis.opendocument.text";
    let manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>";
    assert_eq!(code(&archive(&[("mimetype", text), (MANIFEST, manifest)])), "encrypted");
    assert_eq!(code(&archive(&[("mimetype", text), ("Basic/script-lc.xml", b"<x/>")])), "macros");
    assert_eq!(code(&archive(&[("[Content_Types].xml", &types(WORD)), ("word/vbaProject.bin", b"x")])), "macros");
    let enabled = types("application/vnd.ms-word.document.macroEnabled.main+xml");
    assert_eq!(code(&archive(&[("[Content_Types].xml", &enabled)])), "macros");
}

#[test]
fn bombs_are_faults() {
    let zeros = vec![b' '; 20 * 1024 * 1024];
    let bomb = archive(&[("[Content_Types].xml", &types(WORD)), ("word/document.xml", &zeros)]);
    assert!(bomb.len() < 200_000);
    assert_eq!(code(&bomb), "archive_bomb");
    let entities = "<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><w>&b;</w>";
    assert_eq!(code(&docx(entities)), "document_type");
    assert_eq!(code(&docx(&"<w>".repeat(1_000))), "too_deep");
    let names: Vec<String> = (0..10_001).map(|number| format!("{number}")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    assert_eq!(code(&archive(&many)), "archive_bomb");
}

#[test]
fn a_text_that_is_too_long_is_a_fault() {
    assert_eq!(code("line\n".repeat(20_002).as_bytes()), "too_long");
    assert_eq!(code("word ".repeat(1024 * 1024).as_bytes()), "too_long");
}
