//! The filters of the lists of inspections, recommendations and responses, alone and combined.

use section55::auth::Role;
use serde_json::json;

use super::members;
use crate::support::App;
use crate::support::world::{recommendation, registration};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_filter_of_inspections_selects_the_right_ones() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for (reference, source, kind, published_on, title, subjects) in [
        ("a1", "hmicfrs", "peel", "2022-01-10", "PEEL 2021/22 Cumbria", json!(["cumbria"])),
        ("a2", "hmicfrs", "custody", "2022-02-10", "Custody suites in Kent", json!(["kent"])),
        ("a3", "hmi-prisons", "national_thematic", "2022-03-10", "Vetting and misconduct", json!("all")),
        ("a4", "hmicfrs", "peel", "2022-03-11", "PEEL draft", json!(["cumbria"])),
    ] {
        let made = opcc
            .post("/v1/inspections", json!({
                "reference": reference, "source": source, "kind": kind, "published_on": published_on, "title": title,
                "subjects": subjects, "key_findings": format!("Findings of {reference}."),
            }))
            .await
            .expect(201);
        if reference != "a4" {
            opcc.act(&made.href(), json!({ "action": "publish" })).await.expect(200);
        }
    }
    for (query, found) in [
        ("", &["a4", "a3", "a2", "a1"][..]),
        ("state=draft", &["a4"]),
        ("state=draft,published&sort=reference", &["a1", "a2", "a3", "a4"]),
        ("state=withdrawn", &[]),
        ("kind=peel", &["a4", "a1"]),
        ("kind=peel,custody&state=published", &["a2", "a1"]),
        ("reference=a1,a3", &["a3", "a1"]),
        ("source=hmi-prisons", &["a3"]),
        ("area=cumbria", &["a4", "a3", "a1"]),
        ("area=kent,cumbria&sort=-reference", &["a4", "a3", "a2", "a1"]),
        ("area=surrey", &["a3"]),
        ("published_after=2022-02-10", &["a4", "a3"]),
        ("published_before=2022-02-10", &["a1"]),
        ("published_after=2022-01-10&published_before=2022-03-11", &["a3", "a2"]),
        ("q=custody", &["a2"]),
        ("q=findings", &["a4", "a3", "a2", "a1"]),
        ("q=vetting%20misconduct", &["a3"]),
        ("q=vetting%20elephants", &[]),
    ] {
        let list = opcc.get(&format!("/v1/inspections?{query}")).await.expect(200);
        assert_eq!(members(&list, "reference"), found, "{query}");
    }
    let public = app.public().get("/v1/inspections?kind=peel").await.expect(200);
    assert_eq!(members(&public, "reference"), ["a1"], "the public sees no draft");
    for wrong in ["kind=picnic", "published_after=yesterday", "colour=blue", "sort=colour", "limit=0", "limit=201"] {
        app.public().get(&format!("/v1/inspections?{wrong}")).await.expect(400);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_filter_of_recommendations_selects_the_right_ones() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let other = app.create_published_inspection("79001").await;
    let draft = opcc.post("/v1/inspections", registration("79002")).await.expect(201);
    let id = draft.body["id"].as_str().expect("an id");
    for (reference, kind, addressees, themes, text) in [
        ("b1", "recommendation", json!(["chief_constables", "npcc"]), json!(["vetting"]), "Look again at clearances."),
        ("b2", "area_for_improvement", json!(["home_office"]), json!(["data", "vetting"]), "Count better."),
        ("b3", "cause_of_concern", json!([]), json!([]), "Too many elephants."),
    ] {
        let mut body = recommendation(reference);
        (body["kind"], body["addressees"], body["themes"], body["text"]) =
            (json!(kind), addressees, themes, json!(text));
        opcc.post(&format!("{}/recommendations", draft.href()), body).await.expect(201);
    }
    for (query, found) in [
        (format!("inspection_id={id}"), &["b1", "b2", "b3"][..]),
        (format!("inspection_id={id}&sort=-number"), &["b3", "b2", "b1"]),
        ("reference=b2,79001-1&sort=reference".to_owned(), &["79001-1", "b2"]),
        (format!("kind=recommendation&inspection_id={id}"), &["b1"]),
        ("kind=area_for_improvement,cause_of_concern&sort=reference".to_owned(), &["79001-3", "b2", "b3"]),
        ("addressee=npcc".to_owned(), &["b1"]),
        ("addressee=npcc,home_office&sort=reference".to_owned(), &["b1", "b2"]),
        ("theme=vetting&sort=reference".to_owned(), &["b1", "b2"]),
        ("theme=data,roads".to_owned(), &["b2"]),
        ("q=elephant".to_owned(), &["b3"]),
        (format!("q=elephant&inspection_id={}", other.body["id"].as_str().expect("an id")), &[]),
    ] {
        let list = opcc.get(&format!("/v1/recommendations?{query}")).await.expect(200);
        assert_eq!(members(&list, "reference"), found, "{query}");
    }
    let within = opcc.get(&format!("{}/recommendations?kind=recommendation", draft.href())).await.expect(200);
    assert_eq!(members(&within, "reference"), ["b1"]);
    app.public().get("/v1/recommendations?addressee=the_king").await.expect(400);
    let public = app.public().get("/v1/recommendations?theme=vetting").await.expect(200);
    assert_eq!(public.body["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_filter_of_responses_selects_the_right_ones() {
    let app = App::start().await;
    let first = app.create_published_inspection("79011").await;
    let second = app.create_published_inspection("79012").await;
    let response = app.response_path(&first, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "published").await;
    let kents = app.response_path(&second, "kent").await;
    app.advance_response_to(&kents, "kent", "published").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let id = first.body["id"].as_str().expect("an id");
    for (query, found) in [
        ("", 3),
        ("area=cumbria", 2),
        ("area=kent", 1),
        ("area=surrey", 0),
        ("area=cumbria,kent", 3),
        ("state=received", 1),
        ("state=published", 2),
        ("state=received,published&area=cumbria", 2),
        ("due_before=2022-04-21", 0),
        ("due_before=2022-04-22", 3),
        ("due_after=2022-04-20", 3),
        ("due_after=2022-04-21", 0),
        ("on_time=true", 2),
        ("on_time=false", 0),
        ("overdue=true", 0),
        ("overdue=false&area=cumbria", 2),
        ("q=79011", 1),
        ("q=thematic", 3),
    ] {
        let list = opcc.get(&format!("/v1/responses?{query}")).await.expect(200);
        assert_eq!(list.body["items"].as_array().map(Vec::len), Some(found), "{query}");
    }
    let of_one = opcc.get(&format!("/v1/responses?inspection_id={id}")).await.expect(200);
    assert_eq!(members(&of_one, "area"), ["cumbria"]);
    let public = app.public().get("/v1/responses?sort=area").await.expect(200);
    assert_eq!(members(&public, "area"), ["cumbria", "kent"]);
    assert_eq!(app.public().get("/v1/responses?state=received").await.expect(200).body["items"], json!([]));
}
