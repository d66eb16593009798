//! Records in every state, on which tasks can wait.

use reqwest::Method;
use section55::assignments::ForceStatus;
use section55::assignments::imported::ImportedPosition;
use section55::assignments::positions::{BodyView, InspectorateStatus};
use section55::auth::Role;
use section55::evidence;
use section55::responses;
use section55::retention::disposals::DisposalState;
use section55::vocabulary::WireName;
use serde_json::json;

use crate::support::App;

/// The areas of the records: one for each state of an assignment, which has the most.
pub const AREAS: [&str; 10] =
    ["cumbria", "kent", "surrey", "essex", "cheshire", "dorset", "gwent", "suffolk", "norfolk", "sussex"];

/// The people who take the steps that a second person must follow, besides one person of each role.
pub const SECOND: &str = "second";

/// Creates responses and assignments, each state in an area of its own; the other areas have fresh ones. Returns the paths
/// of the records of each area.
pub async fn in_all_states(app: &App) -> Vec<(&'static str, Vec<String>)> {
    let inspection = app.create_published_inspection("78001").await;
    let id = inspection.body["id"].as_str().expect("an id").to_owned();
    let mut all = Vec::new();
    for (n, area) in AREAS.iter().enumerate() {
        let response = app.response_path(&inspection, area).await;
        if let Some(state) = responses::State::ALL.get(n) {
            app.advance_response_to(&response, area, state.as_str()).await;
        }
        let assignment = app.assignment_path(&inspection, area).await;
        app.advance_assignment_to(&assignment, area, ForceStatus::ALL[n].as_str()).await;
        let mut paths = vec![response];
        let auditor = app.person(Role::Auditor, area);
        let list = format!("/v1/assignments?area={area}&inspection_id={id}&limit=50");
        for item in auditor.get(&list).await.expect(200).body["items"].as_array().expect("a list") {
            paths.push(item["links"]["self"].as_str().expect("a path").to_owned());
        }
        // The assignment's evidence, and what a newer inspection opened, wait too.
        let evidence = auditor.get(&format!("{assignment}/evidence")).await.expect(200);
        for item in evidence.body["items"].as_array().expect("a list") {
            paths.push(item["links"]["self"].as_str().expect("a path").to_owned());
        }
        all.push((*area, paths));
    }
    let others = app.public().get("/v1/inspections?limit=50").await.expect(200);
    for inspection in others.body["items"].as_array().expect("a list").iter().filter(|it| it["id"] != id.as_str()) {
        for (area, paths) in &mut all {
            let auditor = app.person(Role::Auditor, area);
            for list in ["responses", "assignments"] {
                let path =
                    format!("/v1/{list}?area={area}&inspection_id={}", inspection["id"].as_str().expect("an id"));
                for item in auditor.get(&path).await.expect(200).body["items"].as_array().expect("a list") {
                    paths.push(item["links"]["self"].as_str().expect("a path").to_owned());
                }
            }
        }
    }
    all
}

/// Creates items of evidence in every state and with both markings, a lowering that was requested, disposals in every
/// state, imported positions and a proposed import, all of Cumbria. Returns their paths.
pub async fn of_cumbria(app: &App) -> Vec<String> {
    let inspection = app.create_published_inspection("78002").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let list = format!("/v1/assignments?area=cumbria&inspection_id={}", inspection.body["id"].as_str().expect("an id"));
    let (opcc, force) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Constabulary, "cumbria"));
    let mut paths = vec![response.clone()];
    for item in opcc.get(&list).await.expect(200).body["items"].as_array().expect("a list") {
        paths.push(item["links"]["self"].as_str().expect("a path").to_owned());
    }
    for marking in ["official", "official_sensitive"] {
        for state in evidence::State::ALL {
            let members = json!({ "marking": marking });
            let item = if *state == evidence::State::Draft {
                app.add_evidence(&assignment, "cumbria", members).await.href()
            } else {
                app.add_submitted_evidence(&assignment, "cumbria", members).await.href()
            };
            let note = |action: &str| json!({ "action": action, "note": "Seen." });
            match state {
                evidence::State::Draft | evidence::State::Submitted => {}
                evidence::State::Accepted => drop(opcc.act(&item, note("accept")).await.expect(200)),
                evidence::State::Rejected => drop(opcc.act(&item, note("reject")).await.expect(200)),
                evidence::State::ChangesRequested => drop(opcc.act(&item, note("request_changes")).await.expect(200)),
                evidence::State::Withdrawn => {
                    force.act(&item, json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
                }
            }
            if marking == "official_sensitive" && *state != evidence::State::Withdrawn {
                let request = json!({ "action": "request_lowering", "reason": "It names nobody." });
                let path = format!("{item}/marking/transitions");
                force.send_json(Method::POST, &path, Some("*"), &request).await.expect(200);
            }
            paths.push(item);
        }
    }
    for state in DisposalState::ALL {
        let proposer = app.person_with_roles(SECOND, &["opcc_approver"], &["cumbria"]);
        let resource = paths[paths.len() - 1].rsplit('/').next().expect("an id").to_owned();
        let proposal = json!({
            "resource": "evidence", "resource_id": resource, "ground": "erasure", "reason": "As asked.",
        });
        let path = proposer.post("/v1/disposals", proposal).await.expect(201).href();
        let chief = app.person(Role::ChiefOfficer, "cumbria");
        match state {
            DisposalState::Proposed => {}
            DisposalState::Confirmed => drop(chief.act(&path, json!({ "action": "confirm" })).await.expect(200)),
            DisposalState::Refused => {
                chief.act(&path, json!({ "action": "refuse", "reason": "Not yet." })).await.expect(200);
            }
        }
        paths.insert(0, path);
        // Each record has at most one disposal that is open.
        let taken = paths.pop().expect("an item");
        paths.insert(0, taken);
    }
    let positions = [
        ImportedPosition { force_status: Some(ForceStatus::InProgress), ..ImportedPosition::default() },
        ImportedPosition { force_status: Some(ForceStatus::NotApplicable), ..ImportedPosition::default() },
        ImportedPosition { force_status: Some(ForceStatus::Allocated), ..ImportedPosition::default() },
        ImportedPosition { force_status: Some(ForceStatus::Superseded), ..ImportedPosition::default() },
        ImportedPosition { force_status: Some(ForceStatus::DependentOnOther), ..ImportedPosition::default() },
        ImportedPosition { force_status: Some(ForceStatus::AwaitingSignOff), ..ImportedPosition::default() },
        ImportedPosition { local_target_on: Some(day("2021-01-01")), ..ImportedPosition::default() },
        ImportedPosition {
            update: Some("Soon.".into()),
            update_on: Some(day("2030-01-01")),
            ..ImportedPosition::default()
        },
        ImportedPosition { body_view: Some(BodyView::Assured), ..ImportedPosition::default() },
        ImportedPosition { body_view: Some(BodyView::NotAssured), ..ImportedPosition::default() },
        ImportedPosition { note: Some("Agreed.".into()), ..ImportedPosition::default() },
        ImportedPosition { inspectorate_status: Some(InspectorateStatus::Closed), ..ImportedPosition::default() },
        ImportedPosition { inspectorate_status: Some(InspectorateStatus::Reopened), ..ImportedPosition::default() },
    ];
    for position in positions {
        for index in 0..2 {
            paths.extend(app.propose_position(&inspection, index, position.clone()).await);
        }
    }
    let document = include_str!("../../../examples/response-document.txt");
    let import = opcc.post_text("/v1/imports?area=cumbria", document).await.expect(201);
    paths.push(import.href());
    paths
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().expect("a day")
}
