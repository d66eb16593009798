//! A PATCH or PUT of values that are already so: the record keeps its version and its ETag, and nothing in the database
//! changes, the audit log included. A real change then gives a new version.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Map, Value, json};

use crate::support::sample_records::{Operation, SampleRecords};
use crate::support::{App, Person, Reply};

/// One operation, with a record that it can change.
struct Amendment {
    method: Method,
    template: String,
    /// The path of the record, to read it.
    record: String,
    /// The path of the request.
    path: String,
    /// The body with the record's present values.
    present: Value,
    /// The body that changes one of them.
    change: Value,
}

/// Returns the members of a record that the body of an operation may have.
fn present_values(app: &App, operation: &Operation, record: &Value) -> Value {
    let schema = &operation.described["requestBody"]["content"]["application/json"]["schema"];
    let schema = match schema["$ref"].as_str() {
        Some(reference) => app.contract.document.pointer(reference.trim_start_matches('#')).expect("a schema"),
        None => schema,
    };
    let names = schema["properties"].as_object().expect("members").keys();
    let present = names.filter_map(|name| Some((name.clone(), record.get(name)?.clone())));
    Value::Object(present.collect::<Map<_, _>>())
}

fn with(mut present: Value, member: &str, value: Value) -> Value {
    present[member] = value;
    present
}

/// Returns the operation with the body of the record's present values, and a body that changes it.
async fn amendment(app: &App, records: &SampleRecords, editable: &str, operation: Operation) -> Amendment {
    let everyone = app.person_with_every_role();
    let Operation { template, path, .. } = &operation;
    let (mut record, mut path) = (path.clone(), path.clone());
    if template.starts_with("/v1/responses/") {
        editable.clone_into(&mut record);
        path = path.replace(&records.response, editable);
    }
    if let Some((assignment, position)) = path.split_once("/positions/") {
        let value = match position {
            "body_view" => "not_assured",
            "assurance_opinion" => "limited",
            _ => "closed",
        };
        let entry = json!({ "value": value, "note": "Read.", "source": "Letter", "date": "2022-03-21" });
        everyone.put(&path, "*", entry).await.expect(200);
        assignment.clone_into(&mut record);
    }
    if let Some((response, recommendation)) = path.clone().split_once("/explanations/") {
        let explained = everyone.get(response).await.expect(200).body["explanations"][0]["recommendation_id"].clone();
        path = path.replace(recommendation, explained.as_str().expect("an id"));
    }
    let answers = json!({ "answers": { "/inspection/title": "A title", "/inspection/published_on": "2022-03-01" } });
    if template == "/v1/imports/{id}" {
        everyone.patch(&path, "*", answers.clone()).await.expect(200);
    }
    let read = everyone.get(&record).await.expect(200).body;
    let present = || present_values(app, &operation, &read);
    let text = |member: &str| json!({ member: "Other words." });
    let (present, change) = match (operation.method.as_str(), template.as_str()) {
        ("PUT", "/v1/areas/{code}") => (present(), with(present(), "name", json!("Other"))),
        (_, "/v1/bank-holidays/{day}") => (present(), text("name")),
        ("PATCH", "/v1/areas/{code}") => {
            (json!({ "settings": read["settings"] }), json!({ "settings": { "comments_days": 21 } }))
        }
        (_, "/v1/areas/{code}/import-profile") => (present(), with(present(), "signatory", json!("A. Other"))),
        (_, "/v1/assignments/{id}") => (present(), text("owner")),
        (_, "/v1/evidence/{id}" | "/v1/inspections/{id}") => (present(), text("title")),
        (_, "/v1/recommendations/{id}") => (present(), text("text")),
        (_, "/v1/remarks/{id}") => (present(), text("text")),
        (_, "/v1/me/notifications") => (present(), json!({ "language": "cy" })),
        (_, "/v1/people/{id}") => (present(), text("name")),
        (_, "/v1/webhooks/{id}") => (present(), text("description")),
        (_, "/v1/imports/{id}") => (answers, json!({ "answers": { "/inspection/title": "Other" } })),
        (_, "/v1/responses/{id}") => {
            let comments = json!({ "text": read["chief_officer_comments"]["text"] });
            (with(present(), "chief_officer_comments", comments), text("policing_body_comments"))
        }
        (_, "/v1/responses/{id}/explanations/{recommendation_id}") => {
            let explanation = &read["explanations"][0];
            let present = json!({ "branch": explanation["branch"], "text": explanation["text"] });
            (present.clone(), with(present, "text", json!("Other words.")))
        }
        (_, template) if template.starts_with("/v1/assignments/{id}/positions/") => {
            let entry = &read["positions"][template.rsplit('/').next().expect("a name")];
            let present = ["value", "note", "source", "date"].map(|name| (name.to_owned(), entry[name].clone()));
            let present = Value::Object(Map::from_iter(present));
            // A closed recommendation can be verified, and not closed again with another letter.
            let (member, other) = match template.ends_with("inspectorate_status") {
                true => ("value", json!("closed_verified")),
                false => ("source", json!("Another letter")),
            };
            (present.clone(), with(present, member, other))
        }
        (method, template) => panic!("no change for {method} {template}: add one here"),
    };
    Amendment { method: operation.method, template: operation.template, record, path, present, change }
}

impl Amendment {
    async fn send(&self, person: &Person, etag: &str, body: &Value) -> Reply {
        person.send_json(self.method.clone(), &self.path, Some(etag), body).await
    }

    /// Returns the record's history, where there is one.
    async fn history(&self, app: &App, person: &Person) -> Value {
        let path = format!("{}/history", self.record);
        app.sequence().await;
        match app.contract.template(&path) {
            Some(_) => person.get(&path).await.expect(200).body,
            None => Value::Null,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_that_are_already_so_change_nothing_and_other_values_do() {
    let app = App::start().await;
    let records = app.create_sample_records().await;
    let everyone = app.person_with_every_role();
    let inspection = app.create_published_inspection("80600").await;
    let editable = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&editable, "cumbria", "drafting").await;
    app.write_all_texts(&editable, "cumbria").await;
    let operations = app.operations(&records).into_iter();
    let operations: Vec<_> = operations.filter(|it| [Method::PATCH, Method::PUT].contains(&it.method)).collect();
    assert!(operations.len() >= 14, "{} operations", operations.len());
    for operation in operations {
        let amendment = amendment(&app, &records, &editable, operation).await;
        let name = format!("{} {} {}", amendment.method, amendment.template, amendment.present);
        let before = everyone.get(&amendment.record).await.expect(200);
        let (history, stored) = (amendment.history(&app, &everyone).await, app.database.fingerprint().await);
        let mut bodies = vec![amendment.present.clone()];
        if amendment.method == Method::PATCH {
            let members = amendment.present.as_object().expect("an object");
            assert!(!members.is_empty(), "{name}");
            bodies.extend(members.iter().map(|(member, value)| json!({ member: value })));
            bodies.push(json!({}));
        }
        for body in &bodies {
            // Settings are the only required member of a PATCH.
            if *body == json!({}) && amendment.template == "/v1/areas/{code}" {
                continue;
            }
            let same = amendment.send(&everyone, &before.etag(), body).await.expect(200);
            assert_eq!((same.etag(), &same.body), (before.etag(), &before.body), "{name}: {body}");
            assert_eq!(app.database.fingerprint().await, stored, "{name}: {body} wrote something");
        }
        assert_eq!(amendment.history(&app, &everyone).await, history, "{name}");
        let changed = amendment.send(&everyone, &before.etag(), &amendment.change).await.expect(200);
        assert_ne!(changed.etag(), before.etag(), "{name}");
        assert_eq!(
            changed.body["version"].as_i64(),
            before.body["version"].as_i64().map(|version| version + 1),
            "{name}"
        );
        assert_ne!(app.database.fingerprint().await, stored, "{name}");
        assert!(history.is_null() || amendment.history(&app, &everyone).await != history, "{name}");
        amendment.send(&everyone, &before.etag(), &amendment.change).await.expect(412);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_names_only_the_members_that_changed() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = app.create_draft_inspection("80601").await;
    let body = json!({ "title": "Another title", "kind": draft.body["kind"], "subjects": draft.body["subjects"] });
    opcc.patch(&draft.href(), "*", body).await.expect(200);
    app.sequence().await;
    let path = format!("/v1/audit-events?action=amend&resource_id={}", draft.body["id"].as_str().expect("an id"));
    let events = app.person(Role::Auditor, "cumbria").get(&path).await.expect(200);
    assert_eq!(events.body["items"][0]["fields"], json!(["title"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_changes_only_the_responses_whose_explanations_differ() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut items = Vec::new();
    for reference in ["80602", "80603"] {
        let inspection = app.create_published_inspection(reference).await;
        let response = opcc.get(&app.response_path(&inspection, "cumbria").await).await.expect(200);
        items.push(json!({
            "response_id": response.body["id"], "recommendation_id": response.body["missing_explanations"][0],
            "branch": "no_action", "text": "Nothing is needed.",
        }));
    }
    let batch = |items: &[Value]| json!({ "explanations": items });
    let written = opcc.post("/v1/batch/explanations", batch(&items)).await.expect(200);
    let stored = app.database.fingerprint().await;
    let again = opcc.post("/v1/batch/explanations", batch(&items)).await.expect(200);
    assert_eq!((&again.body, app.database.fingerprint().await), (&written.body, stored), "the same explanations");
    // The answer to a request that changes nothing is stored under its key too.
    let key = [("idempotency-key", "same"), ("content-type", "application/json")];
    let send = async || {
        let body = batch(&items).to_string().into_bytes();
        opcc.send(Method::POST, "/v1/batch/explanations", &key, Some(body)).await.expect(200)
    };
    assert_eq!(send().await.body, written.body);
    let other = json!({ "text": "It was done after all." });
    let mut changed = items.clone();
    changed[1]["text"] = other["text"].clone();
    let changed = opcc.post("/v1/batch/explanations", batch(&changed)).await.expect(200);
    assert_eq!(
        (&changed.body["responses"][0]["version"], &changed.body["responses"][1]["version"]),
        (&json!(2), &json!(3))
    );
    let replayed = send().await;
    assert_eq!(
        (&replayed.body, &replayed.headers["idempotency-replayed"]),
        (&written.body, &"true".parse().expect("a value"))
    );
    let id = items[1]["response_id"].as_str().expect("an id");
    let history = opcc.get(&format!("/v1/responses/{id}/history")).await.expect(200);
    assert_eq!(history.body["items"].as_array().expect("a list").len(), 3, "{}", history.text);
}
