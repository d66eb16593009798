//! Approval: by another person than the one who submitted, of exactly what is published.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, action, fault};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_submitted_a_response_cannot_approve_it() {
    let case = Case::in_state("drafting").await;
    case.app.write_whole(&case.response, "cumbria").await;
    case.act(&case.approver, action("submit")).await.expect(200);
    let seen = case.approver.get(&case.response).await.expect(200);
    let approve = seen.body["allowed_actions"].as_array().expect("a list").iter().find(|a| a["action"] == "approve");
    assert_eq!(approve.expect("approve")["blocked_by"][0]["code"], "another_person");
    let refused = case.act(&case.approver, action("approve")).await.expect(422);
    assert_eq!(refused.faults(), fault("/approval", "another_person"));
    let other = case.app.somebody("another@cumbria", &["opcc_approver"], &["cumbria"]);
    let approved = case.act(&other, action("approve")).await.expect(200);
    assert_eq!(approved.body["approval"]["by"], "another@cumbria (name)");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_with_both_roles_is_still_one_person() {
    let case = Case::in_state("drafting").await;
    case.app.write_whole(&case.response, "cumbria").await;
    let as_officer = case.app.somebody("jo@cumbria", &["opcc"], &["cumbria"]);
    case.act(&as_officer, action("submit")).await.expect(200);
    for roles in [&["opcc_approver"][..], &["opcc", "opcc_approver"]] {
        let as_approver = case.app.somebody("jo@cumbria", roles, &["cumbria"]);
        let refused = case.act(&as_approver, action("approve")).await.expect(422);
        assert_eq!(refused.faults(), fault("/approval", "another_person"));
    }
    case.act(&case.approver, action("approve")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_submitter_of_a_returned_response_may_approve_what_another_submits() {
    let case = Case::in_state("drafting").await;
    case.app.write_whole(&case.response, "cumbria").await;
    case.act(&case.approver, action("submit")).await.expect(200);
    case.act(&case.approver, json!({ "action": "return", "reason": "A slip." })).await.expect(200);
    case.act(&case.opcc, action("submit")).await.expect(200);
    case.act(&case.approver, action("approve")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_returned_response_can_be_edited_again() {
    let case = Case::in_state("in_approval").await;
    case.act(&case.approver, action("return")).await.expect(422);
    let returned = case.act(&case.approver, json!({ "action": "return", "reason": "Shorter." })).await.expect(200);
    assert_eq!(returned.body["state"], "drafting");
    assert_eq!(returned.body["approval"], Value::Null);
    let path = format!("{}/transitions", case.response);
    let history = case.opcc.get(&path).await.expect(200);
    let last = history.body["items"].as_array().and_then(|items| items.last()).cloned().expect("an item");
    assert_eq!(
        (&last["action"], &last["from"], &last["to"]),
        (&json!("return"), &json!("in_approval"), &json!("drafting"))
    );
    assert_eq!((&last["note"], &last["by"]["subject"]), (&json!("Shorter."), &json!("opcc_approver@cumbria")));
    assert!(!case.force.get(&path).await.expect(200).text.contains("Shorter."), "it stays with the body");
    case.patch(&case.opcc, json!({ "policing_body_comments": "Short." })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approval_pins_the_content_and_reopening_voids_it() {
    let case = Case::in_state("approved").await;
    let pinned = case.seen().await.body["approval"]["content_sha256"].clone();
    assert_eq!(pinned.as_str().map(str::len), Some(64));
    case.act(&case.opcc, action("reopen")).await.expect(422);
    let reopened = case.act(&case.opcc, json!({ "action": "reopen", "reason": "A name." })).await.expect(200);
    assert_eq!(reopened.body["state"], "drafting");
    assert_eq!(reopened.body["approval"], Value::Null);
    case.act(&case.approver, action("publish")).await.expect(409);

    case.act(&case.opcc, action("submit")).await.expect(200);
    let again = case.act(&case.approver, action("approve")).await.expect(200);
    assert_eq!(again.body["approval"]["content_sha256"], pinned, "the same words have the same digest");
    case.act(&case.opcc, json!({ "action": "reopen", "reason": "A name." })).await.expect(200);
    case.patch(&case.opcc, json!({ "policing_body_comments": "Other words." })).await.expect(200);
    case.act(&case.opcc, action("submit")).await.expect(200);
    let other = case.act(&case.approver, action("approve")).await.expect(200);
    assert_ne!(other.body["approval"]["content_sha256"], pinned);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_digest_of_the_approval_is_that_of_the_published_version() {
    let case = Case::in_state("approved").await;
    let pinned = case.seen().await.body["approval"]["content_sha256"].clone();
    case.act(&case.approver, action("publish")).await.expect(200);
    let versions = case.app.public().get(&format!("{}/versions", case.response)).await.expect(200);
    assert_eq!(versions.body["items"][0]["content_sha256"], pinned);
    assert_eq!(case.seen().await.body["approval"]["content_sha256"], pinned);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_changed_behind_the_services_back_are_not_published() {
    let case = Case::in_state("approved").await;
    let administrator = case.app.database.administrator().await;
    let sql = "update response_texts set text = 'Not what was approved.' where part = 'policing_body_comments'";
    assert_eq!(administrator.execute(sql, &[]).await.expect("an update"), 1);
    let refused = case.act(&case.approver, action("publish")).await.expect(422);
    assert_eq!(refused.faults(), fault("/approval/content_sha256", "content_as_approved"));
    let seen = case.approver.get(&case.response).await.expect(200);
    let publish = seen.body["allowed_actions"].as_array().expect("a list").iter().find(|a| a["action"] == "publish");
    assert_eq!(publish.expect("publish")["blocked_by"][0]["code"], "content_as_approved");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approver_of_another_area_approves_nothing_here() {
    let case = Case::in_state("in_approval").await;
    let stranger = case.app.person(Role::OpccApprover, "kent");
    case.act(&stranger, action("approve")).await.expect(404);
    let of_both = case.app.somebody("both", &["opcc_approver"], &["kent", "cumbria"]);
    case.act(&of_both, action("approve")).await.expect(200);
}
