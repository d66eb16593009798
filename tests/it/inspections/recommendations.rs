//! Recommendations: added to a draft, fixed after publication, and corrected only as an erratum that keeps the old
//! text.

use section55::auth::Role;
use serde_json::{Value, json};

use super::members;
use crate::support::App;
use crate::support::world::{recommendation, registration};

async fn draft(app: &App, reference: &str) -> String {
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.post("/v1/inspections", registration(reference)).await.expect(201).href()
}

fn fault(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn absent_members_get_defaults_and_all_others_are_stored() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let path = format!("{}/recommendations", draft(&app, "80001").await);
    let first = opcc.post(&path, json!({ "reference": "r1", "text": "Do\nthis." })).await.expect(201);
    assert_eq!(first.headers["location"], first.href().as_str());
    for (member, value) in [
        ("number", json!("1")),
        ("kind", json!("recommendation")),
        ("text", json!("Do\nthis.")),
        ("addressees", json!([])),
        ("target", json!({ "kind": "none", "text": null, "on": null })),
        ("themes", json!([])),
        ("errata", json!([])),
        ("cause_of_concern_id", Value::Null),
        ("supersedes", Value::Null),
        ("reiterates", Value::Null),
    ] {
        assert_eq!(first.body[member], value, "{member}");
    }
    let cause = json!({ "reference": "c1", "text": "A cause.", "kind": "cause_of_concern", "number": "A" });
    let cause = opcc.post(&path, cause).await.expect(201).body["id"].clone();
    let sent = json!({
        "reference": "r2", "number": "3.2", "kind": "recommendation", "text": "By summer.", "cause_of_concern_id": cause,
        "addressees": ["chief_constables", "college_of_policing"], "themes": ["vetting"], "supersedes": first.body["id"],
        "reiterates": first.body["id"], "target": { "kind": "by_date", "text": "by 30 June", "on": "2022-06-30" },
    });
    let second = opcc.post(&path, sent.clone()).await.expect(201);
    for (member, value) in sent.as_object().expect("an object") {
        assert_eq!(second.body[member], *value, "{member}");
    }
    let fourth = opcc.post(&path, json!({ "reference": "r3", "text": "And this." })).await.expect(201);
    assert_eq!(fourth.body["number"], "4", "the fourth in the report");
    assert_eq!(
        members(&opcc.get(&path).await.expect(200), "number"),
        ["1", "A", "3.2", "4"],
        "in the order of the report"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reference_and_a_number_are_unique_in_a_report() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let path = format!("{}/recommendations", draft(&app, "80002").await);
    opcc.post(&path, recommendation("r1")).await.expect(201);
    let again = opcc.post(&path, recommendation("r1")).await.expect(409);
    assert_eq!(again.faults(), [fault("/reference", "already_exists")]);
    let same_number = json!({ "reference": "r2", "number": "1", "text": "Do this." });
    assert_eq!(opcc.post(&path, same_number).await.expect(409).faults(), [fault("/number", "already_exists")]);
    let elsewhere = format!("{}/recommendations", draft(&app, "80003").await);
    opcc.post(&elsewhere, recommendation("r1")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn references_to_other_records_and_the_target_date_are_checked() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let inspection = draft(&app, "80004").await;
    let path = format!("{inspection}/recommendations");
    let plain = opcc.post(&path, recommendation("r1")).await.expect(201).body["id"].clone();
    let nowhere = json!("01890000-0000-7000-8000-000000000000");
    let elsewhere = format!("{}/recommendations", draft(&app, "80005").await);
    let of_another = json!({ "reference": "c", "text": "A cause.", "kind": "cause_of_concern" });
    let of_another = opcc.post(&elsewhere, of_another).await.expect(201).body["id"].clone();
    for (member, value, pointer, code) in [
        ("cause_of_concern_id", plain.clone(), "/cause_of_concern_id", "unknown_reference"),
        ("cause_of_concern_id", of_another, "/cause_of_concern_id", "unknown_reference"),
        ("cause_of_concern_id", nowhere.clone(), "/cause_of_concern_id", "unknown_reference"),
        ("supersedes", nowhere.clone(), "/supersedes", "unknown_reference"),
        ("reiterates", nowhere, "/reiterates", "unknown_reference"),
        ("target", json!({ "kind": "by_date", "text": "soon" }), "/target/on", "required"),
        ("target", json!({ "kind": "ongoing", "on": "2022-06-30" }), "/target/on", "not_here"),
        ("target", json!({ "kind": "whenever" }), "/target/kind", "unknown_value"),
        ("addressees", json!(["chief_constables", "the_king"]), "/addressees/1", "unknown_value"),
        ("text", json!("\n"), "/text", "blank"),
        ("colour", json!("blue"), "/colour", "unknown_field"),
    ] {
        let mut body = recommendation("r2");
        body[member] = value.clone();
        let refused = opcc.post(&path, body).await.expect(422);
        assert_eq!(refused.faults(), [fault(pointer, code)], "{member}: {value}");
    }
    assert_eq!(opcc.get(&inspection).await.expect(200).body["recommendations_count"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_registering_area_and_registrars_write_recommendations() {
    let app = App::start().await;
    let inspection = draft(&app, "80006").await;
    let path = format!("{inspection}/recommendations");
    let made = app.person(Role::OpccApprover, "cumbria").post(&path, recommendation("r1")).await.expect(201).href();
    app.person(Role::Registrar, "").post(&path, recommendation("r2")).await.expect(201);
    for (role, area, status) in [
        (Role::Opcc, "kent", 404),
        (Role::Constabulary, "cumbria", 403),
        (Role::ChiefOfficer, "cumbria", 403),
        (Role::Auditor, "cumbria", 403),
    ] {
        let person = app.person(role, area);
        person.post(&path, recommendation("r3")).await.expect(status);
        person.patch(&made, "*", json!({ "number": "9" })).await.expect(status);
        person.delete(&made, "*").await.expect(status);
    }
    app.public().post(&path, recommendation("r3")).await.expect(401);
    app.person(Role::Opcc, "cumbria").act(&inspection, json!({ "action": "publish" })).await.expect(200);
    app.person(Role::Opcc, "kent").post(&path, recommendation("r3")).await.expect(403);
    app.person(Role::Opcc, "cumbria").post(&path, recommendation("r3")).await.expect(409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_recommendation_of_a_draft_can_be_amended_and_deleted() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let inspection = draft(&app, "80007").await;
    let made = opcc.post(&format!("{inspection}/recommendations"), recommendation("r1")).await.expect(201);
    let body = json!({
        "reference": "r9", "number": "9", "kind": "area_for_improvement", "text": "Better.", "addressees": ["npcc"],
        "target": { "kind": "within", "text": "within six months", "on": "2022-08-25" }, "themes": ["data"],
    });
    let amended = opcc.patch(&made.href(), &made.etag(), body.clone()).await.expect(200);
    for (member, value) in body.as_object().expect("an object") {
        assert_eq!(amended.body[member], *value, "{member}");
    }
    assert_eq!(amended.body["errata"], json!([]), "a draft has no errata");
    opcc.patch(&made.href(), &made.etag(), json!({ "number": "1" })).await.expect(412);
    let reasoned = opcc.patch(&made.href(), "*", json!({ "text": "Best.", "reason": "Why not." })).await.expect(422);
    assert_eq!(reasoned.faults(), [fault("/reason", "not_here")]);
    opcc.delete(&made.href(), &made.etag()).await.expect(412);
    opcc.delete(&made.href(), &amended.etag()).await.expect(204);
    opcc.get(&made.href()).await.expect(404);
    assert_eq!(opcc.get(&inspection).await.expect(200).body["recommendations_count"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cause_of_concern_keeps_its_kind_while_recommendations_belong_to_it() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let path = format!("{}/recommendations", draft(&app, "80008").await);
    let cause = json!({ "reference": "c", "text": "A cause.", "kind": "cause_of_concern" });
    let cause = opcc.post(&path, cause).await.expect(201);
    let mut body = recommendation("r1");
    body["cause_of_concern_id"] = cause.body["id"].clone();
    let child = opcc.post(&path, body).await.expect(201).href();
    let refused = opcc.patch(&cause.href(), "*", json!({ "kind": "recommendation" })).await.expect(422);
    assert_eq!(refused.faults(), [fault("/kind", "in_use")]);
    assert_eq!(opcc.delete(&cause.href(), "*").await.expect(422).faults(), [fault("", "in_use")]);
    opcc.patch(&child, "*", json!({ "cause_of_concern_id": null })).await.expect(200);
    opcc.patch(&cause.href(), "*", json!({ "kind": "recommendation" })).await.expect(200);
    opcc.delete(&cause.href(), "*").await.expect(204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erratum_needs_a_reason_and_keeps_the_old_text() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("80009").await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    let asked = approver.get(&format!("{}/recommendations", inspection.href())).await.expect(200);
    let path = asked.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();
    let old = asked.body["items"][0]["text"].clone();
    let right = json!({ "text": "Immediately, every force should do it.", "reason": "A word was missing." });
    app.person(Role::Opcc, "cumbria").patch(&path, "*", right.clone()).await.expect(403);
    app.person(Role::OpccApprover, "kent").patch(&path, "*", right.clone()).await.expect(403);
    let refused = approver.patch(&path, "*", json!({ "text": "Other words." })).await.expect(422);
    assert_eq!(refused.faults(), [fault("/reason", "required")]);
    let refused =
        approver.patch(&path, "*", json!({ "reason": "None.", "number": "7", "kind": "recommendation" })).await;
    let mut faults = refused.expect(422).faults();
    faults.sort();
    assert_eq!(faults, [fault("/number", "published")], "the kind is already so");
    let mended = approver.patch(&path, "*", right.clone()).await.expect(200);
    assert_eq!(mended.body["text"], right["text"]);
    let kept = json!([{ "at": "2022-03-22T12:00:00Z", "reason": "A word was missing.", "text": old }]);
    assert_eq!(mended.body["errata"], kept);
    let public = app.public().get(&path).await.expect(200);
    assert_eq!((&public.body["text"], &public.body["errata"]), (&right["text"], &kept));
    let again = json!({ "text": "In due time.", "reason": "The inspectors said so." });
    let again = app.person(Role::Registrar, "").patch(&path, "*", again).await.expect(200);
    assert_eq!(again.body["errata"].as_array().map(Vec::len), Some(2));
    assert_eq!(again.body["errata"][1]["text"], right["text"], "the oldest comes first");
    approver.delete(&path, "*").await.expect(409);
}
