//! Small valid files of each type.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
pub const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
pub const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9";
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\
    \xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82";
pub const EMAIL: &[u8] =
    b"Received: from a by b;\r\n\tThu, 1 Jan 2026\r\nFrom: A <a@force.example>\r\nDate: Thu, 1 Jan 2026\r\n\
    Subject: =?utf-8?q?x?=\r\n\r\nCaf\xe9, in Latin-1.\r\n";
/// The class identifier of an Outlook message.
pub const OUTLOOK: u128 = 0x00020d0b_0000_0000_c000_000000000046;

/// Makes a zip archive of these entries. All but `mimetype` are compressed.
pub fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let stored = *name == "mimetype";
        let method = if stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("an entry");
        writer.write_all(bytes).expect("its bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

/// Makes the content types of a package whose main part is of this type.
pub fn types(of: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default
        Extension="xml" ContentType="application/xml"/><Override PartName="/main.xml" ContentType="{of}"/></Types>"#
    )
}

/// Makes an Office Open XML package with a main part of this type and more entries.
pub fn package(of: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let types = types(of);
    let first: [(&str, &[u8]); 2] = [("[Content_Types].xml", types.as_bytes()), ("main.xml", b"<document/>")];
    archive(&[&first, more].concat())
}

/// Makes an OpenDocument file of this type, with more entries.
pub fn open_document(of: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let media_type = format!("application/vnd.oasis.opendocument.{of}");
    let first: [(&str, &[u8]); 2] = [("mimetype", media_type.as_bytes()), ("META-INF/manifest.xml", b"<manifest/>")];
    archive(&[&first, more].concat())
}

/// Makes a compound file with a class identifier and these streams.
pub fn compound(class: u128, streams: &[&str]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a compound file");
    file.set_storage_clsid("/", uuid::Uuid::from_u128(class)).expect("a class");
    for stream in streams {
        file.create_stream(stream).and_then(|mut stream| stream.write_all(b"some bytes")).expect("a stream");
    }
    file.into_inner().into_inner()
}
