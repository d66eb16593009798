//! Pages of other origins: a listed one may send tokens, any may read what is published.

use reqwest::Method;
use section55::auth::Role;

use crate::support::App;

const LISTED: (&str, &str) = ("origin", "https://app.example");
const OTHER: (&str, &str) = ("origin", "https://other.example");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listed_page_is_told_beforehand_what_it_may_send() {
    let app = App::start().await;
    let ask = async |origin| {
        let headers = [origin, ("access-control-request-method", "PATCH")];
        app.public().send(Method::OPTIONS, "/v1/inspections", &headers, None).await.expect(204)
    };
    let listed = ask(LISTED).await;
    assert_eq!(listed.headers["access-control-allow-origin"], "https://app.example");
    let sent = listed.headers["access-control-allow-headers"].to_str().expect("text").to_ascii_lowercase();
    for header in ["authorization", "if-match", "idempotency-key", "content-type"] {
        assert!(sent.contains(header), "{header} in {sent}");
    }
    assert!(listed.headers["access-control-allow-methods"].to_str().expect("text").contains("PATCH"));
    let other = ask(OTHER).await;
    assert_eq!(other.headers["access-control-allow-origin"], "*");
    assert_eq!(other.headers["access-control-allow-methods"], "GET, HEAD");
    assert!(!other.headers["access-control-allow-headers"].to_str().expect("text").contains("Authorization"));
    // Without the question it is a method like any other.
    app.public().send(Method::OPTIONS, "/v1/inspections", &[], None).await.expect(405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_page_reads_what_is_published_and_only_a_listed_one_what_is_not() {
    let app = App::start().await;
    let inspection = app.published_inspection("77101").await.href();
    let opcc = app.person(Role::Opcc, "cumbria");
    for (person, origin, allowed) in [
        (app.public(), OTHER, Some("*")),
        (app.public(), LISTED, Some("https://app.example")),
        (opcc.clone(), LISTED, Some("https://app.example")),
        (opcc.clone(), OTHER, None),
        (app.bearer("nonsense"), OTHER, None),
    ] {
        let answer = person.send(Method::GET, &inspection, &[origin], None).await;
        let told = answer.headers.get("access-control-allow-origin").map(|value| value.to_str().expect("text"));
        assert_eq!(told, allowed, "{origin:?}");
        assert!(answer.headers["vary"].to_str().expect("text").contains("Origin"));
        assert!(!answer.headers.contains_key("access-control-allow-credentials"));
    }
    let shown = opcc.send(Method::GET, &inspection, &[LISTED], None).await.expect(200);
    assert!(shown.headers["access-control-expose-headers"].to_str().expect("text").contains("ETag"));
    let plain = app.public().get(&inspection).await.expect(200);
    assert!(!plain.headers.contains_key("access-control-allow-origin"));
}
