//! Markings: the allowed values, the marking of an assignment, and lowering by two people.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, fault, transition_marking};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn evidence_with_another_marking_is_refused_and_not_stored() {
    let case = Case::new().await;
    let item = case.add_draft(json!({})).await;
    let before = case.app.database.fingerprint().await;
    let path = format!("{}/evidence", case.assignment);
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
    for marking in [Value::Null, json!(1)] {
        case.force.post(&path, json!({ "title": "zq canary", "kind": "data", "marking": marking })).await.expect(422);
    }
    assert_eq!(case.app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assignment_has_the_highest_marking_of_its_evidence() {
    let case = Case::new().await;
    let marking = async || case.get_assignment().await["marking"].as_str().expect("a marking").to_owned();
    assert_eq!(marking().await, "official");
    let first = case.add_draft(json!({})).await;
    assert_eq!(marking().await, "official");
    let second = case.add_draft(json!({ "marking": "official_sensitive" })).await;
    assert_eq!(marking().await, "official_sensitive");
    case.force.act(&second, json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
    assert_eq!(marking().await, "official");
    case.force.patch(&first, "*", json!({ "marking": "official_sensitive" })).await.expect(200);
    assert_eq!(marking().await, "official_sensitive");
    transition_marking(&case.force, &first, json!({ "action": "request_lowering", "reason": "No names." }))
        .await
        .expect(200);
    assert_eq!(marking().await, "official_sensitive", "the lowering is not confirmed yet");
    transition_marking(&case.opcc, &first, json!({ "action": "confirm_lowering" })).await.expect(200);
    assert_eq!(marking().await, "official");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_requests_a_lower_marking_and_another_confirms_it() {
    let case = Case::new().await;
    let item = case.add_draft(json!({ "marking": "official_sensitive" })).await;
    let refused = case.force.patch(&item, "*", json!({ "marking": "official" })).await.expect(422);
    assert_eq!(refused.faults(), fault("/marking", "needs_two_people"));
    transition_marking(&case.force, &item, json!({ "action": "confirm_lowering" })).await.expect(409);
    let bare = transition_marking(&case.force, &item, json!({ "action": "request_lowering" })).await.expect(422);
    assert_eq!(bare.faults(), fault("/reason", "required"));
    let requested =
        transition_marking(&case.force, &item, json!({ "action": "request_lowering", "reason": "No names." }))
            .await
            .expect(200);
    assert_eq!(
        (&requested.body["marking"], &requested.body["lowering"]["reason"]),
        (&json!("official_sensitive"), &json!("No names."))
    );
    // A person with another role is still the same person.
    let same_person =
        case.app.person_with_roles("constabulary@cumbria", &["opcc_approver", "chief_officer"], &["cumbria"]);
    let refused = transition_marking(&same_person, &item, json!({ "action": "confirm_lowering" })).await.expect(422);
    assert_eq!(refused.faults(), fault("/lowering/requested_by", "another_person"));
    transition_marking(&case.opcc, &item, json!({ "action": "refuse_lowering", "reason": "A name is left." }))
        .await
        .expect(200);
    transition_marking(&case.chief, &item, json!({ "action": "confirm_lowering" })).await.expect(409);
    transition_marking(&same_person, &item, json!({ "action": "request_lowering", "reason": "None is." }))
        .await
        .expect(200);
    let lowered = transition_marking(&case.chief, &item, json!({ "action": "confirm_lowering" })).await.expect(200);
    assert_eq!((&lowered.body["marking"], &lowered.body["lowering"]), (&json!("official"), &Value::Null));
    for role in [Role::Auditor, Role::Registrar] {
        transition_marking(&case.app.person(role, "cumbria"), &item, json!({ "action": "raise" })).await.expect(403);
    }
    transition_marking(&case.opcc, &item, json!({ "action": "raise", "reason": "There is one." })).await.expect(200);
    let history = case.auditor.get(&format!("{item}/transitions?order=asc")).await.expect(200);
    let found: Vec<&Value> = history.body["items"].as_array().expect("a list").iter().map(|it| &it["note"]).collect();
    let notes = [json!("No names."), json!("A name is left."), json!("None is."), Value::Null, json!("There is one.")];
    assert_eq!(found, [&[&Value::Null][..], &notes.iter().collect::<Vec<_>>()].concat());
}
