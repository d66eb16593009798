//! Every state of a response × every action × every role, over HTTP, and nothing moves.

use std::collections::BTreeMap;

use reqwest::Method;
use section55::auth::Role;
use section55::responses::{Action, State, WORKFLOW};
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{attempt, codes, offered, promised};
use crate::support::{App, Person};

/// The body of an action as somebody would send it who has all it needs.
fn right_body(action: Action) -> Value {
    let mut body = match action {
        Action::Invite => json!({ "comments_due_on": "2022-04-05" }),
        Action::SubmitComments => json!({ "text": "The force accepts the report.", "signed_by": "A. Chief" }),
        Action::NilReturn => json!({ "signed_by": "A. Chief" }),
        Action::Return | Action::Reopen | Action::Correct | Action::Reinstate => json!({ "reason": "A slip." }),
        Action::Publish => json!({ "url": "https://body.example/55" }),
        Action::RecordCopy => json!({ "recipient": "inspectors", "sent_on": "2022-03-22", "channel": "email" }),
        Action::MarkNotRequired => json!({ "reason": "no_section_55_duty" }),
        Action::Proceed | Action::Submit | Action::Approve => json!({}),
    };
    body["action"] = json!(action.as_str());
    body
}

/// What the records that `bring_to` leaves in a state still lack for an action.
fn lacking(from: State, action: Action) -> &'static [&'static str] {
    match (from, action) {
        (State::AwaitingComments, Action::Proceed) => &["comments_day_passed"],
        (State::Drafting, Action::Submit) => &["policing_body_comments", "every_explanation", "every_explanation"],
        _ => &[],
    }
}

/// What the table says of an actor with one role.
fn expected(from: State, action: Action, role: Role) -> u16 {
    let may = |by: &[Role]| by.iter().any(|needed| role.covers(*needed));
    let mut rules = WORKFLOW.rules.iter().filter(|rule| rule.action == action);
    if !rules.clone().any(|rule| may(rule.by)) {
        return 403;
    }
    match rules.find(|rule| rule.from == from) {
        None => 409,
        Some(rule) if !may(rule.by) => 403,
        Some(_) if lacking(from, action).is_empty() => 200,
        Some(_) => 422,
    }
}

/// An area for each state, its response to one national inspection brought there.
async fn all_states(app: &App) -> Vec<(State, &'static str, String)> {
    const AREAS: [&str; 8] = ["cumbria", "kent", "surrey", "essex", "cheshire", "dorset", "gwent", "suffolk"];
    let inspection = app.published_inspection("71001").await;
    let mut all = Vec::new();
    for (state, area) in State::ALL.iter().zip(AREAS) {
        let response = app.response(&inspection, area).await;
        let brought = app.bring_to(&response, area, state.as_str()).await;
        assert_eq!(brought.body["state"], state.as_str());
        all.push((*state, area, response));
    }
    assert_eq!(all.len(), State::ALL.len());
    all
}

async fn check(person: &Person, role: Role, from: State, response: &str) {
    let promise = promised(&person.get(response).await);
    let mut allowed = BTreeMap::new();
    for action in Action::ALL {
        let reply = attempt(person, response, &right_body(*action)).await;
        let (status, whose) = (reply.status.as_u16(), format!("{role}: {action} from {from}"));
        assert_eq!(status, expected(from, *action, role), "{whose}: {}", reply.text);
        match status {
            200 => drop(allowed.insert(action.to_string(), Vec::new())),
            403 => assert_eq!(reply.body["code"], "forbidden", "{whose}"),
            409 => {
                assert_eq!(reply.body["code"], "not_possible_from_this_state", "{whose}");
                assert_eq!(reply.body["state"], from.as_str(), "{whose}");
                assert_eq!(offered(&reply), promise_in_order(promise.keys(), from), "{whose}");
            }
            _ => {
                assert_eq!(codes(&reply), lacking(from, *action), "{whose}");
                allowed.insert(action.to_string(), codes(&reply));
            }
        }
    }
    assert_eq!(promise, allowed, "{role} in {from}: what GET promises is what POST allows");
}

/// The actions in the table's order, in which answers list them.
fn promise_in_order<'a>(promised: impl Iterator<Item = &'a String> + Clone, from: State) -> Vec<&'static str> {
    let rules = WORKFLOW.rules.iter().filter(|rule| rule.from == from).map(|rule| rule.action.as_str());
    rules.filter(|action| promised.clone().any(|name| name == action)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_action_and_role_is_as_the_table_says() {
    let app = App::start().await;
    let all = all_states(&app).await;
    for (from, area, response) in &all {
        let auditor = app.person(Role::Auditor, area);
        let before = auditor.get(response).await.expect(200);
        for role in Role::ALL {
            check(&app.person(*role, area), *role, *from, response).await;
        }
        let after = auditor.get(response).await.expect(200);
        assert_eq!(after.body, before.body, "{from}: validate_only moved it");
        let history = auditor.get(&format!("{response}/transitions")).await.expect(200);
        assert!(history.body["items"].as_array().is_some_and(|items| !items.is_empty()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_of_another_area_can_tell_that_a_response_is_there() {
    let app = App::start().await;
    let inspection = app.published_inspection("71002").await;
    let response = app.response(&inspection, "cumbria").await;
    let nowhere = "/v1/responses/01890000-0000-7000-8000-000000000000";
    for role in [Role::Opcc, Role::OpccApprover, Role::ChiefOfficer] {
        let stranger = app.person(role, "kent");
        for action in Action::ALL {
            let there = attempt(&stranger, &response, &right_body(*action)).await.expect(404);
            let not_there = attempt(&stranger, nowhere, &right_body(*action)).await.expect(404);
            assert_eq!(there.body["detail"], not_there.body["detail"]);
        }
    }
    app.public().act(&response, json!({ "action": "proceed" })).await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transition_needs_the_version_that_the_caller_has_seen() {
    let app = App::start().await;
    let inspection = app.published_inspection("71003").await;
    let response = app.response(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let path = format!("{response}/transitions");
    opcc.post(&path, json!({ "action": "invite" })).await.expect(428);
    let seen = opcc.get(&response).await.expect(200).tag();
    let invite = json!({ "action": "invite" });
    opcc.send_json(Method::POST, &path, Some(&seen), &invite).await.expect(200);
    opcc.send_json(Method::POST, &path, Some(&seen), &invite).await.expect(412);
    opcc.act(&response, json!({ "action": "invite" })).await.expect(409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_is_held_to_the_form_of_its_action() {
    let app = App::start().await;
    let inspection = app.published_inspection("71004").await;
    let response = app.response(&inspection, "cumbria").await;
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
    assert_eq!(pointers.len(), 3, "every fault at once: {pointers:?}");
}
