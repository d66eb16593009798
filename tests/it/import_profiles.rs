//! The import profile of an area: the words of its office's documents and tables.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::support::App;

const PATH: &str = "/v1/areas/cumbria/import-profile";

fn words() -> Value {
    json!({
        "headings": { "policing_body_comments": ["What the Commissioner says", "Our view"] },
        "columns": { "Lead officer": "owner", "RAG": "", "Where are we?": "force_status" },
        "status_words": { "Done": "force_complete", "Ongoing": "in_progress" },
        "day_format": "month_first", "language": "english", "signatory": "A. Commissioner",
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_is_empty_at_first_and_is_replaced_with_its_etag() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let first = opcc.get(PATH).await.expect(200);
    for (member, value) in [
        ("area", json!("cumbria")),
        ("headings", json!({})),
        ("columns", json!({})),
        ("status_words", json!({})),
        ("day_format", json!("day_first")),
        ("language", Value::Null),
        ("signatory", Value::Null),
        ("version", json!(1)),
    ] {
        assert_eq!(first.body[member], value, "{member}");
    }
    let kept = opcc.put(PATH, &first.etag(), words()).await.expect(200);
    for (member, value) in words().as_object().expect("members") {
        assert_eq!(kept.body[member], *value, "{member}");
    }
    assert_eq!(kept.body["version"], 2);
    opcc.put(PATH, &first.etag(), words()).await.expect(412);
    let stored = app.database.fingerprint().await;
    let same = opcc.put(PATH, &kept.etag(), words()).await.expect(200);
    assert_eq!((same.etag(), app.database.fingerprint().await), (kept.etag(), stored), "the same words change nothing");
    let fewer = opcc.put(PATH, &kept.etag(), json!({ "signatory": "B. Commissioner" })).await.expect(200);
    assert_eq!((&fewer.body["headings"], &fewer.body["signatory"]), (&json!({}), &json!("B. Commissioner")));
    let history = app.person(Role::Auditor, "cumbria").get(&format!("{PATH}/history")).await.expect(200);
    let fields: Vec<&Value> =
        history.body["items"].as_array().expect("a list").iter().map(|it| &it["action"]).collect();
    assert_eq!(fields, ["amend", "amend"]);
    let events = app.person(Role::Auditor, "cumbria").get("/v1/audit-events?resource=import_profile&sort=at").await;
    let events = events.expect(200);
    let all = ["headings", "columns", "status_words", "day_format", "language", "signatory"];
    assert_eq!((&events.body["items"][0]["fields"], &events.body["items"][1]["fields"]), (&json!(all), &json!(all)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_areas_own_policing_body_keeps_it_and_the_force_does_not_see_it() {
    let app = App::start().await;
    let put = async |role, area| app.person(role, area).put(PATH, "*", words()).await;
    for role in [Role::Constabulary, Role::ChiefOfficer, Role::Auditor, Role::Registrar] {
        put(role, "cumbria").await.expect(403);
    }
    put(Role::OpccApprover, "kent").await.expect(404);
    put(Role::OpccApprover, "cumbria").await.expect(200);
    for (role, area, status) in [
        (Role::Opcc, "cumbria", 200),
        (Role::Auditor, "cumbria", 200),
        (Role::Constabulary, "cumbria", 403),
        (Role::Registrar, "", 403),
        (Role::Opcc, "kent", 404),
        (Role::Auditor, "kent", 404),
    ] {
        app.person(role, area).get(PATH).await.expect(status);
        app.person(role, area).get(&format!("{PATH}/history")).await.expect(status);
    }
    app.public().get(PATH).await.expect(401);
    app.person(Role::Opcc, "cumbria").get("/v1/areas/atlantis/import-profile").await.expect(404);
    let both = app.person_with_roles("both", &["opcc", "constabulary"], &["cumbria"]);
    both.get(PATH).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_that_break_a_limit_are_refused_with_their_pointers() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let stored = app.database.fingerprint().await;
    let many = |count: usize| (0..count).map(|n| (format!("Word {n}"), json!("in_progress"))).collect::<Value>();
    let long = "x".repeat(201);
    for (member, value, pointer, code) in [
        ("headings", json!({ "title": vec!["Title"; 21] }), "/headings/title", "too_many"),
        ("headings", json!({ "title": ["x".repeat(101)] }), "/headings/title/0", "too_long"),
        ("headings", json!({ "title": [" "] }), "/headings/title/0", "blank"),
        ("headings", json!({ "the_weather": ["Rain"] }), "/headings/the_weather", "unknown_value"),
        ("columns", json!({ "Lead": "leader" }), "/columns/Lead", "unknown_value"),
        ("columns", json!({ " ": "owner" }), "/columns/ ", "wrong_format"),
        ("columns", json!({ "A/B\u{1}": "owner" }), "/columns/A~1B\u{1}", "wrong_format"),
        ("status_words", many(201), "/status_words", "too_many"),
        ("status_words", json!({ long.as_str(): "in_progress" }), &format!("/status_words/{long}"), "wrong_format"),
        ("status_words", json!({ "Done": "done" }), "/status_words/Done", "unknown_value"),
        ("day_format", json!("year_first"), "/day_format", "unknown_value"),
        ("language", json!("cornish"), "/language", "unknown_value"),
        ("signatory", json!("A\nB"), "/signatory", "control_character"),
        ("colour", json!("blue"), "/colour", "unknown_field"),
    ] {
        let refused = opcc.put(PATH, "*", json!({ member: value })).await.expect(422);
        assert_eq!(refused.faults(), [(pointer.to_owned(), code.to_owned())], "{member}: {}", refused.text);
    }
    assert_eq!(app.database.fingerprint().await, stored);
    opcc.put(PATH, "*", json!({ "status_words": many(200) })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_area_has_an_empty_profile() {
    let app = App::start().await;
    let area = json!({
        "name": "East Marches", "country": "england",
        "policing_body": { "name": "Mayor of East Marches", "kind": "mayor", "office_holder_title": "Mayor" },
        "force": { "name": "East Marches Police", "chief_officer_title": "Chief Constable" },
    });
    let headers = [("if-none-match", "*"), ("content-type", "application/json")];
    let body = Some(area.to_string().into_bytes());
    app.person(Role::Registrar, "").send(Method::PUT, "/v1/areas/east-marches", &headers, body).await.expect(201);
    let profile = app.person(Role::Opcc, "east-marches").get("/v1/areas/east-marches/import-profile").await.expect(200);
    assert_eq!((&profile.body["version"], &profile.body["columns"]), (&json!(1), &json!({})));
}
