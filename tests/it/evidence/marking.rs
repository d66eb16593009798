//! Markings: what may be held, the highest of a line, and that one person raises and two lower.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, fault, mark};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_marked_above_official_sensitive_is_refused_and_not_kept() {
    let case = Case::new().await;
    let item = case.item(json!({})).await;
    let before = case.app.database.fingerprint().await;
    let path = format!("{}/evidence", case.line);
    for marking in ["secret", "top_secret", "SECRET", "OFFICIAL", "confidential", "official-sensitive", ""] {
        let sent = json!({ "title": "zq canary", "kind": "data", "marking": marking });
        let refused = case.force.post(&path, sent).await.expect(422);
        assert_eq!(refused.faults(), fault("/marking", "unknown_value"), "{marking}");
        let amended = json!({ "title": "zq canary", "marking": marking });
        assert_eq!(
            case.force.patch(&item, "*", amended).await.expect(422).faults(),
            fault("/marking", "unknown_value")
        );
    }
    for not in [Value::Null, json!(1)] {
        case.force.post(&path, json!({ "title": "zq canary", "kind": "data", "marking": not })).await.expect(422);
    }
    assert_eq!(case.app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lines_marking_is_the_highest_of_its_evidence() {
    let case = Case::new().await;
    let marking = async || case.line().await["marking"].as_str().expect("a marking").to_owned();
    assert_eq!(marking().await, "official");
    let first = case.item(json!({})).await;
    assert_eq!(marking().await, "official");
    let second = case.item(json!({ "marking": "official_sensitive" })).await;
    assert_eq!(marking().await, "official_sensitive");
    case.force.act(&second, json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
    assert_eq!(marking().await, "official");
    case.force.patch(&first, "*", json!({ "marking": "official_sensitive" })).await.expect(200);
    assert_eq!(marking().await, "official_sensitive");
    mark(&case.force, &first, json!({ "action": "request_lowering", "reason": "No names." })).await.expect(200);
    assert_eq!(marking().await, "official_sensitive", "until it is confirmed");
    mark(&case.opcc, &first, json!({ "action": "confirm_lowering" })).await.expect(200);
    assert_eq!(marking().await, "official");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_asks_to_lower_a_marking_and_another_confirms() {
    let case = Case::new().await;
    let item = case.item(json!({ "marking": "official_sensitive" })).await;
    let refused = case.force.patch(&item, "*", json!({ "marking": "official" })).await.expect(422);
    assert_eq!(refused.faults(), fault("/marking", "needs_two_people"));
    mark(&case.force, &item, json!({ "action": "confirm_lowering" })).await.expect(409);
    let bare = mark(&case.force, &item, json!({ "action": "request_lowering" })).await.expect(422);
    assert_eq!(bare.faults(), fault("/reason", "required"));
    let asked =
        mark(&case.force, &item, json!({ "action": "request_lowering", "reason": "No names." })).await.expect(200);
    assert_eq!(
        (&asked.body["marking"], &asked.body["lowering"]["reason"]),
        (&json!("official_sensitive"), &json!("No names."))
    );
    // The same person with another role is the same person.
    let again = case.app.somebody("constabulary@cumbria", &["opcc_approver", "chief_officer"], &["cumbria"]);
    let refused = mark(&again, &item, json!({ "action": "confirm_lowering" })).await.expect(422);
    assert_eq!(refused.faults(), fault("/lowering/requested_by", "another_person"));
    mark(&case.opcc, &item, json!({ "action": "refuse_lowering", "reason": "A name is left." })).await.expect(200);
    mark(&case.chief, &item, json!({ "action": "confirm_lowering" })).await.expect(409);
    mark(&again, &item, json!({ "action": "request_lowering", "reason": "None is." })).await.expect(200);
    let lowered = mark(&case.chief, &item, json!({ "action": "confirm_lowering" })).await.expect(200);
    assert_eq!((&lowered.body["marking"], &lowered.body["lowering"]), (&json!("official"), &Value::Null));
    for role in [Role::Auditor, Role::Registrar] {
        mark(&case.app.person(role, "cumbria"), &item, json!({ "action": "raise" })).await.expect(403);
    }
    mark(&case.opcc, &item, json!({ "action": "raise", "reason": "There is one." })).await.expect(200);
    let history = case.auditor.get(&format!("{item}/transitions")).await.expect(200);
    let told: Vec<&Value> = history.body["items"].as_array().expect("a list").iter().map(|it| &it["note"]).collect();
    let notes = [json!("No names."), json!("A name is left."), json!("None is."), Value::Null, json!("There is one.")];
    assert_eq!(told, [&[&Value::Null][..], &notes.iter().collect::<Vec<_>>()].concat());
}
