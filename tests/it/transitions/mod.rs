//! The workflows held to their tables: what the table says, what GET promises and what POST does are one.

mod answers;
mod assignments;
mod decisions;
mod evidence;
mod inspections;
mod marking;
mod responses;
mod retention;
mod tables;

use std::collections::BTreeMap;

use reqwest::Method;
use section55::auth::Role;
use section55::vocabulary::WireName;
use section55::workflow::Workflow;
use serde_json::Value;

use super::support::{Person, Reply};

/// Asks for an action without carrying it out.
async fn attempt(person: &Person, record: &str, body: &Value) -> Reply {
    let path = format!("{record}/transitions?validate_only=true");
    person.send_json(Method::POST, &path, Some("*"), body).await
}

/// What GET says a caller may do: each action with the codes that block it, or nothing for who sees no file of its own.
fn promised(reply: &Reply) -> BTreeMap<String, Vec<String>> {
    promised_in(reply, "allowed_actions")
}

/// The same, of a member of another name.
fn promised_in(reply: &Reply, member: &str) -> BTreeMap<String, Vec<String>> {
    let text = |value: &Value| value.as_str().expect("a word").to_owned();
    let codes =
        |action: &Value| action["blocked_by"].as_array().expect("a list").iter().map(|b| text(&b["code"])).collect();
    let actions = reply.body[member].as_array().cloned().unwrap_or_default();
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

/// What a table says of an actor with one role, where the record meets every need or not.
fn expected<S: WireName, A: WireName, N>(table: &Workflow<S, A, N>, from: S, action: A, role: Role, met: bool) -> u16 {
    let may = |by: &[Role]| by.iter().any(|needed| role.covers(*needed));
    let mut rules = table.rules.iter().filter(|rule| rule.action == action);
    if !rules.clone().any(|rule| may(rule.by)) {
        return 403;
    }
    match rules.find(|rule| rule.from == from) {
        None => 409,
        Some(rule) if !may(rule.by) => 403,
        Some(_) if met => 200,
        Some(_) => 422,
    }
}

/// Tries every action as somebody, and holds each answer to the table and to what GET promised.
async fn hold<S: WireName, A: WireName, N>(
    table: &Workflow<S, A, N>,
    (person, role): (&Person, Role),
    (from, path): (S, &str),
    promise: &BTreeMap<String, Vec<String>>,
    (right_body, lacking): (impl Fn(A) -> Value, impl Fn(A) -> Vec<&'static str>),
) {
    let mut allowed = BTreeMap::new();
    for action in A::ALL {
        let whose = format!("{role}: {action} from {from}");
        let lacks = lacking(*action);
        let tried = format!("{path}?validate_only=true");
        let reply = person.send_json(Method::POST, &tried, Some("*"), &right_body(*action)).await;
        let status = reply.status.as_u16();
        assert_eq!(status, expected(table, from, *action, role, lacks.is_empty()), "{whose}: {}", reply.text);
        match status {
            200 => drop(allowed.insert(action.to_string(), Vec::new())),
            403 => assert_eq!(reply.body["code"], "forbidden", "{whose}"),
            409 => {
                assert_eq!(reply.body["code"], "not_possible_from_this_state", "{whose}");
                assert_eq!(reply.body["state"], from.as_str(), "{whose}");
                assert_eq!(offered(&reply).len(), promise.len(), "{whose}");
                assert!(offered(&reply).iter().all(|name| promise.contains_key(*name)), "{whose}: {}", reply.text);
            }
            _ => {
                assert_eq!(codes(&reply), lacks, "{whose}");
                allowed.insert(action.to_string(), codes(&reply));
            }
        }
    }
    assert_eq!(*promise, allowed, "{role} in {from}: what GET promises is what POST allows");
}
