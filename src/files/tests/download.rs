//! Downloads over a real connection: what is sent, and what is sent of it.

use std::time::Duration;

use serde_json::json;

use super::service::{Service, operations};

#[actix_web::test]
async fn the_whole_file_is_sent_as_an_attachment_that_does_nothing() {
    let service = Service::plain().await;
    let reply = service.ask("GET", "").await;
    assert_eq!((reply.status, reply.body.as_slice()), (200, &b"0123456789\n"[..]), "{reply:?}");
    let digest = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"0123456789\n"));
    let expected = [
        ("content-length", "11"),
        ("etag", &format!("\"{digest}\"")),
        ("accept-ranges", "bytes"),
        ("content-type", "text/plain; charset=utf-8"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("content-disposition", "attachment; filename=\"numbers.txt\"; filename*=UTF-8''numbers.txt"),
    ];
    for (name, value) in expected {
        assert_eq!(reply.header(name), Some(value));
    }
    let again = service.ask("GET", &format!("If-None-Match: \"{digest}\"\r\n")).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), Some(format!("\"{digest}\"").as_str()));
}

#[actix_web::test]
async fn a_part_is_sent_as_one() {
    let service = Service::plain().await;
    let reply = service.ask("GET", "Range: bytes=3-5\r\n").await;
    assert_eq!((reply.status, reply.body.as_slice()), (206, &b"345"[..]), "{reply:?}");
    assert_eq!(reply.header("content-range"), Some("bytes 3-5/11"));
    assert_eq!(reply.header("content-length"), Some("3"));
    let reply = service.ask("GET", "Range: bytes=-2\r\n").await;
    assert_eq!((reply.status, reply.body.as_slice()), (206, &b"9\n"[..]));
    let reply = service.ask("GET", "Range: bytes=3-5\r\nIf-Range: \"other\"\r\n").await;
    assert_eq!((reply.status, reply.body.len()), (200, 11));
    let reply = service.ask("GET", "Range: bytes=0-1,4-5\r\n").await;
    assert_eq!((reply.status, reply.body.len()), (200, 11));
}

#[actix_web::test]
async fn what_lies_beyond_the_file_is_a_problem() {
    let service = Service::plain().await;
    let reply = service.ask("GET", "Range: bytes=11-\r\n").await;
    assert_eq!(reply.status, 416);
    assert_eq!(reply.header("content-range"), Some("bytes */11"));
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    assert_eq!(reply.json()["code"], "range_not_satisfiable");
    assert_eq!(reply.fault(), ("/Range".to_owned(), "out_of_range".to_owned()));
}

#[actix_web::test]
async fn head_says_what_get_would_and_sends_nothing() {
    let service = Service::plain().await;
    for headers in ["", "Range: bytes=3-5\r\n"] {
        let reply = service.ask("HEAD", headers).await;
        assert_eq!((reply.status, reply.body.len()), (200, 0), "{reply:?}");
        assert_eq!(reply.header("content-length"), Some("11"));
        assert_eq!(reply.header("accept-ranges"), Some("bytes"));
    }
}

#[actix_web::test]
async fn a_file_that_breaks_off_is_never_a_whole_answer() {
    let text = "x".repeat(1_000_000) + "\n";
    let service = Service::start(text.as_bytes(), "long.txt", Duration::from_secs(10), true).await;
    let reply = service.ask("GET", "").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-length"), Some("1000001"));
    assert!(reply.body.len() < text.len(), "{}", reply.body.len());
}

#[test]
fn every_answer_is_described() {
    let document = operations().document(json!({}));
    let operation = &document["paths"]["/file"]["get"];
    for status in ["200", "206", "304", "404", "416"] {
        assert!(operation["responses"][status].is_object(), "{status}");
    }
    let named: Vec<_> = operation["parameters"].as_array().expect("parameters").iter().map(|p| &p["name"]).collect();
    assert_eq!(named, ["Range", "If-Range"]);
}
