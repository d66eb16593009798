//! The deadline (s.55(5A)): 56 days beginning with the day of publication, counted in London. Late publication is
//! flagged and not blocked.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, action};
use crate::support::App;
use crate::support::world::registration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_left_count_down_to_zero_on_the_last_day() {
    let case = Case::in_state("received").await;
    for (instant, left, overdue) in [
        ("2022-02-25T12:00:00Z", 55, false),
        ("2022-03-22T12:00:00Z", 30, false),
        ("2022-04-19T22:59:59Z", 2, false),
        ("2022-04-20T23:30:00Z", 0, false),
        ("2022-04-21T22:30:00Z", 0, false),
        ("2022-04-21T23:00:00Z", -1, true),
        ("2022-05-01T12:00:00Z", -10, true),
    ] {
        case.set_time(instant);
        // A token of the day itself: the other people's tokens are newer than the first of these instants.
        let opcc = case.app.person(Role::Opcc, "cumbria");
        let reply = opcc.get(&case.response).await.expect(200);
        assert_eq!((&reply.body["days_left"], &reply.body["overdue"]), (&json!(left), &json!(overdue)), "{instant}");
        assert_eq!(reply.body["on_time"], Value::Null);
        let listed = opcc.get(&format!("/v1/responses?area=cumbria&overdue={overdue}")).await.expect(200);
        assert_eq!(listed.body["items"].as_array().map(Vec::len), Some(1), "{instant}");
        let others = opcc.get(&format!("/v1/responses?area=cumbria&overdue={}", !overdue)).await.expect(200);
        assert_eq!(others.body["items"], json!([]), "{instant}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publication_is_in_time_until_midnight_in_london() {
    for (instant, published_on, on_time) in [
        ("2022-03-22T12:00:00Z", "2022-03-22", true),
        ("2022-04-20T22:30:00Z", "2022-04-20", true),
        ("2022-04-20T23:30:00Z", "2022-04-21", true),
        ("2022-04-21T22:59:59Z", "2022-04-21", true),
        ("2022-04-21T23:00:00Z", "2022-04-22", false),
        ("2022-06-01T12:00:00Z", "2022-06-01", false),
    ] {
        let case = Case::in_state("approved").await;
        case.set_time(instant);
        let published = case.act(&case.approver, action("publish")).await.expect(200);
        let publication = &published.body["publication"];
        assert_eq!(publication["published_on"], published_on, "{instant}");
        assert_eq!(publication["published_at"], instant);
        assert_eq!(publication["on_time"], on_time, "{instant}");
        assert_eq!(published.body["on_time"], on_time, "{instant}");
        assert_eq!(published.body["days_left"], Value::Null);
        assert_eq!(published.body["overdue"], false, "a published response is never overdue");
        let public = case.app.public();
        let listed = public.get(&format!("/v1/responses?on_time={on_time}")).await.expect(200);
        assert_eq!(listed.body["items"].as_array().map(Vec::len), Some(1), "{instant}");
        let expected =
            if on_time { "In time: the last day was 21/04/2022." } else { "Late: the last day was 21/04/2022." };
        let document = public.get(&format!("{}/document?format=text", case.response)).await.expect(200);
        assert!(document.text.contains(expected), "{instant}:\n{}", document.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_day_is_not_moved_by_a_bank_holiday_and_ends_at_midnight_in_winter_time() {
    for (instant, on_time) in [("2022-12-27T23:59:59Z", true), ("2022-12-28T00:00:00Z", false)] {
        let app = App::start().await;
        app.set_day("2022-12-01");
        let mut sent = registration("73020");
        sent["published_on"] = json!("2022-11-02");
        let opcc = app.person(Role::Opcc, "cumbria");
        let created = opcc.post("/v1/inspections", sent).await.expect(201);
        assert_eq!(created.body["due_on"], "2022-12-27");
        let inspection = opcc.act(&created.href(), action("publish")).await.expect(200);
        let response = app.response_path(&inspection, "cumbria").await;
        app.advance_response_to(&response, "cumbria", "approved").await;
        app.clock.set(instant.parse().expect("an instant"));
        let published = app.person(Role::OpccApprover, "cumbria").act(&response, action("publish")).await.expect(200);
        assert_eq!(published.body["on_time"], on_time, "{instant}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_to_a_report_from_before_section_37_has_no_last_day() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "hampshire");
    let mut sent = registration("73021");
    sent["published_on"] = json!("2017-03-02");
    sent["subjects"] = json!(["hampshire"]);
    let created = opcc.post("/v1/inspections", sent).await.expect(201);
    assert_eq!(created.body["due_on"], Value::Null);
    let inspection = opcc.act(&created.href(), action("publish")).await.expect(200);
    let response = app.response_path(&inspection, "hampshire").await;
    let reply = opcc.get(&response).await.expect(200);
    for member in ["due_on", "days_left", "on_time"] {
        assert_eq!(reply.body[member], Value::Null, "{member}");
    }
    assert_eq!(reply.body["overdue"], false);
    let invite = json!({ "action": "invite", "comments_due_on": "2023-01-01" });
    opcc.act(&response, invite).await.expect(200);
    let chief = app.person(Role::ChiefOfficer, "hampshire");
    chief.act(&response, action("nil_return")).await.expect(200);
    opcc.patch(&response, "*", json!({ "policing_body_comments": "Noted." })).await.expect(200);
    opcc.act(&response, action("submit")).await.expect(200);
    let approver = app.person(Role::OpccApprover, "hampshire");
    approver.act(&response, action("approve")).await.expect(200);
    let publish = json!({ "action": "publish", "published_on": "2017-04-03" });
    let published = approver.act(&response, publish).await.expect(200);
    assert_eq!(published.body["on_time"], Value::Null);
    assert_eq!(published.body["publication"]["on_time"], Value::Null);
    let document = app.public().get(&format!("{response}/document?format=text")).await.expect(200);
    assert!(document.text.contains("There is no statutory deadline for this response."), "{}", document.text);
    assert!(!document.text.contains("56 days"), "{}", document.text);
}
