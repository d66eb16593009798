//! Who sees and writes proposals: the policing body and the auditors of the area, and registrars those of registrars.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::{accept, answer, path, propose, table};
use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proposal_is_visible_only_to_the_policing_body_and_auditors_of_its_area() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let own = propose(&opcc, "", &table("S-1")).await.expect(201).href();
    let paths = [own.clone(), format!("{own}/file"), format!("{own}/history"), format!("{own}/transitions")];
    for person in [app.person(Role::Opcc, "kent"), app.person(Role::Auditor, "kent"), app.person(Role::Registrar, "")] {
        for path in &paths {
            person.get(path).await.expect(404);
        }
        assert_eq!(person.get("/v1/imports").await.expect(200).body["items"], json!([]));
    }
    for role in [Role::Constabulary, Role::ChiefOfficer] {
        for path in &paths {
            app.person(role, "cumbria").get(path).await.expect(403);
        }
        app.person(role, "cumbria").get("/v1/imports").await.expect(403);
    }
    app.public().get(&own).await.expect(401);
    let auditor = app.person(Role::Auditor, "cumbria");
    for path in &paths {
        auditor.get(path).await.expect(200);
    }
    assert_eq!(auditor.get(&own).await.expect(200).body["allowed_actions"], json!([]));
    let before = app.database.fingerprint().await;
    let kent = app.person(Role::Opcc, "kent");
    answer(&kent, &own, json!({ "/inspection/title": "Ours." })).await.expect(404);
    for action in ["accept", "discard", "undo"] {
        kent.act(&own, json!({ "action": action })).await.expect(404);
        auditor.act(&own, json!({ "action": action })).await.expect(403);
    }
    answer(&auditor, &own, json!({ "/inspection/title": "Ours." })).await.expect(403);
    assert_eq!(app.database.fingerprint().await, before);
    app.person(Role::OpccApprover, "cumbria").act(&own, json!({ "action": "discard" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_areas_policing_body_and_registrars_propose() {
    let app = App::start().await;
    let before = app.database.fingerprint().await;
    for role in [Role::Opcc, Role::OpccApprover] {
        propose(&app.person(role, "kent"), "area=cumbria", &table("S-2")).await.expect(403);
    }
    for role in [Role::Constabulary, Role::ChiefOfficer, Role::Auditor] {
        propose(&app.person(role, "cumbria"), "area=cumbria", &table("S-2")).await.expect(403);
    }
    propose(&app.public(), "area=cumbria", &table("S-2")).await.expect(401);
    let of_two = app.person_with_roles("both", &["opcc"], &["cumbria", "kent"]);
    let refused = propose(&of_two, "", &table("S-2")).await.expect(400);
    assert_eq!(refused.faults(), [("/area".to_owned(), "required".to_owned())]);
    let refused = propose(&app.person(Role::Registrar, ""), "area=atlantis", &table("S-2")).await.expect(400);
    assert_eq!(refused.faults(), [("/area".to_owned(), "unknown_reference".to_owned())]);
    propose(&of_two, "area=cumbria&colour=blue", &table("S-2")).await.expect(400);
    propose(&of_two, "area=cumbria&draft=true", &table("S-2")).await.expect(400);
    assert_eq!(app.database.fingerprint().await, before);
    let made = propose(&of_two, "area=kent", &table("S-2")).await.expect(201);
    let accepted = accept(&of_two, &made.href(), false).await.expect(200);
    let inspection = of_two.get(&path("inspections", &accepted.body["inspection_id"])).await.expect(200);
    assert_eq!(inspection.body["registered_by"], "kent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registrar_imports_for_an_area_or_for_none() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let made = propose(&registrar, "area=kent", &table("S-3")).await.expect(201);
    assert_eq!(made.body["area"], "kent");
    registrar.get(&made.href()).await.expect(200);
    app.person(Role::Opcc, "kent").get(&made.href()).await.expect(200);
    app.person(Role::Opcc, "surrey").get(&made.href()).await.expect(404);
    let comments = json!({ "/response/policing_body_comments": "Kent's comments." });
    answer(&registrar, &made.href(), comments).await.expect(200);
    let accepted = accept(&registrar, &made.href(), true).await.expect(200);
    let inspection = app.public().get(&path("inspections", &accepted.body["inspection_id"])).await.expect(200);
    assert_eq!(inspection.body["registered_by"], Value::Null);
    let response = path("responses", &accepted.body["response_id"]);
    let kents = app.person(Role::Opcc, "kent").get(&response).await.expect(200);
    assert_eq!(kents.body["policing_body_comments"], "Kent's comments.");
    registrar.get(&response).await.expect(404);
    let none = propose(&registrar, "", &table("S-4")).await.expect(201);
    assert_eq!(none.body["area"], Value::Null);
    answer(&registrar, &none.href(), json!({ "/response/policing_body_comments": "Nobody's." })).await.expect(200);
    let shown = registrar.get(&none.href()).await.expect(200);
    assert_eq!(shown.body["consequences"]["texts"][0]["effect"], "not_written");
    app.person(Role::Opcc, "cumbria").get(&none.href()).await.expect(404);
    let accepted = accept(&registrar, &none.href(), true).await.expect(200);
    assert_eq!(accepted.body["response_id"], Value::Null);
    let list = registrar.get("/v1/imports?count=true").await.expect(200);
    assert_eq!(list.body["total"], 2);
    registrar.act(&none.href(), json!({ "action": "undo" })).await.expect(200);
    registrar.send(Method::GET, &format!("{}/file", none.href()), &[], None).await.expect(200);
}
