//! Rate limits: a caller above the limit gets 429 with `Retry-After`, and other callers are not affected.

use std::num::NonZeroU32;

use section55::auth::Role;
use section55::server::{Limits, ProxyHeader};

use crate::support::App;

fn limits() -> Limits {
    Limits { signed_in: NonZeroU32::new(3), public: NonZeroU32::new(2), proxies: 1, ..Limits::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_in_caller_above_the_limit_gets_429() {
    let app = App::start_with_limits(limits()).await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for remaining in [2, 1, 0] {
        let reply = opcc.get("/v1/me").await.expect(200);
        assert_eq!(reply.headers["ratelimit-policy"], "\"signed-in\";q=3;w=60");
        let header = reply.headers["ratelimit"].to_str().expect("text");
        assert!(header.starts_with(&format!("\"signed-in\";r={remaining};t=")), "{header}");
    }
    let refused = opcc.get("/v1/me").await.expect(429);
    assert_eq!(refused.body["code"], "too_many_requests");
    let wait: u64 = refused.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=21).contains(&wait), "one request is available again after 20 s: {wait}");
    assert!(refused.headers["ratelimit"].to_str().expect("text").starts_with("\"signed-in\";r=0;t="));
    // A refused request counts too.
    let auditor = app.person(Role::Auditor, "cumbria");
    for _ in 0..3 {
        auditor.post("/v1/inspections", serde_json::json!({})).await.expect(403);
    }
    auditor.get("/v1/me").await.expect(429);
    app.person(Role::Constabulary, "cumbria").get("/v1/me").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_without_a_token_above_the_limit_gets_429() {
    let app = App::start_with_limits(limits()).await;
    let send_from = async |address: &str| {
        app.public().send(reqwest::Method::GET, "/v1", &[("x-forwarded-for", address)], None).await
    };
    for _ in 0..2 {
        send_from("192.0.2.1").await.expect(200);
    }
    send_from("192.0.2.1").await.expect(429);
    send_from("192.0.2.2").await.expect(200);
    // Addresses that the client itself writes into the header are ignored.
    send_from("198.51.100.7, 192.0.2.1").await.expect(429);
    // All addresses of one IPv6 network count as one.
    send_from("2001:db8::1").await.expect(200);
    send_from("2001:db8::2").await.expect(200);
    send_from("2001:db8::3").await.expect(429);
    // The liveness probe has no limit.
    for _ in 0..5 {
        app.public().send(reqwest::Method::GET, "/livez", &[("x-forwarded-for", "192.0.2.1")], None).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_read_from_forwarded_where_the_proxies_write_that() {
    let app = App::start_with_limits(Limits { proxy_header: ProxyHeader::Forwarded, ..limits() }).await;
    let send_from = async |forwarded: &str| {
        // What the client writes into the other header is ignored.
        let headers = [("forwarded", forwarded), ("x-forwarded-for", "198.51.100.9")];
        app.public().send(reqwest::Method::GET, "/v1", &headers, None).await
    };
    for _ in 0..2 {
        send_from("for=192.0.2.1;proto=https").await.expect(200);
    }
    send_from("for=198.51.100.7, for=\"192.0.2.1:4711\"").await.expect(429);
    send_from("for=192.0.2.2").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_with_invalid_tokens_count_towards_the_limit_of_the_address() {
    let app = App::start_with_limits(limits()).await;
    for _ in 0..2 {
        app.person_with_token("nonsense").get("/v1/me").await.expect(401);
    }
    app.person_with_token("nonsense").get("/v1/me").await.expect(429);
}
