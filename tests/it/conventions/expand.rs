//! `expand=`: related records in a record's own place, each as the caller would see it by itself.

use section55::auth::Role;
use section55::expansion::TABLE;
use serde_json::{Value, json};

use crate::support::App;

/// The record that a list or an address answers first.
fn first(body: &Value) -> &Value {
    if body["items"].is_array() { &body["items"][0] } else { body }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_expansion_puts_in_what_its_own_address_answers() {
    let app = App::start().await;
    let inspection = app.published_inspection("80911").await;
    let (response, line) = (app.response(&inspection, "cumbria").await, app.assignment(&inspection, "cumbria").await);
    app.bring_to(&response, "cumbria", "published").await;
    let readers = [("public", app.public()), ("force", app.person(Role::Constabulary, "cumbria"))];
    let recommendation = readers[1].1.get(&line).await.expect(200).body["links"]["recommendation"].clone();
    for (reader, person) in &readers {
        for expansion in TABLE {
            let address = match expansion.of {
                "Inspection" => inspection.href(),
                "Recommendation" => recommendation.as_str().expect("an address").to_owned(),
                "Response" => response.clone(),
                _ => line.clone(),
            };
            let list = format!("{}?limit=1&area=cumbria", address.rsplit_once('/').expect("a list").0);
            let list = if expansion.of == "Recommendation" { list.replace("&area=cumbria", "") } else { list };
            for path in [format!("{address}?"), format!("{list}&")] {
                let what = format!("{reader}: {path}expand={}", expansion.name);
                let whole = person.get(&format!("{path}expand={}", expansion.name)).await.expect(200).body;
                let put = &first(&whole)[expansion.name];
                if expansion.own && *reader == "public" {
                    assert!(put.is_null(), "{what}: {put}");
                    continue;
                }
                let records = if expansion.many { put.as_array().expect("a list").clone() } else { vec![put.clone()] };
                assert!(!records.is_empty(), "{what}");
                for record in records {
                    let itself = person.get(record["links"]["self"].as_str().expect(&what)).await.expect(200).body;
                    assert_eq!(record, itself, "{what}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_put_in_goes_with_chosen_members_pages_and_tags() {
    let app = App::start().await;
    let inspection = app.published_inspection("80921").await;
    app.published_inspection("80922").await;
    let public = app.public();
    let page = public.get("/v1/inspections?fields=reference&expand=recommendations,response&limit=1").await.expect(200);
    let members: Vec<&String> = page.body["items"][0].as_object().expect("a record").keys().collect();
    assert_eq!(members, ["recommendations", "reference", "response"]);
    assert_eq!(page.body["items"][0]["recommendations"].as_array().map(Vec::len), Some(3));
    assert!(
        page.headers["link"].to_str().expect("text").contains("expand=recommendations"),
        "the next page has the same"
    );
    // A draft of the other side is not put in either.
    let (opcc, force) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Constabulary, "cumbria"));
    let response = app.response(&inspection, "cumbria").await;
    opcc.patch(&response, "*", json!({ "policing_body_comments": "A draft." })).await.expect(200);
    let path = format!("{}?expand=response", inspection.href());
    let (own, theirs) = (opcc.get(&path).await.expect(200), force.get(&path).await.expect(200));
    assert_eq!(own.body["response"]["policing_body_comments"], "A draft.");
    assert_eq!(theirs.body["response"]["policing_body_comments"], Value::Null);
    // The tag is of what was answered, and still names the version that writes compare.
    let alone = opcc.get(&inspection.href()).await.expect(200);
    assert_ne!(own.tag(), alone.tag());
    assert_eq!(own.tag().split('-').next(), alone.tag().split('-').next());
    let seen = [("if-none-match", own.tag())];
    let seen: Vec<(&str, &str)> = seen.iter().map(|(name, tag)| (*name, tag.as_str())).collect();
    opcc.send(reqwest::Method::GET, &path, &seen, None).await.expect(304);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_put_in_is_refused_by_name() {
    let app = App::start().await;
    let inspection = app.published_inspection("80931").await;
    let refused = app.public().get("/v1/inspections?expand=response,colour,evidence").await.expect(400);
    assert_eq!(refused.faults(), vec![("/expand".to_owned(), "unknown_value".to_owned()); 2]);
    let then = format!("{}?expand=response&as_of=2022-03-22", inspection.href());
    let refused = app.person(Role::Auditor, "cumbria").get(&then).await.expect(400);
    assert_eq!(refused.faults(), vec![("/expand".to_owned(), "not_with_as_of".to_owned())]);
    let refused = app.public().get("/v1/areas?expand=response").await.expect(400);
    assert_eq!(refused.faults(), vec![("/expand".to_owned(), "unknown_parameter".to_owned())]);
}
