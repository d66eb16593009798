//! Documents that are zip archives: valid ones, ones with macros, and ones that are not safe to open.

use super::super::media_type::archive::decompression_limit;
use super::super::{MediaType, UploadedFile};
use super::fault;
use super::samples::{EXCEL, WORD, archive, open_document, package, types};

/// Returns the fault's code, or `accepted as` and the media type.
async fn outcome(bytes: &[u8]) -> String {
    match UploadedFile::from_bytes("report", bytes).await {
        Ok(file) => format!("accepted as {}", file.media_type),
        Err(problem) => fault(&problem).1.to_owned(),
    }
}

/// Overwrites bytes of each header with this signature, at an offset from the signature.
fn overwrite(mut archive: Vec<u8>, signature: &[u8; 4], offset: usize, bytes: &[u8]) -> Vec<u8> {
    let headers: Vec<usize> = memchr::memmem::find_iter(&archive, signature).collect();
    assert!(!headers.is_empty());
    for header in headers {
        archive[header + offset..header + offset + bytes.len()].copy_from_slice(bytes);
    }
    archive
}

#[actix_web::test]
async fn an_archive_that_is_not_a_document_is_refused() {
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
        assert_eq!(outcome(&bytes).await, "unsupported_content");
    }
}

#[actix_web::test]
async fn a_document_with_macros_is_refused() {
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
        assert_eq!(outcome(&bytes).await, "macros");
    }
    // A file with the name of such a folder is not a script.
    let named = open_document("text", &[("Pictures/basic", b"x")]);
    assert_eq!(outcome(&named).await, format!("accepted as {}", MediaType::Odt));
}

#[actix_web::test]
async fn an_encrypted_archive_is_refused() {
    let valid = package(WORD, &[]);
    let encrypted = overwrite(overwrite(valid, b"PK\x01\x02", 8, &[1, 0]), b"PK\x03\x04", 6, &[1, 0]);
    assert_eq!(outcome(&encrypted).await, "unsupported_content");
    let inside = archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
    ]);
    assert_eq!(outcome(&inside).await, "unsupported_content");
}

#[actix_web::test]
async fn an_archive_that_decompresses_beyond_the_limit_is_refused() {
    let zeros = vec![0; 2 * 1024 * 1024];
    assert_eq!(outcome(&package(WORD, &[("word/media/zeros", &zeros)])).await, "archive_bomb");
    // The limit also applies to a list of entries, which is read first.
    assert_eq!(outcome(&archive(&[("[Content_Types].xml", &zeros)])).await, "archive_bomb");
    assert_eq!(decompression_limit(1000), 200_000);
    assert_eq!(decompression_limit(super::super::MAX_FILE_SIZE), 250 * 1024 * 1024);
}

#[actix_web::test]
async fn an_archive_with_too_many_entries_is_refused() {
    let names: Vec<String> = (0..10_000).map(|n| format!("{n}")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(outcome(&package(WORD, &entries)).await, "archive_bomb");
    assert_eq!(outcome(&package(WORD, &entries[..9_998])).await, format!("accepted as {}", MediaType::Docx));
}

#[actix_web::test]
async fn an_archive_with_wrong_sizes_in_its_headers_is_refused() {
    let valid = package(WORD, &[("long", &b"0123456789".repeat(100))]);
    for size in [10_u32, 100_000] {
        let wrong_size = overwrite(valid.clone(), b"PK\x01\x02", 24, &size.to_le_bytes());
        assert_eq!(outcome(&wrong_size).await, "archive_bomb");
    }
    let damaged = overwrite(valid, b"PK\x01\x02", 16, &[1, 2, 3, 4]);
    assert_eq!(outcome(&damaged).await, "archive_bomb");
}

#[actix_web::test]
async fn data_before_an_archive_and_duplicate_entries_are_refused() {
    let before = [b"MZ\x90\x00\x03\x00\x00\x00", package(WORD, &[]).as_slice()].concat();
    assert_eq!(outcome(&before).await, "unsupported_content");
    let two_archives = [&package(WORD, &[])[..], &package(EXCEL, &[])[..]].concat();
    assert_eq!(outcome(&two_archives).await, "unsupported_content");
    // If two entries have the same name, some programs read the first and others the last.
    let mut duplicate = package(WORD, &[("first", b"1"), ("other", b"2")]);
    let names: Vec<usize> = memchr::memmem::find_iter(&duplicate, b"other").collect();
    for name in names {
        duplicate[name..name + 5].copy_from_slice(b"first");
    }
    assert_eq!(outcome(&duplicate).await, "archive_bomb");
}

#[actix_web::test]
async fn an_archive_inside_a_document_is_not_opened() {
    let zeros = vec![0; 2 * 1024 * 1024];
    let inner = package(WORD, &[("word/media/zeros", &zeros)]);
    assert_eq!(outcome(&inner).await, "archive_bomb");
    let outer = package(WORD, &[("word/embeddings/inner.docx", &inner)]);
    assert_eq!(outcome(&outer).await, format!("accepted as {}", MediaType::Docx));
}
