//! Every state of an inspection × every action × every role, over HTTP with `validate_only`.

use section55::auth::Role;
use section55::inspections::{Action, State, WORKFLOW};
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{actions_in_problem, codes, dry_run, offered_actions_of};
use crate::support::App;
use crate::support::world::registration;

fn complete_body(action: Action) -> Value {
    match action {
        Action::Publish => json!({ "action": "publish" }),
        Action::Correct => json!({ "action": "correct", "reason": "A slip.", "title": "Another title" }),
        Action::Withdraw => json!({ "action": "withdraw", "reason": "Entered twice." }),
    }
}

fn expected(from: State, action: Action, role: Role, unmet_needs: &[&str]) -> u16 {
    let is_permitted = |roles: &[Role]| roles.iter().any(|needed| role.covers(*needed));
    let mut rules = WORKFLOW.rules.iter().filter(|rule| rule.action == action);
    if !rules.clone().any(|rule| is_permitted(rule.roles)) {
        return 403;
    }
    match rules.find(|rule| rule.from == from) {
        None => 409,
        Some(rule) if !is_permitted(rule.roles) => 403,
        Some(_) if unmet_needs.is_empty() => 200,
        Some(_) => 422,
    }
}

/// Creates one inspection in each situation, with the needs that it does not meet for an action.
async fn situations(app: &App) -> Vec<(State, String, Option<(Action, Vec<&'static str>)>)> {
    let opcc = app.person(Role::Opcc, "cumbria");
    let approver = app.person(Role::OpccApprover, "cumbria");
    let bare = opcc.post("/v1/inspections", json!({ "reference": "72001" })).await.expect(201).href();
    let complete = opcc.post("/v1/inspections", registration("72002")).await.expect(201).href();
    let published = app.create_published_inspection("72003").await.href();
    let with_published_response = app.create_published_inspection("72004").await;
    app.advance_response_to(&app.response_path(&with_published_response, "kent").await, "kent", "published").await;
    let withdrawn = app.create_published_inspection("72005").await.href();
    approver.act(&withdrawn, complete_body(Action::Withdraw)).await.expect(200);
    vec![
        (State::Draft, bare, Some((Action::Publish, vec!["title", "published_on"]))),
        (State::Draft, complete, None),
        (State::Published, published, None),
        (State::Published, with_published_response.href(), Some((Action::Withdraw, vec!["no_published_response"]))),
        (State::Withdrawn, withdrawn, None),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_result_of_every_state_action_and_role_follows_the_table() {
    let app = App::start().await;
    for (from, inspection, blocked) in situations(&app).await {
        let before = app.person(Role::Auditor, "cumbria").get(&inspection).await.expect(200);
        for role in Role::ALL {
            let person = app.person(*role, "cumbria");
            let offered_actions = offered_actions_of(&person.get(&inspection).await.expect(200));
            for action in Action::ALL {
                let context = format!("{role}: {action} from {from}");
                let unmet_needs = blocked.as_ref().filter(|(of, _)| of == action).map_or(&[][..], |(_, codes)| codes);
                let reply = dry_run(&person, &inspection, &complete_body(*action)).await;
                let status = reply.status.as_u16();
                assert_eq!(status, expected(from, *action, *role, unmet_needs), "{context}: {}", reply.text);
                let offered_actions_of = offered_actions.get(action.as_str());
                match status {
                    200 => assert_eq!(offered_actions_of.map(Vec::as_slice), Some(&[][..]), "{context}"),
                    422 => {
                        assert_eq!(codes(&reply), unmet_needs, "{context}");
                        assert_eq!(offered_actions_of, Some(&codes(&reply)), "{context}");
                    }
                    409 => {
                        assert_eq!(reply.body["state"], from.as_str(), "{context}");
                        assert_eq!(actions_in_problem(&reply).len(), offered_actions.len(), "{context}");
                        assert_eq!(offered_actions_of, None, "{context}");
                    }
                    _ => assert_eq!(offered_actions_of, None, "{context}"),
                }
            }
        }
        assert_eq!(app.person(Role::Auditor, "cumbria").get(&inspection).await.expect(200).body, before.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_of_another_area_cannot_transition_an_inspection_or_see_a_draft() {
    let app = App::start().await;
    let (draft, published) =
        (app.create_draft_inspection("72011").await.href(), app.create_published_inspection("72012").await.href());
    for role in [Role::Opcc, Role::OpccApprover] {
        let other_caller = app.person(role, "kent");
        for action in Action::ALL {
            dry_run(&other_caller, &draft, &complete_body(*action)).await.expect(404);
            dry_run(&other_caller, &published, &complete_body(*action)).await.expect(403);
        }
        assert!(offered_actions_of(&other_caller.get(&published).await.expect(200)).is_empty());
    }
}
