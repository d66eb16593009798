//! An export shows each caller the same records as the list, with the same filters and in the same order.

use section55::auth::Role;
use serde_json::json;

use super::{LISTS, export_json_lines, list_records};
use crate::support::{App, Person};

async fn people(app: &App) -> Vec<(&'static str, Person)> {
    vec![
        ("the public", app.public()),
        ("opcc", app.person(Role::Opcc, "cumbria")),
        ("force", app.person(Role::Constabulary, "cumbria")),
        ("auditor", app.person(Role::Auditor, "cumbria")),
        ("another area", app.person(Role::ChiefOfficer, "kent")),
        ("registrar", app.person(Role::Registrar, "")),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_reader_exports_the_records_that_the_list_shows() {
    let app = App::start().await;
    app.create_draft_inspection("62001").await;
    for (reference, state) in [("62002", "published"), ("62003", "drafting"), ("62004", "approved")] {
        let inspection = app.create_published_inspection(reference).await;
        let response = app.response_path(&inspection, "cumbria").await;
        app.advance_response_to(&response, "cumbria", state).await;
        let assignment = app.assignment_path(&inspection, "cumbria").await;
        app.advance_assignment_to(&assignment, "cumbria", "in_progress").await;
    }
    for (name, person) in people(&app).await {
        for list in LISTS.into_iter().filter(|list| *list != "audit-events") {
            let (of_list, of_export) =
                (list_records(&person, list, "").await, export_json_lines(&person, list, "").await);
            assert_eq!(of_export, of_list, "{list} for {name}");
        }
    }
    let auditor = app.person(Role::Auditor, "cumbria");
    for (list, query) in [
        ("inspections", "&state=published&sort=-reference"),
        ("recommendations", "&kind=recommendation&sort=-target_on,reference"),
        ("responses", "&area=cumbria,kent&state=received,drafting&sort=area,state"),
        ("assignments", "&area=cumbria&headline=in_progress&q=forces"),
        ("areas", "&country=wales&sort=-name"),
    ] {
        let (of_list, of_export) =
            (list_records(&auditor, list, query).await, export_json_lines(&auditor, list, query).await);
        assert!(!of_list.is_empty(), "{list}{query}");
        assert_eq!(of_export, of_list, "{list}{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_does_not_contain_drafts_of_the_other_side() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("62005").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "awaiting_comments").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let force = app.person(Role::Constabulary, "cumbria");
    opcc.patch(&response, "*", json!({ "policing_body_comments": "zqbody" })).await.expect(200);
    force.patch(&response, "*", json!({ "chief_officer_comments": "zqforce" })).await.expect(200);
    for (name, person) in people(&app).await {
        for format in ["csv", "jsonl"] {
            let text = person.get(&format!("/v1/exports/responses?format={format}")).await.expect(200).text;
            assert_eq!(text.contains("zqbody"), ["opcc", "auditor"].contains(&name), "{name} {format}");
            assert_eq!(text.contains("zqforce"), ["force", "auditor"].contains(&name), "{name} {format}");
        }
    }
}
