//! `expand`: related records inside a record, each equal to what the caller reads at the record's own path.

use section55::auth::Role;
use section55::expansion::TABLE;
use serde_json::{Value, json};

use crate::support::App;

/// Returns the first record of a list, or the record itself.
fn first_record(body: &Value) -> &Value {
    if body["items"].is_array() { &body["items"][0] } else { body }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_expanded_record_equals_the_record_at_its_own_path() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("80911").await;
    let (response, assignment) =
        (app.response_path(&inspection, "cumbria").await, app.assignment_path(&inspection, "cumbria").await);
    app.advance_response_to(&response, "cumbria", "published").await;
    let readers = [("public", app.public()), ("force", app.person(Role::Constabulary, "cumbria"))];
    let recommendation = readers[1].1.get(&assignment).await.expect(200).body["links"]["recommendation"].clone();
    for (reader, person) in &readers {
        for expansion in TABLE {
            let record_path = match expansion.source {
                "Inspection" => inspection.href(),
                "Recommendation" => recommendation.as_str().expect("an address").to_owned(),
                "StatutoryResponse" => response.clone(),
                _ => assignment.clone(),
            };
            let list =
                format!("{}?limit=1&area=cumbria", record_path.rsplit_once('/').expect("the path of the list").0);
            let list = if expansion.source == "Recommendation" { list.replace("&area=cumbria", "") } else { list };
            for path in [format!("{record_path}?"), format!("{list}&")] {
                let context = format!("{reader}: {path}expand={}", expansion.name);
                let expanded = person.get(&format!("{path}expand={}", expansion.name)).await.expect(200).body;
                let related = &first_record(&expanded)[expansion.name];
                if expansion.own_areas_only && *reader == "public" {
                    assert!(related.is_null(), "{context}: {related}");
                    continue;
                }
                let records =
                    if expansion.is_list { related.as_array().expect("a list").clone() } else { vec![related.clone()] };
                assert!(!records.is_empty(), "{context}");
                for record in records {
                    let original = person.get(record["links"]["self"].as_str().expect(&context)).await.expect(200).body;
                    assert_eq!(record, original, "{context}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expand_works_with_fields_pages_and_etags() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("80921").await;
    app.create_published_inspection("80922").await;
    let public = app.public();
    let page = public.get("/v1/inspections?fields=reference&expand=recommendations,response&limit=1").await.expect(200);
    let members: Vec<&String> = page.body["items"][0].as_object().expect("a record").keys().collect();
    assert_eq!(members, ["recommendations", "reference", "response"]);
    assert_eq!(page.body["items"][0]["recommendations"].as_array().map(Vec::len), Some(3));
    assert!(
        page.headers["link"].to_str().expect("text").contains("expand=recommendations"),
        "the link to the next page keeps the parameter"
    );
    // The draft of the other side stays hidden in an expanded record.
    let (opcc, force) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Constabulary, "cumbria"));
    let response = app.response_path(&inspection, "cumbria").await;
    opcc.patch(&response, "*", json!({ "policing_body_comments": "A draft." })).await.expect(200);
    let path = format!("{}?expand=response", inspection.href());
    let (own, other_side) = (opcc.get(&path).await.expect(200), force.get(&path).await.expect(200));
    assert_eq!(own.body["response"]["policing_body_comments"], "A draft.");
    assert_eq!(other_side.body["response"]["policing_body_comments"], Value::Null);
    // The ETag differs from that of the plain record, but names the same version for `If-Match`.
    let plain = opcc.get(&inspection.href()).await.expect(200);
    assert_ne!(own.etag(), plain.etag());
    assert_eq!(own.etag().split('-').next(), plain.etag().split('-').next());
    let etag = own.etag();
    opcc.send(reqwest::Method::GET, &path, &[("if-none-match", etag.as_str())], None).await.expect(304);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_expansion_is_refused_by_name() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("80931").await;
    let refused = app.public().get("/v1/inspections?expand=response,colour,evidence").await.expect(400);
    assert_eq!(refused.faults(), vec![("/expand".to_owned(), "unknown_value".to_owned()); 2]);
    let earlier = format!("{}?expand=response&as_of=2022-03-22", inspection.href());
    let refused = app.person(Role::Auditor, "cumbria").get(&earlier).await.expect(400);
    assert_eq!(refused.faults(), vec![("/expand".to_owned(), "not_with_as_of".to_owned())]);
    let refused = app.public().get("/v1/areas?expand=response").await.expect(400);
    assert_eq!(refused.faults(), vec![("/expand".to_owned(), "unknown_parameter".to_owned())]);
}
