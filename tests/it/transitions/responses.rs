//! Every state of a response × every action × every role, over HTTP with `validate_only`.

use std::collections::BTreeMap;

use reqwest::Method;
use section55::auth::Role;
use section55::responses::{Action, State, WORKFLOW};
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{actions_in_problem, codes, dry_run, offered_actions_of};
use crate::support::{App, Person};

/// Returns a body of the action with everything that it needs.
fn complete_body(action: Action) -> Value {
    let mut body = match action {
        Action::Invite => json!({ "comments_due_on": "2022-04-05" }),
        Action::SubmitComments => json!({ "text": "The force accepts the report.", "signed_by": "A. Chief" }),
        Action::NilReturn => json!({ "signed_by": "A. Chief" }),
        Action::Return | Action::Reopen | Action::Correct | Action::Reinstate => json!({ "reason": "A slip." }),
        Action::Publish => json!({ "url": "https://body.example/55" }),
        Action::RecordPublished => json!({
            "published_on": "2022-03-01", "policing_body_comments": "As published.", "explanations_incomplete": true,
        }),
        Action::RecordCopy => json!({ "recipient": "inspectors", "sent_on": "2022-03-22", "channel": "email" }),
        Action::MarkNotRequired => json!({ "reason": "no_section_55_duty" }),
        Action::Proceed | Action::Submit | Action::Approve => json!({}),
    };
    body["action"] = json!(action.as_str());
    body
}

/// Returns the needs that a response brought to a state by `advance_response_to` does not meet yet.
fn unmet_needs(from: State, action: Action) -> &'static [&'static str] {
    match (from, action) {
        (State::AwaitingComments, Action::Proceed) => &["comments_day_passed"],
        (State::Drafting, Action::Submit) => &["policing_body_comments", "every_explanation", "every_explanation"],
        _ => &[],
    }
}

/// Returns the status that follows from the table for an actor with one role.
fn expected(from: State, action: Action, role: Role) -> u16 {
    let is_permitted = |roles: &[Role]| roles.iter().any(|needed| role.covers(*needed));
    let mut rules = WORKFLOW.rules.iter().filter(|rule| rule.action == action);
    if !rules.clone().any(|rule| is_permitted(rule.roles)) {
        return 403;
    }
    match rules.find(|rule| rule.from == from) {
        None => 409,
        Some(rule) if !is_permitted(rule.roles) => 403,
        Some(_) if unmet_needs(from, action).is_empty() => 200,
        Some(_) => 422,
    }
}

/// Brings the response of one area to each state. All are responses to one national inspection.
async fn responses_in_all_states(app: &App) -> Vec<(State, &'static str, String)> {
    const AREAS: [&str; 8] = ["cumbria", "kent", "surrey", "essex", "cheshire", "dorset", "gwent", "suffolk"];
    let inspection = app.create_published_inspection("71001").await;
    let mut all = Vec::new();
    for (state, area) in State::ALL.iter().zip(AREAS) {
        let response = app.response_path(&inspection, area).await;
        let brought = app.advance_response_to(&response, area, state.as_str()).await;
        assert_eq!(brought.body["state"], state.as_str());
        all.push((*state, area, response));
    }
    assert_eq!(all.len(), State::ALL.len());
    all
}

async fn assert_actions_follow_table(person: &Person, role: Role, from: State, response: &str) {
    let offered_actions = offered_actions_of(&person.get(response).await);
    let mut allowed = BTreeMap::new();
    for action in Action::ALL {
        let reply = dry_run(person, response, &complete_body(*action)).await;
        let (status, context) = (reply.status.as_u16(), format!("{role}: {action} from {from}"));
        assert_eq!(status, expected(from, *action, role), "{context}: {}", reply.text);
        match status {
            200 => drop(allowed.insert(action.to_string(), Vec::new())),
            403 => assert_eq!(reply.body["code"], "forbidden", "{context}"),
            409 => {
                assert_eq!(reply.body["code"], "not_possible_from_this_state", "{context}");
                assert_eq!(reply.body["state"], from.as_str(), "{context}");
                assert_eq!(actions_in_problem(&reply), in_table_order(offered_actions.keys(), from), "{context}");
            }
            _ => {
                assert_eq!(codes(&reply), unmet_needs(from, *action), "{context}");
                allowed.insert(action.to_string(), codes(&reply));
            }
        }
    }
    assert_eq!(offered_actions, allowed, "{role} in {from}: the actions that GET offers are those that POST allows");
}

/// Returns the actions in the order of the table, in which a 409 lists them.
fn in_table_order<'a>(offered_actions_of: impl Iterator<Item = &'a String> + Clone, from: State) -> Vec<&'static str> {
    let rules = WORKFLOW.rules.iter().filter(|rule| rule.from == from).map(|rule| rule.action.as_str());
    rules.filter(|action| offered_actions_of.clone().any(|name| name == action)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_result_of_every_state_action_and_role_follows_the_table() {
    let app = App::start().await;
    let all = responses_in_all_states(&app).await;
    for (from, area, response) in &all {
        let auditor = app.person(Role::Auditor, area);
        let before = auditor.get(response).await.expect(200);
        for role in Role::ALL {
            assert_actions_follow_table(&app.person(*role, area), *role, *from, response).await;
        }
        let after = auditor.get(response).await.expect(200);
        assert_eq!(after.body, before.body, "{from}: validate_only must not write");
        let history = auditor.get(&format!("{response}/transitions?order=asc")).await.expect(200);
        assert!(history.body["items"].as_array().is_some_and(|items| !items.is_empty()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_of_another_area_cannot_tell_that_a_response_exists() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71002").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let nowhere = "/v1/responses/01890000-0000-7000-8000-000000000000";
    for role in [Role::Opcc, Role::OpccApprover, Role::ChiefOfficer] {
        let other_caller = app.person(role, "kent");
        for action in Action::ALL {
            let there = dry_run(&other_caller, &response, &complete_body(*action)).await.expect(404);
            let not_there = dry_run(&other_caller, nowhere, &complete_body(*action)).await.expect(404);
            assert_eq!(there.body["detail"], not_there.body["detail"]);
        }
    }
    app.public().act(&response, json!({ "action": "proceed" })).await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transition_needs_the_version_that_the_caller_has_seen() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71003").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let path = format!("{response}/transitions");
    opcc.post(&path, json!({ "action": "invite" })).await.expect(428);
    let seen = opcc.get(&response).await.expect(200).etag();
    let invite = json!({ "action": "invite" });
    opcc.send_json(Method::POST, &path, Some(&seen), &invite).await.expect(200);
    opcc.send_json(Method::POST, &path, Some(&seen), &invite).await.expect(412);
    opcc.act(&response, json!({ "action": "invite" })).await.expect(409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_does_not_fit_its_action_is_refused() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71004").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    for (body, pointer, code) in [
        (json!({}), "/action", "required"),
        (json!({ "action": "elope" }), "/action", "unknown_value"),
        (json!({ "action": "proceed", "text": "More." }), "/text", "unknown_field"),
        (json!({ "action": "return" }), "/reason", "required"),
        (json!({ "action": "return", "reason": "  " }), "/reason", "blank"),
        (json!({ "action": "invite", "comments_due_on": "5 April" }), "/comments_due_on", "wrong_format"),
        (json!({ "action": "mark_not_required", "reason": "bored" }), "/reason", "unknown_value"),
        (
            json!({ "action": "record_copy", "recipient": "the_king", "sent_on": "2022-03-22", "channel": "email" }),
            "/recipient",
            "unknown_value",
        ),
        (json!({ "action": "publish", "url": "body.example" }), "/url", "wrong_format"),
    ] {
        let refused = approver.act(&response, body.clone()).await.expect(422);
        assert!(refused.faults().contains(&(pointer.to_owned(), code.to_owned())), "{body}: {}", refused.text);
    }
    let refused = approver.act(&response, json!({ "action": "record_copy" })).await.expect(422);
    let pointers: Vec<String> = refused.faults().into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(pointers.len(), 3, "all faults in one problem: {pointers:?}");
}
