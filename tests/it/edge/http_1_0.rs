//! Clients of HTTP/1.0, such as old proxies and health checks: no chunks (RFC 9112 section 6.1), and a connection that
//! stays open only if the client asks for it and the length of the body is known.

use std::time::Duration;

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::App;

async fn read_some(connection: &mut TcpStream, until: impl Fn(&str) -> bool) -> String {
    let (mut read, mut bytes) = (String::new(), vec![0; 64 * 1024]);
    while !until(&read) {
        let next = tokio::time::timeout(Duration::from_secs(20), connection.read(&mut bytes)).await;
        match next.expect("bytes in time").expect("bytes") {
            0 => break,
            count => read.push_str(&String::from_utf8_lossy(&bytes[..count])),
        }
    }
    read
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_has_no_chunks_and_ends_with_the_connection() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("81301").await;
    app.sequence().await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let evidence = app.add_submitted_evidence(&assignment, "cumbria", json!({})).await;
    let file = app.person(Role::Opcc, "cumbria").get(&evidence.href()).await.expect(200);
    let file = file.body["files"][0]["links"]["self"].as_str().expect("a file").to_owned();
    let token = app.token("auditor@cumbria", &["auditor"], &["cumbria"]);
    for (path, is_stream) in [
        ("/v1/exports/inspections?format=jsonl", true),
        ("/v1/exports/recommendations?format=csv", true),
        ("/v1/exports/areas?format=jsonl", true),
        ("/v1/exports/audit-events?format=jsonl", true),
        ("/v1/audit/bundle?area=cumbria", true),
        (file.as_str(), false),
        ("/v1/changes", false),
        ("/v1/inspections", false),
        ("/livez", false),
    ] {
        let expected = app.person_with_token(&token).get(path).await.expect(200).text;
        for asked in ["", "Connection: keep-alive\r\n", "Connection: close\r\n", "TE: chunked\r\n"] {
            for method in [Method::GET, Method::HEAD] {
                let stays_open = asked.contains("keep-alive") && (!is_stream || method == Method::HEAD);
                let mut connection = app.open_connection().await;
                let request = format!("{method} {path} HTTP/1.0\r\n{asked}Authorization: Bearer {token}\r\n\r\n");
                connection.write_all(request.as_bytes()).await.expect("sent");
                let length = if method == Method::HEAD { 0 } else { expected.len() };
                let is_whole = |read: &str| {
                    stays_open && read.split_once("\r\n\r\n").is_some_and(|(_, body)| body.len() >= length)
                };
                let read = read_some(&mut connection, is_whole).await;
                let (head, body) = read.split_once("\r\n\r\n").expect("a head");
                let head = head.to_ascii_lowercase();
                let at = format!("{method} {path} {asked:?}: {head}");
                assert!(head.starts_with("http/1.0 200"), "{at}");
                assert!(!head.contains("transfer-encoding"), "{at}");
                assert_eq!(head.contains("content-length"), !is_stream, "{at}");
                // Each export of the audit log adds an event, and each bundle has an id.
                if method == Method::GET && path.contains("audit") {
                    assert!(body.starts_with('{') && body.ends_with("}\n"), "{at}");
                } else if method == Method::GET {
                    assert_eq!(body, expected, "{at}");
                }
                assert_eq!(body.is_empty(), method == Method::HEAD, "{at}");
                if stays_open && !is_stream {
                    assert!(head.contains("connection: keep-alive"), "{at}");
                    connection.write_all(b"GET /livez HTTP/1.0\r\n\r\n").await.expect("sent");
                    let second = read_some(&mut connection, |_| false).await;
                    assert!(second.to_ascii_lowercase().starts_with("http/1.0 200"), "{at}: {second}");
                } else if is_stream && method == Method::GET {
                    assert!(!head.contains("connection: keep-alive"), "{at}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_of_http_1_0_cannot_be_chunked() {
    let app = App::start().await;
    let token = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let body = "{\"reference\":\"81302\"}";
    let head =
        format!("POST /v1/inspections HTTP/1.0\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    assert_eq!(app.send_raw(chunked.as_bytes()).await.status, 400);
    let plain = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
    assert_eq!(app.send_raw(plain.as_bytes()).await.status, 201);
}
