//! Every state of the inspectorate's × every decision × every role, over HTTP, and nothing moves.

use reqwest::Method;
use section55::assignments::positions::{Decision, InspectorateStatus, WORKFLOW};
use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{expected, offered};
use crate::support::App;

fn decided(value: &str) -> Value {
    json!({ "value": value, "source": "Letter of 21 March 2022", "date": "2022-03-21" })
}

/// A line that the inspectorate holds so, by the shortest way.
async fn line(app: &App, area: &str, inspection: &crate::support::Reply, state: InspectorateStatus) -> String {
    let line = app.assignment(inspection, area).await;
    let way: &[&str] = match state {
        InspectorateStatus::Open => &[],
        InspectorateStatus::Closed => &["closed"],
        InspectorateStatus::ClosedVerified => &["closed_verified"],
        InspectorateStatus::Reopened => &["closed", "reopened"],
    };
    for value in way {
        let path = format!("{line}/positions/inspectorate_status");
        app.person(Role::Opcc, area).put(&path, "*", decided(value)).await.expect(200);
    }
    line
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_decision_and_role_is_as_the_table_says() {
    let app = App::start().await;
    let inspection = app.published_inspection("71501").await;
    for (from, area) in InspectorateStatus::ALL.iter().zip(["cumbria", "kent", "surrey", "essex"]) {
        let line = line(&app, area, &inspection, *from).await;
        let auditor = app.person(Role::Auditor, area);
        let before = auditor.get(&line).await.expect(200);
        assert_eq!(before.body["inspectorate_status"], from.as_str());
        let path = format!("{line}/positions/inspectorate_status?validate_only=true");
        for role in Role::ALL {
            let person = app.person(*role, area);
            for decision in Decision::ALL {
                let whose = format!("{role}: {decision} from {from}");
                let reply = person.send_json(Method::PUT, &path, Some("*"), &decided(decision.as_str())).await;
                let status = reply.status.as_u16();
                assert_eq!(status, expected(&WORKFLOW, *from, *decision, *role, true), "{whose}: {}", reply.text);
                let rules = WORKFLOW.rules.iter().filter(|rule| rule.from == *from);
                match status {
                    200 => assert_eq!(reply.body["inspectorate_status"], decision.as_str(), "{whose}"),
                    409 => {
                        assert_eq!(reply.body["state"], from.as_str(), "{whose}");
                        let open: Vec<&str> = rules.map(|rule| rule.action.as_str()).collect();
                        assert_eq!(offered(&reply), open, "{whose}");
                    }
                    _ => assert_eq!(reply.body["code"], "forbidden", "{whose}"),
                }
            }
        }
        assert_eq!(auditor.get(&line).await.expect(200).body, before.body, "{from}: validate_only moved it");
        let opcc = app.person(Role::Opcc, area);
        let open = opcc.put(&path, "*", decided("open")).await.expect(422);
        assert_eq!(
            open.faults(),
            [("/value".to_owned(), "unknown_value".to_owned())],
            "nobody decides to have it open"
        );
    }
}
