//! Uploads that must be refused: of another type, too large, malformed or interrupted. Each leaves no row and no file.

use std::collections::BTreeSet;
use std::io::Write;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use section55::clock::Clock;
use section55::evidence::file_maintenance;
use serde_json::json;
use tokio::io::AsyncWriteExt;

use super::{Case, fault};
use crate::support::Reply;

impl Case {
    /// Asserts that there is no file version, no content and no stored object, even before the background deletion.
    async fn assert_nothing_stored(&self) {
        for table in ["evidence_files", "file_contents"] {
            assert_eq!(self.count_rows(&format!("select count(*) from {table}")).await, 0, "{table}");
        }
        assert_eq!(self.app.stored_files(), Vec::<String>::new());
    }

    /// Uploads a form with the boundary `edge`.
    async fn upload_form(&self, item: &str, body: &[u8]) -> Reply {
        let headers = [("content-type", "multipart/form-data; boundary=edge")];
        self.force.send(Method::POST, &format!("{item}/files"), &headers, Some(body.to_vec())).await
    }
}

/// Makes a workbook with a sheet of this number of zeros.
fn workbook(zeros: usize) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("[Content_Types].xml", options).expect("an entry");
    let types = "<Types><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-\
                 officedocument.spreadsheetml.sheet.main+xml\"/></Types>";
    archive.write_all(types.as_bytes()).expect("written");
    archive.start_file("xl/worksheets/sheet1.xml", options).expect("an entry");
    archive.write_all(&vec![b'0'; zeros]).expect("written");
    archive.finish().expect("an archive").into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_another_type_is_refused_under_any_name() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let program = [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 200]].concat();
    let windows = [b"MZ\x90\x00\x03\x00\x00\x00".as_slice(), &[0; 200], b"PE\0\0"].concat();
    let bomb = workbook(40 << 20);
    assert!(bomb.len() < 100_000, "the compressed workbook is small");
    for (name, bytes, code) in [
        ("empty.txt", b"".as_slice(), "empty"),
        ("minutes.pdf", &program, "unsupported_content"),
        ("minutes.docx", &windows, "unsupported_content"),
        (
            "logo.png",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            "unsupported_content",
        ),
        ("logo.svg", b"<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "unsupported_content"),
        ("page.txt", b"<!DOCTYPE html><html><script>alert(1)</script></html>", "unsupported_content"),
        ("run.txt", b"#!/bin/sh\nrm -rf /\n", "unsupported_content"),
        ("bytes.csv", b"a,b\n1,\x00\n", "unsupported_content"),
        ("figures.xlsx", &bomb, "archive_bomb"),
        ("broken.xlsx", &bomb[..bomb.len() / 2], "unsupported_content"),
    ] {
        let refused = case.upload(&item, name, bytes).await.expect(422);
        assert_eq!(refused.faults(), fault("/file", code), "{name}: {}", refused.text);
        assert_eq!(case.event_actions(&item).await, ["add"], "{name}");
    }
    case.assert_nothing_stored().await;
    let small = case.upload(&item, "figures.xlsx", &workbook(10)).await.expect(201);
    assert!(small.body["media_type"].as_str().is_some_and(|media| media.ends_with("spreadsheetml.sheet")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_25_mib_is_accepted_and_one_byte_more_gets_413() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let largest = usize::try_from(section55::files::MAX_FILE_SIZE).expect("a size");
    let mut bytes = vec![b'a'; 26 << 20];
    let refused = case.upload(&item, "a.txt", &bytes).await.expect(413);
    assert_eq!(refused.body["code"], "body_too_large");
    bytes.truncate(largest + 1);
    case.upload(&item, "a.txt", &bytes).await.expect(413);
    // A chunked body states no length in advance, so the service counts its bytes.
    let token = case.app.token("constabulary@cumbria", &["constabulary"], &["cumbria"]);
    let head = format!(
        "POST {item}/files HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
         Content-Type: multipart/form-data; boundary=edge\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let part = b"--edge\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n".as_slice();
    let mut chunked = head.into_bytes();
    for chunk in [part, &bytes, b"\r\n--edge--\r\n"] {
        chunked.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        chunked.extend_from_slice(chunk);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let refused = case.app.send_raw(&chunked).await;
    assert_eq!(refused.status, 413, "{}", refused.head);
    case.assert_nothing_stored().await;
    bytes.truncate(largest);
    assert_eq!(case.upload(&item, "a.txt", &bytes).await.expect(201).body["size"], largest);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_malformed_form_or_one_with_another_field_is_refused() {
    const PART: &str = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nAgreed.\r\n";
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let other = PART.replace("\"file\"", "\"marking\"");
    for (form, status, pointer, code) in [
        (format!("{PART}{PART}--edge--\r\n"), 422, "/file", "not_unique"),
        (format!("{other}{PART}--edge--\r\n"), 422, "/marking", "unknown_field"),
        (format!("{PART}{other}--edge--\r\n"), 422, "/marking", "unknown_field"),
        ("--edge--\r\n".to_owned(), 422, "/file", "required"),
        (PART.to_owned(), 400, "/file", "malformed"),
        (PART[..60].to_owned(), 400, "/file", "malformed"),
        (PART[..PART.len() - 4].to_owned(), 400, "/file", "malformed"),
        (format!("{PART}--edge"), 400, "/file", "malformed"),
        (PART.replace("edge", "other"), 400, "/file", "malformed"),
        (String::new(), 400, "/file", "malformed"),
    ] {
        let refused = case.upload_form(&item, form.as_bytes()).await.expect(status);
        assert_eq!(refused.faults(), fault(pointer, code), "{form:?}");
    }
    case.assert_nothing_stored().await;
    assert_eq!(case.event_actions(&item).await, ["add"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_disconnects_during_an_upload_leaves_nothing() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let token = case.app.token("constabulary@cumbria", &["constabulary"], &["cumbria"]);
    let part = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n";
    for sent in [0, 1, 60, 65_536, 900_000] {
        let head = format!(
            "POST {item}/files HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: 1000000\r\n\r\n"
        );
        let mut stream = case.app.open_connection().await;
        let body = [part.as_bytes(), &vec![b'a'; 1_000_000]].concat();
        stream.write_all(&[head.as_bytes(), &body[..sent]].concat()).await.expect("sent");
        stream.set_zero_linger().expect("a reset");
        drop(stream);
    }
    // The service needs time to notice that a connection is gone. Its own transactions are short, so a transaction that
    // is open at two moments one second apart was left open.
    let administrator = case.app.database.administrator().await;
    let open = async || {
        let sql = "select pid || ' ' || xact_start from pg_stat_activity
                   where state like 'idle in transaction%' and datname = current_database()";
        let rows = administrator.query(sql, &[]).await.expect("the transactions");
        rows.iter().map(|row| row.get(0)).collect::<BTreeSet<String>>()
    };
    let mut left = open().await;
    for _ in 0..30 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = open().await;
        let still_open = left.intersection(&now).cloned().collect::<BTreeSet<_>>();
        left = now;
        if still_open.is_empty() {
            left = still_open;
            break;
        }
    }
    assert!(left.is_empty(), "a transaction was left open: {left:?}");
    case.assert_nothing_stored().await;
    let clock = Clock::fixed_at(DateTime::<Utc>::from(std::time::SystemTime::now()) + TimeDelta::hours(2));
    file_maintenance::delete_unreferenced_files(&case.app.database.db, &case.app.files, &clock)
        .await
        .expect("a deletion");
    case.assert_nothing_stored().await;
    assert_eq!(case.event_actions(&item).await, ["add"]);
    case.upload(&item, "a.txt", b"Agreed.").await.expect(201);
}
