//! Audit events: every write commits one event in its own transaction, and only some callers may read it.

mod as_of;
pub mod bundles;
mod history;
mod orders;
mod payloads;
mod proofs;
mod python;
mod sensitive;
mod sequencer;
mod tampering;
mod witness;

use section55::auth::Role;
use section55::responses;
use section55::vocabulary::WireName;
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
        let history = app.person(role, "cumbria").get(&format!("{response}/transitions?order=asc")).await.expect(200);
        assert_eq!(history.text.contains("soften"), reads, "{role}");
    }
    let elsewhere = app.person(Role::Auditor, "kent").get(query).await.expect(200);
    assert_eq!(elsewhere.body["items"], json!([]));
}

/// Which side reads the note on each action of a response, besides auditors: none if both sides read it.
const NOTES: [(&str, &str, Option<&str>); 7] = [
    ("submit", "note", Some("policing_body")),
    ("return", "reason", Some("policing_body")),
    ("reopen", "reason", Some("policing_body")),
    ("correct", "reason", Some("policing_body")),
    ("record_published", "note", Some("policing_body")),
    ("mark_not_required", "note", None),
    ("reinstate", "reason", None),
];

#[test]
fn the_workflow_states_the_readers_of_every_note_as_the_table_does() {
    for action in responses::Action::ALL {
        let row = NOTES.iter().find(|(name, ..)| *name == action.as_str());
        let side = action.note_side().map(|side| side.to_string());
        match row {
            Some((.., expected)) => assert_eq!(side.as_deref(), *expected, "{action}"),
            None => assert!(side.is_some(), "{action} takes no note, and one that is added later is the side's own"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_note_of_a_response_is_read_by_the_sides_that_the_table_names() {
    let app = App::start().await;
    let person = |role| app.person(role, "cumbria");
    for (index, (action, member, side)) in NOTES.into_iter().enumerate() {
        let inspection = app.create_published_inspection(&format!("9101{index}")).await;
        let response = app.response_path(&inspection, "cumbria").await;
        let before = match action {
            "submit" | "return" => "in_approval",
            "reopen" => "approved",
            "correct" => "published",
            _ => "received",
        };
        app.advance_response_to(&response, "cumbria", before).await;
        let mut body = json!({ "action": action, member: "A note to be read." });
        match action {
            // A returned response has the texts that a submission needs.
            "submit" => {
                let returned = json!({ "action": "return", "reason": "Shorter." });
                person(Role::OpccApprover).act(&response, returned).await.expect(200);
            }
            "mark_not_required" => body["reason"] = json!("not_the_subject"),
            "reinstate" => {
                let mark = json!({ "action": "mark_not_required", "reason": "not_the_subject" });
                person(Role::OpccApprover).act(&response, mark).await.expect(200);
            }
            "record_published" => {
                body["url"] = json!("https://cumbria.example/response");
                body["published_on"] = json!("2022-03-20");
                body["policing_body_comments"] = json!("We welcome the report.");
                body["explanations_incomplete"] = json!(true);
            }
            _ => {}
        }
        person(Role::OpccApprover).act(&response, body).await.expect(200);
        for (role, own) in
            [(Role::Opcc, Some("policing_body")), (Role::Constabulary, Some("force")), (Role::Auditor, side)]
        {
            let reads = side.is_none() || side == own;
            for path in ["transitions", "history"] {
                let found = person(role).get(&format!("{response}/{path}")).await.expect(200);
                assert_eq!(found.text.contains("A note to be read."), reads, "{action} {role} {path}");
            }
        }
    }
}
