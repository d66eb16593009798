//! Every state of an inspection × every action × every role, over HTTP, and nothing moves.

use section55::auth::Role;
use section55::inspections::{Action, State, WORKFLOW};
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{attempt, codes, offered, promised};
use crate::support::App;
use crate::support::world::registration;

fn right_body(action: Action) -> Value {
    match action {
        Action::Publish => json!({ "action": "publish" }),
        Action::Correct => json!({ "action": "correct", "reason": "A slip.", "title": "Another title" }),
        Action::Withdraw => json!({ "action": "withdraw", "reason": "Entered twice." }),
    }
}

fn expected(from: State, action: Action, role: Role, lacking: &[&str]) -> u16 {
    let may = |by: &[Role]| by.iter().any(|needed| role.covers(*needed));
    let mut rules = WORKFLOW.rules.iter().filter(|rule| rule.action == action);
    if !rules.clone().any(|rule| may(rule.by)) {
        return 403;
    }
    match rules.find(|rule| rule.from == from) {
        None => 409,
        Some(rule) if !may(rule.by) => 403,
        Some(_) if lacking.is_empty() => 200,
        Some(_) => 422,
    }
}

/// One inspection in each situation, with what it lacks for which action.
async fn situations(app: &App) -> Vec<(State, String, Option<(Action, Vec<&'static str>)>)> {
    let opcc = app.person(Role::Opcc, "cumbria");
    let approver = app.person(Role::OpccApprover, "cumbria");
    let bare = opcc.post("/v1/inspections", json!({ "reference": "72001" })).await.expect(201).href();
    let whole = opcc.post("/v1/inspections", registration("72002")).await.expect(201).href();
    let published = app.published_inspection("72003").await.href();
    let answered = app.published_inspection("72004").await;
    app.bring_to(&app.response(&answered, "kent").await, "kent", "published").await;
    let withdrawn = app.published_inspection("72005").await.href();
    approver.act(&withdrawn, right_body(Action::Withdraw)).await.expect(200);
    vec![
        (State::Draft, bare, Some((Action::Publish, vec!["title", "published_on"]))),
        (State::Draft, whole, None),
        (State::Published, published, None),
        (State::Published, answered.href(), Some((Action::Withdraw, vec!["no_published_response"]))),
        (State::Withdrawn, withdrawn, None),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_action_and_role_is_as_the_table_says() {
    let app = App::start().await;
    for (from, inspection, blocked) in situations(&app).await {
        let before = app.person(Role::Auditor, "cumbria").get(&inspection).await.expect(200);
        for role in Role::ALL {
            let person = app.person(*role, "cumbria");
            let promise = promised(&person.get(&inspection).await.expect(200));
            for action in Action::ALL {
                let whose = format!("{role}: {action} from {from}");
                let lacking = blocked.as_ref().filter(|(of, _)| of == action).map_or(&[][..], |(_, codes)| codes);
                let reply = attempt(&person, &inspection, &right_body(*action)).await;
                let status = reply.status.as_u16();
                assert_eq!(status, expected(from, *action, *role, lacking), "{whose}: {}", reply.text);
                let promised = promise.get(action.as_str());
                match status {
                    200 => assert_eq!(promised.map(Vec::as_slice), Some(&[][..]), "{whose}"),
                    422 => {
                        assert_eq!(codes(&reply), lacking, "{whose}");
                        assert_eq!(promised, Some(&codes(&reply)), "{whose}");
                    }
                    409 => {
                        assert_eq!(reply.body["state"], from.as_str(), "{whose}");
                        assert_eq!(offered(&reply).len(), promise.len(), "{whose}");
                        assert_eq!(promised, None, "{whose}");
                    }
                    _ => assert_eq!(promised, None, "{whose}"),
                }
            }
        }
        assert_eq!(app.person(Role::Auditor, "cumbria").get(&inspection).await.expect(200).body, before.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_area_may_move_no_inspection_and_knows_no_draft() {
    let app = App::start().await;
    let (draft, published) =
        (app.draft_inspection("72011").await.href(), app.published_inspection("72012").await.href());
    for role in [Role::Opcc, Role::OpccApprover] {
        let stranger = app.person(role, "kent");
        for action in Action::ALL {
            attempt(&stranger, &draft, &right_body(*action)).await.expect(404);
            attempt(&stranger, &published, &right_body(*action)).await.expect(403);
        }
        assert!(promised(&stranger.get(&published).await.expect(200)).is_empty());
    }
}
