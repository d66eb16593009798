//! Bodies in the coding that a client asks for: the same text, under a tag of its own.

use std::io::Read;

use reqwest::Method;
use section55::auth::Role;

use crate::support::App;

/// The body of an answer as it came, its coding and its tag.
async fn raw(app: &App, path: &str, headers: &[(&str, &str)]) -> (u16, Option<String>, String, Vec<u8>) {
    let client = reqwest::Client::new();
    let mut request = client.request(Method::GET, format!("{}{path}", app.base));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("an answer");
    let text = |name: &str| answer.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
    let (status, coding, tag) = (answer.status().as_u16(), text("content-encoding"), text("etag").unwrap_or_default());
    (status, coding, tag, answer.bytes().await.expect("a body").to_vec())
}

fn decoded(coding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match coding {
        "gzip" => flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).expect("gzip"),
        _ => brotli::Decompressor::new(bytes, 4096).read_to_end(&mut plain).expect("brotli"),
    };
    plain
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_comes_in_the_coding_that_is_asked_for() {
    let app = App::start().await;
    let (_, none, tag, plain) = raw(&app, "/v1/areas?limit=200", &[]).await;
    assert_eq!(none, None);
    assert!(plain.len() > 10_000);
    for (accepted, coding) in [
        ("gzip", Some("gzip")),
        ("br", Some("br")),
        ("gzip, br", Some("br")),
        ("br;q=0.5, gzip;q=0.9", Some("gzip")),
        ("gzip;q=0, identity", None),
        ("identity", None),
        ("zstd", None),
    ] {
        let (status, told, own, body) = raw(&app, "/v1/areas?limit=200", &[("accept-encoding", accepted)]).await;
        assert_eq!((status, told.as_deref()), (200, coding), "{accepted}");
        match coding {
            Some(coding) => {
                assert!(body.len() * 3 < plain.len(), "{accepted}: {} of {}", body.len(), plain.len());
                assert_eq!(decoded(coding, &body), plain);
                assert_eq!(own, format!("{}-{coding}\"", tag.trim_end_matches('"')));
            }
            None => assert_eq!((own, body), (tag.clone(), plain.clone()), "{accepted}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tag_of_a_coded_body_is_known_again() {
    let app = App::start().await;
    let asked = [("accept-encoding", "gzip")];
    let (_, _, tag, _) = raw(&app, "/v1/areas?limit=200", &asked).await;
    let again = [("accept-encoding", "gzip"), ("if-none-match", tag.as_str())];
    let (status, _, told, body) = raw(&app, "/v1/areas?limit=200", &again).await;
    assert_eq!((status, told, body.len()), (304, tag, 0));
    // And it can be sent to write: what counts is the version before the hyphen.
    let inspection = app.published_inspection("77201").await;
    let response = app.response(&inspection, "cumbria").await;
    let token = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let bearer = format!("Bearer {token}");
    let (_, coding, tag, _) =
        raw(&app, &response, &[("accept-encoding", "gzip"), ("authorization", bearer.as_str())]).await;
    assert_eq!(coding.as_deref(), Some("gzip"));
    let body = serde_json::json!({ "policing_body_comments": "Seen." });
    app.person(Role::Opcc, "cumbria").patch(&response, &tag, body).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_short_or_no_text_comes_as_it_is() {
    let app = App::start().await;
    let (_, coding, _, _) = raw(&app, "/livez", &[("accept-encoding", "br")]).await;
    assert_eq!(coding, None);
    let places = app.places().await;
    let token = format!("Bearer {}", app.token("auditor@cumbria", &["auditor"], &["cumbria"]));
    let asked = [("accept-encoding", "gzip"), ("authorization", token.as_str())];
    let (status, coding, _, body) = raw(&app, &places.file, &asked).await;
    assert_eq!((status, coding, body), (200, None, b"Agreed.".to_vec()));
}
