//! Whoever reads what is OFFICIAL-SENSITIVE is recorded before the first byte leaves: otherwise nothing leaves.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Case, mark, review};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reading_of_an_official_sensitive_item_is_an_event() {
    let case = Case::new().await;
    let plain = case.submitted(json!({})).await;
    let item = case.submitted(json!({ "marking": "official_sensitive" })).await;
    let (quiet, before) = (case.events(&plain).await, case.events(&item).await);
    let list = format!("{}/evidence", case.line);
    let paths =
        [item.clone(), format!("{item}/transitions"), format!("{item}/files"), list.clone(), format!("{list}?limit=2")];
    for (n, path) in paths.iter().enumerate() {
        case.auditor.get(path).await.expect(200);
        case.auditor.send(Method::HEAD, path, &[], None).await.expect(200);
        let events = case.events(&item).await;
        assert_eq!(events, [before.clone(), vec!["read".to_owned(); 2 * (n + 1)]].concat(), "{path}");
    }
    // The item that only tells of a next page is not shown, and not read.
    let count = case.events(&item).await.len();
    case.auditor.get(&format!("{list}?limit=1")).await.expect(200);
    case.auditor.get(&format!("{list}?marking=official")).await.expect(200);
    assert_eq!(case.events(&item).await.len(), count);
    for path in [&plain, &format!("{plain}/transitions"), &format!("{plain}/files")] {
        case.auditor.get(path).await.expect(200);
    }
    assert_eq!(case.events(&plain).await, quiet, "what is OFFICIAL is read unrecorded");
    let told = case.auditor.get("/v1/audit-events?action=read&limit=1").await.expect(200);
    assert_eq!(told.body["items"][0]["actor"]["subject"], "auditor@cumbria");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trial_that_writes_nothing_is_a_reading_all_the_same() {
    let case = Case::new().await;
    let item = case.item(json!({ "marking": "official_sensitive" })).await;
    let before = case.events(&item).await.len();
    let tried = async |method: Method, path: &str, body: Value| {
        let path = format!("{item}{path}?validate_only=true");
        case.force.send_json(method, &path, Some("*"), &body).await.expect(200)
    };
    let shown = tried(Method::PATCH, "", json!({})).await;
    assert_eq!(shown.body["title"], "Minutes of the board");
    tried(Method::POST, "/transitions", json!({ "action": "withdraw", "reason": "A slip." })).await;
    tried(Method::POST, "/marking/transitions", json!({ "action": "request_lowering", "reason": "No names." })).await;
    assert_eq!(case.events(&item).await[before..], ["read", "read", "read"]);
    let plain = case.item(json!({})).await;
    let path = format!("{plain}?validate_only=true");
    case.force.patch(&path, "*", json!({})).await.expect(200);
    assert_eq!(case.events(&plain).await, ["add"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_of_an_official_sensitive_item_is_not_read_past_its_record() {
    let case = Case::new().await;
    let (plain, item) =
        (case.submitted(json!({})).await, case.submitted(json!({ "marking": "official_sensitive" })).await);
    for each in [&plain, &item] {
        case.opcc.act(each, review("reject")).await.expect(200);
    }
    let note = async |item: &str| {
        let id = item.rsplit('/').next().expect("an id");
        let path = format!("/v1/audit-events?resource_id={id}&action=reject");
        case.auditor.get(&path).await.expect(200).body["items"][0]["note"].clone()
    };
    assert_eq!((note(&plain).await, note(&item).await), (json!("Looked into."), Value::Null));
    let history = case.auditor.get(&format!("{item}/transitions")).await.expect(200);
    assert!(history.text.contains("Looked into."), "where the reading is recorded, it is there");
    mark(&case.opcc, &item, json!({ "action": "request_lowering", "reason": "No names." })).await.expect(200);
    mark(&case.force, &item, json!({ "action": "confirm_lowering" })).await.expect(200);
    assert_eq!(note(&item).await, "Looked into.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_a_reading_cannot_be_recorded_no_byte_leaves() {
    let case = Case::new().await;
    let (plain, item) = (case.item(json!({})).await, case.item(json!({ "marking": "official_sensitive" })).await);
    let sent = case.send(&item, "a.txt", b"Canary of the minutes.").await.expect(201).href();
    let open = case.send(&plain, "a.txt", b"Canary of the minutes.").await.expect(201).href();
    let administrator = case.app.database.administrator().await;
    let lock = "begin; lock table record.events in share row exclusive mode";
    administrator.batch_execute(lock).await.expect("nobody appends an event");
    let list = format!("{}/evidence", case.line);
    let (head, tag) = (Method::HEAD, [("if-none-match", "\"other\"")]);
    let reads = tokio::join!(
        case.auditor.get(&item),
        case.auditor.get(&list),
        case.auditor.get(&sent),
        case.auditor.get(&open),
        case.auditor.send(head, &sent, &tag, None),
    );
    for reply in [reads.0, reads.1, reads.2, reads.3, reads.4] {
        assert_eq!(reply.status, 503, "{}", reply.text);
        assert!(!reply.text.contains("Canary") && !reply.text.contains("Minutes of the board"), "{}", reply.text);
        assert!(!reply.headers.contains_key("etag") && !reply.headers.contains_key("content-disposition"));
    }
    case.auditor.get(&plain).await.expect(200);
    administrator.batch_execute("rollback").await.expect("no lock");
    assert_eq!(case.auditor.get(&sent).await.expect(200).text, "Canary of the minutes.");
}
