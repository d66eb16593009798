//! Which events make notifications, and who receives them.

use section55::auth::Role;
use serde_json::json;

use super::{Case, recipients};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_step_of_a_response_notifies_the_role_that_must_act() {
    let case = Case::new().await;
    let response = case.response("21866").await;
    let mut seen = 0;
    for (state, to, subject) in [
        ("received", &["opcc"][..], "was published: the response is due by 21 April 2022"),
        ("awaiting_comments", &["chief_officer", "constabulary"], "Comments on inspection report #21866"),
        ("drafting", &[], ""),
        ("in_approval", &["opcc_approver"], "waits for your approval"),
        ("approved", &["opcc"], "was approved"),
        ("published", &["constabulary", "opcc"], "was published"),
    ] {
        let [opcc, approver] = [Role::Opcc, Role::OpccApprover].map(|role| case.app.person(role, "cumbria"));
        let chief = case.app.person(Role::ChiefOfficer, "cumbria");
        match state {
            "awaiting_comments" => drop(opcc.act(&response, json!({ "action": "invite" })).await.expect(200)),
            "drafting" => drop(chief.act(&response, json!({ "action": "nil_return" })).await.expect(200)),
            "in_approval" => {
                case.app.write_all_texts(&response, "cumbria").await;
                opcc.act(&response, json!({ "action": "submit" })).await.expect(200);
            }
            "approved" => drop(approver.act(&response, json!({ "action": "approve" })).await.expect(200)),
            "published" => drop(approver.act(&response, json!({ "action": "publish" })).await.expect(200)),
            _ => {}
        }
        case.settle().await;
        let mails = case.wait_for(seen + to.len()).await.split_off(seen);
        assert_eq!(recipients(&mails), to, "{state}");
        assert!(mails.iter().all(|mail| mail.subject.contains(subject)), "{state}: {mails:?}");
        seen += to.len();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_review_of_evidence_and_a_sign_off_notify_the_other_side() {
    let case = Case::new().await;
    let inspection = case.app.create_published_inspection("21866").await;
    let assignment = case.app.assignment_path(&inspection, "cumbria").await;
    let evidence = case.app.add_submitted_evidence(&assignment, "cumbria", json!({})).await.href();
    let opcc = case.app.person(Role::Opcc, "cumbria");
    opcc.act(&evidence, json!({ "action": "reject", "note": "Not signed." })).await.expect(200);
    case.app.advance_assignment_to(&assignment, "cumbria", "awaiting_sign_off").await;
    let chief = case.app.person(Role::ChiefOfficer, "cumbria");
    chief.act(&assignment, json!({ "action": "send_back", "reason": "Too early." })).await.expect(200);
    case.settle().await;
    let mails = case.wait_for(6).await;
    let told = |to: &str, subject: &str| {
        mails.iter().filter(|it| it.to.starts_with(to) && it.subject.contains(subject)).count()
    };
    assert_eq!(told("opcc@", "Evidence for recommendation #21866-1 waits for your review"), 2);
    assert_eq!(told("constabulary@", "Evidence for recommendation #21866-1 was rejected"), 1);
    assert_eq!(told("chief_officer@", "Recommendation #21866-1 waits for your sign-off"), 1);
    assert_eq!(told("constabulary@", "Recommendation #21866-1 was sent back"), 1);
    assert!(mails.iter().all(|mail| !mail.raw.contains("Too early") && !mail.raw.contains("Not signed")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_area_without_addresses_and_other_areas_receive_nothing() {
    let case = Case::new().await;
    let inspection = case.app.create_published_inspection("21866").await;
    let kent = case.app.response_path(&inspection, "kent").await;
    case.app.advance_response_to(&kent, "kent", "in_approval").await;
    case.set(json!({ "notification_addresses": [] })).await;
    case.settle().await;
    assert_eq!(case.server.accepted().len(), 0, "the setting of the moment at which it is made counts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_webhook_is_told_to_its_own_side() {
    let case = Case::new().await;
    let force = case.app.person(Role::ChiefOfficer, "cumbria");
    let body = json!({ "url": "http://hooks.example:9/in" });
    force.post("/v1/webhooks", body).await.expect(201);
    case.response("21866").await;
    case.settle().await;
    for minutes in [2, 20, 220, 1500] {
        let client = case.app.database.administrator().await;
        let failed = "select count(*) from record.webhook_attempts";
        let before: i64 = client.query_one(failed, &[]).await.expect("a count").get(0);
        case.app.clock.set(super::super::support::app::noon() + chrono::TimeDelta::minutes(minutes));
        let attempted = async || {
            let count: i64 = client.query_one(failed, &[]).await.expect("a count").get(0);
            (count > before).then_some(())
        };
        super::until("another attempt", attempted).await;
    }
    case.app.sequence().await;
    let mails = case.wait_for(2).await;
    let stopped: Vec<_> = mails.iter().filter(|mail| mail.subject == "A webhook was stopped").collect();
    assert_eq!(stopped.len(), 1);
    assert_eq!(stopped[0].to, "chief_officer@cumbria.example");
}
