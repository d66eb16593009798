//! Records that a side assigns to one of its people: a response, an assignment and an item of evidence.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Person};

/// A response, an assignment and an item of evidence of Cumbria, and people of both sides.
struct Case {
    app: App,
    records: [String; 3],
    opcc: Person,
    force: Person,
    /// The ids of the policing body's officer and of the force's.
    olive: Value,
    liam: Value,
}

impl Case {
    async fn new() -> Self {
        let app = App::start().await;
        let inspection = app.create_published_inspection("86001").await;
        let response = app.response_path(&inspection, "cumbria").await;
        let assignment = app.assignment_path(&inspection, "cumbria").await;
        let evidence = app.add_submitted_evidence(&assignment, "cumbria", json!({})).await.href();
        app.record_sightings().await;
        let (opcc, force) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Constabulary, "cumbria"));
        let id = async |subject: &str| {
            opcc.get(&format!("/v1/people?q={subject}")).await.expect(200).body["items"][0]["id"].clone()
        };
        let (olive, liam) = (id("opcc@cumbria").await, id("constabulary@cumbria").await);
        Self { app, records: [response, assignment, evidence], opcc, force, olive, liam }
    }

    fn person(&self, role: Role) -> Person {
        self.app.person(role, "cumbria")
    }
}

fn list_of(record: &str) -> &str {
    if record.starts_with("/v1/responses") { "/v1/responses" } else { "/v1/assignments" }
}

fn assign(to: &Value) -> Value {
    json!({ "assigned_to": to })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_side_assigns_a_person_of_its_own_and_neither_sees_the_others() {
    let case = Case::new().await;
    for record in &case.records {
        for (own, to, name, other) in [
            (&case.opcc, &case.olive, "opcc@cumbria (name)", &case.force),
            (&case.force, &case.liam, "constabulary@cumbria (name)", &case.opcc),
        ] {
            let (before, others) = (own.get(record).await.expect(200), other.get(record).await.expect(200).body);
            assert_eq!(before.body["assigned_to"], Value::Null, "{record}");
            let assigned = own.patch(record, &before.etag(), assign(to)).await.expect(200);
            assert_eq!(assigned.body["assigned_to"], json!({ "id": to, "name": name, "active": true }), "{record}");
            assert_eq!(assigned.body["version"].as_i64(), before.body["version"].as_i64().map(|it| it + 1), "{record}");
            assert_eq!(own.get(record).await.expect(200).body, assigned.body, "{record}");
            let seen = other.get(record).await.expect(200);
            assert_eq!(seen.body["assigned_to"], others["assigned_to"], "{record}");
            assert!(!seen.text.contains(to.as_str().expect("an id")), "{record}: {}", seen.text);
            // Sent again, it changes nothing.
            let same = own.patch(record, &assigned.etag(), assign(to)).await.expect(200);
            assert_eq!((same.etag(), &same.body), (assigned.etag(), &assigned.body), "{record}");
        }
        let auditor = case.person(Role::Auditor).get(record).await.expect(200);
        assert_eq!(auditor.body["assigned_to"], Value::Null, "{record}");
        // The history tells a side whom it assigned, and the other side that somebody was assigned.
        case.app.sequence().await;
        for (own, to, other) in [(&case.opcc, &case.olive, &case.liam), (&case.force, &case.liam, &case.olive)] {
            let history = own.get(&format!("{record}/history")).await.expect(200);
            let change = json!({ "field": "/assigned_to", "from": null, "to": to });
            assert!(history.text.contains(&change.to_string()), "{record}: {}", history.text);
            assert!(!history.text.contains(other.as_str().expect("an id")), "{record}: {}", history.text);
        }
        let removed = case.opcc.patch(record, "*", assign(&Value::Null)).await.expect(200);
        assert_eq!(removed.body["assigned_to"], Value::Null, "{record}");
        assert_eq!(case.force.get(record).await.expect(200).body["assigned_to"]["id"], case.liam, "{record}");
        case.opcc.patch(record, "*", assign(&case.olive)).await.expect(200);
    }
    let bundle = case.person(Role::Auditor).get("/v1/audit/bundle").await.expect(200).text;
    let mut verifier = section55::ledger::Verifier::new(None);
    bundle.lines().try_for_each(|line| verifier.verify_line(line)).expect("every line is valid");
    assert_eq!(verifier.finish().expect("the bundle is valid").changed_outside_log, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_filtered_by_the_person_assigned_and_by_me() {
    let case = Case::new().await;
    for record in &case.records {
        case.opcc.patch(record, "*", assign(&case.olive)).await.expect(200);
        case.force.patch(record, "*", assign(&case.liam)).await.expect(200);
    }
    let evidence = format!("{}/evidence", case.records[1]);
    let count = async |person: &Person, list: &str, query: String| {
        let found = person.get(&format!("{list}?count=true&assigned_to={query}")).await.expect(200);
        let items = found.body["items"].as_array().expect("a list").len();
        assert_eq!(found.body["total"], items, "{list} {query}");
        items
    };
    let (olive, liam) = (case.olive.as_str().expect("an id"), case.liam.as_str().expect("an id"));
    for list in [list_of(&case.records[0]), list_of(&case.records[1]), &evidence] {
        assert_eq!(count(&case.opcc, list, "me".into()).await, 1, "{list}");
        assert_eq!(count(&case.opcc, list, olive.into()).await, 1, "{list}");
        assert_eq!(count(&case.opcc, list, liam.into()).await, 0, "{list}: the other side's");
        assert_eq!(count(&case.force, list, format!("{liam},{olive}")).await, 1, "{list}");
        assert_eq!(count(&case.force, list, "me".into()).await, 1, "{list}");
        for role in [Role::OpccApprover, Role::ChiefOfficer, Role::Auditor] {
            assert_eq!(count(&case.person(role), list, "me".into()).await, 0, "{role} {list}");
        }
        case.opcc.get(&format!("{list}?assigned_to=somebody")).await.expect(400);
    }
    let stranger = case.app.person_with_roles("opcc@cumbria", &["opcc"], &["kent"]);
    for list in ["/v1/responses", "/v1/assignments"] {
        for query in ["me", olive] {
            assert_eq!(count(&stranger, list, query.into()).await, 0, "{list} {query}");
            assert_eq!(count(&case.app.public(), list, query.into()).await, 0, "{list} {query}");
        }
    }
    let export = case.opcc.get("/v1/exports/assignments?format=jsonl&assigned_to=me").await.expect(200);
    assert_eq!(export.text.lines().count(), 1, "{}", export.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_of_another_side_or_area_or_who_has_left_is_refused() {
    let case = Case::new().await;
    let kent = case.app.person(Role::Opcc, "kent");
    let theirs = kent.post("/v1/people", json!({ "subject": "k", "name": "K" })).await.expect(201).body["id"].clone();
    let left = case.opcc.post("/v1/people", json!({ "subject": "l", "name": "Lee Left" })).await.expect(201);
    case.opcc.patch(&left.href(), "*", json!({ "active": false })).await.expect(200);
    let unknown = json!("01890a5d-ac96-774b-bcce-b302099a8057");
    for record in &case.records {
        for (to, code) in [
            (&case.liam, "unknown_reference"),
            (&theirs, "unknown_reference"),
            (&unknown, "unknown_reference"),
            (&left.body["id"], "inactive"),
        ] {
            let refused = case.opcc.patch(record, "*", assign(to)).await.expect(422);
            assert_eq!(refused.faults(), [("/assigned_to".to_owned(), code.to_owned())], "{record}");
        }
        case.person(Role::Auditor).patch(record, "*", assign(&case.olive)).await.expect(403);
        kent.patch(record, "*", assign(&theirs)).await.expect(404);
    }
    // Who leaves afterwards is shown as such, and the record can be amended with that person.
    let person = format!("/v1/people/{}", case.liam.as_str().expect("an id"));
    case.force.patch(&case.records[1], "*", assign(&case.liam)).await.expect(200);
    case.force.patch(&person, "*", json!({ "active": false })).await.expect(200);
    let seen = case.force.get(&case.records[1]).await.expect(200);
    assert_eq!(seen.body["assigned_to"]["active"], false);
    let body = json!({ "assigned_to": case.liam, "owner": "Insp. Other" });
    assert_eq!(case.force.patch(&case.records[1], "*", body).await.expect(200).body["owner"], "Insp. Other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_assigned_in_every_state_and_the_policing_body_changes_nothing_else() {
    let case = Case::new().await;
    let [response, assignment, evidence] = &case.records;
    case.app.advance_response_to(response, "cumbria", "approved").await;
    case.app.advance_assignment_to(assignment, "cumbria", "will_not_implement").await;
    for (record, member) in [(response, "policing_body_comments"), (assignment, "owner"), (evidence, "title")] {
        case.opcc.patch(record, "*", assign(&case.olive)).await.expect(200);
        let both = json!({ "assigned_to": case.olive, member: "Ours." });
        let expected = if record == response { 409 } else { 403 };
        case.opcc.patch(record, "*", both.clone()).await.expect(expected);
        if record != response {
            case.force.patch(record, "*", json!({ member: "Ours." })).await.expect(409);
        }
        case.force.patch(record, "*", assign(&case.liam)).await.expect(200);
    }
    // The approval stands: nobody changed a text.
    let approver = case.person(Role::OpccApprover);
    let published = approver.act(response, json!({ "action": "publish" })).await.expect(200);
    assert_eq!(published.body["state"], "published");
    for path in [response, assignment] {
        let public = case.app.public().get(path).await.expect(200);
        assert_eq!(public.body["assigned_to"], Value::Null, "{path}");
        let other = case.app.person(Role::Auditor, "kent").get(path).await.expect(200);
        assert_eq!(other.body["assigned_to"], Value::Null, "{path}");
        let past = case.opcc.get(&format!("{path}?as_of=2022-03-22T12:00:00Z")).await.expect(200);
        assert_eq!(past.body["assigned_to"], Value::Null, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn to_assign_a_record_is_not_to_record_something_in_it() {
    let app = App::start().await;
    // Years after the last days of the report's targets and of the response.
    app.set_day("2025-03-03");
    let inspection = app.create_published_inspection("86002").await;
    let (opcc, force) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Constabulary, "cumbria"));
    app.record_sightings().await;
    opcc.get("/v1/me").await.expect(200);
    force.get("/v1/me").await.expect(200);
    app.record_sightings().await;
    let response = app.response_path(&inspection, "cumbria").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    for (person, record) in [(&opcc, &response), (&force, &assignment)] {
        let own = person.get("/v1/people").await.expect(200).body["items"].clone();
        let side = if record.starts_with("/v1/responses") { "policing_body" } else { "force" };
        let own = own.as_array().expect("a list").iter().find(|entry| entry["side"] == side).expect("an entry").clone();
        assert_eq!(person.get(record).await.expect(200).body["not_yet_recorded"], true, "{record}");
        let assigned = person.patch(record, "*", assign(&own["id"])).await.expect(200);
        assert_eq!((&assigned.body["not_yet_recorded"], &assigned.body["overdue"]), (&json!(true), &json!(false)));
        assert_eq!(assigned.body["version"], 2, "{record}");
        let again = person.patch(record, "*", assign(&Value::Null)).await.expect(200);
        assert_eq!((&again.body["not_yet_recorded"], &again.body["version"]), (&json!(true), &json!(3)), "{record}");
    }
}
