//! Writing: merge patches as RFC 7396 has them, and checks that write nothing.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::world::{recommendation, registration};
use crate::support::{App, Person, Reply};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_patch_leaves_what_is_absent_and_takes_away_what_is_null() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut sent = registration("80400");
    sent["legal_basis"] = json!("Police Act 1996 s.54");
    let made = opcc.post("/v1/inspections", sent).await.expect(201);
    let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
    let patch =
        async |body: Value| opcc.send(Method::PATCH, &made.href(), &headers, Some(body.to_string().into_bytes())).await;
    let nothing = patch(json!({})).await.expect(200);
    for member in ["title", "legal_basis", "key_findings", "published_on", "kind", "subjects"] {
        assert_eq!(nothing.body[member], made.body[member], "{member}");
    }
    let less = patch(json!({ "legal_basis": null, "key_findings": null })).await.expect(200);
    assert_eq!((&less.body["legal_basis"], &less.body["key_findings"]), (&Value::Null, &Value::Null));
    assert_eq!(less.body["title"], made.body["title"]);
    let dateless = patch(json!({ "published_on": null })).await.expect(200);
    assert_eq!((&dateless.body["published_on"], &dateless.body["due_on"]), (&Value::Null, &Value::Null));
    // What cannot be without a value cannot be taken away.
    for member in
        ["reference", "source", "kind", "scope", "lead_inspectorate", "subjects", "participating_inspectorates"]
    {
        let refused = patch(json!({ member: null })).await.expect(422);
        assert_eq!(refused.faults()[0].0, format!("/{member}"));
    }
    // A list is replaced whole.
    let several = patch(json!({ "participating_inspectorates": ["cqc", "hmip"] })).await.expect(200);
    assert_eq!(several.body["participating_inspectorates"], json!(["cqc", "hmip"]));
    let one = patch(json!({ "participating_inspectorates": ["ofsted"] })).await.expect(200);
    assert_eq!(one.body["participating_inspectorates"], json!(["ofsted"]));
    for member in ["id", "state", "version", "due_on", "registered_by", "links"] {
        let refused = patch(json!({ member: made.body[member] })).await.expect(422);
        assert_eq!(refused.faults(), [(format!("/{member}"), "unknown_field".to_owned())]);
    }
    let path = format!("{}/recommendations", made.href());
    let added = opcc.post(&path, recommendation("80400-1")).await.expect(201);
    let none =
        opcc.patch(&added.href(), "*", json!({ "target": { "kind": "ongoing" }, "themes": [] })).await.expect(200);
    assert_eq!(none.body["target"], json!({ "kind": "ongoing", "text": null, "on": null }));
}

/// A write that would succeed: who, method, path, body.
type Write = (Person, Method, String, Option<Value>);

const FORM: &str =
    "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nAgreed.\r\n--edge--\r\n";

/// Sends a write; one of a file is sent as a form.
async fn send(write: &Write, query: &str) -> Reply {
    let (person, method, path, body) = write;
    let form = path.ends_with("/files");
    let media = if form { "multipart/form-data; boundary=edge" } else { "application/json" };
    let headers = [("content-type", media), ("if-match", "*")];
    let body = body.as_ref().map(|body| if form { FORM.as_bytes().to_vec() } else { body.to_string().into_bytes() });
    person.send(method.clone(), &format!("{path}{query}"), &headers, body).await
}

/// Every write on a line and its evidence.
async fn writes_on_a_line(app: &App) -> Vec<Write> {
    let inspection = app.published_inspection("80510").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let draft = app.evidence(&line, "cumbria", json!({})).await.href();
    let sent = app.submitted_evidence(&line, "cumbria", json!({})).await.href();
    let (opcc, force) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Constabulary, "cumbria"));
    let position = |name: &str| format!("{line}/positions/{name}");
    let view = json!({ "value": "not_assured", "note": "Not yet." });
    let opinion = json!({ "value": "limited", "note": "A small sample." });
    let decision = json!({ "value": "closed", "source": "Letter", "date": "2022-03-21" });
    let accept = json!({ "action": "accept", "note": "Seen." });
    vec![
        (force.clone(), Method::PATCH, line.clone(), Some(json!({ "owner": "Insp. Owner" }))),
        (
            force.clone(),
            Method::POST,
            format!("{line}/transitions"),
            Some(json!({ "action": "allocate", "owner": "A" })),
        ),
        (force.clone(), Method::POST, format!("{line}/updates"), Some(json!({ "text": "Begun." }))),
        (opcc.clone(), Method::PUT, position("body_view"), Some(view)),
        (app.person(Role::Auditor, "cumbria"), Method::PUT, position("assurance_opinion"), Some(opinion)),
        (force.clone(), Method::PUT, position("inspectorate_status"), Some(decision)),
        (force.clone(), Method::POST, format!("{line}/evidence"), Some(json!({ "title": "B", "kind": "data" }))),
        (force.clone(), Method::PATCH, draft.clone(), Some(json!({ "marking": "official_sensitive" }))),
        (force.clone(), Method::POST, format!("{draft}/files"), Some(Value::Null)),
        (force, Method::POST, format!("{sent}/marking/transitions"), Some(json!({ "action": "raise" }))),
        (opcc, Method::POST, format!("{sent}/transitions"), Some(accept)),
    ]
}

/// Every write of retention, on a line and a response of their own.
async fn writes_of_retention(app: &App) -> Vec<Write> {
    let inspection = app.published_inspection("80520").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let response = app.response(&inspection, "cumbria").await;
    let (approver, chief) = (app.person(Role::OpccApprover, "cumbria"), app.person(Role::ChiefOfficer, "cumbria"));
    let item = app.evidence(&line, "cumbria", json!({})).await.body["id"].clone();
    let of = |resource: &str, path: &str| json!({ "resource": resource, "resource_id": &path[path.len() - 36..], "reason": "So." });
    let erase = |resource: &str, path: &str| {
        let mut body = of(resource, path);
        body["ground"] = json!("erasure");
        body
    };
    let proposed = approver.post("/v1/disposals", erase("response", &response)).await.expect(201).href();
    let other = app.published_inspection("80521").await;
    let hold = of("response", &app.response(&other, "cumbria").await);
    let held = approver.post("/v1/legal-holds", hold.clone()).await.expect(201).href();
    let mut review = of("evidence", item.as_str().expect("an id"));
    review["review_on"] = json!("2030-01-01");
    vec![
        (approver.clone(), Method::POST, "/v1/retention-reviews".into(), Some(review)),
        (approver.clone(), Method::POST, "/v1/disposals".into(), Some(erase("assignment", &line))),
        (chief.clone(), Method::POST, format!("{proposed}/transitions"), Some(json!({ "action": "confirm" }))),
        (approver, Method::POST, format!("{held}/transitions"), Some(json!({ "action": "lift", "reason": "Over." }))),
        (chief, Method::POST, "/v1/legal-holds".into(), Some(hold)),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn validate_only_answers_what_would_come_and_writes_nothing() {
    let app = App::start().await;
    let draft = app.draft_inspection("80500").await;
    let own = app.person(Role::Opcc, "cumbria").get(&format!("{}/recommendations", draft.href())).await;
    let recommendation_path = own.body["items"][0]["links"]["self"].as_str().expect("a link").to_owned();
    let inspection = app.published_inspection("80501").await;
    let response = app.response(&inspection, "cumbria").await;
    let drafting = app.bring_to(&response, "cumbria", "drafting").await;
    let missing = drafting.body["missing_explanations"][0].as_str().expect("an id").to_owned();
    let (opcc, registrar) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Registrar, ""));
    let explanation = format!("{response}/explanations/{missing}");
    let batch = json!({ "explanations": [{
        "response_id": drafting.body["id"], "recommendation_id": missing, "branch": "no_action", "text": "New",
    }] });
    opcc.put(&explanation, "*", json!({ "branch": "no_action", "text": "None." })).await.expect(200);
    let area = json!({
        "name": "Cumbria", "country": "england", "force": { "name": "A", "chief_officer_title": "B" },
        "policing_body": { "kind": "mayor", "name": "C", "office_holder_title": "D" },
    });
    let settings = json!({ "settings": { "comments_days": 3 } });
    let mut writes: Vec<Write> = vec![
        (opcc.clone(), Method::POST, "/v1/inspections".into(), Some(registration("80502"))),
        (opcc.clone(), Method::PATCH, draft.href(), Some(json!({ "title": "New" }))),
        (opcc.clone(), Method::POST, format!("{}/transitions", draft.href()), Some(json!({ "action": "publish" }))),
        (opcc.clone(), Method::POST, format!("{}/recommendations", draft.href()), Some(recommendation("80500-9"))),
        (opcc.clone(), Method::PATCH, recommendation_path.clone(), Some(json!({ "text": "New" }))),
        (opcc.clone(), Method::DELETE, recommendation_path, None),
        (opcc.clone(), Method::PATCH, response.clone(), Some(json!({ "policing_body_comments": "New" }))),
        (opcc.clone(), Method::PUT, explanation.clone(), Some(json!({ "branch": "action_taken", "text": "New" }))),
        (opcc.clone(), Method::DELETE, explanation, None),
        (opcc.clone(), Method::POST, "/v1/batch/explanations".into(), Some(batch)),
        (
            app.person(Role::OpccApprover, "cumbria"),
            Method::POST,
            format!("{response}/transitions"),
            Some(json!({ "action": "mark_not_required", "reason": "not_the_subject" })),
        ),
        (registrar.clone(), Method::PUT, "/v1/areas/cumbria".into(), Some(area)),
        (app.person(Role::OpccApprover, "cumbria"), Method::PATCH, "/v1/areas/cumbria".into(), Some(settings)),
    ];
    writes.extend(writes_on_a_line(&app).await);
    let (approver, webhook) = (app.person(Role::OpccApprover, "cumbria"), app.stopped_webhook("cumbria").await);
    let receiver = json!({ "url": "http://hooks.example/", "description": "Tried." });
    writes.push((approver.clone(), Method::POST, "/v1/webhooks".into(), Some(receiver)));
    writes.push((approver.clone(), Method::PATCH, webhook.clone(), Some(json!({ "description": "New" }))));
    writes.push((approver, Method::DELETE, webhook, None));
    writes.extend(writes_of_retention(&app).await);
    let paths = app.contract.document["paths"].as_object().expect("paths");
    let declared = paths.values().flat_map(|methods| methods.as_object().expect("operations").values());
    let can_check = |operation: &&Value| {
        operation["parameters"].as_array().is_some_and(|all| all.iter().any(|it| it["name"] == "validate_only"))
    };
    // All but the import, which has its own tests.
    assert_eq!(declared.filter(can_check).count(), writes.len() + 1, "a write is not tried here");
    let before = app.database.fingerprint().await;
    let mut foreseen = Vec::new();
    for write in &writes {
        let (_, method, path, _) = write;
        let reply = send(write, "?validate_only=true").await;
        let expected = if *method == Method::DELETE { 204 } else { 200 };
        assert_eq!(reply.status, expected, "{method} {path}: {}", reply.text);
        assert!(!reply.headers.contains_key("location"), "{method} {path}: a place that is none");
        foreseen.push(reply.body);
    }
    assert_eq!(app.database.fingerprint().await, before, "something was written");
    assert_eq!(foreseen[2]["state"], "published");
    assert_eq!(foreseen[6]["policing_body_comments"], "New");
    // And without it each is carried out, and answers what was foreseen.
    for (write, foreseen) in writes.iter().zip(&foreseen).take(2).chain(writes.iter().zip(&foreseen).skip(12)) {
        let reply = send(write, "").await;
        let (_, method, path, body) = write;
        assert!(reply.status.is_success(), "{method} {path}: {}", reply.text);
        let sent = body.as_ref().and_then(Value::as_object).into_iter().flat_map(|members| members.keys());
        let position = path.rsplit('/').next().expect("a last part");
        for member in sent.map(String::as_str).chain([position, "due_on", "sha256"]) {
            assert_eq!(reply.body[member], foreseen[member], "{method} {path} {member}");
        }
    }
    let refused = opcc.post("/v1/inspections?validate_only=true", registration("80501")).await.expect(409);
    assert_eq!(refused.body["code"], "already_exists");
    opcc.post("/v1/inspections?validate_only=perhaps", registration("80503")).await.expect(400);
}
