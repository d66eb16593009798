//! Taking the log away is in the log before a byte of it leaves.

use reqwest::Method;
use section55::auth::Role;
use serde_json::Value;

use super::{lines, listed};
use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_of_the_audit_events_is_one_of_them() {
    let app = App::start().await;
    app.published_inspection("63001").await;
    let auditor = app.somebody("auditor", &["auditor"], &["cumbria", "kent"]);
    auditor.send(Method::HEAD, "/v1/exports/audit-events", &[], None).await.expect(200);
    let before = listed(&auditor, "audit-events", "").await;
    let exported = lines(&auditor, "audit-events", "&sort=at").await;
    let recorded: Vec<&Value> = exported.iter().filter(|event| event["action"] == "export").collect();
    let areas: Vec<&str> = recorded.iter().map(|event| event["area"].as_str().expect("an area")).collect();
    assert_eq!((exported.len(), areas.len()), (before.len() + 2, 2), "{areas:?}");
    for event in recorded {
        assert_eq!((&event["resource"], &event["actor"]["subject"]), (&"export".into(), &"auditor".into()));
    }
    assert_eq!(exported, listed(&auditor, "audit-events", "&sort=at").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_those_who_may_read_the_log_may_take_it_away() {
    let app = App::start().await;
    app.public().get("/v1/exports/audit-events").await.expect(401);
    for role in [Role::Opcc, Role::Constabulary, Role::Registrar] {
        app.person(role, "cumbria").get("/v1/exports/audit-events").await.expect(403);
    }
    let kent = app.person(Role::ChiefOfficer, "kent");
    app.published_inspection("63002").await;
    assert_eq!(lines(&kent, "audit-events", "").await, listed(&kent, "audit-events", "").await);
}
