//! `/v1/deadlines`: each kind of deadline appears and leaves with its record. The calendar holds the same deadlines.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Person};

async fn deadlines(person: &Person, query: &str) -> Vec<(String, String)> {
    let page = person.get(&format!("/v1/deadlines?{query}")).await.expect(200);
    let text = |it: &Value, name: &str| it[name].as_str().expect(name).to_owned();
    page.body["items"].as_array().expect("a list").iter().map(|it| (text(it, "kind"), text(it, "on"))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_deadline_is_listed_until_its_record_is_done() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("81101").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let deadline = |kind: &str, on: &str| vec![(kind.to_owned(), on.to_owned())];
    assert_eq!(deadlines(&opcc, "kind=response_due").await, deadline("response_due", "2022-04-21"));
    opcc.act(&response, json!({ "action": "invite", "comments_due_on": "2022-04-01" })).await.expect(200);
    assert_eq!(deadlines(&opcc, "kind=comments_due").await, deadline("comments_due", "2022-04-01"));
    let first = opcc.get("/v1/deadlines?limit=1").await.expect(200).body["items"][0].clone();
    assert_eq!((first["days_left"].clone(), first["overdue"].clone()), (json!(10), json!(false)), "{first}");
    assert_eq!(first["links"]["self"], json!(response));
    app.set_day("2022-04-03");
    assert_eq!(deadlines(&opcc, "overdue=true&kind=comments_due").await.len(), 1);
    app.advance_response_to(&response, "cumbria", "received").await;
    app.person(Role::ChiefOfficer, "cumbria").act(&response, json!({ "action": "nil_return" })).await.expect(200);
    assert_eq!(deadlines(&opcc, "kind=comments_due").await, vec![]);
    app.write_all_texts(&response, "cumbria").await;
    opcc.act(&response, json!({ "action": "submit" })).await.expect(200);
    let approver = app.person(Role::OpccApprover, "cumbria");
    for action in ["approve", "publish"] {
        approver.act(&response, json!({ "action": action })).await.expect(200);
    }
    assert_eq!(deadlines(&opcc, "kind=response_due").await, vec![], "the response is published");
    approver.act(&response, json!({ "action": "correct", "reason": "A slip." })).await.expect(200);
    assert_eq!(deadlines(&opcc, "kind=response_due").await, vec![], "a correction has no deadline");

    let (assignment, force) =
        (app.assignment_path(&inspection, "cumbria").await, app.person(Role::Constabulary, "cumbria"));
    let request = json!({ "local_target_on": "2022-09-30", "reason": "The system comes in autumn." });
    force.patch(&assignment, "*", request).await.expect(200);
    assert_eq!(deadlines(&opcc, "kind=line_due&after=2022-09-01").await, deadline("line_due", "2022-09-30"));
    app.advance_assignment_to(&assignment, "cumbria", "not_applicable").await;
    assert_eq!(deadlines(&opcc, "kind=line_due&after=2022-09-01").await, vec![]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_expiry_of_evidence_is_listed_unless_the_evidence_is_sensitive() {
    let app = App::start().await;
    let assignment = app.assignment_path(&app.create_published_inspection("81111").await, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for (marking, on) in [("official", "2022-12-01"), ("official_sensitive", "2022-12-02")] {
        let members = json!({ "expires_on": on, "marking": marking });
        let evidence = app.add_submitted_evidence(&assignment, "cumbria", members).await.href();
        opcc.act(&evidence, json!({ "action": "accept", "note": "It shows it." })).await.expect(200);
    }
    let expected = vec![("evidence_expires".to_owned(), "2022-12-01".to_owned())];
    assert_eq!(deadlines(&opcc, "kind=evidence_expires").await, expected);
    let elsewhere = app.person(Role::Opcc, "kent");
    assert_eq!(deadlines(&elsewhere, "kind=evidence_expires").await, vec![]);
    assert_eq!(deadlines(&elsewhere, "area=cumbria").await, vec![], "the deadlines of another area are private");
    app.public().get("/v1/deadlines").await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_calendar_holds_the_deadlines_of_the_list_with_reminders() {
    let app = App::start().await;
    let registration = json!({
        "reference": "81121", "title": "Custody; a review, of many things, whose title is long enough to be folded",
        "kind": "custody", "scope": "national", "published_on": "2022-02-25", "subjects": "all",
    });
    let opcc = app.person(Role::Opcc, "cumbria");
    let created = opcc.post("/v1/inspections", registration).await.expect(201);
    opcc.act(&created.href(), json!({ "action": "publish" })).await.expect(200);
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.patch("/v1/areas/cumbria", "*", json!({ "settings": { "reminder_days": [7, 3] } })).await.expect(200);
    let calendar = opcc.send(Method::GET, "/v1/deadlines.ics?kind=response_due", &[], None).await.expect(200);
    assert_eq!(calendar.headers["content-type"], "text/calendar; charset=utf-8");
    let lines: Vec<&str> = calendar.text.split("\r\n").collect();
    assert!(lines.iter().all(|line| line.len() <= 75), "lines are folded (RFC 5545 s.3.1)");
    let unfolded = calendar.text.replace("\r\n ", "");
    let id = opcc.get("/v1/deadlines?kind=response_due").await.expect(200).body["items"][0]["id"].clone();
    for expected in [
        "DTSTART;VALUE=DATE:20220421".to_owned(),
        format!("UID:{}@section55", id.as_str().expect("an id")),
        "SUMMARY:Response due: #81121 (cumbria)".to_owned(),
        "DESCRIPTION:Custody\\; a review\\, of many things\\, whose title is long enough to be folded".to_owned(),
    ] {
        assert!(unfolded.split("\r\n").any(|line| line == expected), "{expected} is not in {unfolded}");
    }
    assert_eq!(unfolded.matches("BEGIN:VALARM").count(), 2, "{unfolded}");
    assert_eq!(unfolded.matches("BEGIN:VEVENT").count(), 1, "{unfolded}");
    let headers = [("if-none-match", calendar.etag())];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, etag)| (*name, etag.as_str())).collect();
    opcc.send(Method::GET, "/v1/deadlines.ics?kind=response_due", &headers, None).await.expect(304);
}
