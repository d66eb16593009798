//! Publishing an inspection: its needs, and the responses that it opens.

use section55::auth::Role;
use serde_json::{Value, json};

use super::members;
use crate::support::App;
use crate::support::world::{recommendation, registration};

fn fault(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publication_needs_a_title_and_a_day_that_is_not_in_the_future() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = opcc.post("/v1/inspections", json!({ "reference": "77001" })).await.expect(201).href();
    let publish = async || opcc.act(&draft, json!({ "action": "publish" })).await;
    let refused = publish().await.expect(422);
    assert_eq!(refused.faults(), [fault("/title", "title"), fault("/published_on", "published_on")]);
    opcc.patch(&draft, "*", json!({ "title": "A title", "published_on": "2022-04-12" })).await.expect(200);
    app.clock.set("2022-04-11T22:59:59Z".parse().expect("an instant"));
    assert_eq!(publish().await.expect(422).faults(), [fault("/published_on", "published_on")]);
    app.clock.set("2022-04-11T23:00:00Z".parse().expect("an instant"));
    assert_eq!(publish().await.expect(200).body["state"], "published", "it is 12 April in London");
    publish().await.expect(409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_cause_of_concern_needs_a_recommendation() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = opcc.post("/v1/inspections", registration("77002")).await.expect(201).href();
    let path = format!("{draft}/recommendations");
    let of_kind = |reference: &str, kind: &str, cause: &Value| {
        let mut body = recommendation(reference);
        (body["kind"], body["cause_of_concern_id"]) = (json!(kind), cause.clone());
        body
    };
    let cause = opcc.post(&path, of_kind("c", "cause_of_concern", &Value::Null)).await.expect(201).body["id"].clone();
    opcc.post(&path, of_kind("a", "area_for_improvement", &cause)).await.expect(201);
    opcc.post(&path, of_kind("r1", "recommendation", &Value::Null)).await.expect(201);
    let refused = opcc.act(&draft, json!({ "action": "publish" })).await.expect(422);
    assert_eq!(refused.faults(), [fault("/recommendations", "causes_have_recommendations")]);
    opcc.post(&path, of_kind("r2", "recommendation", &cause)).await.expect(201);
    let published = opcc.act(&draft, json!({ "action": "publish" })).await.expect(200);
    assert_eq!(published.body["recommendations_count"], 4);
    let response = app.response_path(&published, "cumbria").await;
    let missing = opcc.get(&response).await.expect(200).body["missing_explanations"].as_array().map(Vec::len);
    assert_eq!(missing, Some(2), "a cause of concern needs no explanation of its own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_national_report_opens_the_response_of_every_area() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("77003").await;
    let areas = app.public().get("/v1/areas?limit=200").await.expect(200);
    let codes = members(&areas, "code");
    let everywhere: Vec<&str> = codes.iter().map(String::as_str).collect();
    let auditor = app.person_with_roles("national-auditor", &["auditor"], &everywhere);
    let path = format!("/v1/responses?limit=200&sort=area&inspection_id={}", super::text(&inspection.body["id"]));
    let opened = auditor.get(&path).await.expect(200);
    assert_eq!(members(&opened, "area"), codes);
    for response in opened.body["items"].as_array().expect("a list") {
        assert_eq!((&response["state"], &response["due_on"]), (&json!("received"), &json!("2022-04-21")));
        assert_eq!((&response["edition"], &response["days_left"]), (&json!(1), &json!(30)));
        assert_eq!(response["missing_explanations"].as_array().map(Vec::len), Some(2));
    }
    let seen = app.public().get(&inspection.href()).await.expect(200);
    assert_eq!(seen.body["recommendations_count"], 3);
    let asked = app.public().get(&format!("{}/recommendations", inspection.href())).await.expect(200);
    assert_eq!(members(&asked, "number"), ["1", "2", "3"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_on_some_areas_opens_only_their_responses() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let mut sent = registration("77004");
    sent["subjects"] = json!(["kent", "surrey"]);
    let made = registrar.post("/v1/inspections", sent).await.expect(201);
    let inspection = registrar.act(&made.href(), json!({ "action": "publish" })).await.expect(200);
    let path = format!("/v1/responses?inspection_id={}", super::text(&inspection.body["id"]));
    for (area, count) in [("kent", 1), ("surrey", 1), ("cumbria", 0)] {
        let opened = app.person(Role::Opcc, area).get(&path).await.expect(200);
        assert_eq!(opened.body["items"].as_array().map(Vec::len), Some(count), "{area}");
    }
    for (area, count) in [("kent", 1), ("surrey", 1), ("cumbria", 0)] {
        let bound = app.public().get(&format!("/v1/inspections?area={area}")).await.expect(200);
        assert_eq!(bound.body["items"].as_array().map(Vec::len), Some(count), "{area}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_due_date_is_the_56th_day_counted_from_the_day_of_publication() {
    let app = App::start().await;
    app.set_day("2026-11-24");
    let opcc = app.person(Role::Opcc, "cumbria");
    for (at, (published_on, due_on)) in [
        ("2022-02-25", json!("2022-04-21")),
        ("2021-07-16", json!("2021-09-09")),
        ("2022-11-02", json!("2022-12-27")),
        ("2022-10-14", json!("2022-12-08")),
        ("2023-12-06", json!("2024-01-30")),
        ("2022-03-03", json!("2022-04-27")),
        ("2017-05-02", json!("2017-06-26")),
        ("2017-05-01", Value::Null),
        ("2017-03-02", Value::Null),
    ]
    .into_iter()
    .enumerate()
    {
        let mut sent = registration(&format!("77010-{at}"));
        sent["published_on"] = json!(published_on);
        let made = opcc.post("/v1/inspections", sent).await.expect(201);
        assert_eq!(made.body["due_on"], due_on, "{published_on}");
    }
}
