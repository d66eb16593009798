//! Whom a side has assigned is known to that side of that area alone, with both layers of protection and with either.

use section55::auth::Role;
use serde_json::json;

use super::Layers;

async fn assert_assignees_are_for_their_side(layers: Layers) {
    let app = layers.start().await;
    let inspection = app.create_published_inspection("72200").await;
    let (response, assignment) =
        (app.response_path(&inspection, "cumbria").await, app.assignment_path(&inspection, "cumbria").await);
    app.advance_response_to(&response, "cumbria", "published").await;
    let evidence = app.add_evidence(&assignment, "cumbria", json!({})).await.href();
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = opcc.post("/v1/people", json!({ "subject": "opcc@cumbria", "name": "zqassigneex" })).await.expect(201);
    let id = made.body["id"].as_str().expect("an id").to_owned();
    for record in [&response, &assignment, &evidence] {
        let assigned = opcc.patch(record, "*", json!({ "assigned_to": id })).await.expect(200);
        assert_eq!(assigned.body["assigned_to"]["name"], "zqassigneex", "{record}");
    }
    app.sequence().await;
    let strangers = [
        app.person(Role::Constabulary, "cumbria"),
        app.person(Role::ChiefOfficer, "cumbria"),
        app.person_with_roles("opcc@cumbria", &["opcc_approver", "chief_officer"], &["kent"]),
        app.person(Role::Registrar, ""),
        app.public(),
    ];
    for (n, person) in strangers.iter().enumerate() {
        for path in [
            response.clone(),
            assignment.clone(),
            evidence.clone(),
            format!("{response}/history"),
            format!("{assignment}/history"),
            format!("{assignment}/evidence"),
            "/v1/responses?limit=200".to_owned(),
            "/v1/assignments?limit=200".to_owned(),
            "/v1/exports/assignments?format=jsonl".to_owned(),
            "/v1/changes?limit=200".to_owned(),
        ] {
            let reply = person.get(&path).await;
            assert!(!reply.text.contains("zqassigneex") && !reply.text.contains(&id), "{n} {path}: {}", reply.text);
        }
        for list in ["/v1/responses", "/v1/assignments"] {
            for wanted in ["me", id.as_str()] {
                let found = person.get(&format!("{list}?assigned_to={wanted}")).await.expect(200);
                assert_eq!(found.body["items"], json!([]), "{n} {list} {wanted}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn assignees_are_for_their_side_with_both_layers() {
    assert_assignees_are_for_their_side(Layers::Both).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn assignees_are_for_their_side_with_row_security_only() {
    assert_assignees_are_for_their_side(Layers::RowSecurityOnly).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn assignees_are_for_their_side_with_the_query_scope_only() {
    assert_assignees_are_for_their_side(Layers::QueryScopeOnly).await;
}
