//! CORS: pages of configured origins may send tokens, and pages of any origin may read published records.

use reqwest::Method;
use section55::auth::Role;

use crate::support::App;

const CONFIGURED: (&str, &str) = ("origin", "https://app.example");
const OTHER: (&str, &str) = ("origin", "https://other.example");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preflight_request_of_a_configured_origin_returns_the_allowed_methods_and_headers() {
    let app = App::start().await;
    let preflight = async |origin| {
        let headers = [origin, ("access-control-request-method", "PATCH")];
        app.public().send(Method::OPTIONS, "/v1/inspections", &headers, None).await.expect(204)
    };
    let configured = preflight(CONFIGURED).await;
    assert_eq!(configured.headers["access-control-allow-origin"], "https://app.example");
    let allowed = configured.headers["access-control-allow-headers"].to_str().expect("text").to_ascii_lowercase();
    for header in ["authorization", "if-match", "idempotency-key", "content-type"] {
        assert!(allowed.contains(header), "{header} in {allowed}");
    }
    assert!(configured.headers["access-control-allow-methods"].to_str().expect("text").contains("PATCH"));
    let other = preflight(OTHER).await;
    assert_eq!(other.headers["access-control-allow-origin"], "*");
    assert_eq!(other.headers["access-control-allow-methods"], "GET, HEAD");
    assert!(!other.headers["access-control-allow-headers"].to_str().expect("text").contains("Authorization"));
    // Without `Access-Control-Request-Method`, OPTIONS is an unsupported method.
    app.public().send(Method::OPTIONS, "/v1/inspections", &[], None).await.expect(405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_origin_reads_published_records_and_only_a_configured_one_sends_tokens() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("77101").await.href();
    let opcc = app.person(Role::Opcc, "cumbria");
    for (person, origin, allowed) in [
        (app.public(), OTHER, Some("*")),
        (app.public(), CONFIGURED, Some("https://app.example")),
        (opcc.clone(), CONFIGURED, Some("https://app.example")),
        (opcc.clone(), OTHER, None),
        (app.person_with_token("nonsense"), OTHER, None),
    ] {
        let reply = person.send(Method::GET, &inspection, &[origin], None).await;
        let header = reply.headers.get("access-control-allow-origin").map(|value| value.to_str().expect("text"));
        assert_eq!(header, allowed, "{origin:?}");
        assert!(reply.headers["vary"].to_str().expect("text").contains("Origin"));
        assert!(!reply.headers.contains_key("access-control-allow-credentials"));
    }
    let shown = opcc.send(Method::GET, &inspection, &[CONFIGURED], None).await.expect(200);
    assert!(shown.headers["access-control-expose-headers"].to_str().expect("text").contains("ETag"));
    let plain = app.public().get(&inspection).await.expect(200);
    assert!(!plain.headers.contains_key("access-control-allow-origin"));
}
