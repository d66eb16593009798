//! A response to a report that was registered after its last day is not overdue until the area records something in it.

use section55::auth::Role;
use section55::calendar::london_date;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::action;
use crate::support::world::registration;
use crate::support::{App, Person, Reply};

/// Publishes a national report of 2 November 2022, due on 27 December, at an instant.
async fn register_old_report(app: &App, reference: &str, at: &str) -> Reply {
    app.clock.set(at.parse().expect("an instant"));
    let registrar = app.person(Role::Registrar, "");
    let mut report = registration(reference);
    report["published_on"] = json!("2022-11-02");
    let draft = registrar.post("/v1/inspections", report).await.expect(201);
    registrar.act(&draft.href(), action("publish")).await.expect(200)
}

async fn count(person: &Person, list: &str) -> Value {
    person.get(&format!("{list}&count=true&limit=1")).await.expect(200).body["total"].clone()
}

/// Returns the counts of an area's responses to the reports of 2022: overdue, not yet recorded, pending and late.
async fn counts(person: &Person) -> Vec<Value> {
    let body = person.get("/v1/statistics").await.expect(200).body;
    let entry = body["timeliness"].as_array().expect("a list").iter().find(|it| it["year"] == 2022);
    let entry = entry.expect("the year").clone();
    ["overdue", "not_yet_recorded", "pending", "late"].map(|name| entry[name].clone()).into()
}

/// Returns the number that the gauge of overdue responses shows.
async fn gauge(app: &App) -> i64 {
    let call = section55::evidence::file_maintenance::service_call(&app.database.db, &app.clock).await.expect("a call");
    let today = app.clock.today();
    let db = &app.database.db;
    let count = async |db: &section55::db::Session<'_>| section55::responses::store::count_overdue(db, today).await;
    db.read(&call.actor, count).await.expect("a count")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_national_report_opens_43_responses_of_which_none_is_overdue() {
    let app = App::start().await;
    let report = register_old_report(&app, "74001", "2024-05-13T12:00:00Z").await;
    let id = report.body["id"].as_str().expect("an id");
    let areas = app.public().get("/v1/areas?limit=100").await.expect(200);
    let areas: Vec<String> = areas.body["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|area| area["code"].as_str().expect("a code").to_owned())
        .collect();
    assert_eq!(areas.len(), 43);
    let codes: Vec<&str> = areas.iter().map(String::as_str).collect();
    let everywhere = app.person_with_roles("everywhere", &["auditor"], &codes);
    assert_eq!(count(&everywhere, &format!("/v1/responses?inspection_id={id}")).await, 43);
    assert_eq!(count(&everywhere, "/v1/responses?not_yet_recorded=true").await, 43);
    assert_eq!(count(&everywhere, "/v1/responses?not_yet_recorded=false").await, 0);
    assert_eq!(count(&everywhere, "/v1/responses?overdue=true").await, 0);
    assert_eq!(gauge(&app).await, 0);

    let opcc = app.person(Role::Opcc, "kent");
    let response = app.response_path(&report, "kent").await;
    let seen = opcc.get(&response).await.expect(200);
    for (member, value) in [
        ("not_yet_recorded", json!(true)),
        ("overdue", json!(false)),
        ("due_on", json!("2022-12-27")),
        ("days_left", Value::Null),
        ("on_time", Value::Null),
    ] {
        assert_eq!(seen.body[member], value, "{member}");
    }
    assert_eq!(counts(&opcc).await, [0, 1, 0, 0].map(|n| json!(n)));
    let statistics = app.public().get("/v1/statistics").await.expect(200);
    assert_eq!(statistics.body["timeliness"], json!([]), "the public is told of no response that is not published");
    assert_eq!(app.public().get("/v1/responses").await.expect(200).body["items"], json!([]));

    // Once an area acts, the usual rules hold for it, and for no other area.
    let invited = opcc.act(&response, action("invite")).await.expect(200);
    assert_eq!((&invited.body["not_yet_recorded"], &invited.body["overdue"]), (&json!(false), &json!(true)));
    assert_eq!(invited.body["days_left"], -503);
    assert_eq!(opcc.get(&response).await.expect(200).body["overdue"], true);
    assert_eq!(counts(&opcc).await, [1, 0, 0, 0].map(|n| json!(n)));
    assert_eq!(count(&everywhere, "/v1/responses?not_yet_recorded=true").await, 42);
    assert_eq!(count(&everywhere, "/v1/responses?overdue=true").await, 1);
    assert_eq!(gauge(&app).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_act_of_the_area_ends_it_and_recording_the_publication_makes_it_late() {
    let app = App::start().await;
    let report = register_old_report(&app, "74002", "2024-05-13T12:00:00Z").await;
    let person = |role, area: &str| app.person(role, area);
    let (opcc, force) = (person(Role::Opcc, "kent"), person(Role::Constabulary, "surrey"));
    let response = app.response_path(&report, "kent").await;
    let written = opcc.patch(&response, "*", json!({ "policing_body_comments": "Ours." })).await.expect(200);
    assert_eq!((&written.body["not_yet_recorded"], &written.body["overdue"]), (&json!(false), &json!(true)));
    let response = app.response_path(&report, "surrey").await;
    let draft = json!({ "chief_officer_comments": "A draft." });
    let written = force.patch(&response, "*", draft).await.expect(200);
    assert_eq!((&written.body["not_yet_recorded"], &written.body["overdue"]), (&json!(false), &json!(true)));
    let response = app.response_path(&report, "essex").await;
    let approver = person(Role::OpccApprover, "essex");
    let mark = json!({ "action": "mark_not_required", "reason": "not_the_subject" });
    let marked = approver.act(&response, mark).await.expect(200);
    assert_eq!((&marked.body["not_yet_recorded"], &marked.body["overdue"]), (&json!(false), &json!(false)));
    let reinstated = approver.act(&response, json!({ "action": "reinstate", "reason": "It is." })).await.expect(200);
    assert_eq!((&reinstated.body["not_yet_recorded"], &reinstated.body["overdue"]), (&json!(false), &json!(true)));
    let response = app.response_path(&report, "cumbria").await;
    let published = json!({
        "action": "record_published", "published_on": "2023-01-05", "policing_body_comments": "As published.",
    });
    let recorded = person(Role::OpccApprover, "cumbria").act(&response, published).await.expect(200);
    assert_eq!((&recorded.body["overdue"], &recorded.body["on_time"]), (&json!(false), &json!(false)));
    assert_eq!(counts(&person(Role::Opcc, "cumbria")).await, [0, 0, 0, 1].map(|n| json!(n)));
    assert_eq!(counts(&app.public()).await, [Value::Null, Value::Null, Value::Null, json!(1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_london_day_of_registration_decides() {
    for (instant, not_yet_recorded) in
        [("2022-12-27T23:59:59Z", false), ("2022-12-28T00:00:00Z", true), ("2024-05-13T12:00:00Z", true)]
    {
        let app = App::start().await;
        let report = register_old_report(&app, "74003", instant).await;
        app.clock.set("2024-05-14T12:00:00Z".parse().expect("an instant"));
        let response = app.response_path(&report, "kent").await;
        let seen = app.person(Role::Opcc, "kent").get(&response).await.expect(200);
        assert_eq!(seen.body["not_yet_recorded"], not_yet_recorded, "{instant}");
        assert_eq!(seen.body["overdue"], !not_yet_recorded, "{instant}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deadlines_count_it_apart_and_the_calendar_leaves_it_out() {
    let app = App::start().await;
    register_old_report(&app, "74004", "2024-05-13T12:00:00Z").await;
    let opcc = app.person(Role::Opcc, "kent");
    let due = "/v1/deadlines?kind=response_due";
    let item = opcc.get(due).await.expect(200).body["items"][0].clone();
    assert_eq!((&item["not_yet_recorded"], &item["overdue"]), (&json!(true), &json!(false)));
    for (filter, number) in
        [("overdue=true", 0), ("overdue=false", 1), ("not_yet_recorded=true", 1), ("not_yet_recorded=false", 0)]
    {
        assert_eq!(count(&opcc, &format!("{due}&{filter}")).await, number, "{filter}");
    }
    let calendar = opcc.get("/v1/deadlines.ics?kind=response_due").await.expect(200).text;
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 0, "{calendar}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_published_response_without_a_deadline_is_not_pending() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "hampshire");
    let mut report = registration("74005");
    report["published_on"] = json!("2017-03-02");
    report["subjects"] = json!(["hampshire"]);
    let draft = opcc.post("/v1/inspections", report).await.expect(201);
    let inspection = opcc.act(&draft.href(), action("publish")).await.expect(200);
    let response = app.response_path(&inspection, "hampshire").await;
    let seen = opcc.get(&response).await.expect(200);
    assert_eq!((&seen.body["not_yet_recorded"], &seen.body["overdue"]), (&json!(false), &json!(false)));
    let pending = async || opcc.get("/v1/statistics").await.expect(200).body["timeliness"][0]["pending"].clone();
    assert_eq!(pending().await, 1);
    let published =
        json!({ "action": "record_published", "published_on": "2017-04-03", "policing_body_comments": "Then." });
    let recorded = app.person(Role::OpccApprover, "hampshire").act(&response, published).await.expect(200);
    assert_eq!(recorded.body["on_time"], Value::Null);
    assert_eq!(pending().await, 0);
}

/// The lists compute it in SQL and single records in the program.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_and_the_program_agree() {
    let app = App::start().await;
    let report = register_old_report(&app, "74006", "2024-05-13T12:00:00Z").await;
    let response = app.response_path(&report, "kent").await;
    let id: uuid::Uuid = response.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
    let actor = section55::auth::Actor::new("https://issuer.example", "a", None, &[Role::Auditor], &["kent"]);
    let scope = actor.scope();
    let find = async |db: &section55::db::Session<'_>| section55::responses::store::find(db, &scope, id).await;
    let row = app.database.db.read(&actor, find).await.expect("a read").expect("a response").row;
    let database = app.database.administrator().await;
    let today: chrono::NaiveDate = "2024-05-20".parse().expect("a day");
    let sql = "select record.response_not_yet_recorded($1, $2, $3, $4, $5, $6),
                      record.response_is_overdue($1, $2, false,
                          record.response_not_yet_recorded($1, $2, $3, $4, $5, $6), $6, $7)";
    let statement = database.prepare(sql).await.expect("a statement");
    let mut seen = std::collections::BTreeSet::new();
    for inspection_state in section55::inspections::State::ALL {
        for state in section55::responses::State::ALL {
            for (version, blank_version) in [(1, 1), (2, 1), (3, 3), (4, 3)] {
                for due_on in [None, Some("2024-05-12"), Some("2024-05-13"), Some("2024-05-20")] {
                    let mut row = row.clone();
                    row.inspection.state = *inspection_state;
                    (row.state, row.version, row.blank_version) = (*state, version, blank_version);
                    row.due_on = due_on.map(|day| day.parse().expect("a day"));
                    let values: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[
                        inspection_state,
                        state,
                        &row.version,
                        &row.blank_version,
                        &row.created_at,
                        &row.due_on,
                        &today,
                    ];
                    let stored = database.query_one(&statement, values).await.expect("a row");
                    let overdue = row.days_left(today).is_some_and(|days| days < 0);
                    let computed = (row.is_not_yet_recorded(), overdue);
                    assert_eq!((stored.get::<_, bool>(0), stored.get::<_, bool>(1)), computed, "{row:?}");
                    seen.insert(computed);
                }
            }
        }
    }
    assert_eq!(seen.len(), 3, "not both at once: {seen:?}");
    assert_eq!(london_date(row.created_at).to_string(), "2024-05-13");
}
