//! Heads of requests that are refused: those that are too large for the service, and those that are refused while HTTP is
//! read. The latter get no body, and are no fault of the service.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::support::dev_process::Dev;
use crate::support::{App, Folder};

fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n").into_bytes()
}

/// Requests that are refused while HTTP is read, with the status.
fn refused_below() -> [(Vec<u8>, u16); 6] {
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS handshake\r\n\r\n".to_vec(), 400),
        (b"GET /livez\r\n\r\n".to_vec(), 400),
        (b"GET /livez HTTP/1.1\r\n\r\n".to_vec(), 400),
        (get("/livez", &"X-A: b\r\n".repeat(97)), 431),
        (get("/livez", "Content-Length: 1\r\nContent-Length: 2\r\n"), 400),
        (get("/livez", &format!("X-A: {}\r\n", "b".repeat(140_000))), 431),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_is_too_large_gets_431_with_a_problem_document() {
    let app = App::start().await;
    let limit = app.public().get("/v1").await.expect(200).body["limits"]["head_bytes"].as_u64().expect("a limit");
    let limit = usize::try_from(limit).expect("a size");
    let header = |size: usize| format!("X-A: {}\r\n", "b".repeat(size));
    for path in ["/v1", "/v1/inspections", "/v1/me", "/v1/nothing"] {
        let reply = app.send_raw(&get(path, &header(limit - 200))).await;
        assert_ne!(reply.status, 431, "{path}: a head within the limit");
        for request in [get(path, &header(limit)), get(&format!("{path}?q={}", "a".repeat(limit)), "")] {
            let reply = app.send_raw(&request).await;
            assert_eq!(reply.status, 431, "{path}");
            let problem: Value = serde_json::from_slice(&reply.body).expect("JSON");
            assert_eq!((&problem["code"], &problem["instance"]), (&"headers_too_large".into(), &path.into()));
            assert!(problem["detail"].as_str().is_some_and(|it| it.contains("the limit is 32768")), "{problem}");
            assert!(reply.head.contains("x-content-type-options: nosniff"), "{}", reply.head);
        }
    }
    let long_path = app.send_raw(&get(&format!("/v1/{}", "a".repeat(limit)), "")).await;
    assert_eq!(long_path.status, 431);
    assert!(long_path.body.len() < 1000, "the path is not repeated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_while_http_is_read_gets_a_status_without_a_body() {
    let app = App::start().await;
    for (request, status) in refused_below() {
        let reply = app.send_raw(&request).await;
        let begin = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
        assert_eq!((reply.status, reply.body.len()), (status, 0), "{begin}");
    }
    app.public().get("/livez").await.expect(200);
}

#[test]
fn what_is_refused_while_http_is_read_is_not_logged() {
    let folder = Folder::new();
    let log = folder.path().join("log");
    let mut dev = Dev::begin_with_log(
        &folder.path().join("dev"),
        &["--no-demo"],
        File::create(&log).expect("a file for the log"),
    );
    dev.wait_until_ready();
    for (request, status) in refused_below() {
        let mut connection = TcpStream::connect(dev.base.trim_start_matches("http://")).expect("a connection");
        connection.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit of time");
        // The service may stop reading before it has everything.
        let _ = connection.write_all(&request);
        let mut head = [0; 12];
        connection.read_exact(&mut head).expect("a response");
        assert_eq!(String::from_utf8_lossy(&head), format!("HTTP/1.1 {status}"));
    }
    dev.interrupt();
    dev.wait();
    let log = fs::read_to_string(&log).expect("the log");
    assert!(!log.contains("ERROR") && !log.contains("stream error"), "{log}");
}
