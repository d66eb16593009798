//! An export of the audit events is itself an audit event, committed before the first byte is sent.

use reqwest::Method;
use section55::auth::Role;
use serde_json::Value;

use super::{export_json_lines, list_records};
use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_export_of_the_audit_events_is_recorded_as_an_audit_event() {
    let app = App::start().await;
    app.create_published_inspection("63001").await;
    let auditor = app.person_with_roles("auditor", &["auditor"], &["cumbria", "kent"]);
    auditor.send(Method::HEAD, "/v1/exports/audit-events", &[], None).await.expect(200);
    let before = list_records(&auditor, "audit-events", "").await;
    let exported = export_json_lines(&auditor, "audit-events", "&sort=at").await;
    let recorded: Vec<&Value> = exported.iter().filter(|event| event["action"] == "export").collect();
    let areas: Vec<&str> = recorded.iter().map(|event| event["area"].as_str().expect("an area")).collect();
    assert_eq!((exported.len(), areas.len()), (before.len() + 2, 2), "{areas:?}");
    for event in recorded {
        assert_eq!((&event["resource"], &event["actor"]["subject"]), (&"export".into(), &"auditor".into()));
    }
    assert_eq!(exported, list_records(&auditor, "audit-events", "&sort=at").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_roles_that_read_audit_events_export_them() {
    let app = App::start().await;
    app.public().get("/v1/exports/audit-events").await.expect(401);
    for role in [Role::Opcc, Role::Constabulary, Role::Registrar] {
        app.person(role, "cumbria").get("/v1/exports/audit-events").await.expect(403);
    }
    let kent = app.person(Role::ChiefOfficer, "kent");
    app.create_published_inspection("63002").await;
    assert_eq!(export_json_lines(&kent, "audit-events", "").await, list_records(&kent, "audit-events", "").await);
}
