//! A newer recommendation takes an older one's place: in every area that both bind, with a link, and only there.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, fault};
use crate::support::world::registration;
use crate::support::{App, Reply};

/// A published inspection with one recommendation that says what it does to an older one; and the recommendation's id.
async fn newer(app: &App, reference: &str, subjects: Value, link: (&str, &Value)) -> (Reply, Value) {
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut sent = registration(reference);
    sent["subjects"] = subjects;
    let draft = opcc.post("/v1/inspections", sent).await.expect(201);
    let added = json!({ "reference": format!("{reference}-1"), "text": "Do it better.", link.0: link.1 });
    let added = opcc.post(&format!("{}/recommendations", draft.href()), added).await.expect(201);
    let published = opcc.act(&draft.href(), json!({ "action": "publish" })).await.expect(200);
    (published, added.body["id"].clone())
}

async fn seen(app: &App, line: &str, area: &str) -> Value {
    app.person(Role::Auditor, area).get(line).await.expect(200).body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publishing_it_closes_the_older_lines_of_every_area_that_both_bind() {
    let case = Case::new().await;
    let app = &case.app;
    let older = case.seen().await["recommendation_id"].clone();
    let (kent, surrey) =
        (app.assignment(&case.inspection, "kent").await, app.assignment(&case.inspection, "surrey").await);
    let essex = app.assignment(&case.inspection, "essex").await;
    app.bring_line_to(&kent, "kent", "embedding").await;
    app.bring_line_to(&essex, "essex", "will_not_implement").await;
    let (_, id) = newer(app, "76101", json!(["cumbria", "kent", "essex"]), ("supersedes", &older)).await;
    for (line, area, from) in [(&case.line, "cumbria", "awaiting_allocation"), (&kent, "kent", "embedding")] {
        let closed = seen(app, line, area).await;
        assert_eq!(
            (&closed["force_status"], &closed["headline"]),
            (&json!("superseded"), &json!("superseded")),
            "{area}"
        );
        assert_eq!(closed["superseded_by"], id, "{area}: the link");
        let history = app.person(Role::Auditor, area).get(&format!("{line}/transitions")).await.expect(200);
        let last = history.body["items"].as_array().and_then(|items| items.last()).expect("a move").clone();
        assert_eq!(
            (&last["action"], &last["from"]),
            (&json!("supersede"), &json!(from)),
            "{area}: an event of its own"
        );
        let events = app.person(Role::Auditor, area).get("/v1/audit-events?action=supersede").await.expect(200);
        assert_eq!(events.body["items"].as_array().map(Vec::len), Some(1), "{area}");
        assert_eq!(events.body["items"][0]["resource_version"], closed["version"], "{area}");
    }
    assert_eq!(seen(app, &surrey, "surrey").await["force_status"], "awaiting_allocation", "the newer does not bind it");
    assert_eq!(seen(app, &essex, "essex").await["force_status"], "will_not_implement", "it had come to its end");
    // The other lines of the older report go on.
    let all = case.auditor.get("/v1/assignments?force_status=superseded").await.expect(200);
    assert_eq!(all.body["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reiterating_closes_nothing() {
    let case = Case::new().await;
    let older = case.seen().await["recommendation_id"].clone();
    let (_, id) = newer(&case.app, "76111", json!("all"), ("reiterates", &older)).await;
    let line = case.seen().await;
    assert_eq!((&line["force_status"], &line["superseded_by"]), (&json!("awaiting_allocation"), &Value::Null));
    let newer =
        case.app.public().get(&format!("/v1/recommendations/{}", id.as_str().expect("an id"))).await.expect(200);
    assert_eq!(newer.body["reiterates"], older);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_would_supersede_closes_nothing_yet() {
    let case = Case::new().await;
    let older = case.seen().await["recommendation_id"].clone();
    let draft = case.opcc.post("/v1/inspections", registration("76121")).await.expect(201);
    let added = json!({ "reference": "76121-1", "text": "Do it better.", "supersedes": older });
    case.opcc.post(&format!("{}/recommendations", draft.href()), added).await.expect(201);
    let publish = json!({ "action": "publish" });
    let path = format!("{}/transitions?validate_only=true", draft.href());
    case.opcc.send_json(reqwest::Method::POST, &path, Some("*"), &publish).await.expect(200);
    assert_eq!(case.seen().await["force_status"], "awaiting_allocation");
    case.opcc.act(&draft.href(), publish).await.expect(200);
    assert_eq!(case.seen().await["force_status"], "superseded");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_force_names_a_newer_recommendation_that_binds_it() {
    let case = Case::new().await;
    let own = case.seen().await["recommendation_id"].clone();
    let (_, of_kent) = newer(&case.app, "76131", json!(["kent"]), ("text", &json!("For Kent alone."))).await;
    let (_, of_all) = newer(&case.app, "76132", json!("all"), ("text", &json!("For everybody."))).await;
    // One of an older report, and one of a report that was withdrawn, bind it and are not newer.
    let (older, of_older) = newer(&case.app, "76133", json!("all"), ("text", &json!("Said before."))).await;
    let before = json!({ "action": "correct", "reason": "A slip.", "published_on": "2022-02-24" });
    case.approver.act(&older.href(), before).await.expect(200);
    let (gone, of_gone) = newer(&case.app, "76134", json!("all"), ("text", &json!("Taken back."))).await;
    case.approver.act(&gone.href(), json!({ "action": "withdraw", "reason": "Entered twice." })).await.expect(200);
    for id in [own, of_kent, of_older, of_gone, json!(uuid::Uuid::now_v7())] {
        let refused =
            case.force.act(&case.line, json!({ "action": "supersede", "superseded_by": id })).await.expect(422);
        assert_eq!(refused.faults(), fault("/superseded_by", "newer_recommendation"), "{id}");
    }
    let closed =
        case.force.act(&case.line, json!({ "action": "supersede", "superseded_by": of_all })).await.expect(200);
    assert_eq!((&closed.body["superseded_by"], &closed.body["headline"]), (&of_all, &json!("superseded")));
    let reopened = json!({ "action": "reopen", "reason": "It says another thing." });
    let reopened = case.opcc.act(&case.line, reopened).await.expect(200);
    assert_eq!((&reopened.body["superseded_by"], &reopened.body["headline"]), (&Value::Null, &json!("not_started")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_everybody_sees_of_the_older_line_says_that_it_was_superseded() {
    let case = Case::new().await;
    let older = case.seen().await["recommendation_id"].clone();
    for area in ["cumbria", "kent"] {
        case.app.bring_to(&case.app.response(&case.inspection, area).await, area, "published").await;
    }
    let path = format!("/v1/assignments?recommendation_id={}", older.as_str().expect("an id"));
    let standing = async || {
        let list = case.app.public().get(&format!("{path}&sort=area")).await.expect(200);
        let items = list.body["items"].as_array().expect("a list").clone();
        items.iter().map(|it| it["headline"].as_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(standing().await, ["not_started", "not_started"]);
    newer(&case.app, "76141", json!("all"), ("supersedes", &older)).await;
    assert_eq!(standing().await, ["superseded", "superseded"], "another area's too");
}
