//! A newer recommendation supersedes an older one in every area that has assignments of both, and only there.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, fault};
use crate::support::world::registration;
use crate::support::{App, Reply};

/// Publishes an inspection with one recommendation that has a given member. Returns the inspection and the
/// recommendation's id.
async fn publish_inspection_with(
    app: &App,
    reference: &str,
    subjects: Value,
    member: (&str, &Value),
) -> (Reply, Value) {
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut sent = registration(reference);
    sent["subjects"] = subjects;
    let draft = opcc.post("/v1/inspections", sent).await.expect(201);
    let added = json!({ "reference": format!("{reference}-1"), "text": "Do it better.", member.0: member.1 });
    let added = opcc.post(&format!("{}/recommendations", draft.href()), added).await.expect(201);
    let published = opcc.act(&draft.href(), json!({ "action": "publish" })).await.expect(200);
    (published, added.body["id"].clone())
}

async fn get(app: &App, assignment: &str, area: &str) -> Value {
    app.person(Role::Auditor, area).get(assignment).await.expect(200).body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publication_supersedes_the_older_assignments_in_every_area_of_both_reports() {
    let case = Case::new().await;
    let app = &case.app;
    let older = case.get().await["recommendation_id"].clone();
    let (kent, surrey) =
        (app.assignment_path(&case.inspection, "kent").await, app.assignment_path(&case.inspection, "surrey").await);
    let essex = app.assignment_path(&case.inspection, "essex").await;
    app.advance_assignment_to(&kent, "kent", "embedding").await;
    app.advance_assignment_to(&essex, "essex", "will_not_implement").await;
    let (_, id) =
        publish_inspection_with(app, "76101", json!(["cumbria", "kent", "essex"]), ("supersedes", &older)).await;
    for (assignment, area, from) in [(&case.assignment, "cumbria", "awaiting_allocation"), (&kent, "kent", "embedding")]
    {
        let superseded = get(app, assignment, area).await;
        assert_eq!(
            (&superseded["force_status"], &superseded["headline"]),
            (&json!("superseded"), &json!("superseded")),
            "{area}"
        );
        assert_eq!(superseded["superseded_by"], id, "{area}: the newer recommendation");
        let history =
            app.person(Role::Auditor, area).get(&format!("{assignment}/transitions?order=asc")).await.expect(200);
        let last = history.body["items"].as_array().and_then(|items| items.last()).expect("a transition").clone();
        assert_eq!(
            (&last["action"], &last["from"]),
            (&json!("supersede"), &json!(from)),
            "{area}: the event of the area"
        );
        let events = app.person(Role::Auditor, area).get("/v1/audit-events?action=supersede").await.expect(200);
        assert_eq!(events.body["items"].as_array().map(Vec::len), Some(1), "{area}");
        assert_eq!(events.body["items"][0]["resource_version"], superseded["version"], "{area}");
    }
    assert_eq!(
        get(app, &surrey, "surrey").await["force_status"],
        "awaiting_allocation",
        "the newer report is not about this area"
    );
    assert_eq!(get(app, &essex, "essex").await["force_status"], "will_not_implement", "it was closed already");
    // The other assignments of the older report stay as they were.
    let all = case.auditor.get("/v1/assignments?force_status=superseded").await.expect(200);
    assert_eq!(all.body["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recommendation_that_reiterates_another_supersedes_nothing() {
    let case = Case::new().await;
    let older = case.get().await["recommendation_id"].clone();
    let (_, id) = publish_inspection_with(&case.app, "76111", json!("all"), ("reiterates", &older)).await;
    let assignment = case.get().await;
    assert_eq!(
        (&assignment["force_status"], &assignment["superseded_by"]),
        (&json!("awaiting_allocation"), &Value::Null)
    );
    let newer =
        case.app.public().get(&format!("/v1/recommendations/{}", id.as_str().expect("an id"))).await.expect(200);
    assert_eq!(newer.body["reiterates"], older);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_supersedes_nothing_before_it_is_published() {
    let case = Case::new().await;
    let older = case.get().await["recommendation_id"].clone();
    let draft = case.opcc.post("/v1/inspections", registration("76121")).await.expect(201);
    let added = json!({ "reference": "76121-1", "text": "Do it better.", "supersedes": older });
    case.opcc.post(&format!("{}/recommendations", draft.href()), added).await.expect(201);
    let publish = json!({ "action": "publish" });
    let path = format!("{}/transitions?validate_only=true", draft.href());
    case.opcc.send_json(reqwest::Method::POST, &path, Some("*"), &publish).await.expect(200);
    assert_eq!(case.get().await["force_status"], "awaiting_allocation");
    case.opcc.act(&draft.href(), publish).await.expect(200);
    assert_eq!(case.get().await["force_status"], "superseded");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_force_may_supersede_by_a_newer_recommendation_with_an_assignment_in_its_area() {
    let case = Case::new().await;
    let own = case.get().await["recommendation_id"].clone();
    let (_, of_kent) =
        publish_inspection_with(&case.app, "76131", json!(["kent"]), ("text", &json!("For Kent alone."))).await;
    let (_, of_all) =
        publish_inspection_with(&case.app, "76132", json!("all"), ("text", &json!("For everybody."))).await;
    // Recommendations of an older report and of a withdrawn report have assignments here, but are not newer.
    let (older, of_older) =
        publish_inspection_with(&case.app, "76133", json!("all"), ("text", &json!("Said before."))).await;
    let before = json!({ "action": "correct", "reason": "A slip.", "published_on": "2022-02-24" });
    case.approver.act(&older.href(), before).await.expect(200);
    let (withdrawn, of_withdrawn) =
        publish_inspection_with(&case.app, "76134", json!("all"), ("text", &json!("Taken back."))).await;
    case.approver.act(&withdrawn.href(), json!({ "action": "withdraw", "reason": "Entered twice." })).await.expect(200);
    for id in [own, of_kent, of_older, of_withdrawn, json!(uuid::Uuid::now_v7())] {
        let refused =
            case.force.act(&case.assignment, json!({ "action": "supersede", "superseded_by": id })).await.expect(422);
        assert_eq!(refused.faults(), fault("/superseded_by", "newer_recommendation"), "{id}");
    }
    let superseded =
        case.force.act(&case.assignment, json!({ "action": "supersede", "superseded_by": of_all })).await.expect(200);
    assert_eq!((&superseded.body["superseded_by"], &superseded.body["headline"]), (&of_all, &json!("superseded")));
    let reopened = json!({ "action": "reopen", "reason": "It says another thing." });
    let reopened = case.opcc.act(&case.assignment, reopened).await.expect(200);
    assert_eq!((&reopened.body["superseded_by"], &reopened.body["headline"]), (&Value::Null, &json!("not_started")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_public_view_of_the_older_assignment_shows_that_it_was_superseded() {
    let case = Case::new().await;
    let older = case.get().await["recommendation_id"].clone();
    for area in ["cumbria", "kent"] {
        case.app.advance_response_to(&case.app.response_path(&case.inspection, area).await, area, "published").await;
    }
    let path = format!("/v1/assignments?recommendation_id={}", older.as_str().expect("an id"));
    let headlines = async || {
        let list = case.app.public().get(&format!("{path}&sort=area")).await.expect(200);
        let items = list.body["items"].as_array().expect("a list").clone();
        items.iter().map(|it| it["headline"].as_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(headlines().await, ["not_started", "not_started"]);
    publish_inspection_with(&case.app, "76141", json!("all"), ("supersedes", &older)).await;
    assert_eq!(headlines().await, ["superseded", "superseded"], "in other areas too");
}
