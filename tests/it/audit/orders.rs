//! The two lists about a record: `/transitions` has its changes of state, `/history` every change. Both take one parameter
//! `order`.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Person};

async fn list(person: &Person, path: &str) -> Vec<Value> {
    person.get(path).await.expect(200).body["items"].as_array().expect("a list").clone()
}

fn actions(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["action"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transitions_and_history_are_newest_first_or_in_the_order_that_the_request_states() {
    let app = App::start().await;
    let response = app.response_path(&app.create_published_inspection("97101").await, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "drafting").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let moves = ["open", "invite", "submit_comments"];
    let backwards = ["submit_comments", "invite", "open"];
    for name in ["transitions", "history"] {
        let ordered = async |order: &str| list(&opcc, &format!("{response}/{name}?order={order}")).await;
        let (oldest_first, newest_first) = (ordered("asc").await, ordered("desc").await);
        assert_eq!(actions(&oldest_first), moves, "{name}");
        assert_eq!(actions(&newest_first), backwards, "{name}");
        let unknown = opcc.get(&format!("{response}/{name}?order=newest")).await.expect(400);
        assert_eq!(unknown.faults(), [("/order".to_owned(), "unknown_value".to_owned())]);
        assert_eq!(list(&opcc, &format!("{response}/{name}")).await, newest_first, "{name}");
    }
}

#[test]
fn every_list_of_transitions_and_every_history_takes_the_parameter() {
    let document = &crate::support::contract::Contract::shared().document;
    let mut found = 0;
    for (path, methods) in document["paths"].as_object().expect("paths") {
        let is_either = path.ends_with("/transitions") || path.ends_with("/history");
        if let Some(operation) = methods.get("get").filter(|_| is_either) {
            let parameters = operation["parameters"].as_array().expect("parameters");
            let order =
                parameters.iter().find(|it| it["name"] == "order").unwrap_or_else(|| panic!("{path}: no order"));
            assert_eq!(order["schema"]["enum"], json!(["asc", "desc"]), "{path}");
            assert_eq!(order["schema"]["default"], "desc", "{path}");
            found += 1;
        }
    }
    assert!(found > 12, "only {found}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_history_has_each_event_once_in_either_order() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = app.create_draft_inspection("97102").await.href();
    for n in 0..205 {
        opcc.patch(&draft, "*", json!({ "title": format!("Title {n}") })).await.expect(200);
    }
    let read_pages = async |order: &str, next: &str, parameter: &str| {
        let (mut versions, mut query) = (Vec::new(), String::new());
        loop {
            let page = opcc.get(&format!("{draft}/history?order={order}{query}")).await.expect(200).body;
            versions
                .extend(page["items"].as_array().expect("a list").iter().filter_map(|item| item["version"].as_i64()));
            match page[next].as_i64() {
                Some(version) => query = format!("&{parameter}={version}"),
                None => return versions,
            }
        }
    };
    let mut backwards = read_pages("desc", "next_before", "before").await;
    let onwards = read_pages("asc", "next_after", "after").await;
    backwards.reverse();
    assert_eq!(onwards, backwards);
    assert!(onwards.len() > 205 && onwards.windows(2).all(|pair| pair[0] < pair[1]), "{onwards:?}");
    for wrong in ["after=-1", "after=x", "before=0"] {
        opcc.get(&format!("{draft}/history?{wrong}")).await.expect(400);
    }
}
