//! The change feed: each change once, in order, for the readers who may see it, without the content of the record.

mod details;
mod following;
mod large;
mod newest_first;
mod order;
mod restored;
mod streams;
mod visible;
mod waiting;

use serde_json::Value;

use crate::support::{Person, Reply};

/// Returns the items of a page.
fn items(reply: &Reply) -> Vec<Value> {
    reply.body["items"].as_array().expect("items").clone()
}

/// Returns the cursor of the next page.
fn next_cursor(reply: &Reply) -> String {
    reply.body["next_cursor"].as_str().expect("a cursor").to_owned()
}

/// Reads the whole feed of a person, from its beginning to its present end.
pub async fn read_all(person: &Person) -> Vec<Value> {
    let (mut changes, mut path) = (Vec::new(), "/v1/changes?limit=200".to_owned());
    loop {
        let page = person.get(&path).await.expect(200);
        let found = items(&page);
        if found.is_empty() {
            return changes;
        }
        changes.extend(found);
        path = format!("/v1/changes?limit=200&after={}", next_cursor(&page));
    }
}

/// Returns one member of each item, as text.
fn member_of_each(items: &[Value], member: &str) -> Vec<String> {
    items.iter().map(|item| item[member].as_str().expect("a text").to_owned()).collect()
}
