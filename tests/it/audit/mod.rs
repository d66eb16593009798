//! Audit events: every write commits one event in its own transaction, and only some callers may read it.

mod as_of;
mod bundles;
mod history;
mod payloads;
mod proofs;
mod python;
mod sensitive;
mod sequencer;
mod tampering;
mod witness;

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::App;

/// Returns the audit events of Cumbria that match a query, oldest first.
async fn events(app: &App, query: &str) -> Vec<Value> {
    let auditor = app.person(Role::Auditor, "cumbria");
    let page = auditor.get(&format!("/v1/audit-events?sort=at&limit=200&{query}")).await.expect(200);
    page.body["items"].as_array().expect("a list").clone()
}

fn actions(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["action"].as_str().expect("an action")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_step_of_a_response_has_one_event_with_actor_action_and_states() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("91001").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "complete").await;
    let id = response.rsplit('/').next().expect("an id");
    let found = events(&app, &format!("resource_id={id}")).await;
    let expected = [
        "open",
        "invite",
        "submit_comments",
        "amend",
        "amend",
        "amend",
        "submit",
        "approve",
        "publish",
        "record_copy",
        "record_copy",
    ];
    assert_eq!(actions(&found), expected);
    let versions: Vec<i64> = found.iter().filter_map(|event| event["resource_version"].as_i64()).collect();
    assert_eq!(versions, (1..=11).collect::<Vec<i64>>(), "each version has one event");
    let approve = &found[7];
    assert_eq!(approve["actor"]["subject"], "opcc_approver@cumbria");
    assert_eq!((&approve["from"], &approve["to"]), (&json!("in_approval"), &json!("approved")));
    assert_eq!(approve["area"], "cumbria");
    assert_eq!(events(&app, &format!("resource_id={id}&actor=chief_officer@cumbria")).await.len(), 1);
    assert_eq!(events(&app, &format!("resource_id={id}&action=approve,publish")).await.len(), 2);
    assert_eq!(events(&app, &format!("resource_id={id}&since=2022-03-23T00:00:00Z")).await.len(), 0);
    let request = approve["request_id"].as_str().expect("an id");
    assert_eq!(actions(&events(&app, &format!("request_id={request}")).await), ["approve"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_whose_event_cannot_be_stored_is_rolled_back() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("91002").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let before = opcc.get(&response).await.expect(200);
    let administrator = app.database.administrator().await;
    // With this lock no event can be inserted, so the write fails at its last statement.
    administrator.batch_execute("begin; lock table record.events in access exclusive mode").await.expect("a lock");
    opcc.act(&response, json!({ "action": "invite" })).await.expect(503);
    administrator.batch_execute("rollback").await.expect("no lock");
    let after = opcc.get(&response).await.expect(200);
    assert_eq!((after.etag(), &after.body["state"]), (before.etag(), &json!("received")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_or_validated_request_leaves_no_event() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("91003").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let count = events(&app, "").await.len();
    opcc.act(&response, json!({ "action": "submit" })).await.expect(409);
    opcc.act(&response, json!({ "action": "invite", "comments_due_on": "2022-03-01" })).await.expect(422);
    let path = format!("{response}/transitions?validate_only=true");
    let request = json!({ "action": "invite" });
    let checked = opcc.send_json(reqwest::Method::POST, &path, Some("*"), &request).await.expect(200);
    assert_eq!(
        checked.body["state"], "awaiting_comments",
        "the response shows the state that the transition would lead to"
    );
    assert_eq!(opcc.get(&response).await.expect(200).body["state"], "received", "and nothing is stored");
    assert_eq!(events(&app, "").await.len(), count);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_force_reads_the_events_but_not_the_policing_bodys_notes() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("91004").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "in_approval").await;
    let returned = json!({ "action": "return", "reason": "soften the second paragraph" });
    app.person(Role::OpccApprover, "cumbria").act(&response, returned).await.expect(200);
    let query = "/v1/audit-events?action=return";
    for (role, reads) in [(Role::Auditor, true), (Role::OpccApprover, true), (Role::ChiefOfficer, false)] {
        let page = app.person(role, "cumbria").get(query).await.expect(200);
        assert_eq!(page.body["items"].as_array().map(Vec::len), Some(1), "{role}");
        assert_eq!(page.text.contains("soften"), reads, "{role}");
        let history = app.person(role, "cumbria").get(&format!("{response}/transitions")).await.expect(200);
        assert_eq!(history.text.contains("soften"), reads, "{role}");
    }
    let elsewhere = app.person(Role::Auditor, "kent").get(query).await.expect(200);
    assert_eq!(elsewhere.body["items"], json!([]));
}
