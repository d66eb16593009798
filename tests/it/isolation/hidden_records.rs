//! A hidden record and one that does not exist get the same response, byte for byte.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Layers;
use super::private_data::PrivateData;
use crate::support::{App, Person, Reply};

/// The placeholder for the id in addresses and bodies.
const ID: &str = "{id}";

/// Returns the parts of a response that can be compared: not its date, and with the id replaced.
fn comparable(reply: &Reply, id: &str) -> (u16, Vec<(String, String)>, String) {
    let compared = reply.headers.iter().filter(|(name, _)| !["date", "content-length"].contains(&name.as_str()));
    let headers =
        compared.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    // Sorted, because the server sends the headers in another order each time.
    let mut headers: Vec<(String, String)> = headers.collect();
    headers.sort();
    (reply.status.as_u16(), headers, reply.text.replace(id, ID))
}

async fn send(
    person: &Person,
    method: &Method,
    path: &str,
    id: &str,
    body: &Value,
) -> (u16, Vec<(String, String)>, String) {
    let headers = [("x-request-id", "the-same"), ("if-match", "*"), ("content-type", "application/json")];
    let text = body.to_string().replace(ID, id).into_bytes();
    if *method == Method::POST && path.ends_with("/files") {
        let form = "--edge\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nOurs.\r\n--edge--\r\n";
        let headers = [headers[0], ("content-type", "multipart/form-data; boundary=edge")];
        let reply = person.send(method.clone(), &path.replace(ID, id), &headers, Some(form.into())).await;
        return comparable(&reply, id);
    }
    let (headers, sent) = if *method == Method::GET { (&headers[..1], None) } else { (&headers[..], Some(text)) };
    let reply = person.send(method.clone(), &path.replace(ID, id), headers, sent).await;
    comparable(&reply, id)
}

async fn assert_same_response(
    app: &App,
    person: &Person,
    method: Method,
    path: &str,
    hidden: &str,
    body: Value,
) -> u16 {
    let before = app.database.fingerprint().await;
    let of_hidden = send(person, &method, path, hidden, &body).await;
    let of_unknown = send(person, &method, path, &Uuid::now_v7().to_string(), &body).await;
    assert_eq!(of_hidden, of_unknown, "{method} {path} of {hidden}");
    assert_eq!(app.database.fingerprint().await, before, "{method} {path} wrote something");
    of_hidden.0
}

/// Calls every operation on a record as a person of another area with the role for it.
async fn assert_hidden_and_unknown_records_get_the_same_responses(layers: Layers) {
    let app = layers.start().await;
    let private = PrivateData::build(&app).await;
    let last = |path: &str| path.rsplit('/').next().expect("an id").to_owned();
    // This response has no published edition, so it is hidden.
    let response = last(&private.responses[1].1);
    let (draft, recommendation) = (last(&private.drafts[0].1), last(&private.recommendations[0].1));
    assert_eq!(
        (private.responses[1].0, private.drafts[0].0, private.recommendations[0].0),
        ("cumbria", "cumbria", "cumbria")
    );
    let roles: Vec<&str> = vec!["opcc_approver", "chief_officer", "auditor"];
    let other = app.person_with_roles("other", &roles, &["kent"]);
    for (path, hidden) in [
        ("/v1/responses/{id}", &response),
        ("/v1/responses/{id}/transitions", &response),
        ("/v1/responses/{id}/remarks", &response),
        ("/v1/responses/{id}/versions", &response),
        ("/v1/responses/{id}/versions/1", &response),
        ("/v1/responses/{id}/document", &response),
        ("/v1/inspections/{id}", &draft),
        ("/v1/inspections/{id}/recommendations", &draft),
        ("/v1/inspections/{id}/transitions", &draft),
        ("/v1/recommendations/{id}", &recommendation),
    ] {
        assert_eq!(assert_same_response(&app, &other, Method::GET, path, hidden, Value::Null).await, 404, "{path}");
        if !path.ends_with("transitions") && !path.ends_with("remarks") {
            assert_eq!(
                assert_same_response(&app, &app.public(), Method::GET, path, hidden, Value::Null).await,
                404,
                "{path}"
            );
        }
    }
    let explanation = format!("/v1/responses/{{id}}/explanations/{}", Uuid::now_v7());
    for (method, path, hidden, body) in [
        (Method::PATCH, "/v1/responses/{id}", &response, json!({ "policing_body_comments": "Ours." })),
        (Method::PUT, &explanation, &response, json!({ "branch": "no_action", "text": "Ours." })),
        (Method::DELETE, &explanation, &response, Value::Null),
        (Method::POST, "/v1/responses/{id}/transitions", &response, json!({ "action": "submit" })),
        (Method::POST, "/v1/responses/{id}/remarks", &response, json!({ "text": "Ours." })),
        (Method::PATCH, "/v1/inspections/{id}", &draft, json!({ "title": "Ours." })),
        (Method::POST, "/v1/inspections/{id}/recommendations", &draft, json!({ "reference": "1", "text": "Ours." })),
        (Method::POST, "/v1/inspections/{id}/transitions", &draft, json!({ "action": "publish" })),
        (Method::PATCH, "/v1/recommendations/{id}", &recommendation, json!({ "text": "Ours." })),
        (Method::DELETE, "/v1/recommendations/{id}", &recommendation, Value::Null),
    ] {
        assert_eq!(assert_same_response(&app, &other, method, path, hidden, body).await, 404, "{path}");
    }
    // The response must not reveal the record when a body names it either.
    let opcc = app.person(Role::Opcc, "kent");
    let own = opcc.post("/v1/inspections", json!({ "reference": "own" })).await.expect(201).href();
    let kents =
        format!("{}/transitions", private.responses.iter().find(|(area, _)| *area == "kent").expect("a response").1);
    let added = format!("{own}/recommendations");
    let add = |name: &str| json!({ "reference": "1", "text": "Ours.", name: ID });
    for (method, path, hidden, body) in [
        (Method::POST, "/v1/inspections", &draft, json!({ "reference": "new", "follows_up": ID })),
        (Method::PATCH, own.as_str(), &draft, json!({ "follows_up": ID })),
        (Method::POST, &added, &recommendation, add("supersedes")),
        (Method::POST, &added, &recommendation, add("reiterates")),
        (Method::POST, &added, &recommendation, add("cause_of_concern_id")),
        (
            Method::POST,
            &kents,
            &draft,
            json!({ "action": "mark_not_required", "reason": "duplicated_by", "duplicate_of": ID }),
        ),
    ] {
        assert_eq!(assert_same_response(&app, &other, method, path, hidden, body).await, 422, "{path}");
    }
}

/// Calls every operation on assignments and evidence of another area.
async fn assert_hidden_and_unknown_assignments_get_the_same_responses(layers: Layers) {
    let app = layers.start().await;
    let private = PrivateData::build(&app).await;
    let last =
        |of: &[(&'static str, String)]| PrivateData::first(of, "cumbria").rsplit('/').next().expect("an id").to_owned();
    let (assignment, published) = (last(&private.assignments), last(&private.published_assignments));
    let (evidence, file) = (last(&private.evidence), last(&private.files));
    let other = app.person_with_roles("other", &["opcc_approver", "chief_officer", "auditor"], &["kent"]);
    for (path, hidden) in [
        ("/v1/assignments/{id}", &assignment),
        ("/v1/assignments/{id}/transitions", &assignment),
        ("/v1/assignments/{id}/positions", &assignment),
        ("/v1/assignments/{id}/updates", &assignment),
        ("/v1/assignments/{id}/evidence", &assignment),
        // The headline state of this assignment is published. Its other records stay hidden.
        ("/v1/assignments/{id}/transitions", &published),
        ("/v1/assignments/{id}/positions", &published),
        ("/v1/assignments/{id}/updates", &published),
        ("/v1/assignments/{id}/evidence", &published),
        ("/v1/evidence/{id}", &evidence),
        ("/v1/evidence/{id}/transitions", &evidence),
        ("/v1/evidence/{id}/files", &evidence),
        ("/v1/files/{id}", &file),
    ] {
        assert_eq!(assert_same_response(&app, &other, Method::GET, path, hidden, Value::Null).await, 404, "{path}");
        let public = if path == "/v1/assignments/{id}" { 404 } else { 401 };
        assert_eq!(
            assert_same_response(&app, &app.public(), Method::GET, path, hidden, Value::Null).await,
            public,
            "{path}"
        );
    }
    let view = json!({ "value": "not_assured", "note": "Ours." });
    let opinion = json!({ "value": "limited", "note": "Ours." });
    let decision = json!({ "value": "closed", "source": "Ours.", "date": "2022-03-21" });
    let added = json!({ "title": "Ours.", "kind": "data" });
    let withdraw = json!({ "action": "withdraw", "reason": "Ours." });
    for assignment in [&assignment, &published] {
        for (method, path, body) in [
            (Method::PATCH, "/v1/assignments/{id}", json!({ "owner": "Ours." })),
            (Method::POST, "/v1/assignments/{id}/transitions", json!({ "action": "start" })),
            (Method::POST, "/v1/assignments/{id}/updates", json!({ "text": "Ours." })),
            (Method::PUT, "/v1/assignments/{id}/positions/body_view", view.clone()),
            (Method::PUT, "/v1/assignments/{id}/positions/assurance_opinion", opinion.clone()),
            (Method::PUT, "/v1/assignments/{id}/positions/inspectorate_status", decision.clone()),
            (Method::POST, "/v1/assignments/{id}/evidence", added.clone()),
        ] {
            assert_eq!(assert_same_response(&app, &other, method, path, assignment, body).await, 404, "{path}");
        }
    }
    for (method, path, body) in [
        (Method::PATCH, "/v1/evidence/{id}", json!({ "title": "Ours." })),
        (Method::POST, "/v1/evidence/{id}/transitions", withdraw),
        (Method::POST, "/v1/evidence/{id}/marking/transitions", json!({ "action": "raise" })),
        (Method::POST, "/v1/evidence/{id}/files", Value::Null),
    ] {
        assert_eq!(assert_same_response(&app, &other, method, path, &evidence, body).await, 404, "{path}");
    }
    let person = last(&private.people);
    for path in ["/v1/people/{id}", "/v1/people/{id}/history"] {
        assert_eq!(assert_same_response(&app, &other, Method::GET, path, &person, Value::Null).await, 404, "{path}");
    }
    let left = json!({ "active": true });
    assert_eq!(assert_same_response(&app, &other, Method::PATCH, "/v1/people/{id}", &person, left).await, 404);
    let remark = last(&private.remarks);
    for path in ["/v1/remarks/{id}", "/v1/remarks/{id}/transitions"] {
        assert_eq!(assert_same_response(&app, &other, Method::GET, path, &remark, Value::Null).await, 404, "{path}");
    }
    for (method, path, body) in [
        (Method::PATCH, "/v1/remarks/{id}", json!({ "text": "Ours." })),
        (Method::POST, "/v1/remarks/{id}/transitions", json!({ "action": "resolve" })),
    ] {
        assert_eq!(assert_same_response(&app, &other, method, path, &remark, body).await, 404, "{path}");
    }
    // Naming an unpublished recommendation must not reveal it.
    let own = format!("{}/transitions", PrivateData::first(&private.published_assignments, "kent"));
    let body = json!({ "action": "supersede", "superseded_by": ID });
    let draft = last(&private.recommendations);
    assert_eq!(assert_same_response(&app, &other, Method::POST, &own, &draft, body).await, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hidden_and_unknown_assignments_get_the_same_responses_with_both_layers() {
    assert_hidden_and_unknown_assignments_get_the_same_responses(Layers::Both).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hidden_and_unknown_assignments_get_the_same_responses_with_row_security_only() {
    assert_hidden_and_unknown_assignments_get_the_same_responses(Layers::RowSecurityOnly).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hidden_and_unknown_assignments_get_the_same_responses_with_the_query_scope_only() {
    assert_hidden_and_unknown_assignments_get_the_same_responses(Layers::QueryScopeOnly).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hidden_and_unknown_records_get_the_same_responses_with_both_layers() {
    assert_hidden_and_unknown_records_get_the_same_responses(Layers::Both).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hidden_and_unknown_records_get_the_same_responses_with_row_security_only() {
    assert_hidden_and_unknown_records_get_the_same_responses(Layers::RowSecurityOnly).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hidden_and_unknown_records_get_the_same_responses_with_the_query_scope_only() {
    assert_hidden_and_unknown_records_get_the_same_responses(Layers::QueryScopeOnly).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duplicate_reference_does_not_reveal_the_hidden_inspection_that_has_it() {
    let app = App::start().await;
    let draft = app.create_draft_inspection("73001").await;
    let other =
        app.person(Role::Opcc, "kent").post("/v1/inspections", json!({ "reference": "73001" })).await.expect(201);
    assert!(!other.text.contains(draft.body["id"].as_str().expect("an id")), "{}", other.text);
    let own =
        app.person(Role::Opcc, "cumbria").post("/v1/inspections", json!({ "reference": "73001" })).await.expect(409);
    assert_eq!(own.body["existing"]["id"], draft.body["id"]);
}
