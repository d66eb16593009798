//! The area's own target date: changed with a reason, with a full history, and its effect on the headline state.

use serde_json::{Value, json};

use super::{Case, fault};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_change_of_the_local_target_needs_a_reason_and_is_recorded() {
    let case = Case::new().await;
    let patch = async |body: Value| case.force.patch(&case.assignment, "*", body).await;
    let bare = patch(json!({ "local_target_on": "2022-06-01" })).await.expect(422);
    assert_eq!(bare.faults(), fault("/reason", "required"));
    patch(json!({ "local_target_on": "2022-06-01", "reason": "The board." })).await.expect(200);
    patch(json!({ "local_target_on": "2022-09-01", "reason": "The budget." })).await.expect(200);
    let before = case.get().await;
    patch(json!({ "local_target_on": "2022-09-01", "reason": "No change." })).await.expect(200);
    patch(json!({ "local_target_on": "2022-09-01" })).await.expect(200);
    assert_eq!(case.get().await, before, "no change");
    patch(json!({ "local_target_on": null })).await.expect(422);
    let none = patch(json!({ "local_target_on": null, "reason": "The report's own." })).await.expect(200);
    assert_eq!(none.body["local_target_on"], Value::Null);
    let changes = none.body["target_history"].as_array().expect("a list");
    let listed: Vec<[&Value; 4]> =
        changes.iter().map(|it| ["from", "to", "reason", "by"].map(|name| &it[name])).collect();
    let (by, first, second) = (json!("constabulary@cumbria (name)"), json!("2022-06-01"), json!("2022-09-01"));
    assert_eq!(
        listed,
        [
            [&Value::Null, &first, &json!("The board."), &by],
            [&first, &second, &json!("The budget."), &by],
            [&second, &Value::Null, &json!("The report's own."), &by],
        ]
    );
    let events = case.auditor.get("/v1/audit-events?action=amend&resource=assignment&sort=at").await.expect(200);
    let notes: Vec<&Value> = events.body["items"].as_array().expect("a list").iter().map(|it| &it["note"]).collect();
    assert_eq!(notes, [&json!("The board."), &json!("The budget."), &json!("The report's own.")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_local_target_is_not_before_the_report_and_a_reason_needs_a_change() {
    let case = Case::new().await;
    let patch = async |body: Value| case.force.patch(&case.assignment, "*", body).await;
    let early = patch(json!({ "local_target_on": "2022-02-24", "reason": "Long ago." })).await.expect(422);
    assert_eq!(early.faults(), fault("/local_target_on", "too_small"));
    let alone = patch(json!({ "reason": "Because.", "owner": "Insp. Owner" })).await.expect(422);
    assert_eq!(alone.faults(), fault("/reason", "not_here"));
    let both = patch(json!({ "local_target_on": "2022-02-24", "dependency": " " })).await.expect(422);
    assert!(both.faults().contains(&("/dependency".to_owned(), "blank".to_owned())), "{}", both.text);
    patch(json!({ "local_target_on": "2022-02-25", "reason": "On the day." })).await.expect(200);
    assert_eq!(case.get().await["target_history"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_local_target_decides_when_an_assignment_is_due_and_overdue() {
    let case = Case::new().await;
    case.force.act(&case.assignment, json!({ "action": "allocate", "owner": "Insp. Owner" })).await.expect(200);
    let request = json!({ "local_target_on": "2022-03-22", "reason": "The board." });
    let today = case.force.patch(&case.assignment, "*", request).await.expect(200);
    assert_eq!((&today.body["overdue"], &today.body["headline"]), (&json!(false), &json!("not_started")));
    assert_eq!(today.body["target_on"], "2022-02-25", "the report's own target stays");
    case.app.set_day("2022-03-23");
    let late = case.get().await;
    assert_eq!((&late["overdue"], &late["headline"]), (&json!(true), &json!("overdue")));
    let ids = async |query: &str| {
        let list = case.auditor.get(&format!("/v1/assignments?{query}")).await.expect(200);
        list.body["items"].as_array().expect("a list").iter().map(|it| it["id"].clone()).collect::<Vec<_>>()
    };
    let id = late["id"].clone();
    let only = vec![id.clone()];
    assert_eq!(ids("overdue=true").await, only, "the other assignments are due with the response");
    assert!(!ids("due_before=2022-03-22").await.contains(&id));
    assert!(ids("due_before=2022-03-23").await.contains(&id));
    assert_eq!(ids("headline=overdue").await, only);
    assert_eq!(ids("owner=Insp.%20Owner").await, only);
    assert_eq!(ids("force_status=allocated&sort=-due_on").await, only);
    // An assignment that waits for another body is overdue too, but its headline states that it waits.
    case.force.act(&case.assignment, json!({ "action": "depend", "dependency": "CPS" })).await.expect(200);
    let waiting = case.get().await;
    assert_eq!((&waiting["overdue"], &waiting["headline"]), (&json!(true), &json!("waiting_on_other")));
    let later = json!({ "local_target_on": "2022-12-01", "reason": "The CPS." });
    assert_eq!(case.force.patch(&case.assignment, "*", later).await.expect(200).body["overdue"], false);
}
