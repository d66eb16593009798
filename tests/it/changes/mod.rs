//! The feed of what changed: each change once, in order, to whom it may be told, and nothing of what it holds.

mod following;
mod large;
mod order;
mod visible;
mod waiting;

use serde_json::Value;

use crate::support::{Person, Reply};

/// The items of a page.
fn items(reply: &Reply) -> Vec<Value> {
    reply.body["items"].as_array().expect("items").clone()
}

/// Where the next page begins.
fn next(reply: &Reply) -> String {
    reply.body["next_cursor"].as_str().expect("a cursor").to_owned()
}

/// All that somebody is told, from the beginning to where the feed ends now.
pub async fn all(person: &Person) -> Vec<Value> {
    let (mut told, mut at) = (Vec::new(), "/v1/changes?limit=200".to_owned());
    loop {
        let page = person.get(&at).await.expect(200);
        let found = items(&page);
        if found.is_empty() {
            return told;
        }
        told.extend(found);
        at = format!("/v1/changes?limit=200&after={}", next(&page));
    }
}

/// The member of each item, as text.
fn each(items: &[Value], member: &str) -> Vec<String> {
    items.iter().map(|item| item[member].as_str().expect("a text").to_owned()).collect()
}
