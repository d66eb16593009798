//! Many imported positions in one request: all are confirmed or none, and every fault is named.

use section55::assignments::ForceStatus;
use section55::assignments::imported::ImportedPosition;
use section55::auth::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{codes, whole_row, with_status};
use crate::assignments::Case;

const PATH: &str = "/v1/imported-positions/confirm";

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

/// Proposes a row for each of the inspection's three recommendations, and returns the import's id.
async fn propose(case: &Case, rows: [ImportedPosition; 3]) -> Uuid {
    let import = Uuid::now_v7();
    let mut positions = Vec::new();
    for (index, row) in rows.into_iter().enumerate() {
        positions.push((case.app.recommendation_id(&case.inspection, index).await, row));
    }
    let call = case.app.importer("cumbria");
    case.app.propose_positions(&call, "cumbria", import, &positions).await.expect("positions");
    import
}

async fn states(case: &Case, import: Uuid) -> Vec<String> {
    let path = format!("/v1/imported-positions?import_id={import}&limit=200");
    let found = case.auditor.get(&path).await.expect(200);
    let items = found.body["items"].as_array().expect("a list");
    items.iter().map(|it| it["state"].as_str().expect("a state").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_side_confirms_its_positions_of_an_import_in_one_request() {
    let case = Case::new().await;
    let import = propose(&case, [whole_row(), whole_row(), with_status(ForceStatus::Embedding)]).await;
    let body = json!({ "import_id": import });
    let dry_run = case.force.post(&format!("{PATH}?validate_only=true"), body.clone()).await.expect(200);
    assert!(states(&case, import).await.iter().all(|state| state == "proposed"));
    let confirmed = case.force.post(PATH, body.clone()).await.expect(200);
    let members = |reply: &crate::support::Reply, name: &str| {
        let items = reply.body["items"].as_array().expect("a list");
        items.iter().map(|it| it[name].as_str().expect("a text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(members(&confirmed, "id"), members(&dry_run, "id"));
    assert_eq!(members(&confirmed, "side"), ["force", "inspectorate", "force", "inspectorate", "force"]);
    assert!(members(&confirmed, "state").iter().all(|state| state == "confirmed"));
    let after = case.get().await;
    assert_eq!((&after["force_status"], &after["inspectorate_status"]), (&json!("in_progress"), &json!("closed")));
    assert_eq!(after["version"], 3, "the force's position and the inspectorate's");
    let confirmed = case.opcc.post(PATH, body.clone()).await.expect(200);
    assert_eq!(members(&confirmed, "side"), ["policing_body", "policing_body"]);
    let nothing = case.opcc.post(PATH, body).await.expect(422);
    assert_eq!(nothing.faults(), [("/import_id".to_owned(), "unknown_reference".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_of_both_sides_confirms_all_positions_of_one_line() {
    let case = Case::new().await;
    let import = propose(&case, [whole_row(), whole_row(), whole_row()]).await;
    let both = case.app.person_with_roles("both", &["opcc_approver", "chief_officer"], &["cumbria"]);
    let confirmed = both.post(PATH, json!({ "import_id": import })).await.expect(200);
    assert_eq!(confirmed.body["items"].as_array().map(Vec::len), Some(9));
    let after = case.get().await;
    assert_eq!(after["version"], 4);
    for (member, value) in
        [("force_status", "in_progress"), ("body_view", "partially_assured"), ("inspectorate_status", "closed")]
    {
        assert_eq!(after[member], value, "{member}");
    }
    // The log can be verified: each event continues the one before it.
    let history = case.auditor.get(&format!("{}/history", case.assignment)).await.expect(200);
    assert_eq!(history.body["items"].as_array().map(Vec::len), Some(4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_fault_refuses_all_and_every_fault_is_named_with_its_position() {
    let case = Case::new().await;
    let import =
        propose(&case, [whole_row(), with_status(ForceStatus::ForceComplete), with_status(ForceStatus::Allocated)])
            .await;
    let before = case.app.database.fingerprint().await;
    let refused = case.force.post(PATH, json!({ "import_id": import })).await.expect(422);
    assert_eq!(refused.body["code"], "needs_unmet");
    assert_eq!(codes(&refused), ["chief_officer", "status_complete"]);
    let paths = case.app.imported_positions(import).await;
    let ids: Vec<&Value> = refused.body["errors"].as_array().expect("a list").iter().map(|it| &it["id"]).collect();
    assert_eq!(ids, [id_of(&paths[3]), id_of(&paths[4])]);
    assert_eq!(case.app.database.fingerprint().await, before, "nothing was written");
    // The position that has no fault is confirmed alone.
    case.force.post(PATH, json!({ "ids": [id_of(&paths[0])] })).await.expect(200);
    assert_eq!(states(&case, import).await, ["confirmed", "proposed", "proposed", "proposed", "proposed"]);
    let again = case.force.post(PATH, json!({ "ids": [id_of(&paths[0])] })).await.expect(422);
    assert_eq!(codes(&again), ["not_possible_from_this_state"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_names_either_an_import_or_ids_that_the_caller_can_see() {
    let case = Case::new().await;
    let import = propose(&case, [whole_row(), whole_row(), whole_row()]).await;
    let paths = case.app.imported_positions(import).await;
    let (force, body) = (id_of(&paths[0]), id_of(&paths[1]));
    let unknown = Uuid::now_v7().to_string();
    for (request, pointer, code) in [
        (json!({}), "/import_id", "required"),
        (json!({ "import_id": import, "ids": [force] }), "/ids", "not_here"),
        (json!({ "ids": [] }), "/ids", "too_few"),
        (json!({ "ids": vec![force; 501] }), "/ids", "too_many"),
        (json!({ "ids": [force, unknown] }), "/ids/1", "unknown_reference"),
        (json!({ "ids": [force, body] }), "/ids/1", "unknown_reference"),
        (json!({ "import_id": Uuid::now_v7() }), "/import_id", "unknown_reference"),
        (json!({ "ids": ["x"] }), "/ids/0", "wrong_format"),
    ] {
        let refused = case.force.post(PATH, request.clone()).await.expect(422);
        assert_eq!(refused.faults(), [(pointer.to_owned(), code.to_owned())], "{request}");
    }
    let kent = case.app.person(Role::ChiefOfficer, "kent");
    let refused = kent.post(PATH, json!({ "ids": [force] })).await.expect(422);
    assert_eq!(refused.faults(), [("/ids/0".to_owned(), "unknown_reference".to_owned())]);
    case.force.post(PATH, json!({ "ids": [force, force] })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_answer_to_the_same_key_is_the_first() {
    let case = Case::new().await;
    let import = propose(&case, [whole_row(), whole_row(), whole_row()]).await;
    let headers = [("content-type", "application/json"), ("idempotency-key", "a-key-of-many")];
    let body = json!({ "import_id": import }).to_string().into_bytes();
    let send = async || case.force.send(reqwest::Method::POST, PATH, &headers, Some(body.clone())).await.expect(200);
    let (first, second) = (send().await, send().await);
    assert_eq!(first.text, second.text);
    assert_eq!(second.headers["idempotency-replayed"], "true");
}
