//! One assignment from allocation to the inspectorate's decision, with evidence rejected once and accepted once.

use serde_json::json;

use super::Case;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assignment_goes_from_awaiting_allocation_to_closed_by_the_inspectorate() {
    let case = Case::new().await;
    let Case { assignment, force, chief, opcc, auditor, .. } = &case;
    force.act(assignment, json!({ "action": "allocate", "owner": "Insp. Owner" })).await.expect(200);
    force.act(assignment, json!({ "action": "start" })).await.expect(200);
    force.post(&format!("{assignment}/updates"), json!({ "text": "The review has begun." })).await.expect(201);
    force.act(assignment, json!({ "action": "embed" })).await.expect(200);
    let bare = force.act(assignment, json!({ "action": "submit_for_sign_off" })).await.expect(422);
    assert_eq!(bare.faults(), super::fault("/evidence_count", "evidence_not_rejected"));

    let evidence = case.app.add_submitted_evidence(assignment, "cumbria", json!({})).await.href();
    let reject = json!({ "action": "reject", "note": "These are of another board.", "file_version": 1 });
    let rejected = opcc.act(&evidence, reject).await.expect(200);
    assert_eq!(rejected.body["state"], "rejected");
    assert_eq!(rejected.body["reviews"][0]["note"], "These are of another board.");
    force.act(assignment, json!({ "action": "submit_for_sign_off" })).await.expect(422);
    force.upload(&format!("{evidence}/files"), "right.txt", b"The right minutes.").await.expect(201);
    assert_eq!(
        opcc.get(&evidence).await.expect(200).body["state"],
        "submitted",
        "a new version returns the item to review"
    );
    let accepted = opcc.act(&evidence, json!({ "action": "accept", "note": "Seen." })).await.expect(200);
    assert_eq!(
        (&accepted.body["state"], &accepted.body["reviews"][1]["file_version"]),
        (&json!("accepted"), &json!(2))
    );

    force.act(assignment, json!({ "action": "submit_for_sign_off" })).await.expect(200);
    chief.act(assignment, json!({ "action": "sign_off" })).await.expect(200);
    assert_eq!(case.get().await["headline"], "awaiting_assurance");
    let view = json!({ "value": "assured", "note": "The minutes show it." });
    opcc.put(&format!("{assignment}/positions/body_view"), "*", view).await.expect(200);
    assert_eq!(case.get().await["headline"], "complete");
    let opinion =
        json!({ "value": "limited", "note": "The sample was small.", "source": "IA-7", "date": "2022-03-20" });
    auditor.put(&format!("{assignment}/positions/assurance_opinion"), "*", opinion).await.expect(200);
    let decision = json!({ "value": "closed", "source": "Letter of 21 March 2022", "date": "2022-03-21" });
    let closed = opcc.put(&format!("{assignment}/positions/inspectorate_status"), "*", decision).await.expect(200);
    assert_eq!(closed.body["headline"], "closed");
    let positions =
        ["force_status", "body_view", "assurance_opinion", "inspectorate_status"].map(|name| &closed.body[name]);
    assert_eq!(positions, ["force_complete", "assured", "limited", "closed"], "no position overwrote another");
    assert_eq!(closed.body["positions"]["inspectorate_status"]["source"], "Letter of 21 March 2022");
    let history = auditor.get(&format!("{assignment}/transitions?order=asc")).await.expect(200);
    let actions: Vec<&str> =
        history.body["items"].as_array().expect("a list").iter().filter_map(|it| it["action"].as_str()).collect();
    assert_eq!(actions, ["open", "allocate", "start", "embed", "submit_for_sign_off", "sign_off"]);
}
