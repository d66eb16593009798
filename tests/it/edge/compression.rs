//! Compressed responses: the encoding that the client accepts, the same text, and an ETag of its own.

use std::io::Read;

use reqwest::Method;
use section55::auth::Role;

use crate::support::App;

/// Returns the status, `Content-Encoding`, ETag and encoded body of a response.
async fn fetch(app: &App, path: &str, headers: &[(&str, &str)]) -> (u16, Option<String>, String, Vec<u8>) {
    let client = reqwest::Client::new();
    let mut request = client.request(Method::GET, format!("{}{path}", app.base));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.expect("a response");
    let text = |name: &str| response.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
    let (status, encoding, etag) =
        (response.status().as_u16(), text("content-encoding"), text("etag").unwrap_or_default());
    (status, encoding, etag, response.bytes().await.expect("a body").to_vec())
}

fn decode(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        "gzip" => flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).expect("gzip"),
        _ => brotli::Decompressor::new(bytes, 4096).read_to_end(&mut plain).expect("brotli"),
    };
    plain
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_has_the_encoding_that_the_client_prefers() {
    let app = App::start().await;
    let (_, none, etag, plain) = fetch(&app, "/v1/areas?limit=200", &[]).await;
    assert_eq!(none, None);
    assert!(plain.len() > 10_000);
    for (accepted, expected) in [
        ("gzip", Some("gzip")),
        ("br", Some("br")),
        ("gzip, br", Some("br")),
        ("br;q=0.5, gzip;q=0.9", Some("gzip")),
        ("gzip;q=0, identity", None),
        ("identity", None),
        ("zstd", None),
    ] {
        let (status, encoding, own_etag, body) =
            fetch(&app, "/v1/areas?limit=200", &[("accept-encoding", accepted)]).await;
        assert_eq!((status, encoding.as_deref()), (200, expected), "{accepted}");
        match expected {
            Some(expected) => {
                assert!(body.len() * 3 < plain.len(), "{accepted}: {} of {}", body.len(), plain.len());
                assert_eq!(decode(expected, &body), plain);
                assert_eq!(own_etag, format!("{}-{expected}\"", etag.trim_end_matches('"')));
            }
            None => assert_eq!((own_etag, body), (etag.clone(), plain.clone()), "{accepted}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_etag_of_a_compressed_body_works_for_reads_and_writes() {
    let app = App::start().await;
    let headers = [("accept-encoding", "gzip")];
    let (_, _, etag, _) = fetch(&app, "/v1/areas?limit=200", &headers).await;
    let again = [("accept-encoding", "gzip"), ("if-none-match", etag.as_str())];
    let (status, _, returned, body) = fetch(&app, "/v1/areas?limit=200", &again).await;
    assert_eq!((status, returned, body.len()), (304, etag, 0));
    // A write accepts it too, because only the version before the hyphen is compared.
    let inspection = app.create_published_inspection("77201").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let token = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let bearer = format!("Bearer {token}");
    let (_, encoding, etag, _) =
        fetch(&app, &response, &[("accept-encoding", "gzip"), ("authorization", bearer.as_str())]).await;
    assert_eq!(encoding.as_deref(), Some("gzip"));
    let body = serde_json::json!({ "policing_body_comments": "Seen." });
    app.person(Role::Opcc, "cumbria").patch(&response, &etag, body).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn short_bodies_and_files_are_not_compressed() {
    let app = App::start().await;
    let (_, encoding, _, _) = fetch(&app, "/livez", &[("accept-encoding", "br")]).await;
    assert_eq!(encoding, None);
    let sample_records = app.create_sample_records().await;
    let token = format!("Bearer {}", app.token("auditor@cumbria", &["auditor"], &["cumbria"]));
    let headers = [("accept-encoding", "gzip"), ("authorization", token.as_str())];
    let (status, encoding, _, body) = fetch(&app, &sample_records.file, &headers).await;
    assert_eq!((status, encoding, body), (200, None, b"Agreed.".to_vec()));
}
