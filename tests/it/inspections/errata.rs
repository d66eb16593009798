//! Errata of published recommendations: kind, target, addressees and cause of concern, with what follows in the public
//! copy and in the assignments of every area. Also updates that change nothing.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::world::{recommendation, registration};
use crate::support::{App, Person, Reply};

fn fault(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

/// Returns the path of an inspection's recommendation at this place, from 0.
async fn path_of(app: &App, inspection: &Reply, index: usize) -> String {
    let list =
        app.person(Role::Opcc, "cumbria").get(&format!("{}/recommendations", inspection.href())).await.expect(200);
    list.body["items"][index]["links"]["self"].as_str().expect("a path").to_owned()
}

/// Corrects a recommendation as the approver of the registering area.
async fn correct(app: &App, path: &str, mut members: Value) -> Reply {
    members["reason"] = json!("The printed report says so.");
    app.person(Role::OpccApprover, "cumbria").patch(path, "*", members).await
}

/// Returns an area's assignment of a recommendation.
async fn assignment(app: &App, recommendation: &str, area: &str) -> Value {
    let id = recommendation.rsplit('/').next().expect("an id");
    let path = format!("/v1/assignments?recommendation_id={id}&area={area}");
    app.person(Role::Auditor, area).get(&path).await.expect(200).body["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erratum_keeps_the_old_value_of_each_corrected_member() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("81001").await;
    let path = path_of(&app, &inspection, 0).await;
    let old = app.public().get(&path).await.expect(200).body;
    let members = json!({
        "kind": "area_for_improvement", "addressees": ["policing_bodies"], "number": old["number"],
        "target": { "kind": "within", "text": "within three months" },
    });
    app.person(Role::Opcc, "cumbria").patch(&path, "*", members.clone()).await.expect(403);
    app.person(Role::OpccApprover, "kent").patch(&path, "*", members.clone()).await.expect(403);
    let bare = app.person(Role::Registrar, "").patch(&path, "*", members.clone()).await.expect(422);
    assert_eq!(bare.faults(), [fault("/reason", "required")]);
    let corrected = correct(&app, &path, members).await.expect(200);
    let target = json!({ "kind": "within", "text": "within three months", "on": "2022-05-25" });
    for (member, value) in [
        ("kind", json!("area_for_improvement")),
        ("addressees", json!(["policing_bodies"])),
        ("target", target),
        ("text", old["text"].clone()),
        ("version", json!(old["version"].as_i64().expect("a version") + 1)),
    ] {
        assert_eq!(corrected.body[member], value, "{member}");
    }
    let errata = json!([{
        "at": "2022-03-22T12:00:00Z", "reason": "The printed report says so.", "text": old["text"],
        "kind": "recommendation", "target": old["target"], "addressees": ["chief_constables"],
    }]);
    assert_eq!(corrected.body["errata"], errata);
    let public = app.public().get(&path).await.expect(200).body;
    for member in ["kind", "addressees", "target", "errata", "version"] {
        assert_eq!(public[member], corrected.body[member], "{member}");
    }
    let text = correct(&app, &path, json!({ "text": "Other words." })).await.expect(200);
    let last = &text.body["errata"][1];
    assert_eq!((&last["text"], last.get("kind"), last.get("target")), (&old["text"], None, None));
    let history = app.person(Role::Auditor, "cumbria").get(&format!("{path}/history")).await.expect(200);
    assert_eq!(history.body["items"][1]["action"], "correct");
    let events = "/v1/audit-events?resource=recommendation&action=correct&sort=at";
    let events = app.person(Role::Auditor, "kent").get(events).await.expect(200);
    assert_eq!(events.body["items"][0]["fields"], json!(["kind", "addressees", "target"]));
    assert_eq!(events.body["items"][0]["note"], "The printed report says so.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrected_target_moves_the_last_day_of_every_areas_assignment() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("81002").await;
    let path = path_of(&app, &inspection, 0).await;
    let target = json!({ "target": { "kind": "by_date", "text": "by 1 March 2022", "on": "2022-03-01" } });
    correct(&app, &path, target).await.expect(200);
    for area in ["cumbria", "kent"] {
        let line = assignment(&app, &path, area).await;
        // The corrected day is before the day of opening, and nothing is recorded yet.
        let seen = ["target_on", "overdue", "not_yet_recorded"].map(|name| &line[name]);
        assert_eq!(seen, [&json!("2022-03-01"), &json!(false), &json!(true)], "{area}");
        assert_eq!(line["version"], 1, "the assignment itself is unchanged");
    }
    let wrong = correct(&app, &path, json!({ "target": { "text": "soon", "on": null } })).await.expect(422);
    assert_eq!(wrong.faults(), [fault("/target/on", "required")]);
    let immediate = json!({ "target": { "kind": "immediate", "text": "Immediately", "on": null } });
    assert_eq!(correct(&app, &path, immediate).await.expect(200).body["target"]["on"], "2022-02-25");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn assignments_that_nobody_moved_follow_the_addressees_in_every_area() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("81003").await;
    let path = path_of(&app, &inspection, 0).await;
    let moved = assignment(&app, &path, "surrey").await["links"]["self"].as_str().expect("a path").to_owned();
    let force = app.person(Role::Constabulary, "surrey");
    force.act(&moved, json!({ "action": "allocate", "owner": "Insp. Owner" })).await.expect(200);
    correct(&app, &path, json!({ "addressees": ["college_of_policing", "npcc"] })).await.expect(200);
    for area in ["cumbria", "kent"] {
        let line = assignment(&app, &path, area).await;
        for (member, value) in [
            ("force_status", json!("dependent_on_other")),
            ("dependency", json!("college_of_policing, npcc")),
            ("headline", json!("waiting_on_other")),
            ("version", json!(2)),
        ] {
            assert_eq!(line[member], value, "{area}: {member}");
        }
        let transitions = format!("{}/transitions", line["links"]["self"].as_str().expect("a path"));
        let transitions = app.person(Role::Auditor, area).get(&transitions).await.expect(200);
        let last = transitions.body["items"].as_array().and_then(|all| all.first()).expect("a transition").clone();
        assert_eq!((&last["action"], &last["to"]), (&json!("readdress"), &json!("dependent_on_other")), "{area}");
    }
    let surrey = assignment(&app, &path, "surrey").await;
    assert_eq!((&surrey["force_status"], &surrey["version"]), (&json!("allocated"), &json!(2)), "a person moved it");
    // Another body again: only the dependency changes. Then the work is the force's own again.
    correct(&app, &path, json!({ "addressees": ["home_office"] })).await.expect(200);
    assert_eq!(assignment(&app, &path, "kent").await["dependency"], "home_office");
    correct(&app, &path, json!({ "addressees": ["home_office", "policing_bodies"] })).await.expect(200);
    let kent = assignment(&app, &path, "kent").await;
    assert_eq!((&kent["force_status"], &kent["dependency"]), (&json!("awaiting_allocation"), &Value::Null));
    assert_eq!(kent["version"], 4);
    correct(&app, &path, json!({ "addressees": ["policing_bodies"] })).await.expect(200);
    assert_eq!(assignment(&app, &path, "kent").await["version"], 4, "nothing follows for the assignments");
    app.sequence().await;
    let feed = app.person(Role::Opcc, "kent").get("/v1/changes?limit=200").await.expect(200);
    let items = feed.body["items"].as_array().expect("a list");
    assert_eq!(items.iter().filter(|it| it["type"] == "assignment.readdressed").count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_published_kind_never_becomes_or_ceases_to_be_a_cause_of_concern() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = opcc.post("/v1/inspections", registration("81004")).await.expect(201);
    let list = format!("{}/recommendations", draft.href());
    let cause = json!({ "reference": "c", "text": "A cause.", "kind": "cause_of_concern" });
    let cause = opcc.post(&list, cause).await.expect(201);
    let mut body = recommendation("r1");
    body["cause_of_concern_id"] = cause.body["id"].clone();
    let first = opcc.post(&list, body).await.expect(201);
    let second = opcc.post(&list, recommendation("r2")).await.expect(201);
    opcc.act(&draft.href(), json!({ "action": "publish" })).await.expect(200);
    let refused = correct(&app, &second.href(), json!({ "kind": "cause_of_concern" })).await.expect(422);
    assert_eq!(refused.faults(), [fault("/kind", "published")]);
    let refused = correct(&app, &cause.href(), json!({ "kind": "recommendation" })).await.expect(422);
    assert_eq!(refused.faults(), [fault("/kind", "published")]);
    // A cause of concern keeps at least one recommendation.
    let refused = correct(&app, &first.href(), json!({ "cause_of_concern_id": null })).await.expect(422);
    assert_eq!(refused.faults(), [fault("/cause_of_concern_id", "in_use")]);
    let moved = correct(&app, &second.href(), json!({ "cause_of_concern_id": cause.body["id"] })).await.expect(200);
    assert_eq!(moved.body["errata"][0].get("cause_of_concern_id"), Some(&Value::Null), "there was none before");
    let left = correct(&app, &first.href(), json!({ "cause_of_concern_id": null })).await.expect(200);
    assert_eq!(left.body["errata"][0]["cause_of_concern_id"], cause.body["id"]);
    let public = app.public().get(&first.href()).await.expect(200).body;
    assert_eq!((&public["cause_of_concern_id"], &public["errata"]), (&Value::Null, &left.body["errata"]));
}

/// Sends a PATCH that changes nothing, and asserts that the record and its ETag stay and nothing is written.
async fn assert_unchanged(app: &App, person: &Person, path: &str, members: Value) {
    let before = person.get(path).await.expect(200);
    let stored = app.database.fingerprint().await;
    let after = person.patch(path, &before.etag(), members.clone()).await.expect(200);
    assert_eq!((after.etag(), &after.body), (before.etag(), &before.body), "{path} {members}");
    assert_eq!(app.database.fingerprint().await, stored, "{path} {members} wrote something");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_that_changes_nothing_keeps_the_version_and_writes_no_event() {
    let app = App::start().await;
    let draft = app.create_draft_inspection("81005").await;
    let published = app.create_published_inspection("81006").await;
    let (opcc, approver) = (app.person(Role::Opcc, "cumbria"), app.person(Role::OpccApprover, "cumbria"));
    for (person, inspection) in [(&opcc, &draft), (&approver, &published)] {
        let path = path_of(&app, inspection, 0).await;
        let stored = person.get(&path).await.expect(200).body;
        assert_unchanged(&app, person, &path, json!({})).await;
        for member in ["reference", "number", "kind", "text", "addressees", "target", "themes", "supersedes"] {
            assert_unchanged(&app, person, &path, json!({ member: stored[member] })).await;
        }
    }
    let path = path_of(&app, &published, 0).await;
    assert_unchanged(&app, &approver, &path, json!({ "text": path_text(&approver, &path).await, "reason": "None." }))
        .await;
    approver.patch(&path, "\"v9-0000000000000000\"", json!({})).await.expect(412);
    opcc.patch(&path, "*", json!({})).await.expect(403);
    let settings = json!({ "settings": { "comments_days": 28, "reminder_days": [14, 7, 3, 1] } });
    assert_unchanged(&app, &approver, "/v1/areas/cumbria", settings).await;
    // The same replacement of an area.
    let registrar = app.person(Role::Registrar, "");
    let before = registrar.get("/v1/areas/cumbria").await.expect(200);
    let members = ["name", "country", "policing_body", "force", "valid_from", "valid_to", "successor"];
    let same: Value = members.iter().map(|name| ((*name).to_owned(), before.body[*name].clone())).collect();
    let stored = app.database.fingerprint().await;
    let after = registrar.put("/v1/areas/cumbria", &before.etag(), same).await.expect(200);
    assert_eq!((after.etag(), after.body), (before.etag(), before.body));
    assert_eq!(app.database.fingerprint().await, stored);
}

async fn path_text(person: &Person, path: &str) -> Value {
    person.get(path).await.expect(200).body["text"].clone()
}
