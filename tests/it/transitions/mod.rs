//! Transitions: the workflow's table, the actions that GET offers and the result of POST agree.

mod assignments;
mod domain_tables;
mod evidence;
mod inspections;
mod inspectorate_decisions;
mod markings;
mod responses;
mod retention;
mod returned_record;

use std::collections::BTreeMap;

use reqwest::Method;
use section55::auth::Role;
use section55::vocabulary::WireName;
use section55::workflow::Workflow;
use serde_json::Value;

use super::support::{Person, Reply};

/// Requests an action with `validate_only`, so that nothing is written.
async fn dry_run(person: &Person, record: &str, body: &Value) -> Reply {
    let path = format!("{record}/transitions?validate_only=true");
    person.send_json(Method::POST, &path, Some("*"), body).await
}

/// Returns the actions that GET offers to a caller, each with the codes that block it. There are none for a caller
/// who sees only the published copy.
fn offered_actions_of(reply: &Reply) -> BTreeMap<String, Vec<String>> {
    offered_actions_in(reply, "allowed_actions")
}

/// Returns the actions that are offered in this member.
fn offered_actions_in(reply: &Reply, member: &str) -> BTreeMap<String, Vec<String>> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let codes =
        |action: &Value| action["blocked_by"].as_array().expect("a list").iter().map(|b| text(&b["code"])).collect();
    let actions = reply.body[member].as_array().cloned().unwrap_or_default();
    actions.iter().map(|action| (text(&action["action"]), codes(action))).collect()
}

/// Returns the codes of the faults of a refused action.
fn codes(reply: &Reply) -> Vec<String> {
    reply.faults().into_iter().map(|(_, code)| code).collect()
}

/// Returns the actions that a 409 lists.
fn actions_in_problem(reply: &Reply) -> Vec<&str> {
    let actions = reply.body["allowed_actions"].as_array().expect("allowed_actions");
    actions.iter().map(|action| action["action"].as_str().expect("an action")).collect()
}

/// Returns the status that follows from the table for an actor with one role. `met` states that the record meets
/// every need.
fn expected<S: WireName, A: WireName, N>(table: &Workflow<S, A, N>, from: S, action: A, role: Role, met: bool) -> u16 {
    let is_permitted = |roles: &[Role]| roles.iter().any(|needed| role.covers(*needed));
    let mut rules = table.rules.iter().filter(|rule| rule.action == action);
    if !rules.clone().any(|rule| is_permitted(rule.roles)) {
        return 403;
    }
    match rules.find(|rule| rule.from == from) {
        None => 409,
        Some(rule) if !is_permitted(rule.roles) => 403,
        Some(_) if met => 200,
        Some(_) => 422,
    }
}

/// Tries every action as one person, and asserts that each result agrees with the table and with the actions that GET
/// offered.
async fn assert_actions_follow_table<S: WireName, A: WireName, N>(
    table: &Workflow<S, A, N>,
    (person, role): (&Person, Role),
    (from, path): (S, &str),
    offered_actions: &BTreeMap<String, Vec<String>>,
    (complete_body, unmet_needs): (impl Fn(A) -> Value, impl Fn(A) -> Vec<&'static str>),
) {
    let mut allowed = BTreeMap::new();
    for action in A::ALL {
        let context = format!("{role}: {action} from {from}");
        let unmet = unmet_needs(*action);
        let dry_run_path = format!("{path}?validate_only=true");
        let reply = person.send_json(Method::POST, &dry_run_path, Some("*"), &complete_body(*action)).await;
        let status = reply.status.as_u16();
        assert_eq!(status, expected(table, from, *action, role, unmet.is_empty()), "{context}: {}", reply.text);
        match status {
            200 => drop(allowed.insert(action.to_string(), Vec::new())),
            403 => assert_eq!(reply.body["code"], "forbidden", "{context}"),
            409 => {
                assert_eq!(reply.body["code"], "not_possible_from_this_state", "{context}");
                assert_eq!(reply.body["state"], from.as_str(), "{context}");
                assert_eq!(actions_in_problem(&reply).len(), offered_actions.len(), "{context}");
                assert!(
                    actions_in_problem(&reply).iter().all(|name| offered_actions.contains_key(*name)),
                    "{context}: {}",
                    reply.text
                );
            }
            _ => {
                assert_eq!(codes(&reply), unmet, "{context}");
                allowed.insert(action.to_string(), codes(&reply));
            }
        }
    }
    assert_eq!(*offered_actions, allowed, "{role} in {from}: the actions that GET offers are those that POST allows");
}
