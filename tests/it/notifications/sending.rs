//! How often an e-mail is sent: once, whatever the mail server, the clock and other instances do.

use std::collections::HashSet;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;

use super::{Case, settings, until};
use crate::support::app::noon;
use crate::support::mail_server::{Answer, Tls};

fn state(state: &str, tries: i32, unknown: i32) -> (String, i32, i32) {
    (state.to_owned(), tries, unknown)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_e_mail_is_sent_over_tls_with_credentials() {
    for tls in [Tls::Implicit, Tls::Starttls] {
        let case = Case::with_tls(tls).await;
        case.response("21866").await;
        case.settle().await;
        case.wait_for(1).await;
        assert_eq!(case.server.credentials(), [STANDARD.encode("\0user\0secret")]);
        assert_eq!(case.states().await, [state("sent", 0, 0)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_to_a_server_without_tls() {
    let case = Case::with_tls(Tls::Absent).await;
    case.response("21866").await;
    case.settle().await;
    assert!(case.server.accepted().is_empty() && case.server.credentials().is_empty());
    assert_eq!(case.states().await, [state("pending", 1, 0)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_e_mail_is_sent_again_and_given_up_after_a_day() {
    let case = Case::new().await;
    case.server.answer_with(Answer::Refuse);
    case.response("21866").await;
    case.settle().await;
    for (tries, minutes) in [(2, 1), (3, 16), (4, 196)] {
        case.app.clock.set(noon() + TimeDelta::minutes(minutes) + TimeDelta::seconds(1));
        let tried = async || (case.states().await == [state("pending", tries, 0)]).then_some(());
        until(&format!("{tries} attempts"), tried).await;
    }
    case.app.clock.set(noon() + TimeDelta::hours(24) + TimeDelta::seconds(5));
    until("it is given up", async || (case.states().await == [state("failed", 4, 0)]).then_some(())).await;
    let client = case.app.database.administrator().await;
    let error: String = client.query_one("select error from record.emails", &[]).await.expect("a row").get(0);
    assert!(error.contains("try later"), "{error}");
    assert!(case.server.accepted().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_e_mail_is_sent_once_in_the_end() {
    let case = Case::new().await;
    case.server.answer_next_with(&[Answer::Refuse]);
    case.response("21866").await;
    case.settle().await;
    case.app.clock.set(noon() + TimeDelta::minutes(2));
    case.wait_for(1).await;
    until("it is sent", async || (case.states().await == [state("sent", 1, 0)]).then_some(())).await;
    assert_eq!(case.server.accepted().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_outcome_is_recorded_and_the_message_id_stays() {
    let case = Case::new().await;
    case.server.answer_next_with(&[Answer::AcceptSilently]);
    case.response("21866").await;
    case.app.sequence().await;
    case.wait_for(1).await;
    until("the attempt is recorded", async || (case.states().await == [state("pending", 1, 0)]).then_some(())).await;
    case.app.clock.set(noon() + TimeDelta::minutes(2));
    let mails = case.wait_for(2).await;
    assert_eq!(mails[0].id, mails[1].id);
    until("it is sent", async || (case.states().await == [state("sent", 1, 1)]).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_instances_send_each_e_mail_once() {
    let case = Case::new().await;
    let second = case.app.start_instance_with_own_clock(settings(&case.server)).await;
    let third = case.app.start_instance_with_own_clock(settings(&case.server)).await;
    case.server.take(Duration::from_millis(20));
    // A wrong clock does not take what another instance is sending.
    third.clock.set(noon() + TimeDelta::hours(3));
    for n in 0..12 {
        case.response(&format!("3{n:03}")).await;
    }
    case.settle().await;
    let mails = case.wait_for(12).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(case.server.accepted().len(), 12);
    assert_eq!(mails.iter().map(|mail| mail.id.clone()).collect::<HashSet<_>>().len(), 12);
    for instance in [second, third] {
        instance.running.stop(Duration::ZERO).await.expect("a clean stop");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_does_not_wait_for_the_mail_server() {
    let case = Case::new().await;
    case.server.answer_with(Answer::Hang);
    let began = std::time::Instant::now();
    case.response("21866").await;
    case.app.sequence().await;
    case.wait_for(1).await;
    case.response("21867").await;
    assert!(began.elapsed() < Duration::from_secs(20));
    // An instance that stops does not wait for the mail server's 30 seconds either.
    assert_eq!(case.states().await[0].0, "pending");
}
