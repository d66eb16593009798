//! From awaiting allocation to closed by the inspectorate, with evidence refused once and accepted once.

use serde_json::json;

use super::Case;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_goes_from_awaiting_allocation_to_closed_by_the_inspectorate() {
    let case = Case::new().await;
    let Case { line, force, chief, opcc, auditor, .. } = &case;
    force.act(line, json!({ "action": "allocate", "owner": "Insp. Owner" })).await.expect(200);
    force.act(line, json!({ "action": "start" })).await.expect(200);
    force.post(&format!("{line}/updates"), json!({ "text": "The review has begun." })).await.expect(201);
    force.act(line, json!({ "action": "embed" })).await.expect(200);
    let bare = force.act(line, json!({ "action": "submit_for_sign_off" })).await.expect(422);
    assert_eq!(bare.faults(), super::fault("/evidence_count", "evidence_not_rejected"));

    let item = case.app.submitted_evidence(line, "cumbria", json!({})).await.href();
    let reject = json!({ "action": "reject", "note": "These are of another board.", "file_version": 1 });
    let rejected = opcc.act(&item, reject).await.expect(200);
    assert_eq!(rejected.body["state"], "rejected");
    assert_eq!(rejected.body["reviews"][0]["note"], "These are of another board.");
    force.act(line, json!({ "action": "submit_for_sign_off" })).await.expect(422);
    force.upload(&format!("{item}/files"), "right.txt", b"The right minutes.").await.expect(201);
    assert_eq!(opcc.get(&item).await.expect(200).body["state"], "submitted", "a new version goes back");
    let accepted = opcc.act(&item, json!({ "action": "accept", "note": "Seen." })).await.expect(200);
    assert_eq!(
        (&accepted.body["state"], &accepted.body["reviews"][1]["file_version"]),
        (&json!("accepted"), &json!(2))
    );

    force.act(line, json!({ "action": "submit_for_sign_off" })).await.expect(200);
    chief.act(line, json!({ "action": "sign_off" })).await.expect(200);
    assert_eq!(case.seen().await["headline"], "awaiting_assurance");
    let view = json!({ "value": "assured", "note": "The minutes show it." });
    opcc.put(&format!("{line}/positions/body_view"), "*", view).await.expect(200);
    assert_eq!(case.seen().await["headline"], "complete");
    let opinion =
        json!({ "value": "limited", "note": "The sample was small.", "source": "IA-7", "date": "2022-03-20" });
    auditor.put(&format!("{line}/positions/assurance_opinion"), "*", opinion).await.expect(200);
    let decision = json!({ "value": "closed", "source": "Letter of 21 March 2022", "date": "2022-03-21" });
    let closed = opcc.put(&format!("{line}/positions/inspectorate_status"), "*", decision).await.expect(200);
    assert_eq!(closed.body["headline"], "closed");
    let four = ["force_status", "body_view", "assurance_opinion", "inspectorate_status"].map(|name| &closed.body[name]);
    assert_eq!(four, ["force_complete", "assured", "limited", "closed"], "none overwrote another");
    assert_eq!(closed.body["positions"]["inspectorate_status"]["source"], "Letter of 21 March 2022");
    let history = auditor.get(&format!("{line}/transitions")).await.expect(200);
    let moves: Vec<&str> =
        history.body["items"].as_array().expect("a list").iter().filter_map(|it| it["action"].as_str()).collect();
    assert_eq!(moves, ["open", "allocate", "start", "embed", "submit_for_sign_off", "sign_off"]);
}
