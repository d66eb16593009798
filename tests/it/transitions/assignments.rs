//! Every state of an assignment × every action × every role, over HTTP with `validate_only`.

use section55::assignments::{Action, ForceStatus, WORKFLOW};
use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{assert_actions_follow_table, dry_run, offered_actions_of};
use crate::support::App;

/// Returns a body of the action with everything that it needs.
fn complete_body(action: Action, newer: &Value) -> Value {
    let mut body = match action {
        Action::Allocate => json!({ "owner": "Insp. Owner" }),
        Action::Depend => json!({ "dependency": "The Home Office" }),
        Action::Decline => json!({ "rationale": "It is not ours." }),
        Action::SendBack | Action::MarkNotApplicable | Action::Reopen => json!({ "reason": "A slip." }),
        Action::Supersede => json!({ "superseded_by": newer }),
        Action::Start | Action::Embed | Action::SubmitForSignOff | Action::SignOff | Action::Resume => json!({}),
    };
    body["action"] = json!(action.as_str());
    body
}

/// Returns the needs that an assignment brought to a state by `advance_assignment_to` does not meet yet.
fn unmet_needs(from: ForceStatus, action: Action) -> Vec<&'static str> {
    match (from, action) {
        (ForceStatus::Embedding, Action::SubmitForSignOff) => vec!["evidence_not_rejected"],
        _ => vec![],
    }
}

/// Returns the id of a recommendation of another inspection that binds every area.
async fn newer(app: &App) -> Value {
    let newer = app.create_published_inspection("71100").await;
    let assignment = app.assignment_path(&newer, "cumbria").await;
    app.person(Role::Auditor, "cumbria").get(&assignment).await.expect(200).body["recommendation_id"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_result_of_every_state_action_and_role_follows_the_table() {
    const AREAS: [&str; 10] =
        ["cumbria", "kent", "surrey", "essex", "cheshire", "dorset", "gwent", "suffolk", "norfolk", "sussex"];
    let app = App::start().await;
    let inspection = app.create_published_inspection("71101").await;
    let newer = newer(&app).await;
    assert_eq!(ForceStatus::ALL.len(), AREAS.len());
    for (from, area) in ForceStatus::ALL.iter().zip(AREAS) {
        let assignment = app.assignment_path(&inspection, area).await;
        let before = app.advance_assignment_to(&assignment, area, from.as_str()).await;
        assert_eq!(before.body["force_status"], from.as_str());
        let auditor = app.person(Role::Auditor, area);
        let before = auditor.get(&assignment).await.expect(200);
        for role in Role::ALL {
            let person = app.person(*role, area);
            let offered_actions = offered_actions_of(&person.get(&assignment).await);
            let path = format!("{assignment}/transitions");
            let sent = (|action| complete_body(action, &newer), |action| unmet_needs(*from, action));
            assert_actions_follow_table(&WORKFLOW, (&person, *role), (*from, &path), &offered_actions, sent).await;
        }
        assert_eq!(
            auditor.get(&assignment).await.expect(200).body,
            before.body,
            "{from}: validate_only must not write"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_transition_leads_to_the_state_in_the_table() {
    let app = App::start().await;
    let newer = newer(&app).await;
    let (force, chief) = (app.person(Role::Constabulary, "kent"), app.person(Role::ChiefOfficer, "kent"));
    let mut number = 0;
    for rule in WORKFLOW.rules {
        number += 1;
        let inspection = app.create_published_inspection(&format!("712{number:02}")).await;
        let assignment = app.assignment_path(&inspection, "kent").await;
        app.advance_assignment_to(&assignment, "kent", rule.from.as_str()).await;
        if rule.action == Action::SubmitForSignOff {
            app.add_submitted_evidence(&assignment, "kent", json!({})).await;
        }
        let person = if rule.roles == [Role::ChiefOfficer] { &chief } else { &force };
        let after = person.act(&assignment, complete_body(rule.action, &newer)).await.expect(200);
        // An assignment that was never allocated has no owner, and is not complete.
        let is_complete = after.body["owner"].is_string();
        let to = rule.or_to.filter(|_| is_complete).unwrap_or(rule.to);
        assert_eq!(after.body["force_status"], to.as_str(), "{} {}", rule.from, rule.action);
        let history = force.get(&format!("{assignment}/transitions?order=asc")).await.expect(200);
        let last = history.body["items"].as_array().and_then(|items| items.last()).expect("a transition").clone();
        let recorded = (&last["action"], &last["from"], &last["to"]);
        assert_eq!(recorded, (&json!(rule.action.as_str()), &json!(rule.from.as_str()), &json!(to.as_str())));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn assignments_of_a_withdrawn_inspection_offer_no_action_to_anyone() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71103").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let withdraw = json!({ "action": "withdraw", "reason": "Entered twice." });
    app.person(Role::OpccApprover, "cumbria").act(&inspection.href(), withdraw).await.expect(200);
    for role in Role::ALL {
        let person = app.person(*role, "cumbria");
        assert!(offered_actions_of(&person.get(&assignment).await).is_empty(), "{role}");
        for action in Action::ALL {
            let status =
                dry_run(&person, &assignment, &complete_body(*action, &json!(uuid::Uuid::now_v7()))).await.status;
            assert!([403, 409].contains(&status.as_u16()), "{role} {action}: {status}");
        }
    }
}
