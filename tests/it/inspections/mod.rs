//! Inspections and their recommendations: registered once, shared by all areas, and corrected without losing the old
//! text.

mod correction;
mod drafts;
mod errata;
mod lists;
mod publication;
mod recommendations;
mod references;
mod registration;

use serde_json::Value;

use super::support::Reply;

/// Returns one member of each item of a list.
fn members(list: &Reply, member: &str) -> Vec<String> {
    let items = list.body["items"].as_array().expect("a list");
    items.iter().map(|item| item[member].as_str().expect("a text").to_owned()).collect()
}

/// Returns the text of a JSON value.
fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
