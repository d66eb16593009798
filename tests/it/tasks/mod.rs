//! `/v1/tasks`: what waits for a caller agrees with the actions that each record offers, and leaves when it is done.

mod agreement;
mod lists;
mod records;
mod timing;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Person, Reply};

/// A record's path, and what to do: the action of a transition, or else the kind of the task.
type Work = (String, String);

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("{member} of {value}")).to_owned()
}

/// Returns all tasks of a caller that a query selects, over as many pages as it takes.
async fn tasks(person: &Person, query: &str) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = person.get(&format!("/v1/tasks?limit=7&{query}{cursor}")).await.expect(200);
        found.extend(page.body["items"].as_array().expect("a list").clone());
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

/// Returns the kinds of a caller's tasks on one record.
async fn kinds_on(person: &Person, record: &str) -> Vec<String> {
    let all = tasks(person, "").await;
    all.iter().filter(|task| task["links"]["self"] == record).map(|task| text(task, "kind")).collect()
}

/// Returns the work that a task names.
fn work_of(task: &Value) -> Work {
    let to_do = if task["action"].is_null() { "kind" } else { "action" };
    (text(&task["links"], "self"), text(task, to_do))
}

/// Returns the actions of a record that the caller may take now, and those that a need still blocks.
fn offered(record: &Reply, member: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let actions = record.body[member].as_array().cloned().unwrap_or_default();
    let (blocked, open): (Vec<Value>, Vec<Value>) =
        actions.into_iter().partition(|action| action["blocked_by"] != json!([]));
    let names = |actions: Vec<Value>| actions.iter().map(|action| text(action, "action")).collect();
    (names(open), names(blocked))
}

/// Returns what waits for the caller on a record, as docs/reference/tasks.md defines it from the record itself.
fn work_on(path: &str, record: &Reply) -> BTreeSet<Work> {
    let (open, blocked) = offered(record, "allowed_actions");
    let state = record.body["state"].as_str().unwrap_or_default();
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut add = |is_task: bool, name: &'static str| {
        if is_task {
            found.insert(name);
        }
    };
    let offers = |action: &str| open.contains(action);
    match path.split('/').nth(2).expect("a collection") {
        "responses" => {
            let old = record.body["not_yet_recorded"] == true;
            add(offers("invite") && !old, "invite");
            add(offers("record_published") && old, "record_published");
            add(offers("submit_comments") && state == "awaiting_comments", "submit_comments");
            for action in ["proceed", "submit", "approve", "publish", "record_copy"] {
                add(offers(action), action);
            }
            add(blocked.contains("submit"), "explain_response");
        }
        "assignments" => {
            let closed = ["closed", "closed_verified"].iter().any(|it| record.body["inspectorate_status"] == *it);
            for action in ["allocate", "sign_off"] {
                add(offers(action) && !closed, action);
            }
        }
        "evidence" => {
            add(offers("accept"), "accept");
            add(
                offers("reject") && blocked.contains("accept") && record.body["files"][0]["scan"] == "infected",
                "reject",
            );
            add(offers("submit") && state == "changes_requested", "submit");
            add(offered(record, "marking_actions").0.contains("confirm_lowering"), "confirm_lowering");
        }
        "imports" => add(offers("accept") || blocked.contains("accept"), "decide_import"),
        "imported-positions" | "disposals" => add(offers("confirm"), "confirm"),
        other => panic!("no tasks are known on {other}"),
    }
    found.into_iter().map(|name| (path.to_owned(), name.to_owned())).collect()
}

/// Asserts that a caller's tasks on these records are exactly those that the records offer.
async fn assert_agreement(person: &Person, who: &str, records: &[String]) -> BTreeSet<String> {
    let listed = tasks(person, "").await;
    for task in &listed {
        assert!(records.contains(&text(&task["links"], "self")), "{who}: a task on an unknown record: {task}");
    }
    // Work that no transition does is tested apart.
    let by_hand = ["update_assignment", "record_body_view"];
    let listed: BTreeSet<Work> =
        listed.iter().filter(|task| !by_hand.iter().any(|kind| task["kind"] == *kind)).map(work_of).collect();
    let mut expected = BTreeSet::new();
    for path in records {
        let record = person.get(path).await;
        if record.status == 200 {
            expected.extend(work_on(path, &record));
        } else {
            assert!([403, 404].contains(&record.status.as_u16()), "{who}: {path}: {}", record.status);
        }
    }
    assert_eq!(listed, expected, "{who}: the tasks, and what the records offer");
    listed.into_iter().map(|(_, name)| name).collect()
}
