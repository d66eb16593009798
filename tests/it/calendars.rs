//! Calendars with a secret address: who may make and delete them, what they show, and that nothing else gives the address.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Person, Reply};

/// Makes a calendar, and returns its path and its address.
async fn make(person: &Person, body: Value) -> (String, String) {
    let made = person.post("/v1/calendars", body).await.expect(201);
    (made.href(), made.body["address"].as_str().expect("an address").to_owned())
}

/// Returns the events of a calendar as `summary status sequence day`, as a program without a token reads them.
async fn events(app: &App, address: &str) -> Vec<String> {
    let text = app.public().get(address).await.expect(200).text.replace("\r\n ", "");
    let member = |event: &str, name: &str| {
        let line = event.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {event}"));
        line.split_once(':').expect("a value").1.to_owned()
    };
    let events = text.split("BEGIN:VEVENT").skip(1);
    let events = events.map(|event| {
        let event = event.split("BEGIN:VALARM").next().expect("an event");
        ["SUMMARY", "STATUS", "SEQUENCE", "DTSTART"].map(|name| member(event, name)).join(" ")
    });
    events.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_calendar_shows_a_deadline_counts_its_changes_and_cancels_what_falls_away() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("88001").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let (path, address) = make(&opcc, json!({ "kinds": ["comments_due"], "description": "My Outlook" })).await;
    assert_eq!(events(&app, &address).await, Vec::<String>::new());

    opcc.act(&response, json!({ "action": "invite", "comments_due_on": "2022-04-01" })).await.expect(200);
    let first = "Chief officer's comments due: #88001 (cumbria) CONFIRMED 0 20220401";
    assert_eq!(events(&app, &address).await, [first]);
    let tag = app.public().get(&address).await.expect(200).etag();
    app.set_day("2022-03-24");
    let again = app.public().send(Method::GET, &address, &[("if-none-match", &tag)], None).await.expect(304);
    assert_eq!(again.headers["cache-control"], "private, no-store");
    let shown = opcc.get(&path).await.expect(200).body;
    assert_eq!((&shown["last_used_on"], &shown["address"]), (&json!("2022-03-24"), &Value::Null));

    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.patch("/v1/areas/cumbria", "*", json!({ "settings": { "reminder_days": [3] } })).await.expect(200);
    assert_eq!(events(&app, &address).await, [first.replace("CONFIRMED 0", "CONFIRMED 1")], "other reminders");
    app.person(Role::ChiefOfficer, "cumbria").act(&response, json!({ "action": "nil_return" })).await.expect(200);
    assert_eq!(events(&app, &address).await, ["No longer due CANCELLED 2 20220401"]);
    app.set_day("2022-06-01");
    assert_eq!(events(&app, &address).await, Vec::<String>::new(), "60 days after");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_person_makes_lists_and_deletes_own_calendars_alone() {
    let app = App::start().await;
    app.create_published_inspection("88002").await;
    let (opcc, colleague) = (app.person(Role::Opcc, "cumbria"), app.person(Role::OpccApprover, "cumbria"));
    let (path, address) = make(&opcc, json!({})).await;
    assert_eq!(events(&app, &address).await.len(), 3, "the response and two recommendations");
    let count = async |person: &Person| {
        person.get("/v1/calendars").await.expect(200).body["items"].as_array().expect("a list").len()
    };
    assert_eq!((count(&opcc).await, count(&colleague).await), (1, 0));
    for other in [&colleague, &app.person(Role::Opcc, "kent")] {
        other.get(&path).await.expect(404);
        other.delete(&path, "*").await.expect(404);
    }
    opcc.delete(&path, "\"7\"").await.expect(412);
    opcc.delete(&path, "*").await.expect(204);
    app.public().get(&address).await.expect(404);
    app.public().get(&format!("/calendars/{}.ics", "a".repeat(64))).await.expect(404);

    let kent = opcc.post("/v1/calendars", json!({ "areas": ["kent"] })).await;
    kent.expect(403);
    app.person(Role::Registrar, "").post("/v1/calendars", json!({})).await.expect(403);
    for _ in 0..20 {
        make(&opcc, json!({})).await;
    }
    let too_many = opcc.post("/v1/calendars", json!({})).await.expect(422);
    assert_eq!(too_many.faults(), [(String::new(), "too_many".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_is_in_one_response_and_never_in_the_database() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let send = async || -> Reply {
        let headers = [("idempotency-key", "a-calendar-1"), ("content-type", "application/json")];
        opcc.send(Method::POST, "/v1/calendars", &headers, Some(b"{}".to_vec())).await.expect(201)
    };
    let (first, second) = (send().await, send().await);
    assert_eq!(first.body, second.body, "a repeated request gets the same address");
    let address = first.body["address"].as_str().expect("an address");
    let secret = address.strip_prefix("/calendars/").and_then(|rest| rest.strip_suffix(".ics")).expect("a secret");
    app.public().get(address).await.expect(200);
    app.sequence().await;

    let administrator = app.database.administrator().await;
    let tables = "select format('%I.%I', schemaname, tablename) from pg_tables
                  where schemaname in ('record', 'published')";
    let mut rows = 0;
    for table in administrator.query(tables, &[]).await.expect("the tables") {
        let name: String = table.get(0);
        let sql = format!("select t::text from {name} t");
        for row in administrator.query(&sql, &[]).await.expect("the rows") {
            rows += 1;
            let text: String = row.get::<_, Option<String>>(0).unwrap_or_default();
            assert!(!text.contains(secret), "{name} has the secret: {text}");
        }
    }
    assert!(rows > 50, "{rows} rows were read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_calendar_leaves_out_sensitive_evidence_and_the_areas_that_its_owner_has_left() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("88003").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let both = app.person_with_roles("both", &["opcc"], &["cumbria", "kent"]);
    let (_, address) = make(&both, json!({ "kinds": ["response_due", "evidence_expires"] })).await;
    for marking in ["official", "official_sensitive"] {
        let members = json!({ "expires_on": "2022-12-01", "marking": marking, "title": marking });
        let evidence = app.add_submitted_evidence(&assignment, "cumbria", members).await.href();
        let accept = json!({ "action": "accept", "note": "It shows it." });
        app.person(Role::Opcc, "cumbria").act(&evidence, accept).await.expect(200);
    }
    let areas = |events: Vec<String>| -> Vec<String> {
        events.iter().map(|event| event.split(" C").next().expect("a summary").to_owned()).collect()
    };
    let shown = areas(events(&app, &address).await);
    let evidence: Vec<&String> = shown.iter().filter(|event| event.starts_with("Evidence")).collect();
    assert_eq!(evidence.len(), 1, "{shown:?}");
    assert!(shown.iter().any(|event| event.ends_with("(cumbria)")), "{shown:?}");

    // Row security lets the directory of an area change its own entries only.
    app.record_sightings().await;
    let officer = app.person(Role::Opcc, "cumbria");
    let people = officer.get("/v1/people?q=both&area=cumbria").await.expect(200);
    let entry = people.body["items"][0]["links"]["self"].as_str().expect("an entry").to_owned();
    officer.patch(&entry, "*", json!({ "active": false })).await.expect(200);
    let left = events(&app, &address).await;
    assert!(left.iter().all(|event| !event.contains("(cumbria)")), "{left:?}");
    assert!(left.iter().any(|event| event.contains("CANCELLED")), "{left:?}");
}
