//! The batch of explanations: all are written or none, every fault is reported, and each response has one audit event.

use section55::auth::Role;
use serde_json::{Value, json};

use super::support::{App, Reply};

fn id(path: &str) -> Value {
    json!(path.rsplit('/').next().expect("an id"))
}

fn explanations(response: &Reply, text: &str) -> Vec<Value> {
    let missing = response.body["missing_explanations"].as_array().expect("a list").iter();
    let each = missing.map(|missing| {
        json!({ "response_id": response.body["id"], "recommendation_id": missing, "branch": "no_action", "text": text })
    });
    each.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_explains_several_responses_with_one_version_and_one_event_each() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut all = Vec::new();
    let mut responses = Vec::new();
    for reference in ["81001", "81002"] {
        let inspection = app.create_published_inspection(reference).await;
        let response = app.response_path(&inspection, "cumbria").await;
        all.extend(explanations(&opcc.get(&response).await.expect(200), "Nothing is needed."));
        responses.push(response);
    }
    all[0]["version"] = json!(1);
    let before = app.database.fingerprint().await;
    let body = json!({ "explanations": all });
    let tried = opcc.post("/v1/batch/explanations?validate_only=true", body.clone()).await.expect(200);
    assert_eq!(app.database.fingerprint().await, before, "`validate_only` writes nothing");
    let written = opcc.post("/v1/batch/explanations", body).await.expect(200);
    assert_eq!(written.body, tried.body);
    for (response, returned) in responses.iter().zip(written.body["responses"].as_array().expect("a list")) {
        let now = opcc.get(response).await.expect(200);
        assert_eq!(now.body, *returned);
        assert_eq!((&now.body["version"], &now.body["missing_explanations"]), (&json!(2), &json!([])));
        let auditor = app.person(Role::Auditor, "cumbria");
        let path = format!("/v1/audit-events?action=amend&resource_id={}", id(response).as_str().expect("an id"));
        let events = auditor.get(&path).await.expect(200);
        assert_eq!(events.body["items"].as_array().expect("a list").len(), 1);
        assert_eq!(events.body["items"][0]["fields"], json!(["explanations"]));
    }
    let again = json!({ "explanations": [{
        "response_id": id(&responses[0]), "recommendation_id": all[0]["recommendation_id"], "branch": "action_taken",
        "text": "It was done after all.", "version": 2,
    }] });
    let now = opcc.post("/v1/batch/explanations", again).await.expect(200);
    assert_eq!(now.body["responses"][0]["explanations"][0]["text"], "It was done after all.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_is_reported_with_its_pointer_and_nothing_is_written() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let inspection = app.create_published_inspection("81003").await;
    let own = app.response_path(&inspection, "cumbria").await;
    let kent = app.response_path(&inspection, "kent").await;
    let valid = explanations(&opcc.get(&own).await.expect(200), "Nothing is needed.");
    let other = app.create_published_inspection("81004").await;
    let approved = app.response_path(&other, "cumbria").await;
    let closed = explanations(&opcc.get(&approved).await.expect(200), "Too late.").remove(0);
    app.advance_response_to(&approved, "cumbria", "approved").await;
    let before = app.database.fingerprint().await;
    let with = |member: &str, value: Value| {
        let mut changed = valid[1].clone();
        changed[member] = value;
        changed
    };
    let invalid = json!({ "explanations": [
        valid[0], valid[0], with("response_id", id(&kent)), with("recommendation_id", closed["recommendation_id"].clone()),
        closed, with("version", json!(7)), with("response_id", json!("01890a5d-ac96-774b-bcce-b302099a8057")),
    ] });
    let refused = opcc.post("/v1/batch/explanations", invalid).await.expect(422);
    let expected = [
        ("/explanations/1/recommendation_id", "not_unique"),
        ("/explanations/2/response_id", "unknown_reference"),
        ("/explanations/3/recommendation_id", "unknown_reference"),
        ("/explanations/4/response_id", "not_possible_from_this_state"),
        ("/explanations/5/version", "stale"),
        ("/explanations/6/response_id", "unknown_reference"),
    ];
    assert_eq!(refused.faults(), expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    let details: Vec<&Value> = [1, 5].iter().map(|index| &refused.body["errors"][index]["detail"]).collect();
    assert_eq!(details[0], details[1], "a response of another area reads like one that does not exist");
    let send = async |one: Value| opcc.post("/v1/batch/explanations", json!({ "explanations": [one] })).await;
    send(closed).await.expect(409);
    send(with("version", json!(7))).await.expect(412);
    assert_eq!(send(with("branch", json!("maybe"))).await.expect(422).faults()[0].0, "/explanations/0/branch");
    assert_eq!(send(with("text", json!(" "))).await.expect(422).faults()[0].0, "/explanations/0/text");
    opcc.post("/v1/batch/explanations", json!({ "explanations": [] })).await.expect(422);
    let body = json!({ "explanations": valid });
    for role in [Role::Constabulary, Role::ChiefOfficer, Role::Auditor, Role::Registrar] {
        app.person(role, "cumbria").post("/v1/batch/explanations", body.clone()).await.expect(403);
    }
    app.public().post("/v1/batch/explanations", body.clone()).await.expect(401);
    app.person(Role::Opcc, "kent").post("/v1/batch/explanations", body).await.expect(422);
    assert_eq!(app.database.fingerprint().await, before);
}
