//! Updates on an assignment: dated, added by either side, never changed.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, fault};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_sides_add_updates_and_read_them_newest_first() {
    let case = Case::new().await;
    let path = format!("{}/updates", case.assignment);
    let updates = [
        (&case.force, json!({ "text": "Begun.", "date": "2022-03-01" })),
        (&case.opcc, json!({ "text": "We asked.", "date": "2022-03-05" })),
        (&case.chief, json!({ "text": "Answered." })),
        (&case.approver, json!({ "text": "Earlier still.", "date": "2022-02-28" })),
    ];
    for (person, update) in updates {
        let created = person.post(&path, update).await.expect(201);
        assert_eq!(created.body["area"], "cumbria");
    }
    let list = async |query: &str| {
        let list = case.auditor.get(&format!("{path}{query}")).await.expect(200);
        let items = list.body["items"].as_array().expect("a list").clone();
        items.iter().map(|it| it["text"].as_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list("").await, ["Answered.", "We asked.", "Begun.", "Earlier still."]);
    assert_eq!(list("?side=force").await, ["Answered.", "Begun."]);
    assert_eq!(list("?since=2022-03-05").await, ["Answered.", "We asked."]);
    let first = case.auditor.get(&path).await.expect(200).body["items"][0].clone();
    let members = (&first["date"], &first["side"], &first["by"]);
    assert_eq!(members, (&json!("2022-03-22"), &json!("force"), &json!("chief_officer@cumbria (name)")));
    assert_eq!(case.get().await["version"], 1, "an update does not change the assignment");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_is_not_dated_in_the_future_and_only_the_two_sides_add_one() {
    let case = Case::new().await;
    let path = format!("{}/updates", case.assignment);
    let before = case.app.database.fingerprint().await;
    let early = case.force.post(&path, json!({ "text": "Soon.", "date": "2022-03-23" })).await.expect(422);
    assert_eq!(early.faults(), fault("/date", "out_of_range"));
    assert_eq!(case.force.post(&path, json!({ "text": " " })).await.expect(422).faults(), fault("/text", "blank"));
    case.auditor.post(&path, json!({ "text": "We saw." })).await.expect(403);
    case.app.person(Role::Registrar, "").post(&path, json!({ "text": "We saw." })).await.expect(403);
    case.app.public().get(&path).await.expect(401);
    assert_eq!(case.app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_cannot_be_changed_or_deleted() {
    let case = Case::new().await;
    let path = format!("{}/updates", case.assignment);
    let created = case.force.post(&path, json!({ "text": "Begun." })).await.expect(201);
    let id = created.body["id"].as_str().expect("an id");
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let headers = [("content-type", "application/json"), ("if-match", "*")];
        for (path, status) in [(path.clone(), 405), (format!("{path}/{id}"), 404)] {
            case.force.send(method.clone(), &path, &headers, Some(b"{}".to_vec())).await.expect(status);
        }
    }
    let events = case.auditor.get(&format!("/v1/audit-events?resource_id={id}")).await.expect(200);
    let actions: Vec<&Value> =
        events.body["items"].as_array().expect("a list").iter().map(|it| &it["action"]).collect();
    assert_eq!(actions, ["add"]);
}
