//! Uploads over a TCP connection: the limits, every fault, and the clean-up after the client disconnects.

use std::fs;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::super::MAX_FILE_SIZE;
use super::samples::PDF;
use super::service::{Service, form, operations, post};

const FILE: &str = "name=\"file\"; filename=\"a.txt\"";

/// Counts the files in a folder that this process has open, including those without a name.
fn open_files(folder: &std::path::Path) -> usize {
    let links = fs::read_dir("/proc/self/fd").expect("the open file descriptors").filter_map(|entry| entry.ok());
    let open = links.filter_map(|entry| fs::read_link(entry.path()).ok());
    open.filter(|path| path.starts_with(folder)).count()
}

#[actix_web::test]
async fn an_upload_returns_the_digest_and_the_media_type() {
    let service = Service::with_short_text().await;
    let response = service.send(&form(&[("name=\"file\"; filename=\"../r\u{202e}é.pdf\"", PDF)])).await;
    assert_eq!(response.status, 200, "{response:?}");
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, PDF);
    let expected = json!({
        "filename": "ré.pdf", "media_type": "application/pdf", "size": PDF.len(),
        "sha256": hex::encode(digest),
    });
    assert_eq!(response.json(), expected);
    for (disposition, name) in
        [("name=file", "file"), ("name=file; filename=\"\"", "file"), ("name=file; filename=CON", "CON")]
    {
        assert_eq!(service.send(&form(&[(disposition, PDF)])).await.json()["filename"], name);
    }
    let long = "é".repeat(127) + "x";
    let response = service.send(&form(&[(&format!("name=file; filename=\"{long}\""), PDF)])).await;
    assert_eq!(response.json()["filename"], long);
}

#[actix_web::test]
async fn each_fault_of_the_form_has_a_pointer_and_a_code() {
    let service = Service::with_short_text().await;
    let name = |name: &str| format!("name=file; filename=\"{name}\"");
    let cases: [(Vec<u8>, u16, &str, &str); 14] = [
        (b"--b--\r\n".to_vec(), 422, "/file", "required"),
        (form(&[(FILE, b"")]), 422, "/file", "empty"),
        (form(&[(FILE, b"x"), (FILE, b"y")]), 422, "/file", "not_unique"),
        (form(&[(FILE, b"x"), ("name=\"note\"", b"y")]), 422, "/note", "unknown_field"),
        (form(&[("name=\"a/b\"", b"y"), (FILE, b"x")]), 422, "/a~1b", "unknown_field"),
        (form(&[("filename=x", b"y")]), 422, "/", "unknown_field"),
        (form(&[(&name(&"x".repeat(256)), b"x")]), 422, "/file", "too_long"),
        (form(&[(&name("a\0b"), b"x")]), 422, "/file", "control_character"),
        (form(&[(&name("a\tb"), b"x")]), 422, "/file", "control_character"),
        (form(&[(&name("a\u{85}b"), b"x")]), 422, "/file", "control_character"),
        (form(&[("name=file; filename*=UTF-8''a%0Ab", b"x")]), 422, "/file", "control_character"),
        (form(&[(FILE, b"<svg/>")]), 422, "/file", "unsupported_content"),
        (b"not a form".to_vec(), 400, "/file", "malformed"),
        (form(&[(FILE, b"x")])[..60].to_vec(), 400, "/file", "malformed"),
    ];
    for (body, status, pointer, code) in cases {
        let response = service.send(&body).await;
        assert_eq!(response.status, status, "{code} {response:?}");
        assert_eq!(response.fault(), (pointer.to_owned(), code.to_owned()));
    }
    assert_eq!(open_files(service.temporary_folder.path()), 0);
}

#[actix_web::test]
async fn a_body_that_is_not_a_form_is_refused_by_its_headers() {
    let service = Service::with_short_text().await;
    let request = |headers: &str| {
        format!("POST /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n\r\n").into_bytes()
    };
    let form = "Content-Type: multipart/form-data; boundary=b";
    let cases = [
        ("Content-Length: 0".to_owned(), 415),
        ("Content-Type: application/json\r\nContent-Length: 0".to_owned(), 415),
        (format!("{form}\r\nContent-Encoding: gzip\r\nContent-Length: 0"), 415),
        ("Content-Type: multipart/form-data\r\nContent-Length: 0".to_owned(), 400),
        // The response comes before any byte of the body is sent.
        (format!("{form}\r\nContent-Length: {}", MAX_FILE_SIZE + 65 * 1024), 413),
    ];
    for (headers, status) in cases {
        let response = service.raw(request(&headers)).await;
        assert_eq!(response.status, status, "{headers}: {response:?}");
    }
    let refused = service.raw(request("Content-Length: 0")).await;
    assert_eq!(refused.header("accept"), Some("multipart/form-data"));
}

#[actix_web::test]
async fn a_file_of_the_largest_size_is_accepted_and_one_byte_more_is_refused() {
    let service = Service::with_short_text().await;
    let mut text = vec![b'x'; usize::try_from(MAX_FILE_SIZE).expect("the size fits usize")];
    let response = service.send(&form(&[(FILE, &text)])).await;
    assert_eq!(response.status, 200, "{response:?}");
    assert_eq!(response.json()["size"], MAX_FILE_SIZE);
    text.push(b'x');
    let response = service.send(&form(&[(FILE, &text)])).await;
    assert_eq!(response.status, 413, "{response:?}");
    assert_eq!(response.fault(), ("/file".to_owned(), "too_large".to_owned()));
    // A body of unknown length, which does not end: the response comes as soon as the limit is passed.
    let mut chunked = post(0).replace("Content-Length: 0", "Transfer-Encoding: chunked").into_bytes();
    text.extend_from_slice(&[b'x'; 100]);
    let body = form(&[(FILE, &text)]);
    let cut = &body[..body.len() - 9];
    chunked.extend_from_slice(format!("{:x}\r\n", cut.len()).as_bytes());
    chunked.extend_from_slice(cut);
    let mut stream = TcpStream::connect(service.address).await.expect("a connection");
    stream.write_all(&chunked).await.expect("the bytes are sent");
    let mut start = [0; 12];
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_exact(&mut start)).await;
    read.expect("a response in time").expect("a response");
    assert_eq!(&start, b"HTTP/1.1 413");
    assert_eq!(open_files(service.temporary_folder.path()), 0);
}

#[actix_web::test]
async fn a_body_is_read_to_its_end_after_the_form() {
    let service = Service::start(b"x\n", "x.txt", Duration::from_millis(300), false).await;
    let body = form(&[(FILE, b"some bytes")]);
    let longer = post(body.len() as u64 + 10);
    let response = service.raw([longer.as_bytes(), &body].concat()).await;
    assert_eq!(response.status, 408, "{response:?}");
    let response = service.raw([longer.as_bytes(), &body, b"0123456789"].concat()).await;
    assert_eq!(response.status, 200, "{response:?}");
}

#[actix_web::test]
async fn a_client_that_stops_sending_gets_408() {
    let service = Service::start(b"x\n", "x.txt", Duration::from_millis(200), false).await;
    let body = form(&[(FILE, b"some bytes")]);
    let response = service.raw([post(body.len() as u64).as_bytes(), &body[..70]].concat()).await;
    assert_eq!(response.status, 408, "{response:?}");
    assert_eq!(open_files(service.temporary_folder.path()), 0);
}

#[actix_web::test]
async fn a_client_that_sends_too_slowly_gets_408() {
    let service = Service::start(b"x\n", "x.txt", Duration::from_millis(300), false).await;
    let mut stream = TcpStream::connect(service.address).await.expect("a connection");
    stream.write_all(post(10_000).as_bytes()).await.expect("the bytes are sent");
    let began = std::time::Instant::now();
    let body = form(&[(FILE, &[b'x'; 5000])]);
    let mut start = [0; 12];
    for byte in body.chunks(1) {
        stream.write_all(byte).await.ok();
        let read = tokio::time::timeout(Duration::from_millis(50), stream.read_exact(&mut start));
        if read.await.is_ok() {
            break;
        }
    }
    assert_eq!(&start, b"HTTP/1.1 408");
    assert!(began.elapsed() >= Duration::from_millis(900));
}

#[actix_web::test]
async fn a_client_that_disconnects_leaves_no_file() {
    let service = Service::with_short_text().await;
    let folder = service.temporary_folder.path();
    let body = form(&[(FILE, &[b'x'; 200_000])]);
    let mut stream = TcpStream::connect(service.address).await.expect("a connection");
    stream.write_all(post(body.len() as u64).as_bytes()).await.expect("the bytes are sent");
    stream.write_all(&body[..100_000]).await.expect("the bytes are sent");
    let wait_for = async |expected: usize| {
        for _ in 0..500 {
            if open_files(folder) == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} files are open, not {expected}", open_files(folder));
    };
    wait_for(1).await;
    // The file has no name, so no other process can find it.
    assert_eq!(fs::read_dir(folder).expect("a folder").count(), 0);
    drop(stream);
    wait_for(0).await;
}

#[test]
fn the_document_describes_the_form() {
    let document = operations().document(json!({}));
    let operation = &document["paths"]["/file"]["post"];
    let content = &operation["requestBody"]["content"];
    assert_eq!(content["multipart/form-data"]["schema"]["$ref"], "#/components/schemas/FileUpload");
    let schema = &document["components"]["schemas"]["FileUpload"];
    assert_eq!(schema["required"], json!(["file"]));
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["properties"]["file"]["format"], "binary");
    for status in ["400", "408", "413", "415", "422"] {
        assert!(operation["responses"][status].is_object(), "{status}");
    }
}
