//! Who sees imported positions: each side its own and the inspectorate's, auditors all, and nobody else any.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{confirm, whole_row};
use crate::assignments::Case;
use crate::support::Person;

async fn sides(person: &Person, query: &str) -> Vec<String> {
    let found = person.get(&format!("/v1/imported-positions{query}")).await.expect(200);
    let items = found.body["items"].as_array().expect("a list");
    items.iter().map(|it: &Value| it["side"].as_str().expect("a side").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_side_sees_its_own_positions_and_auditors_see_all() {
    let case = Case::new().await;
    let paths = case.app.propose_position(&case.inspection, 0, whole_row()).await;
    for (person, visible) in [
        (&case.force, &["force", "inspectorate"][..]),
        (&case.chief, &["force", "inspectorate"]),
        (&case.opcc, &["policing_body", "inspectorate"]),
        (&case.approver, &["policing_body", "inspectorate"]),
        (&case.auditor, &["force", "policing_body", "inspectorate"]),
    ] {
        assert_eq!(sides(person, "").await, visible);
        for (path, side) in paths.iter().zip(["force", "policing_body", "inspectorate"]) {
            let status = if visible.contains(&side) { 200 } else { 404 };
            person.get(path).await.expect(status);
            person.get(&format!("{path}/transitions?order=asc")).await.expect(status);
        }
    }
    confirm(&case.opcc, &paths[0]).await.expect(404);
    confirm(&case.force, &paths[1]).await.expect(404);
    confirm(&case.auditor, &paths[0]).await.expect(403);
    let kent = case.app.person_with_roles("kent", &["opcc_approver", "chief_officer", "auditor"], &["kent"]);
    assert_eq!(sides(&kent, "").await, Vec::<String>::new());
    for path in &paths {
        kent.get(path).await.expect(404);
        confirm(&kent, path).await.expect(404);
        case.app.public().get(path).await.expect(401);
        case.app.person(Role::Registrar, "").get(path).await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_who_also_works_for_a_side_decides_only_for_that_side() {
    let case = Case::new().await;
    let paths = case.app.propose_position(&case.inspection, 0, whole_row()).await;
    let person = case.app.person_with_roles("two roles", &["auditor", "opcc"], &["cumbria"]);
    for action in [json!({ "action": "confirm" }), json!({ "action": "reject", "reason": "No." })] {
        let refused = person.act(&paths[0], action).await.expect(422);
        assert_eq!(refused.faults(), [("/side".to_owned(), "own_side".to_owned())]);
    }
    confirm(&person, &paths[1]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_is_filtered_and_paged() {
    let case = Case::new().await;
    let paths = case.app.propose_position(&case.inspection, 0, whole_row()).await;
    case.app.clock.set(case.app.clock.now() + chrono::TimeDelta::minutes(1));
    case.app.propose_position(&case.inspection, 1, whole_row()).await;
    confirm(&case.force, &paths[0]).await.expect(200);
    let id = case.inspection.body["id"].as_str().expect("an id");
    let import = case.auditor.get(&paths[0]).await.expect(200).body["import_id"].as_str().expect("an id").to_owned();
    for (query, count) in [
        (String::new(), 6),
        ("?side=force".to_owned(), 2),
        ("?side=force,inspectorate&state=proposed".to_owned(), 3),
        ("?state=confirmed".to_owned(), 1),
        (format!("?import_id={import}"), 3),
        (format!("?inspection_id={id}"), 6),
        ("?area=kent".to_owned(), 0),
        ("?area=cumbria".to_owned(), 6),
    ] {
        assert_eq!(sides(&case.auditor, &query).await.len(), count, "{query}");
    }
    let first = case.auditor.get("/v1/imported-positions?limit=4&count=true").await.expect(200);
    assert_eq!(first.body["total"], 6);
    let cursor = first.body["next_cursor"].as_str().expect("a next page");
    let next = format!("/v1/imported-positions?limit=4&cursor={cursor}");
    let second = case.auditor.get(&next).await.expect(200);
    assert_eq!(second.body["items"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_and_the_feed_tell_each_side_of_its_own_positions() {
    let case = Case::new().await;
    let paths = case.app.propose_position(&case.inspection, 0, whole_row()).await;
    let reject = json!({ "action": "reject", "reason": "Of another force." });
    case.force.act(&paths[0], reject).await.expect(200);
    case.app.sequence().await;
    let types = async |person: &Person| {
        let feed = person.get("/v1/changes?limit=200").await.expect(200);
        let items = feed.body["items"].as_array().expect("a list");
        let types = items.iter().map(|it| it["type"].as_str().expect("a type").to_owned());
        types.filter(|name| name.starts_with("imported_position.")).collect::<Vec<_>>()
    };
    let (proposed, rejected) = ("imported_position.proposed", "imported_position.rejected");
    assert_eq!(types(&case.force).await, [proposed, proposed, rejected], "the force's and the inspectorate's");
    assert_eq!(types(&case.opcc).await, [proposed, proposed], "the policing body's and the inspectorate's");
    assert_eq!(types(&case.auditor).await, [proposed, proposed, proposed, rejected]);
    let note = async |person: &Person| {
        let events = person.get("/v1/audit-events?resource=imported_position&action=reject").await.expect(200);
        events.body["items"][0]["note"].clone()
    };
    assert_eq!(note(&case.chief).await, "Of another force.");
    assert_eq!(note(&case.approver).await, Value::Null);
}
