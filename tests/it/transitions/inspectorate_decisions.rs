//! Every inspectorate status × every decision × every role, over HTTP with `validate_only`.

use reqwest::Method;
use section55::assignments::positions::{Decision, InspectorateStatus, WORKFLOW};
use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{actions_in_problem, expected};
use crate::support::App;

fn decision_body(value: &str) -> Value {
    json!({ "value": value, "source": "Letter of 21 March 2022", "date": "2022-03-21" })
}

/// Brings an assignment to an inspectorate status by the shortest way.
async fn create_assignment(
    app: &App,
    area: &str,
    inspection: &crate::support::Reply,
    state: InspectorateStatus,
) -> String {
    let assignment = app.assignment_path(inspection, area).await;
    let decisions: &[&str] = match state {
        InspectorateStatus::Open => &[],
        InspectorateStatus::Closed => &["closed"],
        InspectorateStatus::ClosedVerified => &["closed_verified"],
        InspectorateStatus::Reopened => &["closed", "reopened"],
    };
    for value in decisions {
        let path = format!("{assignment}/positions/inspectorate_status");
        app.person(Role::Opcc, area).put(&path, "*", decision_body(value)).await.expect(200);
    }
    assignment
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_result_of_every_status_decision_and_role_follows_the_table() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71501").await;
    for (from, area) in InspectorateStatus::ALL.iter().zip(["cumbria", "kent", "surrey", "essex"]) {
        let assignment = create_assignment(&app, area, &inspection, *from).await;
        let auditor = app.person(Role::Auditor, area);
        let before = auditor.get(&assignment).await.expect(200);
        assert_eq!(before.body["inspectorate_status"], from.as_str());
        let path = format!("{assignment}/positions/inspectorate_status?validate_only=true");
        for role in Role::ALL {
            let person = app.person(*role, area);
            for decision in Decision::ALL {
                let context = format!("{role}: {decision} from {from}");
                let reply = person.send_json(Method::PUT, &path, Some("*"), &decision_body(decision.as_str())).await;
                let status = reply.status.as_u16();
                let expected = match expected(&WORKFLOW, *from, *decision, *role, true) {
                    // A decision equal to the latest one changes nothing.
                    409 if decision.as_str() == from.as_str() => 200,
                    other => other,
                };
                assert_eq!(status, expected, "{context}: {}", reply.text);
                let rules = WORKFLOW.rules.iter().filter(|rule| rule.from == *from);
                match status {
                    200 => assert_eq!(reply.body["inspectorate_status"], decision.as_str(), "{context}"),
                    409 => {
                        assert_eq!(reply.body["state"], from.as_str(), "{context}");
                        let expected_actions: Vec<&str> = rules.map(|rule| rule.action.as_str()).collect();
                        assert_eq!(actions_in_problem(&reply), expected_actions, "{context}");
                    }
                    _ => assert_eq!(reply.body["code"], "forbidden", "{context}"),
                }
            }
        }
        assert_eq!(
            auditor.get(&assignment).await.expect(200).body,
            before.body,
            "{from}: validate_only must not write"
        );
        let opcc = app.person(Role::Opcc, area);
        let refused = opcc.put(&path, "*", decision_body("open")).await.expect(422);
        assert_eq!(refused.faults(), [("/value".to_owned(), "unknown_value".to_owned())], "`open` is not a decision");
    }
}
