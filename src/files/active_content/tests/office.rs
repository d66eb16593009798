//! Office Open XML: macros, embedded objects, relationships and fields.

use super::samples::{EXCEL, PNG, WORD, archive, compound, package};
use super::{assert_passes, assert_refused, program};

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Makes a Word document with one relationship.
fn related(kind: &str, target: &str, mode: &str) -> Vec<u8> {
    let list = format!(
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='r1' \
         Type='{OFFICE}/{kind}' Target='{target}' TargetMode='{mode}'/></Relationships>"
    );
    package(WORD, &[("word/_rels/settings.xml.rels", list.as_bytes())])
}

/// Makes a Word document with this content.
fn document(content: &str) -> Vec<u8> {
    let xml = format!("<w:document xmlns:w='x'><w:body>{content}</w:body></w:document>");
    package(WORD, &[("word/document.xml", xml.as_bytes())])
}

/// Makes the marks and the code of a field.
fn field(codes: &[&str]) -> String {
    let codes: String = codes.iter().map(|code| format!("<w:r><w:instrText>{code}</w:instrText></w:r>")).collect();
    format!(
        "<w:fldChar w:fldCharType='begin'/>{codes}<w:fldChar w:fldCharType='separate'/>result<w:fldChar w:fldCharType='end'/>"
    )
}

#[test]
fn macros_are_refused() {
    assert_refused(&package(WORD, &[("word/vbaProject.bin", b"x")]), "macros", "word/vbaProject.bin");
    assert_refused(&package(EXCEL, &[("xl/macrosheets/sheet1.xml", b"x")]), "macros", "macrosheets");
    assert_refused(&package("application/vnd.ms-word.document.macroEnabled.main+xml", &[]), "macros", "without macros");
    assert_refused(&related("vbaProject", "other.bin", "Internal"), "macros", "settings.xml.rels");
}

#[test]
fn embedded_objects_and_programs_are_refused() {
    let object = compound(0, &["/\u{1}Ole10Native"]);
    let any_name = package(WORD, &[("word/media/image1.png", &object)]);
    assert_refused(&any_name, "active_content", "an object of another program");
    assert_refused(&related("oleObject", "embeddings/a.bin", "Internal"), "active_content", "embeddings/a.bin");
    assert_refused(&related("oleObject", "mhtml:http://host.example/a", "External"), "active_content", "host.example");
    assert_refused(&related("control", "activeX/activeX1.xml", "Internal"), "active_content", "ActiveX");
    assert_refused(&package(WORD, &[("word/media/image1.png", &program())]), "active_content", "a program");
    assert_refused(&package(EXCEL, &[("xl/run.vbs", b"x")]), "active_content", "run.vbs");
    assert_refused(&package(EXCEL, &[("xl/run.hta. ", b"x")]), "active_content", "run.hta");
    assert_refused(&package(WORD, &[("word/afchunk.dat", b"{\\rtf1 }")]), "active_content", "Rich Text");
}

#[test]
fn the_workbook_of_a_chart_passes_and_is_checked_like_a_file_of_its_own() {
    let workbook = package(EXCEL, &[("xl/workbook.xml", b"<workbook/>")]);
    let chart = |workbook: &[u8]| package(WORD, &[("word/embeddings/Microsoft_Excel_Sheet1.xlsx", workbook)]);
    assert_passes(&chart(&workbook), "a chart with its figures");
    let with_macros = package(EXCEL, &[("xl/vbaProject.bin", b"x")]);
    assert_refused(&chart(&with_macros), "macros", "xl/vbaProject.bin");
    let mut nested = workbook;
    for _ in 0..10 {
        nested = chart(&nested);
    }
    assert_refused(&nested, "active_content", "too many files are nested");
}

#[test]
fn an_archive_bomb_in_a_document_is_refused() {
    let zeros = vec![0; 60 * 1024 * 1024];
    let inner = archive(&[("1", &zeros), ("2", &zeros)]);
    let names: Vec<String> = (0..3).map(|n| format!("word/embeddings/{n}.xlsx")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), inner.as_slice())).collect();
    assert_refused(&package(WORD, &entries), "archive_bomb", "decompress to more than");
}

#[test]
fn what_loads_from_elsewhere_is_refused() {
    for (kind, target, what) in [
        ("attachedTemplate", "https://host.example/letter.dotm", "its template"),
        ("attachedTemplate", "file:///\\\\server\\share\\letter.dotm", "its template"),
        ("attachedTemplate", "\\\\server\\share\\letter.dotm", "its template"),
        ("frame", "http://host.example/", "a frame"),
        ("subDocument", "http://host.example/a.docx", "a subdocument"),
        ("image", "http://host.example/pixel.png", "a picture"),
        ("aFChunk", "http://host.example/a.html", "a part"),
    ] {
        assert_refused(&related(kind, target, "External"), "active_content", what);
    }
    // UTF-16, another prefix and a character reference do not hide a relationship.
    let xml = "\u{feff}<p:Relationships xmlns:p='x'><p:Relationship Type='x/attachedTempl&#97;te' \
        Target='&#104;ttp://host.example/' TargetMode='external'/></p:Relationships>";
    let utf_16: Vec<u8> = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_refused(&package(WORD, &[("word/_rels/a.rels", &utf_16)]), "active_content", "its template");
    let data = b"<connections><connection refreshOnLoad='1'/></connections>";
    assert_refused(&package(EXCEL, &[("xl/connections.xml", data)]), "active_content", "data");
    let entities = b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>";
    assert_refused(&package(WORD, &[("word/document.xml", entities)]), "document_type", "document type");
}

#[test]
fn fields_that_start_programs_are_refused() {
    assert_refused(&document(&field(&[" DDEAUTO c:\\\\x.exe \"a\" "])), "active_content", "DDE field");
    assert_refused(&document(&field(&[" D", "D", "E x"])), "active_content", "DDE field");
    assert_refused(&document("<w:fldSimple w:instr=' dde x y'/>"), "active_content", "DDE field");
    let computed = format!(
        "<w:fldChar w:fldCharType='begin'/>{}<w:instrText> c:\\\\x.exe</w:instrText><w:fldChar w:fldCharType='end'/>",
        field(&[" QUOTE 68 68 69"])
    );
    assert_refused(&document(&computed), "active_content", "another field computes");
    let link = b"<externalLink><ddeLink ddeService='cmd' ddeTopic='/c calc'/></externalLink>";
    assert_refused(&package(EXCEL, &[("xl/externalLinks/externalLink1.xml", link)]), "active_content", "DDE link");
}

#[test]
fn ordinary_documents_pass() {
    assert_passes(
        &package(WORD, &[("word/media/image1.png", PNG), ("docProps/app.xml", b"<Properties/>")]),
        "a picture",
    );
    assert_passes(&related("hyperlink", "https://www.example.org/report", "External"), "a hyperlink");
    assert_passes(
        &related("externalLinkPath", "file:///\\\\server\\share\\other.xlsx", "External"),
        "a linked workbook",
    );
    assert_passes(
        &related("attachedTemplate", "file:///C:\\Users\\a\\Letter.dotm", "External"),
        "a template of its own",
    );
    assert_passes(&related("image", "media/image1.png", "Internal"), "a picture");
    let fields = [
        field(&[" PAGE "]),
        field(&[" HYPERLINK \"https://www.example.org\" "]),
        field(&[" IF ", " 1 = 1 "]),
        "<w:fldChar w:fldCharType='begin'/><w:instrText> TOC \\o </w:instrText><w:fldChar w:fldCharType='separate'/>"
            .to_owned(),
        field(&[" PAGEREF _Toc1 "]),
        "<w:fldChar w:fldCharType='end'/><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>".to_owned(),
    ];
    assert_passes(&document(&fields.concat()), "fields and a table");
    let settings = b"\x01\x02printer";
    assert_passes(&package(EXCEL, &[("xl/printerSettings/printerSettings1.bin", settings)]), "printer settings");
    assert_passes(include_bytes!("../../../../examples/response-letter.docx"), "the example");
}
