//! Every state of evidence × every action × every role, over HTTP with `validate_only`.

use section55::auth::Role;
use section55::evidence::{Action, State, WORKFLOW};
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{assert_actions_follow_table, offered_actions_of};
use crate::support::App;

fn complete_body(action: Action) -> Value {
    match action {
        Action::Submit => json!({ "action": "submit" }),
        Action::Withdraw => json!({ "action": "withdraw", "reason": "A slip." }),
        _ => json!({ "action": action.as_str(), "note": "Looked into.", "file_version": 1 }),
    }
}

/// Creates evidence in each situation, with the need that it does not meet for an action.
async fn situations(app: &App, assignment: &str) -> Vec<(State, String, Option<(Action, &'static str)>)> {
    let (opcc, force) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Constabulary, "cumbria"));
    let reviewed = async |action: Option<Action>| {
        let evidence = app.add_submitted_evidence(assignment, "cumbria", json!({})).await.href();
        if let Some(action) = action {
            opcc.act(&evidence, complete_body(action)).await.expect(200);
        }
        evidence
    };
    let without_file = app.add_evidence(assignment, "cumbria", json!({})).await.href();
    let with_file = app.add_evidence(assignment, "cumbria", json!({})).await.href();
    force.upload(&format!("{with_file}/files"), "a.txt", b"Agreed.").await.expect(201);
    let withdrawn = reviewed(None).await;
    force.act(&withdrawn, complete_body(Action::Withdraw)).await.expect(200);
    vec![
        (State::Draft, without_file, Some((Action::Submit, "file"))),
        (State::Draft, with_file, None),
        (State::Submitted, reviewed(None).await, None),
        (State::Accepted, reviewed(Some(Action::Accept)).await, Some((Action::Submit, "new_version"))),
        (State::Rejected, reviewed(Some(Action::Reject)).await, Some((Action::Submit, "new_version"))),
        (State::ChangesRequested, reviewed(Some(Action::RequestChanges)).await, None),
        (State::Withdrawn, withdrawn, None),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_result_of_every_state_action_and_role_follows_the_table() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71301").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let all = situations(&app, &assignment).await;
    assert!(State::ALL.iter().all(|state| all.iter().any(|(known, ..)| known == state)));
    let auditor = app.person(Role::Auditor, "cumbria");
    for (from, evidence, blocked) in all {
        let before = auditor.get(&evidence).await.expect(200);
        assert_eq!(before.body["state"], from.as_str());
        for role in Role::ALL {
            let person = app.person(*role, "cumbria");
            let offered_actions = offered_actions_of(&person.get(&evidence).await);
            let path = format!("{evidence}/transitions");
            let unmet_needs =
                |action| blocked.filter(|(of, _)| *of == action).map(|(_, code)| code).into_iter().collect();
            assert_actions_follow_table(
                &WORKFLOW,
                (&person, *role),
                (from, &path),
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
    let inspection = app.create_published_inspection("71302").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let (opcc, chief) = (app.person(Role::Opcc, "cumbria"), app.person(Role::ChiefOfficer, "cumbria"));
    for rule in WORKFLOW.rules {
        let all = situations(&app, &assignment).await;
        // The last one of each state is used: for drafts, the one with a file.
        let (_, evidence, _) = all.iter().rfind(|(state, ..)| *state == rule.from).expect("one in each state");
        let mut body = complete_body(rule.action);
        if [State::Accepted, State::Rejected].contains(&rule.from) && rule.action == Action::Submit {
            // A new file version of reviewed evidence submits it again.
            chief.upload(&format!("{evidence}/files"), "b.txt", b"Agreed again.").await.expect(201);
            assert_eq!(chief.get(evidence).await.expect(200).body["state"], rule.to.as_str());
            continue;
        }
        if rule.action != Action::Withdraw && rule.action != Action::Submit {
            body["file_version"] = json!(1);
        }
        let person = if rule.roles == [Role::Opcc] { &opcc } else { &chief };
        let after = person.act(evidence, body).await.expect(200);
        assert_eq!(after.body["state"], rule.to.as_str(), "{} {}", rule.from, rule.action);
    }
}
