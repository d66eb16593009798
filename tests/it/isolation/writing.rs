//! Writes to records of another area or of the other side are refused, and change nothing.

use reqwest::Method;
use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::Layers;
use super::private_data::PrivateData;
use crate::support::{App, Person};

/// Sends a write with any version, and asserts that it is refused and that the database is unchanged.
async fn assert_refused(app: &App, person: &Person, method: Method, path: &str, body: &Value) -> u16 {
    let before = app.database.fingerprint().await;
    let reply = person.send_json(method.clone(), path, Some("*"), body).await;
    let status = reply.status.as_u16();
    assert!([403, 404].contains(&status), "{method} {path}: {}", reply.text);
    assert_eq!(app.database.fingerprint().await, before, "{method} {path} returned {status}, but wrote");
    status
}

/// Asserts that assignments and evidence of another area are 404 for every write.
async fn assert_another_areas_assignments_are_not_written(app: &App, private: &PrivateData, kent: &Person) {
    let of_cumbria = |all: &[(&'static str, String)]| -> Vec<String> {
        all.iter().filter(|(area, _)| *area == "cumbria").map(|(_, path)| path.clone()).collect()
    };
    for assignment in [of_cumbria(&private.assignments), of_cumbria(&private.published_assignments)].concat() {
        for action in section55::assignments::Action::ALL {
            let mut transition = json!({ "action": action.as_str() });
            match action.as_str() {
                "send_back" | "mark_not_applicable" | "reopen" => transition["reason"] = json!("Ours."),
                "decline" => transition["rationale"] = json!("Ours."),
                "supersede" => transition["superseded_by"] = json!(uuid::Uuid::now_v7()),
                _ => {}
            }
            let path = format!("{assignment}/transitions");
            assert_eq!(assert_refused(app, kent, Method::POST, &path, &transition).await, 404, "{action}");
        }
        let amended = json!({ "owner": "Ours.", "local_target_on": null, "reason": "Ours." });
        assert_eq!(assert_refused(app, kent, Method::PATCH, &assignment, &amended).await, 404);
    }
    for person in of_cumbria(&private.people) {
        assert_eq!(assert_refused(app, kent, Method::PATCH, &person, &json!({ "name": "Ours." })).await, 404);
    }
    for remark in of_cumbria(&private.remarks) {
        assert_eq!(assert_refused(app, kent, Method::PATCH, &remark, &json!({ "text": "Ours." })).await, 404);
        let resolve = json!({ "action": "resolve" });
        assert_eq!(assert_refused(app, kent, Method::POST, &format!("{remark}/transitions"), &resolve).await, 404);
    }
    let entry = json!({ "area": "cumbria", "subject": "ours", "name": "Ours." });
    assert_eq!(assert_refused(app, kent, Method::POST, "/v1/people", &entry).await, 403);
    for evidence in of_cumbria(&private.evidence) {
        for (path, body) in [
            ("transitions", json!({ "action": "submit" })),
            ("transitions", json!({ "action": "accept", "note": "Ours." })),
            ("transitions", json!({ "action": "withdraw", "reason": "Ours." })),
            ("marking/transitions", json!({ "action": "confirm_lowering" })),
            ("marking/transitions", json!({ "action": "request_lowering", "reason": "Ours." })),
        ] {
            assert_eq!(assert_refused(app, kent, Method::POST, &format!("{evidence}/{path}"), &body).await, 404);
        }
    }
}

async fn assert_another_areas_records_are_not_written(layers: Layers) {
    let app = layers.start().await;
    let private = PrivateData::build(&app).await;
    let everything: Vec<&str> =
        Role::ALL.iter().filter(|role| **role != Role::Registrar).map(|role| role.as_str()).collect();
    let kent = app.person_with_roles("everyone of Kent", &everything, &["kent"]);
    assert_another_areas_assignments_are_not_written(&app, &private, &kent).await;
    let actions = ["invite", "submit_comments", "nil_return", "proceed", "submit", "approve", "publish"];
    for (_, response) in private.responses.iter().filter(|(area, _)| *area == "cumbria") {
        for action in actions {
            let path = format!("{response}/transitions");
            assert_eq!(assert_refused(&app, &kent, Method::POST, &path, &json!({ "action": action })).await, 404);
        }
        let published = json!({ "action": "record_published", "published_on": "2022-03-01" });
        let path = format!("{response}/transitions");
        assert_eq!(assert_refused(&app, &kent, Method::POST, &path, &published).await, 404);
        for part in ["policing_body_comments", "reply_to_chief_officer", "chief_officer_comments"] {
            assert_eq!(assert_refused(&app, &kent, Method::PATCH, response, &json!({ part: "Ours." })).await, 404);
        }
    }
    // Inspections are shared, so the refusal is 403 and not 404.
    let inspection = &private.inspections[0];
    let withdraw = json!({ "action": "withdraw", "reason": "It is ours." });
    assert_eq!(assert_refused(&app, &kent, Method::POST, &format!("{inspection}/transitions"), &withdraw).await, 403);
    assert_eq!(assert_refused(&app, &kent, Method::PATCH, inspection, &json!({ "title": "Ours." })).await, 403);
    let added = json!({ "reference": "ours", "text": "Ours." });
    assert_eq!(assert_refused(&app, &kent, Method::POST, &format!("{inspection}/recommendations"), &added).await, 403);
    let list = kent.get(&format!("{inspection}/recommendations")).await.expect(200);
    let recommendation = list.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();
    let erratum = json!({ "text": "Ours.", "reason": "It is ours." });
    assert_eq!(assert_refused(&app, &kent, Method::PATCH, &recommendation, &erratum).await, 403);
    assert_eq!(assert_refused(&app, &kent, Method::DELETE, &recommendation, &Value::Null).await, 403);
    let settings = json!({ "settings": { "comments_days": 1, "afi_explanation_required": true } });
    assert_eq!(assert_refused(&app, &kent, Method::PATCH, "/v1/areas/cumbria", &settings).await, 403);
    let before = app.database.fingerprint().await;
    kent.post_text("/v1/imports?area=cumbria", "Inspection Title: Ours").await.expect(403);
    let named = json!({ "reference": "ours", "registered_by": "cumbria" });
    kent.post("/v1/inspections", named).await.expect(422);
    assert_eq!(app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_cannot_write_records_of_another_area_with_both_layers() {
    assert_another_areas_records_are_not_written(Layers::Both).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_cannot_write_records_of_another_area_with_row_security_only() {
    assert_another_areas_records_are_not_written(Layers::RowSecurityOnly).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_cannot_write_records_of_another_area_with_the_query_scope_only() {
    assert_another_areas_records_are_not_written(Layers::QueryScopeOnly).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_side_can_write_for_the_other() {
    let app = App::start().await;
    let private = PrivateData::build(&app).await;
    let (_, response) = private.responses.iter().find(|(area, _)| *area == "cumbria").expect("a response");
    let person = |role| app.person(role, "cumbria");
    for role in [Role::Constabulary, Role::ChiefOfficer] {
        for part in ["policing_body_comments", "reply_to_chief_officer"] {
            assert_refused(&app, &person(role), Method::PATCH, response, &json!({ part: "Ours." })).await;
        }
        let mixed = json!({ "chief_officer_comments": "Ours.", "policing_body_comments": null });
        assert_refused(&app, &person(role), Method::PATCH, response, &mixed).await;
        for action in ["invite", "proceed", "submit", "approve", "publish"] {
            assert_refused(
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
        assert_refused(&app, &person(role), Method::PATCH, response, &json!({ "chief_officer_comments": "Ours." }))
            .await;
        for action in ["submit_comments", "nil_return"] {
            assert_refused(
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
        assert_refused(&app, &person(role), Method::PATCH, response, &json!({ "policing_body_comments": "Ours." }))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_its_own_side_can_record_a_position() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("72100").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let view = json!({ "value": "not_assured", "note": "Ours." });
    let opinion = json!({ "value": "limited", "note": "Ours." });
    let decision = json!({ "value": "closed", "source": "Ours.", "date": "2022-03-21" });
    let allocate = json!({ "action": "allocate", "owner": "Ours." });
    let (policing_body, force) = ([Role::Opcc, Role::OpccApprover], [Role::Constabulary, Role::ChiefOfficer]);
    let both = [policing_body, force].concat();
    for (method, path, body, allowed_roles) in [
        (Method::PUT, "/positions/body_view", view, policing_body.to_vec()),
        (Method::PUT, "/positions/assurance_opinion", opinion, vec![Role::Auditor]),
        (Method::PUT, "/positions/inspectorate_status", decision, both.clone()),
        (Method::POST, "/transitions", allocate, force.to_vec()),
        (Method::PATCH, "", json!({ "owner": "Ours." }), force.to_vec()),
        (Method::PATCH, "", json!({ "assigned_to": null, "dependency": "Ours." }), force.to_vec()),
        (Method::POST, "/updates", json!({ "text": "Ours." }), both),
        (Method::POST, "/evidence", json!({ "title": "Ours.", "kind": "data" }), force.to_vec()),
    ] {
        let path = format!("{assignment}{path}");
        for role in Role::ALL {
            let person = app.person(*role, "cumbria");
            if allowed_roles.contains(role) {
                let dry_run = format!("{path}?validate_only=true");
                person.send_json(method.clone(), &dry_run, Some("*"), &body).await.expect(200);
            } else {
                assert_eq!(
                    assert_refused(&app, &person, method.clone(), &path, &body).await,
                    403,
                    "{role} {method} {path}"
                );
            }
        }
    }
}
