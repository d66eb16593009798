//! What the confirmation of an imported position writes to the assignment, and how it is marked.

use section55::assignments::imported::ImportedPosition;
use section55::assignments::positions::InspectorateStatus;
use serde_json::{Value, json};

use super::{SOURCE, confirm, whole_row};
use crate::assignments::Case;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_until_a_person_confirms() {
    let case = Case::new().await;
    let before = case.get().await;
    let paths = case.app.propose_position(&case.inspection, 0, whole_row()).await;
    assert_eq!(paths.len(), 3, "one for each side");
    assert_eq!(case.get().await, before);
    let proposed = case.force.get(&paths[0]).await.expect(200);
    for (member, value) in [
        ("side", json!("force")),
        ("state", json!("proposed")),
        ("owner", json!("Supt O. Owner")),
        ("local_target_on", json!("2022-09-30")),
        ("force_status", json!("in_progress")),
        ("update", json!("Twenty cases were reviewed.")),
        ("update_on", json!("2022-02-28")),
        ("body_view", Value::Null),
        ("note", Value::Null),
        ("filename", json!("tracker.xlsx")),
        ("as_at", json!("2022-03-01")),
        ("proposed_by", json!("An Importer")),
        ("decided_by", Value::Null),
        ("assignment_id", before["id"].clone()),
    ] {
        assert_eq!(proposed.body[member], value, "{member}");
    }
    assert_eq!(proposed.body["recommendation"]["reference"], "76000-1");
    let actions = proposed.body["allowed_actions"].as_array().expect("a list");
    let names: Vec<&Value> = actions.iter().map(|action| &action["action"]).collect();
    assert_eq!(names, ["confirm", "reject"]);
    assert!(actions.iter().all(|action| action["blocked_by"] == json!([])), "{actions:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_force_confirms_its_owner_target_status_and_update_in_one_write() {
    let case = Case::new().await;
    let paths = case.app.propose_position(&case.inspection, 0, whole_row()).await;
    let confirmed = confirm(&case.force, &paths[0]).await.expect(200);
    for (member, value) in
        [("state", "confirmed"), ("decided_by", "constabulary@cumbria (name)"), ("decided_at", "2022-03-22T12:00:00Z")]
    {
        assert_eq!(confirmed.body[member], value, "{member}");
    }
    assert_eq!(confirmed.body["allowed_actions"], json!([]));
    let after = case.get().await;
    for (member, value) in [
        ("force_status", json!("in_progress")),
        ("owner", json!("Supt O. Owner")),
        ("local_target_on", json!("2022-09-30")),
        ("headline", json!("in_progress")),
        ("body_view", json!("none")),
        ("inspectorate_status", json!("open")),
        ("version", json!(2)),
    ] {
        assert_eq!(after[member], value, "{member}");
    }
    let change = &after["target_history"][0];
    assert_eq!(
        (&change["from"], &change["to"], &change["reason"]),
        (&Value::Null, &json!("2022-09-30"), &json!(SOURCE))
    );
    let updates = case.updates().await;
    assert_eq!(updates.len(), 1);
    for (member, value) in
        [("text", "Twenty cases were reviewed."), ("date", "2022-02-28"), ("side", "force"), ("source", SOURCE)]
    {
        assert_eq!(updates[0][member], value, "{member}");
    }
    let transitions = case.auditor.get(&format!("{}/transitions?order=asc", case.assignment)).await.expect(200);
    let last = transitions.body["items"].as_array().and_then(|all| all.last()).expect("a transition").clone();
    for (member, value) in [
        ("action", "record_imported_position"),
        ("from", "awaiting_allocation"),
        ("to", "in_progress"),
        ("note", SOURCE),
    ] {
        assert_eq!(last[member], value, "{member}");
    }
    let own = case.force.get(&format!("{}/transitions?order=asc", paths[0])).await.expect(200);
    let actions: Vec<&Value> = own.body["items"].as_array().expect("a list").iter().map(|it| &it["action"]).collect();
    assert_eq!(actions, ["propose", "confirm"]);
    assert_eq!(confirm(&case.force, &paths[0]).await.expect(409).body["state"], "confirmed");
    // The work goes on from there as by hand.
    case.force.act(&case.assignment, json!({ "action": "embed" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_policing_body_confirms_its_view_with_note_source_and_day() {
    let case = Case::new().await;
    let paths = case.app.propose_position(&case.inspection, 0, whole_row()).await;
    confirm(&case.opcc, &paths[1]).await.expect(200);
    let after = case.get().await;
    assert_eq!(
        (&after["body_view"], &after["force_status"]),
        (&json!("partially_assured"), &json!("awaiting_allocation"))
    );
    let view = &after["positions"]["body_view"];
    for (member, value) in [("note", "Budget: agreed"), ("source", SOURCE), ("date", "2022-03-01")] {
        assert_eq!(view[member], value, "{member}");
    }
    assert_eq!(case.updates().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_without_a_view_becomes_an_update_of_the_policing_body() {
    let case = Case::new().await;
    let row = ImportedPosition { note: Some("Budget: agreed".to_owned()), ..ImportedPosition::default() };
    let paths = case.app.propose_position(&case.inspection, 0, row).await;
    assert_eq!(paths.len(), 1);
    confirm(&case.approver, &paths[0]).await.expect(200);
    let updates = case.updates().await;
    for (member, value) in
        [("text", "Budget: agreed"), ("date", "2022-03-01"), ("side", "policing_body"), ("source", SOURCE)]
    {
        assert_eq!(updates[0][member], value, "{member}");
    }
    assert_eq!(case.get().await["body_view"], "none");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn either_side_confirms_the_inspectorates_decision_once() {
    let case = Case::new().await;
    for (index, person) in [(0, &case.opcc), (1, &case.force)] {
        let row = ImportedPosition {
            inspectorate_status: Some(InspectorateStatus::ClosedVerified),
            ..ImportedPosition::default()
        };
        let paths = case.app.propose_position(&case.inspection, index, row).await;
        let confirmed = confirm(person, &paths[0]).await.expect(200);
        let assignment = confirmed.body["links"]["assignment"].as_str().expect("a path");
        let after = case.auditor.get(assignment).await.expect(200);
        let decision = &after.body["positions"]["inspectorate_status"];
        for (member, value) in [("value", "closed_verified"), ("source", SOURCE), ("date", "2022-03-01")] {
            assert_eq!(decision[member], value, "{member}");
        }
        for other in [&case.opcc, &case.force] {
            confirm(other, &paths[0]).await.expect(409);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rejected_position_changes_nothing_and_states_why() {
    let case = Case::new().await;
    let before = case.get().await;
    let paths = case.app.propose_position(&case.inspection, 0, whole_row()).await;
    let reject = json!({ "action": "reject", "reason": "The row is of another force." });
    case.force.act(&paths[0], json!({ "action": "reject" })).await.expect(422);
    let rejected = case.force.act(&paths[0], reject.clone()).await.expect(200);
    assert_eq!(
        (&rejected.body["state"], &rejected.body["decision_reason"]),
        (&json!("rejected"), &json!("The row is of another force."))
    );
    assert_eq!(case.get().await, before);
    case.force.act(&paths[0], reject).await.expect(409);
    confirm(&case.force, &paths[0]).await.expect(409);
    case.force.act(&paths[0], json!({ "action": "withdraw" })).await.expect(422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_tracker_does_not_state_stays_and_empty_rows_are_left_out() {
    let case = Case::new().await;
    let row = ImportedPosition { owner: Some("Supt O. Owner".to_owned()), ..ImportedPosition::default() };
    let paths = case.app.propose_position(&case.inspection, 0, row).await;
    confirm(&case.force, &paths[0]).await.expect(200);
    let after = case.get().await;
    assert_eq!((&after["owner"], &after["force_status"]), (&json!("Supt O. Owner"), &json!("awaiting_allocation")));
    assert_eq!(after["target_history"], json!([]));
    let nothing = ImportedPosition {
        inspectorate_status: Some(InspectorateStatus::Open),
        note: Some("Only this".to_owned()),
        ..ImportedPosition::default()
    };
    let paths = case.app.propose_position(&case.inspection, 1, nothing).await;
    assert_eq!(paths.len(), 1, "an open recommendation is no decision");
}
