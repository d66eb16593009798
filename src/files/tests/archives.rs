//! Documents that are archives: whole ones, those with macros, and those that are not safe to open.

use super::super::media::archive::most;
use super::super::{MediaType, Received};
use super::fault;
use super::samples::{EXCEL, WORD, archive, open_document, package, types};

async fn code(bytes: &[u8]) -> String {
    match Received::of("report.docx", bytes).await {
        Ok(received) => format!("taken as {}", received.media_type),
        Err(problem) => fault(&problem).1.to_owned(),
    }
}

/// The archive with bytes of each central header set, counted from its signature.
fn altered(mut archive: Vec<u8>, signature: &[u8; 4], at: usize, with: &[u8]) -> Vec<u8> {
    let places: Vec<usize> = memchr::memmem::find_iter(&archive, signature).collect();
    assert!(!places.is_empty());
    for place in places {
        archive[place + at..place + at + with.len()].copy_from_slice(with);
    }
    archive
}

#[actix_web::test]
async fn an_archive_that_is_no_document_is_refused() {
    for bytes in [
        archive(&[("readme.txt", b"hello")]),
        archive(&[("mimetype", b"application/epub+zip"), ("META-INF/manifest.xml", b"")]),
        archive(&[("META-INF/MANIFEST.MF", b"Main-Class: X"), ("X.class", b"\xca\xfe\xba\xbe")]),
        archive(&[("mimetype", b"application/vnd.oasis.opendocument.text")]),
        package("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml", &[]),
        open_document("text", &[("[Content_Types].xml", types(WORD).as_bytes())]),
        open_document("presentation", &[]),
        archive(&[("[Content_Types].xml", b"<Types><!DOCTYPE x>")]),
        archive(&[("[Content_Types].xml", format!("<!-- {} -->", types(WORD)).as_bytes())]),
        b"PK\x03\x04 and no more".to_vec(),
    ] {
        assert_eq!(code(&bytes).await, "unsupported_content");
    }
}

#[actix_web::test]
async fn a_document_with_macros_is_refused_under_any_name() {
    let obfuscated = types("application/vnd.ms-word.document.m&#97;croEnabled.main+xml");
    for bytes in [
        package("application/vnd.ms-word.document.macroEnabled.main+xml", &[]),
        package(WORD, &[("word/vbaProject.bin", b"x")]),
        package(EXCEL, &[("xl/macrosheets/sheet1.xml", b"x")]),
        archive(&[("[Content_Types].xml", obfuscated.as_bytes())]),
        package("application/vnd.ms-excel.macrosheet+xml", &[]),
        open_document("text", &[("Basic/Standard/Module1.xml", b"x")]),
        open_document("spreadsheet", &[("Scripts/python/x.py", b"x")]),
        open_document("text", &[("Object 1/Basic/script-lc.xml", b"x")]),
    ] {
        assert_eq!(code(&bytes).await, "macros");
    }
    // A file that is only called so is none.
    let named = open_document("text", &[("Pictures/basic", b"x")]);
    assert_eq!(code(&named).await, format!("taken as {}", MediaType::Odt));
}

#[actix_web::test]
async fn an_encrypted_archive_is_refused() {
    let whole = package(WORD, &[]);
    let encrypted = altered(altered(whole, b"PK\x01\x02", 8, &[1, 0]), b"PK\x03\x04", 6, &[1, 0]);
    assert_eq!(code(&encrypted).await, "unsupported_content");
    let inside = archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
    ]);
    assert_eq!(code(&inside).await, "unsupported_content");
}

#[actix_web::test]
async fn an_archive_that_grows_without_measure_is_refused() {
    let zeros = vec![0; 2 * 1024 * 1024];
    assert_eq!(code(&package(WORD, &[("word/media/zeros", &zeros)])).await, "archive_bomb");
    // In a list that is looked at before all is inflated, too.
    assert_eq!(code(&archive(&[("[Content_Types].xml", &zeros)])).await, "archive_bomb");
    assert_eq!(most(1000), 200_000);
    assert_eq!(most(super::super::LIMIT), 250 * 1024 * 1024);
}

#[actix_web::test]
async fn an_archive_of_too_many_entries_is_refused_before_they_are_listed() {
    let names: Vec<String> = (0..10_000).map(|n| format!("{n}")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(code(&package(WORD, &entries)).await, "archive_bomb");
    assert_eq!(code(&package(WORD, &entries[..9_998])).await, format!("taken as {}", MediaType::Docx));
}

#[actix_web::test]
async fn an_archive_that_lies_about_its_sizes_is_refused() {
    let whole = package(WORD, &[("long", &b"0123456789".repeat(100))]);
    for lie in [10_u32, 100_000] {
        let lying = altered(whole.clone(), b"PK\x01\x02", 24, &lie.to_le_bytes());
        assert_eq!(code(&lying).await, "archive_bomb");
    }
    let damaged = altered(whole, b"PK\x01\x02", 16, &[1, 2, 3, 4]);
    assert_eq!(code(&damaged).await, "archive_bomb");
}

#[actix_web::test]
async fn what_stands_before_an_archive_or_twice_in_it_is_refused() {
    let before = [b"MZ\x90\x00\x03\x00\x00\x00", package(WORD, &[]).as_slice()].concat();
    assert_eq!(code(&before).await, "unsupported_content");
    let skipped = [&package(WORD, &[])[..], &package(EXCEL, &[])[..]].concat();
    assert_eq!(code(&skipped).await, "unsupported_content");
    // Two entries of one name, of which one reader takes the first and another the last.
    let mut twice = package(WORD, &[("first", b"1"), ("other", b"2")]);
    let places: Vec<usize> = memchr::memmem::find_iter(&twice, b"other").collect();
    for place in places {
        twice[place..place + 5].copy_from_slice(b"first");
    }
    assert_eq!(code(&twice).await, "archive_bomb");
}

#[actix_web::test]
async fn an_archive_within_a_document_is_not_opened() {
    let zeros = vec![0; 2 * 1024 * 1024];
    let inner = package(WORD, &[("word/media/zeros", &zeros)]);
    assert_eq!(code(&inner).await, "archive_bomb");
    let outer = package(WORD, &[("word/embeddings/inner.docx", &inner)]);
    assert_eq!(code(&outer).await, format!("taken as {}", MediaType::Docx));
}
