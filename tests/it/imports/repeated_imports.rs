//! Imports of a report that is already registered, imports by a registrar, drafts, and validation without writing.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{DOCUMENT, RESPONSE, accept, import, path, propose, recommendations};
use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_import_for_the_same_area_is_refused_and_names_the_response() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let first = import(&opcc, "area=cumbria", DOCUMENT).await.expect(200);
    let changed_document = DOCUMENT.replace("thanks", "does not thank");
    let again = import(&opcc, "area=cumbria", &changed_document).await.expect(409);
    assert_eq!(again.body["code"], "already_exists");
    let href = path("responses", &first.body["response_id"]);
    assert_eq!(again.body["existing"], json!({ "id": first.body["response_id"], "href": href }));
    let stored = opcc.get(&href).await.expect(200);
    assert_eq!(stored.body["policing_body_comments"], RESPONSE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_of_the_same_report_for_another_area_adds_only_its_text() {
    let app = App::start().await;
    let cumbria = app.person(Role::Opcc, "cumbria");
    let proposed = propose(&cumbria, "", DOCUMENT).await.expect(201);
    assert_eq!(proposed.body["consequences"]["registers"], true);
    let first = accept(&cumbria, &proposed.href(), true).await.expect(200);
    let kents = DOCUMENT.replace("The Commissioner thanks", "Kent thanks").replace("first hours", "other words");
    let opcc = app.person(Role::Opcc, "kent");
    let proposed = propose(&opcc, "area=kent", &kents).await.expect(201);
    assert_eq!(proposed.body["consequences"]["registers"], false);
    let differences = proposed.body["differences"].as_array().expect("a list");
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert_eq!(differences[0]["pointer"], "/inspection/title");
    let second = accept(&opcc, &proposed.href(), true).await.expect(200);
    assert_eq!(second.body["inspection_id"], first.body["inspection_id"]);
    assert_eq!(recommendations(&opcc, &second).await, recommendations(&cumbria, &first).await);
    let response = opcc.get(&path("responses", &second.body["response_id"])).await.expect(200);
    assert!(
        response.body["policing_body_comments"].as_str().expect("a text").starts_with("Kent thanks the inspectors.")
    );
    assert_eq!(response.body["area"], "kent");
    let inspection = app.public().get(&path("inspections", &first.body["inspection_id"])).await.expect(200);
    assert!(inspection.body["title"].as_str().expect("a title").ends_with("first hours"), "the report is unchanged");
    assert_eq!(inspection.body["version"], 2, "one version for the registration and one for the publication");
    let list = app.public().get("/v1/inspections?count=true").await.expect(200);
    assert_eq!(list.body["total"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_is_refused_once_work_on_the_response_has_begun() {
    let app = App::start().await;
    let first = import(&app.person(Role::Opcc, "cumbria"), "", DOCUMENT).await.expect(200);
    let inspection = app.public().get(&path("inspections", &first.body["inspection_id"])).await.expect(200);
    let response = app.response_path(&inspection, "kent").await;
    app.advance_response_to(&response, "kent", "awaiting_comments").await;
    import(&app.person(Role::Opcc, "kent"), "", DOCUMENT).await.expect(409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registrar_imports_for_any_area() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let for_no_area = propose(&registrar, "", DOCUMENT).await.expect(201);
    assert_eq!(for_no_area.body["consequences"]["texts"][0]["effect"], "not_written");
    let refused = propose(&registrar, "area=atlantis", DOCUMENT).await.expect(400);
    assert_eq!(refused.faults(), [("/area".to_owned(), "unknown_reference".to_owned())]);
    let made = import(&registrar, "area=kent", DOCUMENT).await.expect(200);
    let inspection = app.public().get(&path("inspections", &made.body["inspection_id"])).await.expect(200);
    assert_eq!(inspection.body["registered_by"], Value::Null);
    let response = path("responses", &made.body["response_id"]);
    let kents = app.person(Role::Opcc, "kent").get(&response).await.expect(200);
    assert_eq!(kents.body["policing_body_comments"], RESPONSE);
    registrar.get(&response).await.expect(404);
    import(&registrar, "area=surrey", DOCUMENT).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_as_a_draft_registers_the_inspection_but_publishes_nothing() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let proposed = propose(&opcc, "area=cumbria", DOCUMENT).await.expect(201);
    let made = accept(&opcc, &proposed.href(), false).await.expect(200);
    assert_eq!(made.body["response_id"], Value::Null);
    let draft = path("inspections", &made.body["inspection_id"]);
    assert_eq!(made.body["links"]["inspection"], draft.as_str());
    let seen = opcc.get(&draft).await.expect(200);
    assert_eq!((&seen.body["state"], &seen.body["recommendations_count"]), (&json!("draft"), &json!(3)));
    app.public().get(&draft).await.expect(404);
    assert_eq!(opcc.get("/v1/responses").await.expect(200).body["items"], json!([]));
    for publish in [false, true] {
        let again = propose(&opcc, "area=cumbria", DOCUMENT).await.expect(201);
        assert_eq!(again.body["candidates"][0]["id"], made.body["inspection_id"]);
        let refused = accept(&opcc, &again.href(), publish).await.expect(409);
        assert_eq!(refused.body["code"], "already_exists", "the texts of the first import wait for the publication");
    }
    assert_eq!(opcc.get(&draft).await.expect(200).body["state"], "draft");
    let published = opcc.act(&draft, json!({ "action": "publish" })).await.expect(200);
    let response = opcc.get(&app.response_path(&published, "cumbria").await).await.expect(200);
    assert_eq!(response.body["policing_body_comments"], RESPONSE);
    let kent = import(&app.person(Role::Opcc, "kent"), "area=kent", DOCUMENT).await.expect(200);
    assert_eq!(kent.body["inspection_id"], made.body["inspection_id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn validate_only_checks_everything_and_writes_nothing() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let tried = propose(&opcc, "area=cumbria&validate_only=true", DOCUMENT).await.expect(200);
    assert_eq!(tried.body["recommendations"].as_array().map(Vec::len), Some(3));
    opcc.get(&path("imports", &tried.body["id"])).await.expect(404);
    for list in ["inspections", "recommendations", "responses", "imports"] {
        assert_eq!(opcc.get(&format!("/v1/{list}")).await.expect(200).body["items"], json!([]), "{list}");
    }
    let events = app.person(Role::Auditor, "cumbria").get("/v1/audit-events").await.expect(200);
    assert_eq!(events.body["items"], json!([]));
    let proposed = propose(&opcc, "area=cumbria", DOCUMENT).await.expect(201).href();
    let before = app.database.fingerprint().await;
    let body = json!({ "action": "accept", "publish": true, "confirm_proposed": true });
    let dry_run = format!("{proposed}/transitions?validate_only=true");
    let refused = opcc.send_json(reqwest::Method::POST, &dry_run, Some("*"), &body).await.expect(422);
    assert_eq!(refused.faults(), [("/response/explanations_complete".to_owned(), "no_explanation".to_owned())]);
    assert_eq!(app.database.fingerprint().await, before);
    let answers = json!({ "answers": { "/response/explanations_complete": true } });
    opcc.patch(&proposed, "*", answers).await.expect(200);
    let before = app.database.fingerprint().await;
    let tried = opcc.send_json(reqwest::Method::POST, &dry_run, Some("*"), &body).await.expect(200);
    assert_eq!(tried.body["state"], "accepted");
    opcc.get(&path("inspections", &tried.body["inspection_id"])).await.expect(404);
    assert_eq!(app.database.fingerprint().await, before);
    accept(&opcc, &proposed, true).await.expect(200);
    let again = propose(&opcc, "area=cumbria", DOCUMENT).await.expect(201).href();
    opcc.patch(&again, "*", json!({ "answers": { "/response/explanations_complete": true } })).await.expect(200);
    let dry_run = format!("{again}/transitions?validate_only=true");
    opcc.send_json(reqwest::Method::POST, &dry_run, Some("*"), &body).await.expect(409);
}
