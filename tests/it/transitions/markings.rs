//! Every state of a marking × every action × every role, over HTTP with `validate_only`.

use reqwest::Method;
use section55::auth::Role;
use section55::evidence::marking::{Action, MarkingState, WORKFLOW};
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{assert_actions_follow_table, offered_actions_in};
use crate::support::App;

fn complete_body(action: Action) -> Value {
    match action {
        Action::ConfirmLowering => json!({ "action": "confirm_lowering" }),
        _ => json!({ "action": action.as_str(), "reason": "Looked into." }),
    }
}

/// Creates evidence with its marking in a state. The approver is the person who requests a lowering.
async fn create_evidence(app: &App, assignment: &str, state: MarkingState) -> String {
    let marking = if state == MarkingState::Official { "official" } else { "official_sensitive" };
    let evidence = app.add_evidence(assignment, "cumbria", json!({ "marking": marking })).await.href();
    if state == MarkingState::LoweringRequested {
        let (approver, path) = (app.person(Role::OpccApprover, "cumbria"), format!("{evidence}/marking/transitions"));
        let request = complete_body(Action::RequestLowering);
        approver.send_json(Method::POST, &path, Some("*"), &request).await.expect(200);
    }
    evidence
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_result_of_every_state_action_and_role_follows_the_table() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71401").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let auditor = app.person(Role::Auditor, "cumbria");
    for from in MarkingState::ALL {
        let evidence = create_evidence(&app, &assignment, *from).await;
        let before = auditor.get(&evidence).await.expect(200);
        for role in Role::ALL {
            let person = app.person(*role, "cumbria");
            let offered_actions = offered_actions_in(&person.get(&evidence).await, "marking_actions");
            let path = format!("{evidence}/marking/transitions");
            // The person who requested the lowering cannot confirm it.
            let asked = *role == Role::OpccApprover && *from == MarkingState::LoweringRequested;
            let unmet_needs =
                |action| if asked && action == Action::ConfirmLowering { vec!["another_person"] } else { vec![] };
            assert_actions_follow_table(
                &WORKFLOW,
                (&person, *role),
                (*from, &path),
                &offered_actions,
                (complete_body, unmet_needs),
            )
            .await;
        }
        assert_eq!(auditor.get(&evidence).await.expect(200).body, before.body, "{from}: validate_only must not write");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_transition_leads_to_the_state_in_the_table() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71402").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for rule in WORKFLOW.rules {
        let evidence = create_evidence(&app, &assignment, rule.from).await;
        let path = format!("{evidence}/marking/transitions");
        let after = opcc.send_json(Method::POST, &path, Some("*"), &complete_body(rule.action)).await.expect(200);
        let marking = if rule.to == MarkingState::Official { "official" } else { "official_sensitive" };
        assert_eq!(after.body["marking"], marking, "{} {}", rule.from, rule.action);
        let asked = rule.to == MarkingState::LoweringRequested;
        assert_eq!(after.body["lowering"].is_object(), asked, "{} {}", rule.from, rule.action);
        let history = opcc.get(&format!("{evidence}/transitions?order=asc")).await.expect(200);
        let last = history.body["items"].as_array().and_then(|items| items.last()).expect("a transition").clone();
        let recorded = (&last["action"], &last["from"], &last["to"]);
        let table = (&json!(rule.action.as_str()), &json!(rule.from.as_str()), &json!(rule.to.as_str()));
        assert_eq!(recorded, table, "the history includes changes of the marking");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_marking_of_withdrawn_evidence_cannot_change() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71403").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    for from in MarkingState::ALL {
        let evidence = create_evidence(&app, &assignment, *from).await;
        let force = app.person(Role::Constabulary, "cumbria");
        force.act(&evidence, json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
        assert!(offered_actions_in(&force.get(&evidence).await, "marking_actions").is_empty());
        for action in Action::ALL {
            let path = format!("{evidence}/marking/transitions");
            force.send_json(Method::POST, &path, Some("*"), &complete_body(*action)).await.expect(409);
        }
    }
}
