//! Uploads over a real connection: the limits, every fault, and what is left when the client has gone.

use std::fs;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::super::LIMIT;
use super::samples::PDF;
use super::service::{Service, form, operations, post};

const FILE: &str = "name=\"file\"; filename=\"a.txt\"";

/// The files that this process holds open in a folder, those without a name too.
fn held(folder: &std::path::Path) -> usize {
    let links = fs::read_dir("/proc/self/fd").expect("the open files").filter_map(|entry| entry.ok());
    let open = links.filter_map(|entry| fs::read_link(entry.path()).ok());
    open.filter(|path| path.starts_with(folder)).count()
}

#[actix_web::test]
async fn a_file_is_received_with_its_digest_and_kind() {
    let service = Service::plain().await;
    let reply = service.send(&form(&[("name=\"file\"; filename=\"../r\u{202e}é.exe\"", PDF)])).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, PDF);
    let expected = json!({
        "filename": "../r\u{202e}é.exe", "media_type": "application/pdf", "size": PDF.len(),
        "sha256": hex::encode(digest),
    });
    assert_eq!(reply.json(), expected);
    for (said, name) in
        [("name=file", "file"), ("name=file; filename=\"\"", "file"), ("name=file; filename=CON", "CON")]
    {
        assert_eq!(service.send(&form(&[(said, PDF)])).await.json()["filename"], name);
    }
    let long = "é".repeat(127) + "x";
    let reply = service.send(&form(&[(&format!("name=file; filename=\"{long}\""), PDF)])).await;
    assert_eq!(reply.json()["filename"], long);
}

#[actix_web::test]
async fn every_fault_of_the_form_is_told() {
    let service = Service::plain().await;
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
        (b"nothing of a form".to_vec(), 400, "/file", "malformed"),
        (form(&[(FILE, b"x")])[..60].to_vec(), 400, "/file", "malformed"),
    ];
    for (body, status, pointer, code) in cases {
        let reply = service.send(&body).await;
        assert_eq!(reply.status, status, "{code} {reply:?}");
        assert_eq!(reply.fault(), (pointer.to_owned(), code.to_owned()));
    }
    assert_eq!(held(service.spools.path()), 0);
}

#[actix_web::test]
async fn what_is_no_form_at_all_is_refused_by_its_headers() {
    let service = Service::plain().await;
    let said = |headers: &str| {
        format!("POST /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n\r\n").into_bytes()
    };
    let form = "Content-Type: multipart/form-data; boundary=b";
    let cases = [
        ("Content-Length: 0".to_owned(), 415),
        ("Content-Type: application/json\r\nContent-Length: 0".to_owned(), 415),
        (format!("{form}\r\nContent-Encoding: gzip\r\nContent-Length: 0"), 415),
        ("Content-Type: multipart/form-data\r\nContent-Length: 0".to_owned(), 400),
        // Told before a byte of the body is sent.
        (format!("{form}\r\nContent-Length: {}", LIMIT + 65 * 1024), 413),
    ];
    for (headers, status) in cases {
        let reply = service.raw(said(&headers)).await;
        assert_eq!(reply.status, status, "{headers}: {reply:?}");
    }
    let refused = service.raw(said("Content-Length: 0")).await;
    assert_eq!(refused.header("accept"), Some("multipart/form-data"));
}

#[actix_web::test]
async fn the_limit_is_taken_and_one_byte_more_is_not() {
    let service = Service::plain().await;
    let mut text = vec![b'x'; usize::try_from(LIMIT).expect("it fits")];
    let reply = service.send(&form(&[(FILE, &text)])).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.json()["size"], LIMIT);
    text.push(b'x');
    let reply = service.send(&form(&[(FILE, &text)])).await;
    assert_eq!(reply.status, 413, "{reply:?}");
    assert_eq!(reply.fault(), ("/file".to_owned(), "too_large".to_owned()));
    // Of unknown length, and without an end: told as soon as the limit is passed.
    let mut chunked = post(0).replace("Content-Length: 0", "Transfer-Encoding: chunked").into_bytes();
    text.extend_from_slice(&[b'x'; 100]);
    let body = form(&[(FILE, &text)]);
    let cut = &body[..body.len() - 9];
    chunked.extend_from_slice(format!("{:x}\r\n", cut.len()).as_bytes());
    chunked.extend_from_slice(cut);
    let mut stream = TcpStream::connect(service.address).await.expect("a connection");
    stream.write_all(&chunked).await.expect("it is taken");
    let mut answer = [0; 12];
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_exact(&mut answer)).await;
    read.expect("an answer in time").expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 413");
    assert_eq!(held(service.spools.path()), 0);
}

#[actix_web::test]
async fn a_body_is_read_to_its_end_behind_the_form_too() {
    let service = Service::start(b"x\n", "x.txt", Duration::from_millis(300), false).await;
    let body = form(&[(FILE, b"some bytes")]);
    let longer = post(body.len() as u64 + 10);
    let reply = service.raw([longer.as_bytes(), &body].concat()).await;
    assert_eq!(reply.status, 408, "{reply:?}");
    let reply = service.raw([longer.as_bytes(), &body, b"0123456789"].concat()).await;
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[actix_web::test]
async fn a_client_that_stalls_is_told_so() {
    let service = Service::start(b"x\n", "x.txt", Duration::from_millis(200), false).await;
    let body = form(&[(FILE, b"some bytes")]);
    let reply = service.raw([post(body.len() as u64).as_bytes(), &body[..70]].concat()).await;
    assert_eq!(reply.status, 408, "{reply:?}");
    assert_eq!(held(service.spools.path()), 0);
}

#[actix_web::test]
async fn a_client_that_drips_is_told_so_in_the_end() {
    let service = Service::start(b"x\n", "x.txt", Duration::from_millis(300), false).await;
    let mut stream = TcpStream::connect(service.address).await.expect("a connection");
    stream.write_all(post(10_000).as_bytes()).await.expect("it is taken");
    let began = std::time::Instant::now();
    let body = form(&[(FILE, &[b'x'; 5000])]);
    let mut answer = [0; 12];
    for byte in body.chunks(1) {
        stream.write_all(byte).await.ok();
        let read = tokio::time::timeout(Duration::from_millis(50), stream.read_exact(&mut answer));
        if read.await.is_ok() {
            break;
        }
    }
    assert_eq!(&answer, b"HTTP/1.1 408");
    assert!(began.elapsed() >= Duration::from_millis(900));
}

#[actix_web::test]
async fn a_client_that_hangs_up_leaves_nothing() {
    let service = Service::plain().await;
    let folder = service.spools.path();
    let body = form(&[(FILE, &[b'x'; 200_000])]);
    let mut stream = TcpStream::connect(service.address).await.expect("a connection");
    stream.write_all(post(body.len() as u64).as_bytes()).await.expect("it is taken");
    stream.write_all(&body[..100_000]).await.expect("it is taken");
    let soon = async |wanted: usize| {
        for _ in 0..500 {
            if held(folder) == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} are held, not {wanted}", held(folder));
    };
    soon(1).await;
    // Nobody else can find it even now.
    assert_eq!(fs::read_dir(folder).expect("a folder").count(), 0);
    drop(stream);
    soon(0).await;
}

#[test]
fn the_form_is_described() {
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
