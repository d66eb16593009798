//! Writes: merge patches (RFC 7396), and `validate_only`.

use reqwest::Method;
use section55::assignments::imported::ImportedPosition;
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::world::{recommendation, registration};
use crate::support::{App, Person, Reply};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_patch_leaves_absent_members_and_removes_null_members() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut sent = registration("80400");
    sent["legal_basis"] = json!("Police Act 1996 s.54");
    let made = opcc.post("/v1/inspections", sent).await.expect(201);
    let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
    let patch =
        async |body: Value| opcc.send(Method::PATCH, &made.href(), &headers, Some(body.to_string().into_bytes())).await;
    let unchanged = patch(json!({})).await.expect(200);
    for member in ["title", "legal_basis", "key_findings", "published_on", "kind", "subjects"] {
        assert_eq!(unchanged.body[member], made.body[member], "{member}");
    }
    let removed = patch(json!({ "legal_basis": null, "key_findings": null })).await.expect(200);
    assert_eq!((&removed.body["legal_basis"], &removed.body["key_findings"]), (&Value::Null, &Value::Null));
    assert_eq!(removed.body["title"], made.body["title"]);
    let undated = patch(json!({ "published_on": null })).await.expect(200);
    assert_eq!((&undated.body["published_on"], &undated.body["due_on"]), (&Value::Null, &Value::Null));
    // A required member cannot be removed.
    for member in
        ["reference", "source", "kind", "scope", "lead_inspectorate", "subjects", "participating_inspectorates"]
    {
        let refused = patch(json!({ member: null })).await.expect(422);
        assert_eq!(refused.faults()[0].0, format!("/{member}"));
    }
    // A patch replaces the whole list.
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
    let patched =
        opcc.patch(&added.href(), "*", json!({ "target": { "kind": "ongoing" }, "themes": [] })).await.expect(200);
    assert_eq!(patched.body["target"], json!({ "kind": "ongoing", "text": "Immediately", "on": null }));
}

/// A write that would succeed: person, method, path and body.
type Write = (Person, Method, String, Option<Value>);

const FORM: &str =
    "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nAgreed.\r\n--edge--\r\n";

/// Sends a write. A file is sent as a form.
async fn send(write: &Write, query: &str) -> Reply {
    let (person, method, path, body) = write;
    let is_form = path.ends_with("/files");
    let media = if is_form { "multipart/form-data; boundary=edge" } else { "application/json" };
    let headers = [("content-type", media), ("if-match", "*")];
    let body = body.as_ref().map(|body| if is_form { FORM.as_bytes().to_vec() } else { body.to_string().into_bytes() });
    person.send(method.clone(), &format!("{path}{query}"), &headers, body).await
}

/// Returns every write of an assignment and its evidence.
async fn writes_of_an_assignment(app: &App) -> Vec<Write> {
    let inspection = app.create_published_inspection("80510").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let draft = app.add_evidence(&assignment, "cumbria", json!({})).await.href();
    let submitted = app.add_submitted_evidence(&assignment, "cumbria", json!({})).await.href();
    let (opcc, force) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Constabulary, "cumbria"));
    let position = |name: &str| format!("{assignment}/positions/{name}");
    let view = json!({ "value": "not_assured", "note": "Not yet." });
    let opinion = json!({ "value": "limited", "note": "A small sample." });
    let decision = json!({ "value": "closed", "source": "Letter", "date": "2022-03-21" });
    let accept = json!({ "action": "accept", "note": "Seen." });
    vec![
        (force.clone(), Method::PATCH, assignment.clone(), Some(json!({ "owner": "Insp. Owner" }))),
        (
            force.clone(),
            Method::POST,
            format!("{assignment}/transitions"),
            Some(json!({ "action": "allocate", "owner": "A" })),
        ),
        (force.clone(), Method::POST, format!("{assignment}/updates"), Some(json!({ "text": "Begun." }))),
        (opcc.clone(), Method::PUT, position("body_view"), Some(view)),
        (app.person(Role::Auditor, "cumbria"), Method::PUT, position("assurance_opinion"), Some(opinion)),
        (force.clone(), Method::PUT, position("inspectorate_status"), Some(decision)),
        (force.clone(), Method::POST, format!("{assignment}/evidence"), Some(json!({ "title": "B", "kind": "data" }))),
        (force.clone(), Method::PATCH, draft.clone(), Some(json!({ "marking": "official_sensitive" }))),
        (force.clone(), Method::POST, format!("{draft}/files"), Some(Value::Null)),
        (force, Method::POST, format!("{submitted}/marking/transitions"), Some(json!({ "action": "raise" }))),
        (opcc, Method::POST, format!("{submitted}/transitions"), Some(accept)),
    ]
}

/// Returns every write of retention, of an assignment and a response that the other writes do not change.
async fn retention_writes(app: &App) -> Vec<Write> {
    let inspection = app.create_published_inspection("80520").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let (approver, chief) = (app.person(Role::OpccApprover, "cumbria"), app.person(Role::ChiefOfficer, "cumbria"));
    let evidence = app.add_evidence(&assignment, "cumbria", json!({})).await.body["id"].clone();
    let request = |resource: &str, path: &str| json!({ "resource": resource, "resource_id": &path[path.len() - 36..], "reason": "So." });
    let erase = |resource: &str, path: &str| {
        let mut body = request(resource, path);
        body["ground"] = json!("erasure");
        body
    };
    let proposed = approver.post("/v1/disposals", erase("response", &response)).await.expect(201).href();
    let other = app.create_published_inspection("80521").await;
    let hold = request("response", &app.response_path(&other, "cumbria").await);
    let hold_path = approver.post("/v1/legal-holds", hold.clone()).await.expect(201).href();
    let mut review = request("evidence", evidence.as_str().expect("an id"));
    review["review_on"] = json!("2030-01-01");
    vec![
        (approver.clone(), Method::POST, "/v1/retention-reviews".into(), Some(review)),
        (approver.clone(), Method::POST, "/v1/disposals".into(), Some(erase("assignment", &assignment))),
        (chief.clone(), Method::POST, format!("{proposed}/transitions"), Some(json!({ "action": "confirm" }))),
        (
            approver,
            Method::POST,
            format!("{hold_path}/transitions"),
            Some(json!({ "action": "lift", "reason": "Over." })),
        ),
        (chief, Method::POST, "/v1/legal-holds".into(), Some(hold)),
    ]
}

/// Returns every write of imported positions and of an import profile.
async fn writes_of_imports(app: &App) -> Vec<Write> {
    let inspection = app.create_published_inspection("80530").await;
    let position = ImportedPosition { owner: Some("Supt O. Owner".to_owned()), ..ImportedPosition::default() };
    let one = app.propose_position(&inspection, 0, position.clone()).await.remove(0);
    let other = app.propose_position(&inspection, 1, position).await.remove(0);
    let (force, opcc) = (app.person(Role::Constabulary, "cumbria"), app.person(Role::Opcc, "cumbria"));
    let confirm = json!({ "ids": [other[other.len() - 36..]] });
    let table = json!({ "inspection": { "reference": "80531" }, "rows": [{ "reference": "80531-1", "text": "One." }] });
    let [answered, discarded] =
        [opcc.post("/v1/imports", table.clone()).await, opcc.post("/v1/imports", table.clone()).await];
    let (answered, discarded) = (answered.expect(201).href(), discarded.expect(201).href());
    let answers = json!({ "answers": { "/inspection/title": "New" } });
    vec![
        (opcc.clone(), Method::POST, "/v1/imports".into(), Some(table)),
        (opcc.clone(), Method::PATCH, answered, Some(answers)),
        (opcc.clone(), Method::POST, format!("{discarded}/transitions"), Some(json!({ "action": "discard" }))),
        (force.clone(), Method::POST, format!("{one}/transitions"), Some(json!({ "action": "confirm" }))),
        (force, Method::POST, "/v1/imported-positions/confirm".into(), Some(confirm)),
        (opcc, Method::PUT, "/v1/areas/cumbria/import-profile".into(), Some(json!({ "signatory": "A. Body" }))),
    ]
}

/// Returns every write of people.
async fn writes_of_people(app: &App) -> Vec<Write> {
    let opcc = app.person(Role::Opcc, "cumbria");
    let entry = |subject: &str| json!({ "subject": subject, "name": "N. New" });
    let made = opcc.post("/v1/people", entry("old")).await.expect(201).href();
    vec![
        (opcc.clone(), Method::POST, "/v1/people".into(), Some(entry("new"))),
        (opcc, Method::PATCH, made, Some(json!({ "active": false }))),
    ]
}

/// Returns every write of remarks.
async fn writes_of_remarks(app: &App) -> Vec<Write> {
    let inspection = app.create_published_inspection("80540").await;
    let path = format!("{}/remarks", app.response_path(&inspection, "cumbria").await);
    let opcc = app.person(Role::Opcc, "cumbria");
    let [changed, resolved] = [(); 2].map(|()| opcc.post(&path, json!({ "text": "Is it so?" })));
    let (changed, resolved) = (changed.await.expect(201).href(), resolved.await.expect(201).href());
    vec![
        (opcc.clone(), Method::POST, path.clone(), Some(json!({ "text": "It is." }))),
        (opcc.clone(), Method::PATCH, changed, Some(json!({ "text": "Is it still so?" }))),
        (opcc, Method::POST, format!("{resolved}/transitions"), Some(json!({ "action": "resolve" }))),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn validate_only_returns_the_future_response_and_writes_nothing() {
    let app = App::start().await;
    let draft = app.create_draft_inspection("80500").await;
    let own = app.person(Role::Opcc, "cumbria").get(&format!("{}/recommendations", draft.href())).await;
    let recommendation_path = own.body["items"][0]["links"]["self"].as_str().expect("a link").to_owned();
    let inspection = app.create_published_inspection("80501").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let drafting = app.advance_response_to(&response, "cumbria", "drafting").await;
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
        (registrar.clone(), Method::PUT, "/v1/bank-holidays/2022-12-27".into(), Some(json!({ "name": "New" }))),
        (registrar.clone(), Method::DELETE, "/v1/bank-holidays/2022-12-27".into(), None),
        (app.person(Role::OpccApprover, "cumbria"), Method::PATCH, "/v1/areas/cumbria".into(), Some(settings)),
    ];
    writes.extend(writes_of_an_assignment(&app).await);
    let (approver, webhook) = (app.person(Role::OpccApprover, "cumbria"), app.create_disabled_webhook("cumbria").await);
    let receiver = json!({ "url": "http://hooks.example/", "description": "Validated." });
    writes.push((approver.clone(), Method::POST, "/v1/webhooks".into(), Some(receiver)));
    writes.push((approver.clone(), Method::PATCH, webhook.clone(), Some(json!({ "description": "New" }))));
    writes.push((approver, Method::DELETE, webhook, None));
    writes.extend(retention_writes(&app).await);
    writes.extend(writes_of_imports(&app).await);
    writes.extend(writes_of_people(&app).await);
    writes.extend(writes_of_remarks(&app).await);
    let opcc = app.person(Role::Opcc, "cumbria");
    let calendar = opcc.post("/v1/calendars", json!({})).await.expect(201).href();
    writes.push((opcc.clone(), Method::POST, "/v1/calendars".into(), Some(json!({}))));
    writes.push((opcc.clone(), Method::DELETE, calendar, None));
    let choice = json!({ "kinds": { "approved": "daily" } });
    let officer = app.person_with_roles("officer@cumbria.example", &["opcc"], &["cumbria"]);
    writes.push((officer, Method::PATCH, "/v1/me/notifications".into(), Some(choice)));
    let paths = app.contract.document["paths"].as_object().expect("paths");
    let declared = paths.values().flat_map(|methods| methods.as_object().expect("operations").values());
    let has_validate_only = |operation: &&Value| {
        operation["parameters"].as_array().is_some_and(|all| all.iter().any(|it| it["name"] == "validate_only"))
    };
    assert_eq!(declared.filter(has_validate_only).count(), writes.len(), "a write is missing from this test");
    let before = app.database.fingerprint().await;
    let mut validated = Vec::new();
    for write in &writes {
        let (_, method, path, _) = write;
        let reply = send(write, "?validate_only=true").await;
        let expected = if *method == Method::DELETE { 204 } else { 200 };
        assert_eq!(reply.status, expected, "{method} {path}: {}", reply.text);
        assert!(!reply.headers.contains_key("location"), "{method} {path}: a location although nothing was created");
        validated.push(reply.body);
    }
    assert_eq!(app.database.fingerprint().await, before, "something was written");
    assert_eq!(validated[2]["state"], "published");
    assert_eq!(validated[6]["policing_body_comments"], "New");
    // Without the parameter, each write succeeds and returns the same values.
    for (write, expected) in writes.iter().zip(&validated).take(2).chain(writes.iter().zip(&validated).skip(12)) {
        let reply = send(write, "").await;
        let (_, method, path, body) = write;
        assert!(reply.status.is_success(), "{method} {path}: {}", reply.text);
        let members = body.as_ref().and_then(Value::as_object).into_iter().flat_map(|members| members.keys());
        let last_segment = path.rsplit('/').next().expect("a segment");
        for member in members.map(String::as_str).chain([last_segment, "due_on", "sha256"]) {
            assert_eq!(reply.body[member], expected[member], "{method} {path} {member}");
        }
    }
    let refused = opcc.post("/v1/inspections?validate_only=true", registration("80501")).await.expect(409);
    assert_eq!(refused.body["code"], "already_exists");
    opcc.post("/v1/inspections?validate_only=perhaps", registration("80503")).await.expect(400);
}
