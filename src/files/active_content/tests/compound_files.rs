//! Compound files: Outlook messages with attachments, and workbooks of Excel 97 to 2003.

use std::io::{Cursor, Write};

use super::samples::{PNG, WORD, compound, package};
use super::{assert_passes, assert_refused, program};

/// Makes a compound file with these storages and streams.
fn file(storages: &[&str], streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a compound file");
    for storage in storages {
        file.create_storage_all(storage).expect("a storage");
    }
    for (stream, bytes) in streams {
        file.create_stream(stream).and_then(|mut stream| stream.write_all(bytes)).expect("a stream");
    }
    file.into_inner().into_inner()
}

/// Makes an Outlook message with an attachment.
fn message(name: &str, content: &[u8]) -> Vec<u8> {
    let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let folder = "/__attach_version1.0_#00000000";
    file(
        &[folder],
        &[
            ("/__properties_version1.0", b"x"),
            (&format!("{folder}/__substg1.0_37010102"), content),
            (&format!("{folder}/__substg1.0_3707001F"), &name),
        ],
    )
}

/// Makes a stream of records of a workbook, each with its type and content.
fn records(records: &[(u16, &[u8])]) -> Vec<u8> {
    let record = |(kind, content): &(u16, &[u8])| {
        let length = u16::try_from(content.len()).expect("a length");
        [&kind.to_le_bytes(), &length.to_le_bytes(), *content].concat()
    };
    records.iter().flat_map(record).collect()
}

#[test]
fn attachments_of_outlook_messages_are_checked() {
    assert_refused(&message("a.exe", b"x"), "active_content", "a.exe");
    assert_refused(&message("minutes.pdf", &program()), "active_content", "minutes.pdf");
    let macros = package(WORD, &[("word/vbaProject.bin", b"x")]);
    assert_refused(&message("minutes.docx", &macros), "macros", "vbaProject");
    assert_passes(&message("picture.png", PNG), "a picture");
    assert_passes(&message("minutes.docx", &package(WORD, &[])), "a document");
    assert_passes(&message("", b"x"), "an attachment without a name");
}

#[test]
fn macros_and_objects_of_old_documents_are_refused() {
    assert_refused(&file(&["/_VBA_PROJECT_CUR"], &[("/Workbook", b"")]), "macros", "_VBA_PROJECT_CUR");
    assert_refused(&file(&["/Macros/VBA"], &[("/WordDocument", b"")]), "macros", "Macros");
    assert_refused(&file(&["/MBD0001"], &[("/Workbook", b"")]), "active_content", "an object of another program");
    assert_refused(&compound(0, &["/\u{1}Ole10Native"]), "active_content", "an object of another program");
    assert_refused(&compound(0, &["/EncryptedPackage"]), "encrypted", "password");
    assert_refused(&compound(0, &["/PowerPoint Document"]), "active_content", "PowerPoint");
    assert_refused(&file(&[], &[("/WordDocument", b"..DDEAUTO cmd")]), "active_content", "DDE field");
    let sheet =
        |kind: u8| file(&[], &[("/Workbook", &records(&[(0x809, b"1234"), (0x85, &[0, 0, 0, 0, 0, kind, 1, 0])]))]);
    assert_refused(&sheet(1), "macros", "Workbook");
    assert_passes(&sheet(0), "a worksheet");
    let link = |text: &[u8]| {
        let length = [u8::try_from(text.len()).expect("a length"), 0];
        file(&[], &[("/Workbook", &records(&[(0x1ae, &[&[0, 0], &length[..], &[0], text].concat())]))])
    };
    assert_refused(&link(b"cmd\x03/c calc"), "active_content", "DDE link");
    assert_passes(&link(b"\x01\x01Cfolder\x03other.xls"), "a linked workbook");
}

#[test]
fn a_damaged_file_is_refused() {
    let valid = message("picture.png", PNG);
    assert_refused(&valid[..600], "malformed", "damaged");
}
