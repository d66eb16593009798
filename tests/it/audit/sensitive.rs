//! OFFICIAL-SENSITIVE content in the audit log: only audited reads return it.

use section55::auth::Role;
use serde_json::json;

use super::bundles::{export, verify};
use crate::support::{App, Reply};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_of_official_sensitive_content_is_complete_and_recorded() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("95010").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let sensitive = json!({ "marking": "official_sensitive", "description": "Restricted text." });
    let evidence = app.add_evidence(&assignment, "cumbria", sensitive).await.href();
    app.sequence().await;
    let bundle = export(&app, "cumbria", "").await;
    let found = verify(&bundle).expect("a valid bundle");
    assert_eq!((found.changed_outside_log, found.not_shown), (Vec::new(), Vec::new()));
    assert!(bundle.contains("Restricted text."));
    let auditor = app.person(Role::Auditor, "cumbria");
    let events = auditor.get("/v1/audit-events?action=export").await.expect(200);
    assert_eq!(events.body["items"].as_array().map(Vec::len), Some(1));
    // A read of the history of the evidence is recorded too.
    let before = auditor.get("/v1/audit-events?action=read&resource=evidence&count=true").await.expect(200);
    let history = auditor.get(&format!("{evidence}/history")).await.expect(200);
    assert!(history.text.contains("Restricted text."), "{}", history.text);
    let after = auditor.get("/v1/audit-events?action=read&resource=evidence&count=true").await.expect(200);
    let count = |reply: &Reply| reply.body["total"].as_i64().expect("a count");
    assert_eq!(count(&after), count(&before) + 1);
}
