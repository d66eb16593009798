//! The submission for approval: every recommendation must have an explanation first (s.55(5B)).

use serde_json::json;

use super::{Case, action, fault};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_unexplained_recommendation_is_named_by_id_and_pointer() {
    let case = Case::in_state("drafting").await;
    let ids = case.recommendation_ids("recommendation").await;
    let refused = case.act(&case.opcc, action("submit")).await.expect(422);
    assert_eq!(refused.body["code"], "needs_unmet");
    let mut expected = fault("/policing_body_comments", "policing_body_comments");
    expected.extend(ids.iter().flat_map(|id| fault(&format!("/explanations/{id}"), "every_explanation")));
    assert_eq!(refused.faults(), expected);
    let reported: Vec<&str> = refused.body["errors"].as_array().expect("errors")[1..]
        .iter()
        .map(|error| error["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(reported, ids);
    assert!(refused.body["errors"][1]["detail"].as_str().expect("text").contains("#73000-1"));
    assert_eq!(case.get().await.body["missing_explanations"], json!(ids));

    case.patch(&case.opcc, json!({ "policing_body_comments": "Welcome." })).await.expect(200);
    let explanation = json!({ "branch": "no_action", "text": "It is another's to do." });
    case.opcc.put(&case.explanation_path(&ids[0]), "*", explanation.clone()).await.expect(200);
    let refused = case.act(&case.opcc, action("submit")).await.expect(422);
    assert_eq!(refused.faults(), fault(&format!("/explanations/{}", ids[1]), "every_explanation"));
    case.opcc.put(&case.explanation_path(&ids[1]), "*", explanation).await.expect(200);
    let submitted = case.act(&case.opcc, action("submit")).await.expect(200);
    assert_eq!(submitted.body["state"], "in_approval");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recommendation_addressed_to_others_needs_an_explanation_too() {
    let case = Case::in_state("received").await;
    let app = &case.app;
    let draft = app.create_draft_inspection("73010").await;
    let path = format!("{}/recommendations", draft.href());
    let others =
        json!({ "reference": "73010-9", "text": "The College should publish.", "addressees": ["college_of_policing"] });
    let added = case.opcc.post(&path, others).await.expect(201);
    let inspection = case.opcc.act(&draft.href(), action("publish")).await.expect(200);
    let response = app.response_path(&inspection, "cumbria").await;
    let reply = case.opcc.get(&response).await.expect(200);
    let missing = reply.body["missing_explanations"].as_array().expect("a list");
    assert_eq!(missing.len(), 3);
    assert!(missing.contains(&added.body["id"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn areas_for_improvement_need_an_explanation_only_if_the_area_requires_it() {
    let case = Case::in_state("drafting").await;
    let improvement = case.recommendation_ids("area_for_improvement").await.remove(0);
    case.app.write_all_texts(&case.response, "cumbria").await;
    let path = format!("{}/transitions?validate_only=true", case.response);
    let submit = async || case.opcc.send_json(reqwest::Method::POST, &path, Some("*"), &action("submit")).await;
    submit().await.expect(200);

    let settings = json!({ "settings": { "afi_explanation_required": true } });
    case.approver.patch("/v1/areas/cumbria", "*", settings).await.expect(200);
    let refused = submit().await.expect(422);
    assert_eq!(refused.faults(), fault(&format!("/explanations/{improvement}"), "every_explanation"));
    assert_eq!(case.get().await.body["missing_explanations"], json!([improvement]));
    let explanation = json!({ "branch": "action_taken", "text": "It was improved." });
    case.opcc.put(&case.explanation_path(&improvement), "*", explanation).await.expect(200);
    submit().await.expect(200);

    let elsewhere = case.app.response_path(&case.inspection, "kent").await;
    let kent = case.app.person(section55::auth::Role::Opcc, "kent").get(&elsewhere).await.expect(200);
    let missing = kent.body["missing_explanations"].as_array().map(Vec::len);
    assert_eq!(missing, Some(2), "the setting applies to Cumbria only");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_optional_explanation_may_be_written() {
    let case = Case::in_state("drafting").await;
    let improvement = case.recommendation_ids("area_for_improvement").await.remove(0);
    let explanation = json!({ "branch": "action_proposed", "text": "In the summer." });
    let reply = case.opcc.put(&case.explanation_path(&improvement), "*", explanation).await.expect(200);
    assert_eq!(reply.body["explanations"][0]["recommendation_id"], json!(improvement));
    assert_eq!(reply.body["missing_explanations"].as_array().map(Vec::len), Some(2));
}
