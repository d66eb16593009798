//! Examples of problems: one refused request of each kind. Kinds that no request causes reliably have an example that
//! is made from the table of problems.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use super::recorder::Recorder;

pub async fn record(recorder: &Recorder, inspection: &str, response: &str) {
    let (opcc, anyone) = (recorder.cumbria(Role::Opcc), recorder.anyone());
    anyone.refusal().get("/v1/responses/017fb17f-8a00-7000-8000-000000000000").await;
    anyone.refusal().get("/v1/inspections?year=2022&limit=500").await;
    anyone.refusal().get("/v1/me").await;
    anyone.refusal().header("accept", "application/pdf").get(&format!("{response}/document")).await;
    anyone.refusal().delete(inspection).await;
    recorder.cumbria(Role::Constabulary).refusal().post("/v1/inspections", json!({})).await;

    opcc.refusal().post("/v1/inspections", json!({ "reference": "21866", "title": "Entered again" })).await;
    let faulty = json!({ "titel": "A misspelt member", "published_on": "25/02/2022" });
    opcc.refusal().post("/v1/inspections", faulty).await;
    opcc.refusal().post_text("/v1/inspections", "Not JSON.").await;
    for body in [b"{\"reference\": ".to_vec(), vec![b' '; 3 << 20]] {
        let request = opcc.refusal().header("content-type", "application/json");
        request.send(Method::POST, "/v1/inspections", None, Some(body)).await;
    }

    opcc.refusal().act(response, json!({ "action": "invite" })).await;
    let text = json!({ "policing_body_comments": "Too late." }).to_string().into_bytes();
    for etag in [None, Some("\"v1-0123456789abcdef\"")] {
        let request = opcc.refusal().header("content-type", "application/json");
        let request = if let Some(etag) = etag { request.header("if-match", etag) } else { request };
        request.send(Method::PATCH, response, None, Some(text.clone())).await;
    }
    submit_without_explanations(recorder).await;
    reuse_keys(recorder).await;
}

/// Kent submits its response without explanations.
async fn submit_without_explanations(recorder: &Recorder) {
    let found = recorder.person_of("kent", Role::Opcc);
    let found = found.person().get("/v1/responses?area=kent").await.expect(200);
    let response = found.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();
    recorder.app.advance_response_to(&response, "kent", "drafting").await;
    recorder.person_of("kent", Role::Opcc).refusal().act(&response, json!({ "action": "submit" })).await;
}

/// An idempotency key that was used for another request, and one whose first request is still running.
async fn reuse_keys(recorder: &Recorder) {
    let opcc = recorder.person_of("surrey", Role::Opcc);
    let path = "/v1/inspections";
    let report =
        json!({ "reference": "PEEL-2023", "title": "PEEL 2023 to 2025: Surrey", "published_on": "2022-04-01" });
    let headers = [("content-type", "application/json"), ("idempotency-key", "surrey-peel")];
    let body = report.to_string().into_bytes();
    opcc.person().send(Method::POST, path, &headers, Some(body)).await.expect(201);
    opcc.refusal().header("idempotency-key", "surrey-peel").post(path, json!({ "reference": "PEEL-2025" })).await;
    let connection = recorder.app.database.administrator().await;
    let lock = "begin; select pg_advisory_xact_lock(hashtextextended(caller || ' ' || key, 24)) from idempotency_keys where key = 'surrey-peel'";
    connection.batch_execute(lock).await.expect("the key is locked");
    opcc.refusal().header("idempotency-key", "surrey-peel").post(path, report).await;
    connection.batch_execute("rollback").await.expect("the key is free");
}
