//! Every state of a line × every action × every role, over HTTP, and nothing moves.

use section55::assignments::{Action, ForceStatus, WORKFLOW};
use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{attempt, hold, promised};
use crate::support::App;

/// The body of an action as somebody would send it who has all it needs.
fn right_body(action: Action, newer: &Value) -> Value {
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

/// What the lines that `bring_line_to` leaves in a state still lack for an action.
fn lacking(from: ForceStatus, action: Action) -> Vec<&'static str> {
    match (from, action) {
        (ForceStatus::Embedding, Action::SubmitForSignOff) => vec!["evidence_not_rejected"],
        _ => vec![],
    }
}

/// A recommendation that binds every area, of another inspection.
async fn newer(app: &App) -> Value {
    let newer = app.published_inspection("71100").await;
    let line = app.assignment(&newer, "cumbria").await;
    app.person(Role::Auditor, "cumbria").get(&line).await.expect(200).body["recommendation_id"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_action_and_role_is_as_the_table_says() {
    const AREAS: [&str; 10] =
        ["cumbria", "kent", "surrey", "essex", "cheshire", "dorset", "gwent", "suffolk", "norfolk", "sussex"];
    let app = App::start().await;
    let inspection = app.published_inspection("71101").await;
    let newer = newer(&app).await;
    assert_eq!(ForceStatus::ALL.len(), AREAS.len());
    for (from, area) in ForceStatus::ALL.iter().zip(AREAS) {
        let line = app.assignment(&inspection, area).await;
        let before = app.bring_line_to(&line, area, from.as_str()).await;
        assert_eq!(before.body["force_status"], from.as_str());
        let auditor = app.person(Role::Auditor, area);
        let before = auditor.get(&line).await.expect(200);
        for role in Role::ALL {
            let person = app.person(*role, area);
            let promise = promised(&person.get(&line).await);
            let path = format!("{line}/transitions");
            let sent = (|action| right_body(action, &newer), |action| lacking(*from, action));
            hold(&WORKFLOW, (&person, *role), (*from, &path), &promise, sent).await;
        }
        assert_eq!(auditor.get(&line).await.expect(200).body, before.body, "{from}: validate_only moved it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_step_leads_where_the_table_says() {
    let app = App::start().await;
    let newer = newer(&app).await;
    let (force, chief) = (app.person(Role::Constabulary, "kent"), app.person(Role::ChiefOfficer, "kent"));
    let mut number = 0;
    for rule in WORKFLOW.rules {
        number += 1;
        let inspection = app.published_inspection(&format!("712{number:02}")).await;
        let line = app.assignment(&inspection, "kent").await;
        app.bring_line_to(&line, "kent", rule.from.as_str()).await;
        if rule.action == Action::SubmitForSignOff {
            app.submitted_evidence(&line, "kent", json!({})).await;
        }
        let person = if rule.by == [Role::ChiefOfficer] { &chief } else { &force };
        let moved = person.act(&line, right_body(rule.action, &newer)).await.expect(200);
        // Lines that were never allocated have no owner to go on with.
        let whole = moved.body["owner"].is_string();
        let to = rule.or_to.filter(|_| whole).unwrap_or(rule.to);
        assert_eq!(moved.body["force_status"], to.as_str(), "{} {}", rule.from, rule.action);
        let history = force.get(&format!("{line}/transitions")).await.expect(200);
        let last = history.body["items"].as_array().and_then(|items| items.last()).expect("a move").clone();
        let told = (&last["action"], &last["from"], &last["to"]);
        assert_eq!(told, (&json!(rule.action.as_str()), &json!(rule.from.as_str()), &json!(to.as_str())));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_inspections_lines_allow_nothing_to_anybody() {
    let app = App::start().await;
    let inspection = app.published_inspection("71103").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let withdraw = json!({ "action": "withdraw", "reason": "Entered twice." });
    app.person(Role::OpccApprover, "cumbria").act(&inspection.href(), withdraw).await.expect(200);
    for role in Role::ALL {
        let person = app.person(*role, "cumbria");
        assert!(promised(&person.get(&line).await).is_empty(), "{role}");
        for action in Action::ALL {
            let status = attempt(&person, &line, &right_body(*action, &json!(uuid::Uuid::now_v7()))).await.status;
            assert!([403, 409].contains(&status.as_u16()), "{role} {action}: {status}");
        }
    }
}
