//! One inspection, from the report to the published response.

use section55::auth::Role;
use serde_json::json;

use super::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_becomes_a_published_response() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("70001").await;
    assert_eq!(inspection.body["due_on"], "2022-04-21");
    assert_eq!(inspection.body["state"], "published");
    let response = app.response_path(&inspection, "cumbria").await;
    let complete = app.advance_response_to(&response, "cumbria", "complete").await;
    assert_eq!(complete.body["state"], "complete");
    assert_eq!(complete.body["publication"]["on_time"], true);

    let reply = app.public().get(&response).await.expect(200);
    assert_eq!(reply.body["policing_body_comments"], "The body welcomes the report.");
    assert_eq!(reply.body["chief_officer_comments"]["text"], "The force accepts the report.");
    assert_eq!(reply.body["explanations"].as_array().map(Vec::len), Some(2));
    let document = app.public().get(&format!("{response}/document?format=text")).await.expect(200);
    for fact in ["#70001", "25/02/2022", "National Inspection", "1. #70001-1", "We agree.", "Secretary of State"] {
        assert!(document.text.contains(fact), "{fact} is not in:\n{}", document.text);
    }
    let other = app.response_path(&inspection, "kent").await;
    app.public().get(&other).await.expect(404);
    app.person(Role::Opcc, "cumbria").get(&other).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submission_reports_each_recommendation_without_an_explanation() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("70002").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "drafting").await;
    let refused = app.person(Role::Opcc, "cumbria").act(&response, json!({ "action": "submit" })).await.expect(422);
    let codes: Vec<String> = refused.faults().into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["policing_body_comments", "every_explanation", "every_explanation"]);
    assert_eq!(refused.body["code"], "needs_unmet");
}
