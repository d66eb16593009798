//! Every state of a marking × every action × every role, over HTTP, and nothing moves.

use reqwest::Method;
use section55::auth::Role;
use section55::evidence::marking::{Action, MarkingState, WORKFLOW};
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{hold, promised_in};
use crate::support::App;

fn right_body(action: Action) -> Value {
    match action {
        Action::ConfirmLowering => json!({ "action": "confirm_lowering" }),
        _ => json!({ "action": action.as_str(), "reason": "Looked into." }),
    }
}

/// An item with its marking in a state; a request to lower it is the approver's.
async fn item(app: &App, line: &str, state: MarkingState) -> String {
    let marking = if state == MarkingState::Official { "official" } else { "official_sensitive" };
    let item = app.evidence(line, "cumbria", json!({ "marking": marking })).await.href();
    if state == MarkingState::LoweringRequested {
        let (approver, path) = (app.person(Role::OpccApprover, "cumbria"), format!("{item}/marking/transitions"));
        let asked = right_body(Action::RequestLowering);
        approver.send_json(Method::POST, &path, Some("*"), &asked).await.expect(200);
    }
    item
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_action_and_role_is_as_the_table_says() {
    let app = App::start().await;
    let inspection = app.published_inspection("71401").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let auditor = app.person(Role::Auditor, "cumbria");
    for from in MarkingState::ALL {
        let item = item(&app, &line, *from).await;
        let before = auditor.get(&item).await.expect(200);
        for role in Role::ALL {
            let person = app.person(*role, "cumbria");
            let promise = promised_in(&person.get(&item).await, "marking_actions");
            let path = format!("{item}/marking/transitions");
            // Whoever asked does not confirm.
            let asked = *role == Role::OpccApprover && *from == MarkingState::LoweringRequested;
            let lacking =
                |action| if asked && action == Action::ConfirmLowering { vec!["another_person"] } else { vec![] };
            hold(&WORKFLOW, (&person, *role), (*from, &path), &promise, (right_body, lacking)).await;
        }
        assert_eq!(auditor.get(&item).await.expect(200).body, before.body, "{from}: validate_only moved it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_step_leads_where_the_table_says() {
    let app = App::start().await;
    let inspection = app.published_inspection("71402").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for rule in WORKFLOW.rules {
        let item = item(&app, &line, rule.from).await;
        let path = format!("{item}/marking/transitions");
        let moved = opcc.send_json(Method::POST, &path, Some("*"), &right_body(rule.action)).await.expect(200);
        let marking = if rule.to == MarkingState::Official { "official" } else { "official_sensitive" };
        assert_eq!(moved.body["marking"], marking, "{} {}", rule.from, rule.action);
        let asked = rule.to == MarkingState::LoweringRequested;
        assert_eq!(moved.body["lowering"].is_object(), asked, "{} {}", rule.from, rule.action);
        let history = opcc.get(&format!("{item}/transitions")).await.expect(200);
        let last = history.body["items"].as_array().and_then(|items| items.last()).expect("a move").clone();
        let told = (&last["action"], &last["from"], &last["to"]);
        let table = (&json!(rule.action.as_str()), &json!(rule.from.as_str()), &json!(rule.to.as_str()));
        assert_eq!(told, table, "the history tells of the marking too");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_items_marking_stays() {
    let app = App::start().await;
    let inspection = app.published_inspection("71403").await;
    let line = app.assignment(&inspection, "cumbria").await;
    for from in MarkingState::ALL {
        let item = item(&app, &line, *from).await;
        let force = app.person(Role::Constabulary, "cumbria");
        force.act(&item, json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
        assert!(promised_in(&force.get(&item).await, "marking_actions").is_empty());
        for action in Action::ALL {
            let path = format!("{item}/marking/transitions");
            force.send_json(Method::POST, &path, Some("*"), &right_body(*action)).await.expect(409);
        }
    }
}
