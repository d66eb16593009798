//! s.55(5B): nothing goes to the approver while a recommendation is unexplained.

use serde_json::json;

use super::{Case, action, fault};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_unexplained_recommendation_is_named_by_id_and_pointer() {
    let case = Case::in_state("drafting").await;
    let asked = case.asked("recommendation").await;
    let refused = case.act(&case.opcc, action("submit")).await.expect(422);
    assert_eq!(refused.body["code"], "needs_unmet");
    let mut wanted = fault("/policing_body_comments", "policing_body_comments");
    wanted.extend(asked.iter().flat_map(|id| fault(&format!("/explanations/{id}"), "every_explanation")));
    assert_eq!(refused.faults(), wanted);
    let ids: Vec<&str> = refused.body["errors"].as_array().expect("errors")[1..]
        .iter()
        .map(|error| error["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(ids, asked);
    assert!(refused.body["errors"][1]["detail"].as_str().expect("words").contains("#73000-1"));
    assert_eq!(case.seen().await.body["missing_explanations"], json!(asked));

    case.patch(&case.opcc, json!({ "policing_body_comments": "Welcome." })).await.expect(200);
    let explained = json!({ "branch": "no_action", "text": "It is another's to do." });
    case.opcc.put(&case.explanation(&asked[0]), "*", explained.clone()).await.expect(200);
    let refused = case.act(&case.opcc, action("submit")).await.expect(422);
    assert_eq!(refused.faults(), fault(&format!("/explanations/{}", asked[1]), "every_explanation"));
    case.opcc.put(&case.explanation(&asked[1]), "*", explained).await.expect(200);
    let submitted = case.act(&case.opcc, action("submit")).await.expect(200);
    assert_eq!(submitted.body["state"], "in_approval");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recommendation_addressed_to_others_is_explained_too() {
    let case = Case::in_state("received").await;
    let app = &case.app;
    let draft = app.draft_inspection("73010").await;
    let path = format!("{}/recommendations", draft.href());
    let others =
        json!({ "reference": "73010-9", "text": "The College should publish.", "addressees": ["college_of_policing"] });
    let added = case.opcc.post(&path, others).await.expect(201);
    let inspection = case.opcc.act(&draft.href(), action("publish")).await.expect(200);
    let response = app.response(&inspection, "cumbria").await;
    let seen = case.opcc.get(&response).await.expect(200);
    let missing = seen.body["missing_explanations"].as_array().expect("a list");
    assert_eq!(missing.len(), 3);
    assert!(missing.contains(&added.body["id"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn areas_for_improvement_are_explained_only_where_the_area_wants_it() {
    let case = Case::in_state("drafting").await;
    let improvement = case.asked("area_for_improvement").await.remove(0);
    case.app.write_whole(&case.response, "cumbria").await;
    let path = format!("{}/transitions?validate_only=true", case.response);
    let submit = async || case.opcc.send_json(reqwest::Method::POST, &path, Some("*"), &action("submit")).await;
    submit().await.expect(200);

    let settings = json!({ "settings": { "afi_explanation_required": true } });
    case.approver.patch("/v1/areas/cumbria", "*", settings).await.expect(200);
    let refused = submit().await.expect(422);
    assert_eq!(refused.faults(), fault(&format!("/explanations/{improvement}"), "every_explanation"));
    assert_eq!(case.seen().await.body["missing_explanations"], json!([improvement]));
    let explained = json!({ "branch": "action_taken", "text": "It was improved." });
    case.opcc.put(&case.explanation(&improvement), "*", explained).await.expect(200);
    submit().await.expect(200);

    let elsewhere = case.app.response(&case.inspection, "kent").await;
    let kent = case.app.person(section55::auth::Role::Opcc, "kent").get(&elsewhere).await.expect(200);
    let missing = kent.body["missing_explanations"].as_array().map(Vec::len);
    assert_eq!(missing, Some(2), "the setting is Cumbria's own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_optional_explanation_may_be_given_all_the_same() {
    let case = Case::in_state("drafting").await;
    let improvement = case.asked("area_for_improvement").await.remove(0);
    let explained = json!({ "branch": "action_proposed", "text": "In the summer." });
    let seen = case.opcc.put(&case.explanation(&improvement), "*", explained).await.expect(200);
    assert_eq!(seen.body["explanations"][0]["recommendation_id"], json!(improvement));
    assert_eq!(seen.body["missing_explanations"].as_array().map(Vec::len), Some(2));
}
