//! Uploads with active content: each is refused with what was found, and leaves no row and no file. Ordinary documents
//! are accepted.

use std::io::Write;

use serde_json::json;
use zip::write::SimpleFileOptions;

use super::{Case, fault};

/// Makes a Word document with these further parts.
fn word(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let types = "<Types><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-\
                 officedocument.wordprocessingml.document.main+xml\"/></Types>";
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let first: [(&str, &[u8]); 2] = [("[Content_Types].xml", types.as_bytes()), ("word/document.xml", b"<document/>")];
    for (name, content) in first.iter().chain(parts) {
        archive.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        archive.write_all(content).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

/// Makes a PDF with a page, and further members of its catalogue.
fn pdf(catalogue: &str) -> Vec<u8> {
    format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R{catalogue}>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count \
         1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
    .into_bytes()
}

fn email(attachment: &str) -> Vec<u8> {
    format!(
        "From: a@force.example\r\nTo: b@force.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; \
         boundary=b\r\n\r\n--b\r\n\r\nSee https://www.example.org\r\n--b\r\nContent-Type: image/png\r\n\
         Content-Disposition: attachment; filename=\"{attachment}\"\r\n\r\nx\r\n--b--\r\n"
    )
    .into_bytes()
}

fn relationship(kind: &str, target: &str) -> String {
    format!(
        "<Relationships><Relationship Type=\"x/{kind}\" Target=\"{target}\" TargetMode=\"External\"/></Relationships>"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn active_content_is_refused_with_what_was_found_and_ordinary_documents_are_accepted() {
    const RELATIONSHIPS: &str = "word/_rels/settings.xml.rels";
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let template = relationship("attachedTemplate", "https://host.example/letter.dotm");
    for (name, bytes, code, words) in [
        ("minutes.docx", word(&[("word/vbaProject.bin", b"x")]), "macros", "without macros"),
        ("minutes.docx", word(&[(RELATIONSHIPS, template.as_bytes())]), "active_content", "https://host.example"),
        ("minutes.docx", word(&[("word/a.exe", b"x")]), "active_content", "word/a.exe"),
        ("minutes.pdf", pdf("/OpenAction<</S/JavaScript/JS(x)>>"), "active_content", "JavaScript"),
        ("minutes.pdf", pdf("/OpenAction<</S/Launch/F(x)>>"), "active_content", "Launch"),
        ("minutes.pdf", b"%PDF-1.4\n%%EOF".to_vec(), "malformed", "damaged"),
        ("minutes.eml", email("a.exe"), "active_content", "a.exe"),
    ] {
        let refused = case.upload(&item, name, &bytes).await.expect(422);
        assert_eq!(refused.faults(), fault("/file", code), "{words}: {}", refused.text);
        assert!(refused.text.contains(words), "{words}: {}", refused.text);
    }
    assert_eq!(case.event_actions(&item).await, ["add"]);
    for table in ["evidence_files", "file_contents"] {
        assert_eq!(case.count_rows(&format!("select count(*) from {table}")).await, 0, "{table}");
    }
    assert_eq!(case.app.stored_files(), Vec::<String>::new());
    let hyperlink = relationship("hyperlink", "https://www.example.org/report");
    for (name, bytes) in [
        ("minutes.docx", word(&[(RELATIONSHIPS, hyperlink.as_bytes())])),
        ("minutes.pdf", pdf("/OpenAction[3 0 R/Fit]")),
        ("minutes.eml", email("a.png")),
    ] {
        case.upload(&item, name, &bytes).await.expect(201);
    }
}
