//! Every state of an item of evidence × every action × every role, over HTTP, and nothing moves.

use section55::auth::Role;
use section55::evidence::{Action, State, WORKFLOW};
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{hold, promised};
use crate::support::App;

fn right_body(action: Action) -> Value {
    match action {
        Action::Submit => json!({ "action": "submit" }),
        Action::Withdraw => json!({ "action": "withdraw", "reason": "A slip." }),
        _ => json!({ "action": action.as_str(), "note": "Looked into.", "file_version": 1 }),
    }
}

/// An item in each situation, with what it lacks for which action.
async fn situations(app: &App, line: &str) -> Vec<(State, String, Option<(Action, &'static str)>)> {
    let (opcc, force) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Constabulary, "cumbria"));
    let reviewed = async |action: Option<Action>| {
        let item = app.submitted_evidence(line, "cumbria", json!({})).await.href();
        if let Some(action) = action {
            opcc.act(&item, right_body(action)).await.expect(200);
        }
        item
    };
    let bare = app.evidence(line, "cumbria", json!({})).await.href();
    let whole = app.evidence(line, "cumbria", json!({})).await.href();
    force.upload(&format!("{whole}/files"), "a.txt", b"Agreed.").await.expect(201);
    let withdrawn = reviewed(None).await;
    force.act(&withdrawn, right_body(Action::Withdraw)).await.expect(200);
    vec![
        (State::Draft, bare, Some((Action::Submit, "file"))),
        (State::Draft, whole, None),
        (State::Submitted, reviewed(None).await, None),
        (State::Accepted, reviewed(Some(Action::Accept)).await, Some((Action::Submit, "new_version"))),
        (State::Rejected, reviewed(Some(Action::Reject)).await, Some((Action::Submit, "new_version"))),
        (State::ChangesRequested, reviewed(Some(Action::RequestChanges)).await, None),
        (State::Withdrawn, withdrawn, None),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_action_and_role_is_as_the_table_says() {
    let app = App::start().await;
    let inspection = app.published_inspection("71301").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let all = situations(&app, &line).await;
    assert!(State::ALL.iter().all(|state| all.iter().any(|(known, ..)| known == state)));
    let auditor = app.person(Role::Auditor, "cumbria");
    for (from, item, blocked) in all {
        let before = auditor.get(&item).await.expect(200);
        assert_eq!(before.body["state"], from.as_str());
        for role in Role::ALL {
            let person = app.person(*role, "cumbria");
            let promise = promised(&person.get(&item).await);
            let path = format!("{item}/transitions");
            let lacking = |action| blocked.filter(|(of, _)| *of == action).map(|(_, code)| code).into_iter().collect();
            hold(&WORKFLOW, (&person, *role), (from, &path), &promise, (right_body, lacking)).await;
        }
        assert_eq!(auditor.get(&item).await.expect(200).body, before.body, "{from}: validate_only moved it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_step_leads_where_the_table_says() {
    let app = App::start().await;
    let inspection = app.published_inspection("71302").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let (opcc, chief) = (app.person(Role::Opcc, "cumbria"), app.person(Role::ChiefOfficer, "cumbria"));
    for rule in WORKFLOW.rules {
        let made = situations(&app, &line).await;
        // The last of each state: the draft that has its file.
        let (_, item, _) = made.iter().rfind(|(state, ..)| *state == rule.from).expect("one in each state");
        let mut sent = right_body(rule.action);
        if [State::Accepted, State::Rejected].contains(&rule.from) && rule.action == Action::Submit {
            // A new version of what was reviewed goes back by itself.
            chief.upload(&format!("{item}/files"), "b.txt", b"Agreed again.").await.expect(201);
            assert_eq!(chief.get(item).await.expect(200).body["state"], rule.to.as_str());
            continue;
        }
        if rule.action != Action::Withdraw && rule.action != Action::Submit {
            sent["file_version"] = json!(1);
        }
        let person = if rule.by == [Role::Opcc] { &opcc } else { &chief };
        let moved = person.act(item, sent).await.expect(200);
        assert_eq!(moved.body["state"], rule.to.as_str(), "{} {}", rule.from, rule.action);
    }
}
