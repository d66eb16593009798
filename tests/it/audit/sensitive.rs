//! What is OFFICIAL-SENSITIVE leaves the log only by readings that are recorded.

use section55::auth::Role;
use serde_json::json;

use super::bundles::{export, verify};
use crate::support::{App, Reply};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_official_sensitive_is_exported_whole_by_a_reading_that_is_recorded() {
    let app = App::start().await;
    let inspection = app.published_inspection("95010").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let sensitive = json!({ "marking": "official_sensitive", "description": "Words for few." });
    let item = app.evidence(&line, "cumbria", sensitive).await.href();
    app.sequence().await;
    let bundle = export(&app, "cumbria", "").await;
    let found = verify(&bundle).expect("it verifies");
    assert_eq!((found.found_changed, found.not_shown), (Vec::new(), Vec::new()));
    assert!(bundle.contains("Words for few."));
    let auditor = app.person(Role::Auditor, "cumbria");
    let events = auditor.get("/v1/audit-events?action=export").await.expect(200);
    assert_eq!(events.body["items"].as_array().map(Vec::len), Some(1));
    // Its history is a reading of it too.
    let before = auditor.get("/v1/audit-events?action=read&resource=evidence&count=true").await.expect(200);
    let told = auditor.get(&format!("{item}/history")).await.expect(200);
    assert!(told.text.contains("Words for few."), "{}", told.text);
    let after = auditor.get("/v1/audit-events?action=read&resource=evidence&count=true").await.expect(200);
    let count = |reply: &Reply| reply.body["total"].as_i64().expect("a count");
    assert_eq!(count(&after), count(&before) + 1);
}
