//! Legal holds. A record under a hold, and every record below it, cannot be disposed of or erased.

use section55::auth::Role;
use serde_json::json;

use super::{Case, id_in, proposal};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_protects_a_record_and_every_record_below_it() {
    let case = Case::new().await;
    let (item, _) = case.add_accepted_evidence("Minutes", b"Agreed.").await;
    let hold =
        |resource: &str, path: &str| json!({ "resource": resource, "resource_id": id_in(path), "reason": "A claim." });
    for (resource, path, protects) in [
        ("evidence", item.as_str(), [true, false, false]),
        ("assignment", case.assignment.as_str(), [true, true, false]),
        ("response", case.response.as_str(), [true, true, true]),
    ] {
        let held = case.chief.post("/v1/legal-holds", hold(resource, path)).await.expect(201);
        assert_eq!((&held.body["state"], &held.body["area"]), (&json!("in_force"), &json!("cumbria")));
        let records = [("evidence", &item), ("assignment", &case.assignment), ("response", &case.response)];
        for ((kind, record), is_protected) in records.into_iter().zip(protects) {
            let reply = case.approver.post("/v1/disposals?validate_only=true", proposal("erasure", kind, record)).await;
            let codes: Vec<String> = reply.faults().into_iter().map(|(_, code)| code).collect();
            assert_eq!(
                (reply.status.as_u16(), codes),
                if is_protected { (422, vec!["held".to_owned()]) } else { (200, vec![]) },
                "{kind}"
            );
        }
        let lift = json!({ "action": "lift", "reason": "It was settled." });
        let lifted = case.approver.act(&held.href(), lift.clone()).await.expect(200);
        assert_eq!(
            (&lifted.body["state"], &lifted.body["lifted_reason"]),
            (&json!("lifted"), &json!("It was settled."))
        );
        case.approver.act(&held.href(), lift).await.expect(409);
    }
    let listed = case.auditor.get("/v1/legal-holds?state=lifted&count=true").await.expect(200);
    assert_eq!(listed.body["total"], 3);
    case.approver.post("/v1/disposals?validate_only=true", proposal("erasure", "evidence", &item)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_after_the_confirmation_stops_the_disposal() {
    let case = Case::new().await;
    let proposed =
        case.approver.post("/v1/disposals", proposal("erasure", "response", &case.response)).await.expect(201);
    let hold = json!({ "resource": "response", "resource_id": id_in(&case.response), "reason": "A claim." });
    let held = case.approver.post("/v1/legal-holds", hold.clone()).await.expect(201);
    let refused = case.chief.act(&proposed.href(), json!({ "action": "confirm" })).await.expect(422);
    assert_eq!(refused.faults(), [("/held".to_owned(), "not_held".to_owned())]);
    let lift = json!({ "action": "lift", "reason": "It was settled." });
    case.approver.act(&held.href(), lift.clone()).await.expect(200);
    case.chief.act(&proposed.href(), json!({ "action": "confirm" })).await.expect(200);
    let again = case.chief.post("/v1/legal-holds", hold).await.expect(201);
    assert_eq!(case.perform_confirmed().await, 0, "a confirmed disposal under a hold is not performed");
    assert_eq!(case.auditor.get(&proposed.href()).await.expect(200).body["held"], true);
    case.chief.act(&again.href(), lift).await.expect(200);
    assert_eq!(case.perform_confirmed().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_approvers_of_the_area_set_and_lift_holds_and_only_the_area_sees_them() {
    let case = Case::new().await;
    let hold = json!({ "resource": "response", "resource_id": id_in(&case.response), "reason": "A claim." });
    for role in [Role::Opcc, Role::Constabulary, Role::Auditor, Role::Registrar] {
        case.app.person(role, "cumbria").post("/v1/legal-holds", hold.clone()).await.expect(403);
    }
    let kent = case.app.person(Role::ChiefOfficer, "kent");
    let hidden = kent.post("/v1/legal-holds", hold.clone()).await.expect(422);
    assert_eq!(hidden.faults(), [("/resource_id".to_owned(), "unknown_reference".to_owned())]);
    let held = case.chief.post("/v1/legal-holds", hold).await.expect(201);
    kent.get(&held.href()).await.expect(404);
    kent.act(&held.href(), json!({ "action": "lift", "reason": "Ours." })).await.expect(404);
    assert_eq!(kent.get("/v1/legal-holds").await.expect(200).body["items"], json!([]));
    let transitions = case.auditor.get(&format!("{}/transitions?order=asc", held.href())).await.expect(200);
    assert_eq!(transitions.body["items"][0]["action"], "set");
}
