//! Each reading of OFFICIAL-SENSITIVE evidence is recorded before the response is sent. If it cannot be recorded, the
//! service sends nothing.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Case, review_request, transition_marking};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_reading_of_an_official_sensitive_item_is_recorded() {
    let case = Case::new().await;
    let official = case.add_submitted(json!({})).await;
    let item = case.add_submitted(json!({ "marking": "official_sensitive" })).await;
    let (official_before, before) = (case.event_actions(&official).await, case.event_actions(&item).await);
    let list = format!("{}/evidence", case.assignment);
    let paths =
        [item.clone(), format!("{item}/transitions"), format!("{item}/files"), list.clone(), format!("{list}?limit=2")];
    for (n, path) in paths.iter().enumerate() {
        case.auditor.get(path).await.expect(200);
        case.auditor.send(Method::HEAD, path, &[], None).await.expect(200);
        let events = case.event_actions(&item).await;
        assert_eq!(events, [before.clone(), vec!["read".to_owned(); 2 * (n + 1)]].concat(), "{path}");
    }
    // An item that only shows that there is a next page is not returned, so it is not recorded as read.
    let count = case.event_actions(&item).await.len();
    case.auditor.get(&format!("{list}?limit=1")).await.expect(200);
    case.auditor.get(&format!("{list}?marking=official")).await.expect(200);
    assert_eq!(case.event_actions(&item).await.len(), count);
    for path in [&official, &format!("{official}/transitions"), &format!("{official}/files")] {
        case.auditor.get(path).await.expect(200);
    }
    assert_eq!(case.event_actions(&official).await, official_before, "reading OFFICIAL evidence is not recorded");
    let events = case.auditor.get("/v1/audit-events?action=read&limit=1").await.expect(200);
    assert_eq!(events.body["items"][0]["actor"]["subject"], "auditor@cumbria");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_with_validate_only_is_recorded_as_a_reading() {
    let case = Case::new().await;
    let item = case.add_draft(json!({ "marking": "official_sensitive" })).await;
    let before = case.event_actions(&item).await.len();
    let validate = async |method: Method, path: &str, body: Value| {
        let path = format!("{item}{path}?validate_only=true");
        case.force.send_json(method, &path, Some("*"), &body).await.expect(200)
    };
    let validated = validate(Method::PATCH, "", json!({})).await;
    assert_eq!(validated.body["title"], "Minutes of the board");
    validate(Method::POST, "/transitions", json!({ "action": "withdraw", "reason": "A slip." })).await;
    validate(Method::POST, "/marking/transitions", json!({ "action": "request_lowering", "reason": "No names." }))
        .await;
    assert_eq!(case.event_actions(&item).await[before..], ["read", "read", "read"]);
    let official = case.add_draft(json!({})).await;
    let path = format!("{official}?validate_only=true");
    case.force.patch(&path, "*", json!({})).await.expect(200);
    assert_eq!(case.event_actions(&official).await, ["add"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_audit_log_hides_the_note_of_an_official_sensitive_item() {
    let case = Case::new().await;
    let (official, item) =
        (case.add_submitted(json!({})).await, case.add_submitted(json!({ "marking": "official_sensitive" })).await);
    for path in [&official, &item] {
        case.opcc.act(path, review_request("reject")).await.expect(200);
    }
    let note = async |item: &str| {
        let id = item.rsplit('/').next().expect("an id");
        let path = format!("/v1/audit-events?resource_id={id}&action=reject");
        case.auditor.get(&path).await.expect(200).body["items"][0]["note"].clone()
    };
    assert_eq!((note(&official).await, note(&item).await), (json!("Looked into."), Value::Null));
    let history = case.auditor.get(&format!("{item}/transitions?order=asc")).await.expect(200);
    assert!(
        history.text.contains("Looked into."),
        "the item's own history has the note, because that reading is recorded"
    );
    transition_marking(&case.opcc, &item, json!({ "action": "request_lowering", "reason": "No names." }))
        .await
        .expect(200);
    transition_marking(&case.force, &item, json!({ "action": "confirm_lowering" })).await.expect(200);
    assert_eq!(note(&item).await, "Looked into.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reading_that_cannot_be_recorded_returns_nothing() {
    let case = Case::new().await;
    let (official, item) =
        (case.add_draft(json!({})).await, case.add_draft(json!({ "marking": "official_sensitive" })).await);
    let file = case.upload(&item, "a.txt", b"Canary of the minutes.").await.expect(201).href();
    let official_file = case.upload(&official, "a.txt", b"Canary of the minutes.").await.expect(201).href();
    let administrator = case.app.database.administrator().await;
    let lock = "begin; lock table record.events in share row exclusive mode";
    administrator.batch_execute(lock).await.expect("a lock that blocks new events");
    let list = format!("{}/evidence", case.assignment);
    let (head, headers) = (Method::HEAD, [("if-none-match", "\"other\"")]);
    let reads = tokio::join!(
        case.auditor.get(&item),
        case.auditor.get(&list),
        case.auditor.get(&file),
        case.auditor.get(&official_file),
        case.auditor.send(head, &file, &headers, None),
    );
    for reply in [reads.0, reads.1, reads.2, reads.3, reads.4] {
        assert_eq!(reply.status, 503, "{}", reply.text);
        assert!(!reply.text.contains("Canary") && !reply.text.contains("Minutes of the board"), "{}", reply.text);
        assert!(!reply.headers.contains_key("etag") && !reply.headers.contains_key("content-disposition"));
    }
    case.auditor.get(&official).await.expect(200);
    administrator.batch_execute("rollback").await.expect("the lock is released");
    assert_eq!(case.auditor.get(&file).await.expect(200).text, "Canary of the minutes.");
}
