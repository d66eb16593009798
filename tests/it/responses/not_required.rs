//! The state `not_required`: an approver records it with one of three reasons, and may reinstate the response.

use serde_json::{Value, json};

use super::{Case, action, fault};

fn mark_not_required(reason: &str) -> Value {
    json!({ "action": "mark_not_required", "reason": reason })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_is_not_required_for_a_reason_from_the_list() {
    for (state, reason) in
        [("received", "not_the_subject"), ("awaiting_comments", "no_section_55_duty"), ("drafting", "not_the_subject")]
    {
        let case = Case::in_state(state).await;
        let refused = case.act(&case.approver, action("mark_not_required")).await.expect(422);
        assert_eq!(refused.faults(), fault("/reason", "required"));
        case.act(&case.opcc, mark_not_required(reason)).await.expect(403);
        let mut request = mark_not_required(reason);
        request["note"] = json!("Agreed by letter.");
        let marked = case.act(&case.approver, request).await.expect(200);
        assert_eq!(marked.body["state"], "not_required");
        let expected = json!({ "reason": reason, "duplicate_of": null, "note": "Agreed by letter." });
        assert_eq!(marked.body["not_required"], expected);
        assert_eq!((&marked.body["days_left"], &marked.body["overdue"]), (&Value::Null, &json!(false)));
        case.app.set_day("2022-06-01");
        assert_eq!(case.get().await.body["overdue"], false, "a response that is not required is never overdue");
        let listed = case.opcc.get("/v1/responses?overdue=true&area=cumbria").await.expect(200);
        assert_eq!(listed.body["items"], json!([]));
        case.app.public().get(&case.response).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duplicate_names_the_other_inspection() {
    let case = Case::in_state("received").await;
    let other = case.app.create_published_inspection("73030").await.body["id"].clone();
    let with = |reason: &str, of: &Value| {
        let mut request = mark_not_required(reason);
        request["duplicate_of"] = of.clone();
        request
    };
    let refused = case.act(&case.approver, mark_not_required("duplicated_by")).await.expect(422);
    assert_eq!(refused.faults(), fault("/duplicate_of", "not_required_reason"));
    let unknown = json!("01890000-0000-7000-8000-000000000000");
    let refused = case.act(&case.approver, with("duplicated_by", &unknown)).await.expect(422);
    assert_eq!(refused.faults(), fault("/duplicate_of", "unknown_reference"));
    for (reason, of) in [("duplicated_by", &case.inspection.body["id"]), ("not_the_subject", &other)] {
        let refused = case.act(&case.approver, with(reason, of)).await.expect(422);
        assert_eq!(refused.faults(), fault("/duplicate_of", "not_required_reason"), "{reason}");
    }
    let marked = case.act(&case.approver, with("duplicated_by", &other)).await.expect(200);
    assert_eq!(marked.body["not_required"]["duplicate_of"], other);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_can_be_reinstated() {
    let case = Case::in_state("drafting").await;
    case.app.write_all_texts(&case.response, "cumbria").await;
    case.act(&case.approver, mark_not_required("not_the_subject")).await.expect(200);
    case.act(&case.approver, action("reinstate")).await.expect(422);
    case.act(&case.opcc, json!({ "action": "reinstate", "reason": "It was." })).await.expect(403);
    let again = case.act(&case.approver, json!({ "action": "reinstate", "reason": "It was." })).await.expect(200);
    assert_eq!(again.body["state"], "received");
    assert_eq!((&again.body["not_required"], &again.body["invitation"]), (&Value::Null, &Value::Null));
    assert_eq!(again.body["days_left"], 30);
    assert_eq!(again.body["policing_body_comments"], "The body welcomes the report.", "the texts are retained");
    case.act(&case.opcc, action("invite")).await.expect(200);
    let history = case.auditor.get(&format!("{}/transitions?order=asc", case.response)).await.expect(200);
    let notes: Vec<&str> =
        history.body["items"].as_array().expect("a list").iter().filter_map(|item| item["note"].as_str()).collect();
    assert!(notes.contains(&"It was."), "{notes:?}");
}
