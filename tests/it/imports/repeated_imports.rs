//! Imports of a report that is already registered, imports by a registrar, drafts, and validation without writing.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{DOCUMENT, RESPONSE, import, path};
use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_import_for_the_same_area_is_refused_and_names_the_response() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let first = import(&opcc, "area=cumbria", DOCUMENT).await.expect(201);
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
    let first = import(&app.person(Role::Opcc, "cumbria"), "", DOCUMENT).await.expect(201);
    assert_eq!(first.body["registered"], true);
    let kents = DOCUMENT.replace("The Commissioner thanks", "Kent thanks").replace("first hours", "other words");
    let opcc = app.person(Role::Opcc, "kent");
    let second = import(&opcc, "area=kent", &kents).await.expect(201);
    assert_eq!((&second.body["registered"], &second.body["inferred"]), (&json!(false), &json!([])));
    assert_eq!(second.body["inspection_id"], first.body["inspection_id"]);
    assert_eq!(second.body["recommendations"], first.body["recommendations"]);
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
    let first = import(&app.person(Role::Opcc, "cumbria"), "", DOCUMENT).await.expect(201);
    let inspection = app.public().get(&path("inspections", &first.body["inspection_id"])).await.expect(200);
    let response = app.response_path(&inspection, "kent").await;
    app.advance_response_to(&response, "kent", "awaiting_comments").await;
    import(&app.person(Role::Opcc, "kent"), "", DOCUMENT).await.expect(409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registrar_imports_for_any_area() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let refused = import(&registrar, "", DOCUMENT).await.expect(400);
    assert_eq!(refused.faults(), [("/area".to_owned(), "required".to_owned())]);
    let refused = import(&registrar, "area=atlantis", DOCUMENT).await.expect(400);
    assert_eq!(refused.faults(), [("/area".to_owned(), "unknown_reference".to_owned())]);
    let made = import(&registrar, "area=kent", DOCUMENT).await.expect(201);
    let inspection = app.public().get(&path("inspections", &made.body["inspection_id"])).await.expect(200);
    assert_eq!(inspection.body["registered_by"], Value::Null);
    let response = path("responses", &made.body["response_id"]);
    let kents = app.person(Role::Opcc, "kent").get(&response).await.expect(200);
    assert_eq!(kents.body["policing_body_comments"], RESPONSE);
    registrar.get(&response).await.expect(404);
    import(&registrar, "area=surrey", DOCUMENT).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_as_a_draft_registers_the_inspection_but_publishes_nothing() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = import(&opcc, "area=cumbria&draft=true", DOCUMENT).await.expect(201);
    assert_eq!(made.body["response_id"], Value::Null);
    let draft = path("inspections", &made.body["inspection_id"]);
    assert_eq!(made.headers["location"], draft.as_str());
    let seen = opcc.get(&draft).await.expect(200);
    assert_eq!((&seen.body["state"], &seen.body["recommendations_count"]), (&json!("draft"), &json!(3)));
    app.public().get(&draft).await.expect(404);
    assert_eq!(opcc.get("/v1/responses").await.expect(200).body["items"], json!([]));
    for query in ["area=cumbria&draft=true", "area=cumbria"] {
        let again = import(&opcc, query, DOCUMENT).await.expect(409);
        assert_eq!(again.body["existing"]["id"], made.body["inspection_id"]);
    }
    opcc.act(&draft, json!({ "action": "publish" })).await.expect(200);
    let added = import(&opcc, "area=cumbria", DOCUMENT).await.expect(201);
    assert_eq!(added.body["inspection_id"], made.body["inspection_id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn validate_only_checks_everything_and_writes_nothing() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let tried = import(&opcc, "area=cumbria&validate_only=true", DOCUMENT).await.expect(200);
    assert_eq!(tried.body["recommendations"].as_array().map(Vec::len), Some(3));
    opcc.get(&path("inspections", &tried.body["inspection_id"])).await.expect(404);
    for list in ["inspections", "recommendations", "responses"] {
        assert_eq!(opcc.get(&format!("/v1/{list}")).await.expect(200).body["items"], json!([]), "{list}");
    }
    let events = app.person(Role::Auditor, "cumbria").get("/v1/audit-events").await.expect(200);
    assert_eq!(events.body["items"], json!([]));
    import(&opcc, "area=cumbria", DOCUMENT).await.expect(201);
    import(&opcc, "area=cumbria&validate_only=true", DOCUMENT).await.expect(409);
}
