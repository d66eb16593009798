//! Undoing an import withdraws its positions, unless a person has confirmed one.

use section55::auth::Role;
use serde_json::json;
use uuid::Uuid;

use super::{confirm, whole_row};
use crate::assignments::Case;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn positions_of_both_sides_are_withdrawn_and_rejected_ones_stay_so() {
    let case = Case::new().await;
    let (import, id) = (Uuid::now_v7(), case.app.recommendation_id(&case.inspection, 0).await);
    let call = case.app.importer("cumbria");
    case.app.propose_positions(&call, "cumbria", import, &[(id, whole_row())]).await.expect("positions");
    let paths = case.app.imported_positions(import).await;
    case.opcc.act(&paths[2], json!({ "action": "reject", "reason": "Not so." })).await.expect(200);
    assert_eq!(case.app.withdraw_positions(&call, import).await.expect("an undone import"), 2);
    for (path, state) in paths.iter().zip(["withdrawn", "withdrawn", "rejected"]) {
        let after = case.auditor.get(path).await.expect(200);
        assert_eq!((&after.body["state"], &after.body["version"]), (&json!(state), &json!(2)));
    }
    confirm(&case.force, &paths[0]).await.expect(409);
    let events = case.auditor.get("/v1/audit-events?resource=imported_position&action=withdraw").await.expect(200);
    assert_eq!(events.body["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(case.app.withdraw_positions(&call, import).await.expect("nothing is left"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_one_was_confirmed_none_is_withdrawn() {
    let case = Case::new().await;
    let (import, id) = (Uuid::now_v7(), case.app.recommendation_id(&case.inspection, 0).await);
    let call = case.app.importer("cumbria");
    case.app.propose_positions(&call, "cumbria", import, &[(id, whole_row())]).await.expect("positions");
    let paths = case.app.imported_positions(import).await;
    confirm(&case.force, &paths[0]).await.expect(200);
    let before = case.app.database.fingerprint().await;
    let refused = case.app.withdraw_positions(&call, import).await.expect_err("a confirmed position");
    assert_eq!(refused.faults().iter().map(|fault| fault.code).collect::<Vec<_>>(), ["none_confirmed"]);
    assert_eq!(case.app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_area_withdraws_nothing_and_an_unknown_recommendation_is_refused() {
    let case = Case::new().await;
    let (import, id) = (Uuid::now_v7(), case.app.recommendation_id(&case.inspection, 0).await);
    let call = case.app.importer("cumbria");
    let positions = [(id, whole_row()), (id, whole_row()), (Uuid::now_v7(), whole_row())];
    let refused = case.app.propose_positions(&call, "cumbria", import, &positions).await.expect_err("faults");
    let faults: Vec<(&str, &str)> = refused.faults().iter().map(|it| (it.pointer.as_str(), it.code)).collect();
    assert_eq!(faults, [("/positions/1", "already_exists"), ("/positions/2", "unknown_reference")]);
    case.app.propose_positions(&call, "cumbria", import, &positions[..1]).await.expect("positions");
    let kent = case.app.importer("kent");
    assert_eq!(case.app.withdraw_positions(&kent, import).await.expect("no position"), 0);
    let everyone = case.app.person_with_roles("everyone", &["auditor"], &["cumbria"]);
    let list = everyone.get(&format!("/v1/imported-positions?import_id={import}&state=proposed")).await.expect(200);
    assert_eq!(list.body["items"].as_array().map(Vec::len), Some(3));
    // An officer of another area cannot propose for this one.
    let other = Uuid::now_v7();
    case.app.propose_positions(&kent, "cumbria", other, &positions[..1]).await.expect_err("another area");
    assert_eq!(
        case.app
            .person(Role::Auditor, "cumbria")
            .get(&format!("/v1/imported-positions?import_id={other}"))
            .await
            .expect(200)
            .body["items"],
        json!([])
    );
}
