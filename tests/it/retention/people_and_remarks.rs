//! What a disposal removes of remarks on a response, and an erasure of an event of an entry of a person.

use section55::auth::Role;
use section55::ledger::Verifier;
use serde_json::json;

use super::{Case, id_in, proposal};

/// Asserts that the log verifies, and that every change follows a state that the log knows.
async fn assert_log_is_valid(case: &Case) {
    case.app.sequence().await;
    let bundle = case.auditor.get("/v1/audit/bundle").await.expect(200).text;
    let mut verifier = Verifier::new(None);
    bundle.lines().try_for_each(|line| verifier.verify_line(line)).expect("every line is valid");
    let found = verifier.finish().expect("the bundle is valid");
    assert_eq!((found.not_shown, found.changed_outside_log), (Vec::new(), Vec::new()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_disposal_of_a_response_removes_the_remarks_of_both_sides() {
    let case = Case::new().await;
    let remarks = format!("{}/remarks", case.response);
    for (n, role) in [Role::Opcc, Role::Constabulary].into_iter().enumerate() {
        let person = case.app.person(role, "cumbria");
        let first = person.post(&remarks, json!({ "text": format!("zqremark{n}x") })).await.expect(201);
        let answer = json!({ "text": format!("zqanswer{n}x"), "answers": first.body["id"] });
        person.post(&remarks, answer).await.expect(201);
    }
    case.app.advance_response_to(&case.response, "cumbria", "complete").await;
    case.app.set_day("2029-03-22");
    case.propose_and_confirm("retention", "response", &case.response).await;
    assert_eq!(case.auditor.get(&remarks).await.expect(200).body["items"].as_array().map(Vec::len), Some(4));
    assert_eq!(case.perform_confirmed().await, 1);
    assert_eq!(case.auditor.get(&remarks).await.expect(200).body["items"], json!([]));
    for word in ["zqremark", "zqanswer"] {
        assert_eq!(case.tables_containing(word).await, Vec::<String>::new(), "{word}");
    }
    assert_log_is_valid(&case).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_name_of_a_person_can_be_erased_from_the_log() {
    let case = Case::new().await;
    let entry = json!({ "subject": "p.person", "name": "zqformerx" });
    let person = case.approver.post("/v1/people", entry).await.expect(201).href();
    case.approver.patch(&person, "*", json!({ "name": "P. Person" })).await.expect(200);
    case.app.sequence().await;
    assert_eq!(case.tables_containing("zqformerx").await, ["record.event_payloads"]);
    let history = case.auditor.get(&format!("{person}/history")).await.expect(200);
    for event in history.body["items"].as_array().expect("a list") {
        let path = format!("/v1/audit-events/{}", event["id"].as_str().expect("an id"));
        let disposal = case.approver.post("/v1/disposals", proposal("erasure", "event", &path)).await.expect(201);
        case.chief.act(&disposal.href(), json!({ "action": "confirm" })).await.expect(200);
        assert_eq!(id_in(&path), disposal.body["resource_id"]);
    }
    assert_eq!(case.perform_confirmed().await, 2);
    assert_eq!(case.tables_containing("zqformerx").await, Vec::<String>::new());
    case.approver.patch(&person, "*", json!({ "active": false })).await.expect(200);
    assert_log_is_valid(&case).await;
    let present = case.auditor.get(&person).await.expect(200);
    assert_eq!((&present.body["name"], &present.body["active"]), (&json!("P. Person"), &json!(false)));
}
