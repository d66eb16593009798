//! Inspections and their recommendations: registered once, shared by all areas, put right with the old kept.

mod correction;
mod drafts;
mod lists;
mod publication;
mod recommendations;
mod registration;

use serde_json::Value;

use super::support::Reply;

/// A member of each item of a list.
fn each(list: &Reply, member: &str) -> Vec<String> {
    let items = list.body["items"].as_array().expect("a list");
    items.iter().map(|item| item[member].as_str().expect("a text").to_owned()).collect()
}

/// The same text at an index of a body's list.
fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
