//! The invitation to the chief officer to comment (s.55(4)), by a day that the policing body sets.

use serde_json::{Value, json};

use super::{Case, action, fault};

fn invite(day: &str) -> Value {
    json!({ "action": "invite", "comments_due_on": day })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_accepts_any_day_from_today_to_the_last_day_of_the_response() {
    let case = Case::in_state("received").await;
    for outside in ["2022-03-21", "2022-04-22", "2021-04-01"] {
        let refused = case.act(&case.opcc, invite(outside)).await.expect(422);
        assert_eq!(refused.faults(), fault("/comments_due_on", "comments_due_on"), "{outside}");
        assert_eq!(refused.body["code"], "needs_unmet");
    }
    let path = format!("{}/transitions?validate_only=true", case.response);
    for inside in ["2022-03-22", "2022-04-21"] {
        let tried = case.opcc.send_json(reqwest::Method::POST, &path, Some("*"), &invite(inside)).await.expect(200);
        assert_eq!(tried.body["invitation"]["comments_due_on"], inside);
    }
    let invited = case.act(&case.opcc, invite("2022-03-22")).await.expect(200);
    assert_eq!(invited.body["state"], "awaiting_comments");
    assert_eq!(invited.body["invitation"], json!({ "invited_on": "2022-03-22", "comments_due_on": "2022-03-22" }));
    assert_eq!(invited.body["chief_officer_comments"]["status"], "awaited");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_overdue_response_accepts_any_future_day_for_comments() {
    let case = Case::in_state("received").await;
    case.app.set_day("2022-04-22");
    case.act(&case.opcc, invite("2022-04-21")).await.expect(422);
    let invited = case.act(&case.opcc, invite("2022-09-30")).await.expect(200);
    assert_eq!(invited.body["invitation"]["comments_due_on"], "2022-09-30");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_on_the_last_day_accepts_only_that_day_for_comments() {
    let case = Case::in_state("received").await;
    case.app.set_day("2022-04-21");
    case.act(&case.opcc, invite("2022-04-22")).await.expect(422);
    case.act(&case.opcc, invite("2022-04-21")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_without_a_day_uses_the_areas_comments_days() {
    let case = Case::in_state("received").await;
    let settings = json!({ "settings": { "comments_days": 10 } });
    case.approver.patch("/v1/areas/cumbria", "*", settings).await.expect(200);
    let invited = case.act(&case.opcc, action("invite")).await.expect(200);
    assert_eq!(invited.body["invitation"]["comments_due_on"], "2022-04-01");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_without_a_day_ends_with_the_response_unless_it_is_overdue() {
    let case = Case::in_state("received").await;
    case.app.set_day("2022-04-11");
    let invited = case.act(&case.opcc, action("invite")).await.expect(200);
    assert_eq!(invited.body["invitation"]["comments_due_on"], "2022-04-21", "28 days would end after it");
    let late = Case::in_state("received").await;
    late.app.set_day("2022-05-01");
    let invited = late.act(&late.opcc, action("invite")).await.expect(200);
    assert_eq!(invited.body["invitation"]["comments_due_on"], "2022-05-29");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_uses_the_day_in_london_and_not_in_utc() {
    let case = Case::in_state("received").await;
    case.set_time("2022-04-11T23:30:00Z");
    case.act(&case.opcc, invite("2022-04-11")).await.expect(422);
    let invited = case.act(&case.opcc, invite("2022-04-12")).await.expect(200);
    assert_eq!(invited.body["invitation"]["invited_on"], "2022-04-12");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_policing_body_proceeds_without_comments_only_after_their_last_day() {
    let case = Case::in_state("received").await;
    case.act(&case.opcc, invite("2022-04-05")).await.expect(200);
    for (day, status) in [("2022-04-04", 422), ("2022-04-05", 422), ("2022-04-06", 200)] {
        case.app.set_day(day);
        let reply = case.act(&case.opcc, action("proceed")).await.expect(status);
        if status == 422 {
            assert_eq!(reply.faults(), fault("/invitation/comments_due_on", "comments_day_passed"));
        } else {
            assert_eq!(reply.body["state"], "drafting");
            assert_eq!(reply.body["chief_officer_comments"]["status"], "awaited", "silence is not a nil return");
        }
    }
}
