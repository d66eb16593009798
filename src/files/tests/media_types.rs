//! Detection of the media type from the content: every accepted type, and files of other types.

use proptest::prelude::*;

use super::super::{MediaType, UploadedFile};
use super::fault;
use super::samples::{EMAIL, EXCEL, JPEG, OUTLOOK, PDF, PNG, WORD, compound, open_document, package};

/// Detects the media type of an upload, or returns the fault's code.
async fn detect(bytes: &[u8]) -> Result<MediaType, String> {
    // A name without an ending fits every type.
    match UploadedFile::from_bytes("report", bytes).await {
        Ok(file) => Ok(file.media_type),
        Err(problem) => {
            let (pointer, code) = fault(&problem);
            assert_eq!(pointer, "/file", "{problem}");
            assert!(problem.faults()[0].detail.contains("Accepted file types: PDF"), "{problem}");
            Err(code.to_owned())
        }
    }
}

#[actix_web::test]
async fn each_accepted_type_is_detected_from_the_content() {
    let properties = "/__properties_version1.0";
    let cases: [(&[u8], MediaType); 19] = [
        (PDF, MediaType::Pdf),
        (&package(WORD, &[]), MediaType::Docx),
        (&package(EXCEL, &[("xl/sheet.xml", b"<sheet/>")]), MediaType::Xlsx),
        (&open_document("text", &[("content.xml", b"<text/>")]), MediaType::Odt),
        (&open_document("spreadsheet", &[]), MediaType::Ods),
        (b"name,age\nA,1\nB,2\n", MediaType::Csv),
        (b"\xef\xbb\xbfname,said\r\n\"A, B\",\"two\r\nlines\"\r\n", MediaType::Csv),
        (b"Dear Sir, I write\nto you.\n", MediaType::Txt),
        (b"one,line", MediaType::Txt),
        (b"one\ncolumn\n", MediaType::Txt),
        ("\u{feff}Prynhawn\u{a0}da, â ŵ\u{202e}\n\u{c}".as_bytes(), MediaType::Txt),
        // These begin with the two letters with which a program begins.
        (b"MZ is where this begins\n", MediaType::Txt),
        (b"BCU inspection notes\n", MediaType::Txt),
        (PNG, MediaType::Png),
        (JPEG, MediaType::Jpeg),
        (EMAIL, MediaType::Eml),
        (b"From: a\nTo: b\n\n<p>hello</p>", MediaType::Eml),
        (&compound(OUTLOOK, &[properties]), MediaType::Msg),
        (&compound(0, &[properties]), MediaType::Msg),
    ];
    for (bytes, expected) in cases {
        assert_eq!(detect(bytes).await, Ok(expected), "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(60)]));
    }
}

#[actix_web::test]
async fn a_file_of_another_type_is_refused() {
    let mut executable = b"\x7fELF\x02\x01\x01".to_vec();
    executable.resize(128, 0);
    let mut program = b"MZ\x90\x00\x03\x00\x00\x00".to_vec();
    program.resize(256, 0);
    let before_pdf = [&b"\n"[..], PDF, b"\x00"].concat();
    let cases: [&[u8]; 27] = [
        &executable,
        &program,
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
        b"<!DOCTYPE html><p>",
        b"\xef\xbb\xbf  <HTML >",
        b"<script>alert(1)</script>",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        b"<?xml version=\"1.0\"?><svg/>",
        b"<?xml version=\"1.0\"?><a/>",
        b"<anything onload=x>",
        b"#!/bin/sh\nrm -rf /\n",
        b"<?php echo 1;",
        b"@echo off\r\n",
        b"{\\rtf1 hello}",
        b"%!PS-Adobe-3.0\n",
        b"text with a \x00 in it",
        b"text with a \x1b[2J in it",
        b"Latin-1: caf\xe9\n",
        "a next line\u{85}of EBCDIC".as_bytes(),
        b"cut in a character: \xc3",
        b"\xff\xfet\x00e\x00x\x00t\x00",
        &before_pdf,
        b"\x89PNG\r\n\x1a\nand no more",
        b"From: a\nTo: b\n\nand a \x00",
        &compound(0x00020906_0000_0000_c000_000000000046, &["/WordDocument", "/__properties_version1.0"]),
        &compound(OUTLOOK, &["/Workbook"]),
    ];
    for bytes in cases {
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        assert_eq!(detect(bytes).await, Err("unsupported_content".to_owned()), "{start:?}");
    }
}

#[actix_web::test]
async fn a_refusal_states_what_the_file_seems_to_be() {
    let detail = async |bytes: &[u8]| {
        UploadedFile::from_bytes("x", bytes).await.expect_err("a refusal").faults()[0].detail.clone()
    };
    assert!(detail(b"<svg width='1'/>").await.contains("SVG"));
    assert!(detail(b"GIF89a\x01\x00\x01\x00\x80\x00\x00").await.contains("image/gif"));
    assert!(detail(&compound(0, &["/EncryptedPackage"])).await.contains("encrypted"));
    assert!(detail(&compound(0, &["/WordDocument"])).await.contains("Word 97"));
}

#[actix_web::test]
async fn a_character_may_lie_across_two_chunks_of_a_text() {
    for shift in 0..4 {
        let text = format!("{}{}", "x".repeat(shift), "€𝒳".repeat(20_000));
        assert_eq!(detect(text.as_bytes()).await, Ok(MediaType::Txt));
        let broken = [text.as_bytes(), b"\xff"].concat();
        assert_eq!(detect(&broken).await, Err("unsupported_content".to_owned()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn a_damaged_file_is_accepted_or_refused_and_never_an_internal_error(
        which in 0..5_usize, cut in 0..2000_usize, at in 0..2000_usize, with in any::<[u8; 4]>(),
    ) {
        let valid: [Vec<u8>; 5] = [
            compound(OUTLOOK, &["/__properties_version1.0"]),
            package(WORD, &[("a", b"b")]),
            open_document("text", &[]),
            EMAIL.to_vec(),
            b"a,b\n\"c\",d\n".to_vec(),
        ];
        let mut bytes = valid[which].clone();
        bytes.truncate(cut.max(9));
        for (offset, byte) in (at % bytes.len()..).zip(with).take_while(|(offset, _)| *offset < cut.max(9)) {
            if let Some(old) = bytes.get_mut(offset) {
                *old = byte;
            }
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let outcome = runtime.block_on(UploadedFile::from_bytes("x", &bytes));
        if let Err(problem) = outcome {
            prop_assert_eq!(problem.kind(), crate::api::ProblemKind::Invalid);
        }
    }
}
