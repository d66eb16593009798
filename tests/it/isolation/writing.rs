//! Writes to what is another area's, or another side's: refused, and nothing is changed.

use reqwest::Method;
use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::Layers;
use super::private::Private;
use crate::support::{App, Person};

/// Sends it, whatever the record's version, and holds the database to what it was.
async fn refused(app: &App, person: &Person, method: Method, path: &str, body: &Value) -> u16 {
    let before = app.database.fingerprint().await;
    let reply = person.send_json(method.clone(), path, Some("*"), body).await;
    let status = reply.status.as_u16();
    assert!([403, 404].contains(&status), "{method} {path}: {}", reply.text);
    assert_eq!(app.database.fingerprint().await, before, "{method} {path} was answered {status}, and wrote");
    status
}

/// Whatever is sent to another area's lines and evidence is as if they were not there.
async fn another_areas_lines_are_not_written(app: &App, private: &Private, kent: &Person) {
    let of_cumbria = |all: &[(&'static str, String)]| -> Vec<String> {
        all.iter().filter(|(area, _)| *area == "cumbria").map(|(_, path)| path.clone()).collect()
    };
    for line in [of_cumbria(&private.lines), of_cumbria(&private.shown_lines)].concat() {
        for action in section55::assignments::Action::ALL {
            let mut sent = json!({ "action": action.as_str() });
            match action.as_str() {
                "send_back" | "mark_not_applicable" | "reopen" => sent["reason"] = json!("Ours."),
                "decline" => sent["rationale"] = json!("Ours."),
                "supersede" => sent["superseded_by"] = json!(uuid::Uuid::now_v7()),
                _ => {}
            }
            let path = format!("{line}/transitions");
            assert_eq!(refused(app, kent, Method::POST, &path, &sent).await, 404, "{action}");
        }
        let amended = json!({ "owner": "Ours.", "local_target_on": null, "reason": "Ours." });
        assert_eq!(refused(app, kent, Method::PATCH, &line, &amended).await, 404);
    }
    for item in of_cumbria(&private.evidence) {
        for (path, body) in [
            ("transitions", json!({ "action": "submit" })),
            ("transitions", json!({ "action": "accept", "note": "Ours." })),
            ("transitions", json!({ "action": "withdraw", "reason": "Ours." })),
            ("marking/transitions", json!({ "action": "confirm_lowering" })),
            ("marking/transitions", json!({ "action": "request_lowering", "reason": "Ours." })),
        ] {
            assert_eq!(refused(app, kent, Method::POST, &format!("{item}/{path}"), &body).await, 404);
        }
    }
}

async fn another_areas_records_are_not_written(layers: Layers) {
    let app = layers.start().await;
    let private = Private::build(&app).await;
    let everything: Vec<&str> =
        Role::ALL.iter().filter(|role| **role != Role::Registrar).map(|role| role.as_str()).collect();
    let kent = app.somebody("all of Kent", &everything, &["kent"]);
    another_areas_lines_are_not_written(&app, &private, &kent).await;
    let moves = ["invite", "submit_comments", "nil_return", "proceed", "submit", "approve", "publish"];
    for (_, response) in private.responses.iter().filter(|(area, _)| *area == "cumbria") {
        for action in moves {
            let path = format!("{response}/transitions");
            assert_eq!(refused(&app, &kent, Method::POST, &path, &json!({ "action": action })).await, 404);
        }
        for part in ["policing_body_comments", "reply_to_chief_officer", "chief_officer_comments"] {
            assert_eq!(refused(&app, &kent, Method::PATCH, response, &json!({ part: "Ours." })).await, 404);
        }
    }
    // What all areas share is seen, and so refused by name.
    let inspection = &private.inspections[0];
    let withdraw = json!({ "action": "withdraw", "reason": "It is ours." });
    assert_eq!(refused(&app, &kent, Method::POST, &format!("{inspection}/transitions"), &withdraw).await, 403);
    assert_eq!(refused(&app, &kent, Method::PATCH, inspection, &json!({ "title": "Ours." })).await, 403);
    let added = json!({ "reference": "ours", "text": "Ours." });
    assert_eq!(refused(&app, &kent, Method::POST, &format!("{inspection}/recommendations"), &added).await, 403);
    let list = kent.get(&format!("{inspection}/recommendations")).await.expect(200);
    let recommendation = list.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();
    let erratum = json!({ "text": "Ours.", "reason": "It is ours." });
    assert_eq!(refused(&app, &kent, Method::PATCH, &recommendation, &erratum).await, 403);
    assert_eq!(refused(&app, &kent, Method::DELETE, &recommendation, &Value::Null).await, 403);
    let settings = json!({ "settings": { "comments_days": 1, "afi_explanation_required": true } });
    assert_eq!(refused(&app, &kent, Method::PATCH, "/v1/areas/cumbria", &settings).await, 403);
    let before = app.database.fingerprint().await;
    kent.post_text("/v1/imports?area=cumbria", "Inspection Title: Ours").await.expect(403);
    let named = json!({ "reference": "ours", "registered_by": "cumbria" });
    kent.post("/v1/inspections", named).await.expect(422);
    assert_eq!(app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_areas_records_are_not_written_with_both_layers() {
    another_areas_records_are_not_written(Layers::Both).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_areas_records_are_not_written_with_row_security_alone() {
    another_areas_records_are_not_written(Layers::RowSecurityAlone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_areas_records_are_not_written_with_the_query_scope_alone() {
    another_areas_records_are_not_written(Layers::QueryScopeAlone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_side_of_an_area_writes_for_the_other() {
    let app = App::start().await;
    let private = Private::build(&app).await;
    let (_, response) = private.responses.iter().find(|(area, _)| *area == "cumbria").expect("one");
    let person = |role| app.person(role, "cumbria");
    for role in [Role::Constabulary, Role::ChiefOfficer] {
        for part in ["policing_body_comments", "reply_to_chief_officer"] {
            refused(&app, &person(role), Method::PATCH, response, &json!({ part: "Ours." })).await;
        }
        let mixed = json!({ "chief_officer_comments": "Ours.", "policing_body_comments": null });
        refused(&app, &person(role), Method::PATCH, response, &mixed).await;
        for action in ["invite", "proceed", "submit", "approve", "publish"] {
            refused(
                &app,
                &person(role),
                Method::POST,
                &format!("{response}/transitions"),
                &json!({ "action": action }),
            )
            .await;
        }
    }
    for role in [Role::Opcc, Role::OpccApprover] {
        refused(&app, &person(role), Method::PATCH, response, &json!({ "chief_officer_comments": "Ours." })).await;
        for action in ["submit_comments", "nil_return"] {
            refused(
                &app,
                &person(role),
                Method::POST,
                &format!("{response}/transitions"),
                &json!({ "action": action }),
            )
            .await;
        }
    }
    for role in [Role::Auditor, Role::Registrar] {
        refused(&app, &person(role), Method::PATCH, response, &json!({ "policing_body_comments": "Ours." })).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_position_is_written_by_its_own_side_alone() {
    let app = App::start().await;
    let inspection = app.published_inspection("72100").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let view = json!({ "value": "not_assured", "note": "Ours." });
    let opinion = json!({ "value": "limited", "note": "Ours." });
    let decision = json!({ "value": "closed", "source": "Ours.", "date": "2022-03-21" });
    let allocate = json!({ "action": "allocate", "owner": "Ours." });
    let (body, force) = ([Role::Opcc, Role::OpccApprover], [Role::Constabulary, Role::ChiefOfficer]);
    let both = [body, force].concat();
    for (method, path, sent, by) in [
        (Method::PUT, "/positions/body_view", view, body.to_vec()),
        (Method::PUT, "/positions/assurance_opinion", opinion, vec![Role::Auditor]),
        (Method::PUT, "/positions/inspectorate_status", decision, both.clone()),
        (Method::POST, "/transitions", allocate, force.to_vec()),
        (Method::PATCH, "", json!({ "owner": "Ours." }), force.to_vec()),
        (Method::POST, "/updates", json!({ "text": "Ours." }), both),
        (Method::POST, "/evidence", json!({ "title": "Ours.", "kind": "data" }), force.to_vec()),
    ] {
        let path = format!("{line}{path}");
        for role in Role::ALL {
            let person = app.person(*role, "cumbria");
            if by.contains(role) {
                let tried = format!("{path}?validate_only=true");
                person.send_json(method.clone(), &tried, Some("*"), &sent).await.expect(200);
            } else {
                assert_eq!(refused(&app, &person, method.clone(), &path, &sent).await, 403, "{role} {method} {path}");
            }
        }
    }
}
