//! The workflows held to their tables: what the table says, what GET promises and what POST does are one.

mod inspections;
mod responses;
mod tables;

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::Value;

use super::support::{Person, Reply};

/// Asks for an action without carrying it out.
async fn attempt(person: &Person, record: &str, body: &Value) -> Reply {
    let path = format!("{record}/transitions?validate_only=true");
    person.send_json(Method::POST, &path, Some("*"), body).await
}

/// What GET says a caller may do: each action with the codes that block it, or nothing for who sees no file of its own.
fn promised(reply: &Reply) -> BTreeMap<String, Vec<String>> {
    let text = |value: &Value| value.as_str().expect("a word").to_owned();
    let codes =
        |action: &Value| action["blocked_by"].as_array().expect("a list").iter().map(|b| text(&b["code"])).collect();
    let actions = reply.body["allowed_actions"].as_array().cloned().unwrap_or_default();
    actions.iter().map(|action| (text(&action["action"]), codes(action))).collect()
}

/// The codes of what a refused action lacks.
fn codes(reply: &Reply) -> Vec<String> {
    reply.faults().into_iter().map(|(_, code)| code).collect()
}

/// The actions a 409 lists.
fn offered(reply: &Reply) -> Vec<&str> {
    let offered = reply.body["allowed_actions"].as_array().expect("allowed_actions");
    offered.iter().map(|action| action["action"].as_str().expect("an action")).collect()
}
