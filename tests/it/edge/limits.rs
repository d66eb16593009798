//! A caller that asks too often is told when to ask again; nobody else is.

use std::num::NonZeroU32;

use section55::auth::Role;
use section55::server::Limits;

use crate::support::App;

fn limits() -> Limits {
    Limits { signed_in: NonZeroU32::new(3), public: NonZeroU32::new(2), proxies: 1 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_subject_is_answered_so_often_and_no_more() {
    let app = App::start_with(limits()).await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for left in [2, 1, 0] {
        let answer = opcc.get("/v1/me").await.expect(200);
        assert_eq!(answer.headers["ratelimit-policy"], "\"signed-in\";q=3;w=60");
        let told = answer.headers["ratelimit"].to_str().expect("text");
        assert!(told.starts_with(&format!("\"signed-in\";r={left};t=")), "{told}");
    }
    let refused = opcc.get("/v1/me").await.expect(429);
    assert_eq!(refused.body["code"], "too_many_requests");
    let wait: u64 = refused.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=21).contains(&wait), "one comes back each 20 s: {wait}");
    assert!(refused.headers["ratelimit"].to_str().expect("text").starts_with("\"signed-in\";r=0;t="));
    // A refused request is counted as well: 403 costs as much as 200.
    let auditor = app.person(Role::Auditor, "cumbria");
    for _ in 0..3 {
        auditor.post("/v1/inspections", serde_json::json!({})).await.expect(403);
    }
    auditor.get("/v1/me").await.expect(429);
    app.person(Role::Constabulary, "cumbria").get("/v1/me").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_without_a_token_is_answered_so_often_and_no_more() {
    let app = App::start_with(limits()).await;
    let from = async |address: &str| {
        app.public().send(reqwest::Method::GET, "/v1", &[("x-forwarded-for", address)], None).await
    };
    for _ in 0..2 {
        from("192.0.2.1").await.expect(200);
    }
    from("192.0.2.1").await.expect(429);
    from("192.0.2.2").await.expect(200);
    // What a client writes into the header itself does not make it another.
    from("198.51.100.7, 192.0.2.1").await.expect(429);
    // A network of IPv6 addresses is one customer.
    from("2001:db8::1").await.expect(200);
    from("2001:db8::2").await.expect(200);
    from("2001:db8::3").await.expect(429);
    // Whether the service is well may be asked at any time.
    for _ in 0..5 {
        app.public().send(reqwest::Method::GET, "/livez", &[("x-forwarded-for", "192.0.2.1")], None).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_that_are_refused_are_counted_by_address() {
    let app = App::start_with(limits()).await;
    for _ in 0..2 {
        app.bearer("nonsense").get("/v1/me").await.expect(401);
    }
    app.bearer("nonsense").get("/v1/me").await.expect(429);
}
