//! Imports of tables as CSV and JSON: as a proposal, or into an existing draft at once.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Person, Reply};

/// A table as offices write it: names in any case, dates with the day first, and a cause of concern after its
/// recommendation.
pub(super) const TABLE: &str = "\
Reference,Number,kind,cause_of_concern,text,addressees,target.kind,target.text,target.on,themes,inspection.reference,\
inspection.title,inspection.kind,inspection.published_on,inspection.scope\r\n\
T-1,,,T-3,\"By September, forces should \"\"write it down\"\".\",\"Chief constables, NPCC\",by date,By 30 September,30/9/2022,\
Call handling; Custody,T-100,A report in a table,custody,25/02/2022,national\r\n\
T-2,1.10,Area for improvement,,'- The force should improve.,,,,,,,,,,\r\n\
,,,,,,,,,,,,,,\r\n\
T-3,3,Cause of concern,,Custody is a cause of concern.,,,,,,,,,,\r\n";

pub(super) async fn send(person: &Person, query: &str, media: &str, body: &[u8]) -> Reply {
    person.send(Method::POST, &format!("/v1/imports?{query}"), &[("content-type", media)], Some(body.to_vec())).await
}

async fn recommendations(person: &Person, import: &Reply) -> Vec<Value> {
    let path = import.body["links"]["recommendations"].as_str().expect("a link");
    person.get(&format!("{path}?sort=number")).await.expect(200).body["items"].as_array().expect("a list").clone()
}

/// The rows of the table, without the members of an inspection.
pub(super) const ROWS: &str = "\
Reference,Number,kind,cause_of_concern,text,addressees,target.kind,target.text,target.on,themes\r\n\
T-1,,,T-3,\"By September, forces should \"\"write it down\"\".\",\"Chief constables, NPCC\",by date,By 30 September,30/9/2022,\
Call handling; Custody\r\n\
T-2,1.10,Area for improvement,,'- The force should improve.,,,,,\r\n\
,,,,,,,,,\r\n\
T-3,3,Cause of concern,,Custody is a cause of concern.,,,,,\r\n";

/// Registers a draft without recommendations, and returns the query of an import into it.
pub(super) async fn draft_query(person: &Person, reference: &str) -> String {
    let draft = person.post("/v1/inspections", json!({ "reference": reference, "title": "A draft" })).await.expect(201);
    format!("inspection_id={}", draft.body["id"].as_str().expect("an id"))
}

fn assert_rows(found: &[Value]) {
    assert_eq!(found[0]["text"], "By September, forces should \"write it down\".");
    assert_eq!((&found[0]["number"], &found[1]["number"]), (&json!("1"), &json!("1.10")));
    assert_eq!(found[0]["addressees"], json!(["chief_constables", "npcc"]));
    assert_eq!(found[0]["target"], json!({ "kind": "by_date", "text": "By 30 September", "on": "2022-09-30" }));
    assert_eq!(found[0]["themes"], json!(["Call handling", "Custody"]));
    assert_eq!(found[0]["cause_of_concern_id"], found[2]["id"]);
    assert_eq!(
        (&found[1]["kind"], &found[1]["text"]),
        (&json!("area_for_improvement"), &json!("- The force should improve."))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_becomes_a_draft_with_its_recommendations() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let proposed = send(&opcc, "", "text/csv", TABLE.as_bytes()).await.expect(201);
    assert_eq!(proposed.headers["location"], proposed.href().as_str());
    for (member, value) in [("state", json!("proposed")), ("format", json!("csv")), ("area", json!("cumbria"))] {
        assert_eq!(proposed.body[member], value, "{member}");
    }
    assert_eq!(proposed.body["recommendations"].as_array().map(Vec::len), Some(3));
    let answers = json!({ "answers": { "/inspection/scope": "national", "/recommendations_complete": true } });
    opcc.patch(&proposed.href(), "*", answers).await.expect(200);
    let accept = json!({ "action": "accept", "confirm_proposed": true });
    let made = opcc.act(&proposed.href(), accept).await.expect(200);
    let inspection = opcc.get(made.body["links"]["inspection"].as_str().expect("a link")).await.expect(200);
    for (member, value) in [
        ("reference", json!("T-100")),
        ("title", json!("A report in a table")),
        ("kind", json!("custody")),
        ("published_on", json!("2022-02-25")),
        ("state", json!("draft")),
        ("registered_by", json!("cumbria")),
        ("recommendations_count", json!(3)),
    ] {
        assert_eq!(inspection.body[member], value, "{member}");
    }
    assert_rows(&recommendations(&opcc, &made).await);
    let auditor = app.person(Role::Auditor, "cumbria");
    let events = auditor.get("/v1/audit-events?resource=import,inspection,recommendation&sort=at").await.expect(200);
    let mut actions: Vec<&str> = events.body["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|event| event["action"].as_str().expect("one"))
        .collect();
    actions.sort_unstable();
    assert_eq!(actions, ["accept", "add", "add", "add", "answer", "create", "register"]);
    opcc.act(&inspection.href(), json!({ "action": "publish" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rows_of_a_table_are_written_into_a_draft_at_once() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = send(&opcc, &draft_query(&opcc, "T-100").await, "text/csv", ROWS.as_bytes()).await.expect(201);
    assert_eq!(made.headers["location"], made.href().as_str());
    for (member, value) in
        [("state", json!("done")), ("kind", json!("csv")), ("rows", json!(3)), ("area", json!("cumbria"))]
    {
        assert_eq!(made.body[member], value, "{member}");
    }
    assert_rows(&recommendations(&opcc, &made).await);
    let auditor = app.person(Role::Auditor, "cumbria");
    assert_eq!(auditor.get(&made.href()).await.expect(200).body, made.body);
    let events = auditor.get("/v1/audit-events?resource=import,recommendation&sort=at").await.expect(200);
    let mut actions: Vec<&str> = events.body["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|event| event["action"].as_str().expect("one"))
        .collect();
    actions.sort_unstable();
    assert_eq!(actions, ["add", "add", "add", "begin", "finish"]);
    let refused = send(&opcc, &draft_query(&opcc, "T-101").await, "text/csv", TABLE.as_bytes()).await.expect(422);
    assert!(refused.faults().contains(&("/inspection".to_owned(), "not_here".to_owned())), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_json_table_adds_recommendations_to_an_existing_draft() {
    let app = App::start().await;
    let draft = app.create_draft_inspection("82001").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let id = draft.body["id"].as_str().expect("an id");
    let rows = json!({ "rows": [
        { "reference": "J-1", "text": "First.", "target": { "kind": "within", "text": "Within a year" } },
        { "reference": "J-2", "text": "Second.", "kind": "cause_of_concern" },
        { "reference": "J-3", "text": "Third.", "cause_of_concern": "J-2", "themes": ["One, two"] },
    ] });
    let before = app.database.fingerprint().await;
    let query = format!("inspection_id={id}&validate_only=true");
    let tried = send(&opcc, &query, "application/json", rows.to_string().as_bytes()).await.expect(200);
    assert_eq!((&tried.body["rows"], &tried.body["inspection_id"]), (&json!(3), &json!(id)));
    assert_eq!(app.database.fingerprint().await, before, "validation writes nothing");
    let query = format!("inspection_id={id}");
    let made = send(&opcc, &query, "application/json", rows.to_string().as_bytes()).await.expect(201);
    let found = recommendations(&opcc, &made).await;
    assert_eq!(found.len(), 6);
    assert_eq!((&found[3]["reference"], &found[3]["number"]), (&json!("J-1"), &json!("4")));
    assert_eq!(found[5]["cause_of_concern_id"], found[4]["id"]);
    let again = send(&opcc, &query, "application/json", rows.to_string().as_bytes()).await.expect(422);
    let expected = ["/rows/0/reference", "/rows/1/reference", "/rows/2/reference"];
    assert_eq!(again.faults(), expected.map(|pointer| (pointer.to_owned(), "already_exists".to_owned())));
    let import = opcc.get(again.body["import"]["href"].as_str().expect("an address")).await.expect(200);
    assert_eq!((&import.body["state"], &import.body["faults_count"]), (&json!("failed"), &json!(3)));
    assert_eq!(import.body["faults"], again.body["errors"]);
    assert_eq!(recommendations(&opcc, &made).await.len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_is_visible_only_to_its_area_or_to_registrars() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let own = send(&opcc, &draft_query(&opcc, "T-100").await, "text/csv", ROWS.as_bytes()).await.expect(201).href();
    for person in [app.person(Role::Opcc, "kent"), app.person(Role::Auditor, "kent"), app.person(Role::Registrar, "")] {
        person.get(&own).await.expect(404);
    }
    app.person(Role::Constabulary, "cumbria").get(&own).await.expect(403);
    app.public().get(&own).await.expect(401);
    let registrar = app.person(Role::Registrar, "");
    let query = draft_query(&registrar, "T-200").await;
    let made = send(&registrar, &query, "text/csv", ROWS.as_bytes()).await.expect(201);
    assert_eq!(made.body["area"], Value::Null);
    registrar.get(&made.href()).await.expect(200);
    opcc.get(&made.href()).await.expect(404);
    let kent = app.person(Role::Opcc, "kent");
    send(&kent, "area=cumbria", "text/csv", TABLE.as_bytes()).await.expect(403);
    for role in [Role::Constabulary, Role::Auditor] {
        send(&app.person(role, "cumbria"), "", "text/csv", TABLE.as_bytes()).await.expect(403);
    }
    let draft = app.create_draft_inspection("82002").await;
    let query = format!("inspection_id={}", draft.body["id"].as_str().expect("an id"));
    send(&kent, &query, "text/csv", b"reference,text\nK-1,Ours.\n").await.expect(404);
    let published = app.create_published_inspection("82003").await;
    let query = format!("inspection_id={}", published.body["id"].as_str().expect("an id"));
    send(&kent, &query, "text/csv", b"reference,text\nK-1,Ours.\n").await.expect(403);
    send(&opcc, &query, "text/csv", b"reference,text\nK-1,Ours.\n").await.expect(409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registrar_imports_rows_for_an_area() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let query = draft_query(&registrar, "T-300").await;
    let made = send(&registrar, &format!("{query}&area=kent"), "text/csv", ROWS.as_bytes()).await.expect(201);
    assert_eq!(recommendations(&registrar, &made).await.len(), 3);
    registrar.get(&made.href()).await.expect(200);
    // Into the draft of an area, too.
    let draft = app.create_draft_inspection("82004").await;
    let query = format!("inspection_id={}&area=cumbria", draft.body["id"].as_str().expect("an id"));
    send(&registrar, &query, "text/csv", b"reference,text\nR-1,Ours.\n").await.expect(201);
    send(&registrar, &format!("{query}x"), "text/csv", b"reference,text\nR-2,Ours.\n").await.expect(400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_without_progress_for_15_minutes_is_failed() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = send(&opcc, &draft_query(&opcc, "T-100").await, "text/csv", ROWS.as_bytes()).await.expect(201);
    let administrator = app.database.administrator().await;
    let sql = "update imports set state = 'running', finished_at = null, updated_at = $1";
    for (minutes, state) in [(1, "running"), (16, "failed")] {
        let at = app.clock.now() - chrono::TimeDelta::minutes(minutes);
        administrator.execute(sql, &[&at]).await.expect("an update");
        assert_eq!(opcc.get(&made.href()).await.expect(200).body["state"], state);
    }
}
