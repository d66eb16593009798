//! One request of each kind that is refused. The kinds that no request brings about for certain are left to the table:
//! what the service would say of them is made from it.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use super::recorder::Story;

pub async fn tell(story: &Story, inspection: &str, response: &str) {
    let (opcc, anyone) = (story.cumbria(Role::Opcc), story.anyone());
    anyone.is_refused().get("/v1/responses/017fb17f-8a00-7000-8000-000000000000").await;
    anyone.is_refused().get("/v1/inspections?year=2022&limit=500").await;
    anyone.is_refused().get("/v1/me").await;
    anyone.is_refused().header("accept", "application/pdf").get(&format!("{response}/document")).await;
    anyone.is_refused().delete(inspection).await;
    story.cumbria(Role::Constabulary).is_refused().post("/v1/inspections", json!({})).await;

    opcc.is_refused().post("/v1/inspections", json!({ "reference": "21866", "title": "Entered again" })).await;
    let wrong = json!({ "titel": "A misspelt member", "published_on": "25/02/2022" });
    opcc.is_refused().post("/v1/inspections", wrong).await;
    opcc.is_refused().post_text("/v1/inspections", "Not JSON.").await;
    for body in [b"{\"reference\": ".to_vec(), vec![b' '; 3 << 20]] {
        let sent = opcc.is_refused().header("content-type", "application/json");
        sent.send(Method::POST, "/v1/inspections", None, Some(body)).await;
    }

    opcc.is_refused().act(response, json!({ "action": "invite" })).await;
    let text = json!({ "policing_body_comments": "Too late." }).to_string().into_bytes();
    for seen in [None, Some("\"v1-0123456789abcdef\"")] {
        let sent = opcc.is_refused().header("content-type", "application/json");
        let sent = if let Some(tag) = seen { sent.header("if-match", tag) } else { sent };
        sent.send(Method::PATCH, response, None, Some(text.clone())).await;
    }
    unmet(story).await;
    keys(story).await;
}

/// Kent puts its response before the approver with nothing explained.
async fn unmet(story: &Story) {
    let found = story.of("kent", Role::Opcc);
    let found = found.person().get("/v1/responses?area=kent").await.expect(200);
    let response = found.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();
    story.app.bring_to(&response, "kent", "drafting").await;
    story.of("kent", Role::Opcc).is_refused().act(&response, json!({ "action": "submit" })).await;
}

/// A key that comes with another request, and one whose first request has not ended.
async fn keys(story: &Story) {
    let opcc = story.of("surrey", Role::Opcc);
    let path = "/v1/inspections";
    let report =
        json!({ "reference": "PEEL-2023", "title": "PEEL 2023 to 2025: Surrey", "published_on": "2022-04-01" });
    let headers = [("content-type", "application/json"), ("idempotency-key", "surrey-peel")];
    let sent = report.to_string().into_bytes();
    opcc.person().send(Method::POST, path, &headers, Some(sent)).await.expect(201);
    opcc.is_refused().header("idempotency-key", "surrey-peel").post(path, json!({ "reference": "PEEL-2025" })).await;
    let holding = story.app.database.administrator().await;
    let held = "begin; select pg_advisory_xact_lock(hashtextextended(caller || ' ' || key, 24)) from idempotency_keys where key = 'surrey-peel'";
    holding.batch_execute(held).await.expect("a key held");
    opcc.is_refused().header("idempotency-key", "surrey-peel").post(path, report).await;
    holding.batch_execute("rollback").await.expect("a key let go");
}
