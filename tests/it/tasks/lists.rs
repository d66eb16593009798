//! Filters, counts, updates and views, and the use of tasks within the service.

use section55::auth::{Actor, Role};
use section55::tasks::{self, TaskKind};
use serde_json::{Value, json};

use super::{kinds_on, tasks, text};
use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_filters_and_the_counts_agree_with_the_list() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("78021").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    app.record_sightings().await;
    let (opcc, chief) = (app.person(Role::Opcc, "cumbria"), app.person(Role::ChiefOfficer, "cumbria"));
    chief.get("/v1/me").await.expect(200);
    app.record_sightings().await;
    app.advance_response_to(&response, "cumbria", "awaiting_comments").await;
    let all = tasks(&chief, "").await;
    assert_eq!(all.len(), 4, "a comment and three assignments: {all:?}");
    let counts = chief.get("/v1/tasks?count=true&limit=1").await.expect(200).body;
    assert_eq!((&counts["total"], &counts["counts"][0]["overdue"]), (&json!(4), &json!(0)));
    let by_kind: Vec<(String, i64)> = counts["counts"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| (text(it, "kind"), it["count"].as_i64().expect("a number")))
        .collect();
    assert_eq!(by_kind, [("allocate_assignment".to_owned(), 3), ("comment".to_owned(), 1)]);
    for (query, count) in [
        ("kind=comment", 1),
        ("action=allocate", 3),
        ("kind=comment&action=allocate", 0),
        ("area=kent", 0),
        ("area=cumbria", 4),
        ("due_before=2022-04-22&due_after=2022-04-20", 2),
        ("overdue=true", 0),
        ("assigned_to=me", 0),
    ] {
        assert_eq!(tasks(&chief, query).await.len(), count, "{query}");
        let counted = chief.get(&format!("/v1/tasks?count=true&limit=1&{query}")).await.expect(200).body;
        let sum: i64 = counted["counts"]
            .as_array()
            .expect("counts")
            .iter()
            .map(|it| it["count"].as_i64().expect("a number"))
            .sum();
        assert_eq!((sum, &counted["total"]), (i64::try_from(count).expect("a number"), &json!(count)), "{query}");
    }
    let people = chief.get("/v1/people?side=force").await.expect(200).body;
    let me = people["items"].as_array().expect("a list").iter().find(|it| it["roles"] == json!(["chief_officer"]));
    let me = me.expect("an entry of the chief officer")["id"].clone();
    chief.patch(&assignment, "*", json!({ "assigned_to": me })).await.expect(200);
    let mine = tasks(&chief, "assigned_to=me").await;
    assert_eq!(mine.iter().map(|task| text(&task["links"], "self")).collect::<Vec<_>>(), [assignment]);
    app.set_day("2022-05-01");
    let late: Vec<Value> = tasks(&chief, "overdue=true").await;
    assert!(late.len() >= 2 && late.iter().all(|task| task["days_left"].as_i64().is_some_and(|days| days < 0)));
    assert_eq!(tasks(&opcc, "area=kent").await.len(), 0);
    let elsewhere = app.person(Role::Opcc, "kent");
    assert!(tasks(&elsewhere, "").await.iter().all(|task| task["area"] == "kent"), "other areas' work is private");
    app.public().get("/v1/tasks").await.expect(401);
    chief.get("/v1/tasks?kind=rest").await.expect(400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assignment_waits_for_an_update_after_90_days_and_then_for_a_view() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("78031").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let (opcc, force) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Constabulary, "cumbria"));
    let target = json!({ "local_target_on": "2022-12-31", "reason": "The system comes in winter." });
    force.patch(&assignment, "*", target).await.expect(200);
    app.advance_assignment_to(&assignment, "cumbria", "in_progress").await;
    assert_eq!(kinds_on(&force, &assignment).await, [""; 0]);
    app.set_day("2022-06-19");
    assert_eq!(kinds_on(&force, &assignment).await, [""; 0], "89 days");
    app.set_day("2022-06-20");
    assert_eq!(kinds_on(&force, &assignment).await, ["update_assignment"]);
    assert_eq!(kinds_on(&opcc, &assignment).await, [""; 0], "the force reports on its own work");
    force.post(&format!("{assignment}/updates"), json!({ "text": "Half is done." })).await.expect(201);
    assert_eq!(kinds_on(&force, &assignment).await, [""; 0]);
    app.set_day("2022-12-20");
    force.post(&format!("{assignment}/updates"), json!({ "text": "Nearly." })).await.expect(201);
    app.set_day("2023-01-01");
    let late = tasks(&force, "kind=update_assignment&overdue=true").await.remove(0);
    assert_eq!((&late["due_on"], &late["since"]), (&json!("2022-12-31"), &json!("2023-01-01T00:00:00Z")), "{late}");
    force.act(&assignment, json!({ "action": "embed" })).await.expect(200);
    app.add_submitted_evidence(&assignment, "cumbria", json!({})).await;
    force.act(&assignment, json!({ "action": "submit_for_sign_off" })).await.expect(200);
    app.person(Role::ChiefOfficer, "cumbria").act(&assignment, json!({ "action": "sign_off" })).await.expect(200);
    assert_eq!(kinds_on(&force, &assignment).await, [""; 0]);
    assert_eq!(kinds_on(&opcc, &assignment).await, ["record_body_view"]);
    let view = json!({ "value": "not_assured", "note": "Two cases were missed." });
    opcc.put(&format!("{assignment}/positions/body_view"), "*", view).await.expect(200);
    assert_eq!(kinds_on(&opcc, &assignment).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_itself_finds_what_waits_for_a_role_of_an_area() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("78041").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "in_approval").await;
    let actor = Actor::new("section55", "tasks", None, &[Role::OpccApprover], &["cumbria"]);
    let (db, kinds) = (&app.database.db, [TaskKind::ApproveResponse, TaskKind::PublishResponse]);
    let found = tasks::find_waiting(db, &actor, app.clock.now(), &kinds, 10).await.expect("the tasks");
    let found: Vec<(TaskKind, &str)> = found.iter().map(|task| (task.kind, task.links["self"].as_str())).collect();
    assert_eq!(found, [(TaskKind::ApproveResponse, response.as_str())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_that_was_due_before_its_registration_waits_for_its_record_and_comes_last() {
    let app = App::start().await;
    app.set_day("2023-01-10");
    app.create_published_inspection("78051").await;
    let (opcc, approver) = (app.person(Role::Opcc, "cumbria"), app.person(Role::OpccApprover, "cumbria"));
    assert_eq!(tasks(&opcc, "kind=invite_comments").await.len(), 0, "nobody is invited to comment on the past");
    let old = tasks(&approver, "kind=record_published_response").await.remove(0);
    assert_eq!((&old["not_yet_recorded"], &old["overdue"]), (&json!(true), &json!(false)), "{old}");
}
