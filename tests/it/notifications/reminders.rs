//! Reminders: each once for a record, a day and a lead time, and none for a day that no longer holds.

use section55::auth::Role;
use serde_json::json;

use super::{Case, settings};

impl Case {
    /// Sets the clock, and waits until the reminders of the day are made and sent.
    async fn pass_to(&self, day: &str) {
        self.app.set_day(day);
        let client = self.app.database.administrator().await;
        let sql = "select reminders_on = $1::text::date from record.notification_progress";
        let made = async || {
            client.query_one(sql, &[&day]).await.expect("a row").get::<_, Option<bool>>(0).filter(|made| *made)
        };
        super::until("the reminders are made", made).await;
        self.settle().await;
    }

    /// Returns the subjects that were sent to the office about days, in the order of sending.
    fn subjects(&self) -> Vec<String> {
        let mails = self.server.accepted().iter().map(super::Mail::parse).collect::<Vec<_>>();
        let of_days =
            mails.into_iter().filter(|mail| mail.to.starts_with("opcc@") && !mail.subject.contains("was published"));
        of_days.map(|mail| mail.subject).collect()
    }
}

const DUE: &str = "The response to inspection report #21866 is due by 21 April 2022";
const LATE: &str = "The response to inspection report #21866 is late: it was due by 21 April 2022";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reminder_is_sent_once_for_each_lead_time() {
    let case = Case::new().await;
    case.set(json!({ "reminder_days": [7, 1] })).await;
    case.response("21866").await;
    for (day, count) in [("2022-04-13", 0), ("2022-04-14", 1), ("2022-04-15", 1), ("2022-04-20", 2), ("2022-04-21", 2)]
    {
        case.pass_to(day).await;
        assert_eq!(case.subjects(), vec![DUE; count], "{day}");
    }
    case.pass_to("2022-04-22").await;
    case.pass_to("2022-04-23").await;
    assert_eq!(case.subjects(), [DUE, DUE, LATE]);
    // The clock goes back and forward, and a second instance starts with a wrong one.
    let second = case.app.start_instance_with_own_clock(settings(&case.server)).await;
    case.app.set_day("2022-04-14");
    second.set_day("2022-04-20");
    case.settle().await;
    case.pass_to("2022-04-24").await;
    assert_eq!(case.subjects(), [DUE, DUE, LATE]);
    second.running.stop(std::time::Duration::ZERO).await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reminder_waits_for_the_morning_in_london() {
    let case = Case::new().await;
    case.set(json!({ "reminder_days": [7] })).await;
    case.response("21866").await;
    case.pass_to("2022-04-13").await;
    // In London, this is six o'clock of summer time on 14 April.
    case.app.clock.set("2022-04-14T05:59:00Z".parse().expect("an instant"));
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert!(case.subjects().is_empty());
    case.app.clock.set("2022-04-14T06:01:00Z".parse().expect("an instant"));
    super::until("the reminder", async || (!case.subjects().is_empty()).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrected_day_takes_back_what_was_not_sent() {
    let case = Case::new().await;
    case.set(json!({ "reminder_days": [7] })).await;
    let inspection = case.app.create_published_inspection("21866").await;
    case.pass_to("2022-04-13").await;
    case.server.answer_with(crate::support::mail_server::Answer::Refuse);
    case.pass_to("2022-04-14").await;
    let approver = case.app.person(Role::OpccApprover, "cumbria");
    let correction = json!({ "action": "correct", "reason": "A slip.", "published_on": "2022-02-26" });
    approver.act(&inspection.href(), correction).await.expect(200);
    case.server.answer_with(crate::support::mail_server::Answer::Accept);
    case.app.clock.set("2022-04-14T12:02:00Z".parse().expect("an instant"));
    let cancelled = async || case.states().await.iter().any(|it| it.0 == "cancelled").then_some(());
    super::until("the reminder is cancelled", cancelled).await;
    case.pass_to("2022-04-15").await;
    assert_eq!(case.subjects(), ["The response to inspection report #21866 is due by 22 April 2022"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_published_response_needs_no_reminder() {
    let case = Case::new().await;
    case.set(json!({ "reminder_days": [7] })).await;
    let response = case.response("21866").await;
    case.app.advance_response_to(&response, "cumbria", "published").await;
    case.pass_to("2022-04-14").await;
    case.pass_to("2022-04-22").await;
    assert!(case.subjects().iter().all(|subject| !subject.contains("due")), "{:?}", case.subjects());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_late_or_unopened_goes_to_the_approver() {
    let case = Case::new().await;
    case.set(json!({ "reminder_days": [], "escalate_late_days": 3, "escalate_unopened_days": 10 })).await;
    let (opened, unopened) = (case.response("21866").await, case.response("21867").await);
    case.app.person(Role::Opcc, "cumbria").act(&opened, json!({ "action": "invite" })).await.expect(200);
    let opcc = case.app.person(Role::Opcc, "cumbria");
    opcc.patch(&opened, "*", json!({ "policing_body_comments": "A draft." })).await.expect(200);
    let to_approver = || {
        let mails = case.server.accepted().iter().map(super::Mail::parse).collect::<Vec<_>>();
        mails.into_iter().filter(|mail| mail.to.starts_with("opcc_approver@")).collect::<Vec<_>>()
    };
    case.pass_to("2022-04-10").await;
    assert!(to_approver().is_empty());
    case.pass_to("2022-04-11").await;
    let mails = to_approver();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].subject.contains("#21867 is due by 21 April 2022"), "{}", mails[0].subject);
    assert!(mails[0].text.contains("nobody has started on it"), "{}", mails[0].text);
    case.pass_to("2022-04-23").await;
    assert_eq!(to_approver().len(), 1);
    case.pass_to("2022-04-24").await;
    let late = to_approver().split_off(1);
    assert_eq!(late.len(), 2);
    assert!(late.iter().all(|mail| mail.text.contains("because it is late")), "{late:?}");
    assert!(unopened.len() > 10);
}
