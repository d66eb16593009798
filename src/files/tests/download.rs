//! Downloads over a TCP connection: headers, ranges and errors.

use std::time::Duration;

use serde_json::json;

use super::service::{Service, operations};

#[actix_web::test]
async fn a_file_is_sent_as_an_attachment_in_which_no_script_runs() {
    let service = Service::with_short_text().await;
    let response = service.request("GET", "").await;
    assert_eq!((response.status, response.body.as_slice()), (200, &b"0123456789\n"[..]), "{response:?}");
    let digest = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"0123456789\n"));
    let expected = [
        ("content-length", "11"),
        ("etag", &format!("\"{digest}\"")),
        ("accept-ranges", "bytes"),
        ("content-type", "text/plain; charset=utf-8"),
        (
            "content-security-policy",
            "sandbox; default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
        ("content-disposition", "attachment; filename=\"numbers.txt\"; filename*=UTF-8''numbers.txt"),
    ];
    for (name, value) in expected {
        assert_eq!(response.header(name), Some(value));
    }
    let again = service.request("GET", &format!("If-None-Match: \"{digest}\"\r\n")).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), Some(format!("\"{digest}\"").as_str()));
}

#[actix_web::test]
async fn a_range_is_sent_with_206() {
    let service = Service::with_short_text().await;
    let response = service.request("GET", "Range: bytes=3-5\r\n").await;
    assert_eq!((response.status, response.body.as_slice()), (206, &b"345"[..]), "{response:?}");
    assert_eq!(response.header("content-range"), Some("bytes 3-5/11"));
    assert_eq!(response.header("content-length"), Some("3"));
    let response = service.request("GET", "Range: bytes=-2\r\n").await;
    assert_eq!((response.status, response.body.as_slice()), (206, &b"9\n"[..]));
    let response = service.request("GET", "Range: bytes=3-5\r\nIf-Range: \"other\"\r\n").await;
    assert_eq!((response.status, response.body.len()), (200, 11));
    let response = service.request("GET", "Range: bytes=0-1,4-5\r\n").await;
    assert_eq!((response.status, response.body.len()), (200, 11));
}

#[actix_web::test]
async fn a_range_beyond_the_file_is_refused_with_416() {
    let service = Service::with_short_text().await;
    let response = service.request("GET", "Range: bytes=11-\r\n").await;
    assert_eq!(response.status, 416);
    assert_eq!(response.header("content-range"), Some("bytes */11"));
    assert_eq!(response.header("content-type"), Some("application/problem+json"));
    assert_eq!(response.json()["code"], "range_not_satisfiable");
    assert_eq!(response.fault(), ("/Range".to_owned(), "out_of_range".to_owned()));
}

#[actix_web::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let service = Service::with_short_text().await;
    for headers in ["", "Range: bytes=3-5\r\n"] {
        let response = service.request("HEAD", headers).await;
        assert_eq!((response.status, response.body.len()), (200, 0), "{response:?}");
        assert_eq!(response.header("content-length"), Some("11"));
        assert_eq!(response.header("accept-ranges"), Some("bytes"));
    }
}

#[actix_web::test]
async fn an_interrupted_download_is_never_a_complete_response() {
    let text = "x".repeat(1_000_000) + "\n";
    let service = Service::start(text.as_bytes(), "long.txt", Duration::from_secs(10), true).await;
    let response = service.request("GET", "").await;
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-length"), Some("1000001"));
    assert!(response.body.len() < text.len(), "{}", response.body.len());
}

#[test]
fn the_document_describes_every_status() {
    let document = operations().document(json!({}));
    let operation = &document["paths"]["/file"]["get"];
    for status in ["200", "206", "304", "404", "416"] {
        assert!(operation["responses"][status].is_object(), "{status}");
    }
    let names: Vec<_> = operation["parameters"].as_array().expect("parameters").iter().map(|p| &p["name"]).collect();
    assert_eq!(names, ["Range", "If-Range"]);
}
