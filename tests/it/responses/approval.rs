//! Approval: by another person than the submitter, and of exactly the content that is then published.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, action, fault};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_person_who_submits_a_response_cannot_approve_it() {
    let case = Case::in_state("drafting").await;
    case.app.write_all_texts(&case.response, "cumbria").await;
    case.act(&case.approver, action("submit")).await.expect(200);
    let reply = case.approver.get(&case.response).await.expect(200);
    let approve = reply.body["allowed_actions"].as_array().expect("a list").iter().find(|a| a["action"] == "approve");
    assert_eq!(approve.expect("approve")["blocked_by"][0]["code"], "another_person");
    let refused = case.act(&case.approver, action("approve")).await.expect(422);
    assert_eq!(refused.faults(), fault("/approval", "another_person"));
    let other = case.app.person_with_roles("another@cumbria", &["opcc_approver"], &["cumbria"]);
    let approved = case.act(&other, action("approve")).await.expect(200);
    assert_eq!(approved.body["approval"]["by"], "another@cumbria (name)");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_with_both_roles_cannot_approve_their_own_submission() {
    let case = Case::in_state("drafting").await;
    case.app.write_all_texts(&case.response, "cumbria").await;
    let as_officer = case.app.person_with_roles("jo@cumbria", &["opcc"], &["cumbria"]);
    case.act(&as_officer, action("submit")).await.expect(200);
    for roles in [&["opcc_approver"][..], &["opcc", "opcc_approver"]] {
        let as_approver = case.app.person_with_roles("jo@cumbria", roles, &["cumbria"]);
        let refused = case.act(&as_approver, action("approve")).await.expect(422);
        assert_eq!(refused.faults(), fault("/approval", "another_person"));
    }
    case.act(&case.approver, action("approve")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_submitter_may_approve_a_response_that_another_person_submits_again() {
    let case = Case::in_state("drafting").await;
    case.app.write_all_texts(&case.response, "cumbria").await;
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
    let last = history.body["items"].as_array().and_then(|items| items.first()).cloned().expect("an item");
    assert_eq!(
        (&last["action"], &last["from"], &last["to"]),
        (&json!("return"), &json!("in_approval"), &json!("drafting"))
    );
    assert_eq!((&last["note"], &last["by"]["subject"]), (&json!("Shorter."), &json!("opcc_approver@cumbria")));
    assert!(!case.force.get(&path).await.expect(200).text.contains("Shorter."), "the force does not see the reason");
    case.patch(&case.opcc, json!({ "policing_body_comments": "Short." })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approval_records_the_digest_and_reopening_voids_it() {
    let case = Case::in_state("approved").await;
    let digest = case.get().await.body["approval"]["content_sha256"].clone();
    assert_eq!(digest.as_str().map(str::len), Some(64));
    case.act(&case.opcc, action("reopen")).await.expect(422);
    let reopened = case.act(&case.opcc, json!({ "action": "reopen", "reason": "A name." })).await.expect(200);
    assert_eq!(reopened.body["state"], "drafting");
    assert_eq!(reopened.body["approval"], Value::Null);
    case.act(&case.approver, action("publish")).await.expect(409);

    case.act(&case.opcc, action("submit")).await.expect(200);
    let again = case.act(&case.approver, action("approve")).await.expect(200);
    assert_eq!(again.body["approval"]["content_sha256"], digest, "the same content has the same digest");
    case.act(&case.opcc, json!({ "action": "reopen", "reason": "A name." })).await.expect(200);
    case.patch(&case.opcc, json!({ "policing_body_comments": "Other words." })).await.expect(200);
    case.act(&case.opcc, action("submit")).await.expect(200);
    let other = case.act(&case.approver, action("approve")).await.expect(200);
    assert_ne!(other.body["approval"]["content_sha256"], digest);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_digest_of_the_approval_is_that_of_the_published_version() {
    let case = Case::in_state("approved").await;
    let digest = case.get().await.body["approval"]["content_sha256"].clone();
    case.act(&case.approver, action("publish")).await.expect(200);
    let versions = case.app.public().get(&format!("{}/versions", case.response)).await.expect(200);
    assert_eq!(versions.body["items"][0]["content_sha256"], digest);
    assert_eq!(case.get().await.body["approval"]["content_sha256"], digest);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_changed_in_the_database_after_approval_is_not_published() {
    let case = Case::in_state("approved").await;
    let administrator = case.app.database.administrator().await;
    let sql = "update response_texts set text = 'Not what was approved.' where part = 'policing_body_comments'";
    assert_eq!(administrator.execute(sql, &[]).await.expect("an update"), 1);
    let refused = case.act(&case.approver, action("publish")).await.expect(422);
    assert_eq!(refused.faults(), fault("/approval/content_sha256", "content_as_approved"));
    let reply = case.approver.get(&case.response).await.expect(200);
    let publish = reply.body["allowed_actions"].as_array().expect("a list").iter().find(|a| a["action"] == "publish");
    assert_eq!(publish.expect("publish")["blocked_by"][0]["code"], "content_as_approved");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approver_of_another_area_cannot_approve() {
    let case = Case::in_state("in_approval").await;
    let stranger = case.app.person(Role::OpccApprover, "kent");
    case.act(&stranger, action("approve")).await.expect(404);
    let of_both = case.app.person_with_roles("both", &["opcc_approver"], &["kent", "cumbria"]);
    case.act(&of_both, action("approve")).await.expect(200);
}
