//! What is not taken: tried again over a day, then the webhook is stopped and says so, and goes on from where it stopped.

use section55::auth::Role;
use section55::webhooks;
use serde_json::{Value, json};

use super::receiver::{Answers, Receiver};
use super::{deliveries, hook, register, until};
use crate::support::{App, Person};

/// The webhook's only message, once so many tries of it are kept.
async fn tried(person: &Person, hook: &str, count: usize) -> Value {
    let kept = async || {
        let all = deliveries(person, hook).await;
        all.into_iter().next().filter(|it| it["attempts"].as_array().is_some_and(|all| all.len() == count))
    };
    until(&format!("{count} tries"), kept).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_tried_five_times_over_a_day_and_then_the_webhook_is_stopped_and_says_so() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    receiver.always(Answers::Status(500));
    let made = hook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    let approver = app.person(Role::OpccApprover, "cumbria");
    register(&app, "cumbria", "89301").await;
    register(&app, "cumbria", "89302").await;
    let at = ["2022-03-22T12:01:00Z", "2022-03-22T12:16:00Z", "2022-03-22T15:16:00Z", "2022-03-23T12:00:00Z"];
    for (n, next) in at.into_iter().enumerate() {
        let log = tried(&approver, &made, n + 1).await;
        assert_eq!((&log["state"], &log["next_attempt_at"]), (&json!("pending"), &json!(next)));
        let age = webhooks::oldest_unsent(&app.database.db, &app.clock).await.expect("an age");
        assert_eq!(age, app.clock.now() - crate::support::app::noon());
        app.clock.set(next.parse().expect("an instant"));
    }
    let log = tried(&approver, &made, 5).await;
    assert_eq!((&log["state"], &log["next_attempt_at"]), (&json!("failed"), &Value::Null));
    let stopped = approver.get(&made).await.expect(200);
    assert_eq!(
        (&stopped.body["state"], &stopped.body["disabled_at"]),
        (&json!("disabled"), &json!("2022-03-23T12:00:00Z"))
    );
    let reason = stopped.body["disabled_reason"].as_str().expect("a reason");
    assert!(reason.contains("5 tries") && reason.contains("500"), "{reason}");
    let events = app.person(Role::Auditor, "cumbria").get("/v1/audit-events?action=disable").await.expect(200);
    let event = &events.body["items"][0];
    assert_eq!(
        (&event["resource"], &event["from"], &event["to"]),
        (&json!("webhook"), &json!("active"), &json!("disabled"))
    );
    assert_eq!(event["note"], reason);
    assert_eq!(webhooks::oldest_unsent(&app.database.db, &app.clock).await.expect("an age"), chrono::TimeDelta::zero());
    // It goes on from where it stopped, in order, the same message first.
    receiver.always(Answers::Status(200));
    register(&app, "cumbria", "89303").await;
    approver.patch(&made, &stopped.tag(), json!({ "state": "active" })).await.expect(200);
    let came = receiver.wait_for(8).await;
    assert!(came[..6].iter().all(|it| it.id() == came[0].id() && it.body == came[0].body));
    let feed = approver.get("/v1/changes").await.expect(200);
    let ids: Vec<&str> =
        feed.body["items"].as_array().expect("items").iter().filter_map(|it| it["id"].as_str()).collect();
    assert_eq!([came[5].id(), came[6].id(), came[7].id()], ids[..]);
    let now = approver.get(&made).await.expect(200);
    assert_eq!((&now.body["state"], &now.body["disabled_reason"]), (&json!("active"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_message_waits_for_the_one_before() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    receiver.next(&[Answers::Status(429), Answers::Redirect("http://hooks.example/elsewhere".to_owned())]);
    let made = hook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    let approver = app.person(Role::OpccApprover, "cumbria");
    for n in 0..3 {
        register(&app, "cumbria", &format!("8940{n}")).await;
    }
    tried(&approver, &made, 1).await;
    app.clock.set("2022-03-22T12:01:00Z".parse().expect("an instant"));
    let log = tried(&approver, &made, 2).await;
    let second = &log["attempts"][1];
    assert_eq!((&second["status"], &second["error"]), (&json!(302), &json!("Redirects are not followed.")));
    assert_eq!(deliveries(&approver, &made).await.len(), 1, "no other was begun");
    // What is in its turn is not asked for out of it.
    let again = log["links"]["redeliver"].as_str().expect("an address").to_owned();
    approver.post(&again, Value::Null).await.expect(409);
    app.clock.set("2022-03-22T12:16:00Z".parse().expect("an instant"));
    let came = receiver.wait_for(5).await;
    let ids: Vec<&str> = came.iter().map(|it| it.id()).collect();
    assert_eq!((ids[0], ids[1]), (ids[2], ids[2]));
    assert!(ids[2] != ids[3] && ids[3] != ids[4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_failed_for_good_can_be_sent_by_hand_and_then_the_webhook_goes_on_after_it() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    receiver.always(Answers::Status(410));
    let made = hook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    let approver = app.person(Role::OpccApprover, "cumbria");
    for n in 0..2 {
        register(&app, "cumbria", &format!("8950{n}")).await;
    }
    for n in 1..=5 {
        tried(&approver, &made, n).await;
        app.clock.set(app.clock.now() + chrono::TimeDelta::days(1));
    }
    let failed = deliveries(&approver, &made).await.remove(0);
    assert_eq!(failed["state"], "failed");
    receiver.always(Answers::Status(204));
    let again = failed["links"]["redeliver"].as_str().expect("an address").to_owned();
    let sent = approver.post(&again, Value::Null).await.expect(200);
    assert_eq!((&sent.body["state"], &sent.body["attempts"][5]["status"]), (&json!("delivered"), &json!(204)));
    approver.patch(&made, "*", json!({ "state": "active" })).await.expect(200);
    let came = receiver.wait_for(7).await;
    assert!(came[..6].iter().all(|it| it.id() == came[0].id()));
    assert_ne!(came[6].id(), came[0].id(), "it goes on after what was sent by hand");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_that_is_stopped_or_taken_away_is_sent_nothing_more() {
    let (app, gone, stopped, other) =
        (App::start().await, Receiver::start().await, Receiver::start().await, Receiver::start().await);
    gone.always(Answers::Status(500));
    let first = hook(&app, Role::OpccApprover, "cumbria", &gone, json!({})).await.href();
    let second = hook(&app, Role::OpccApprover, "cumbria", &stopped, json!({})).await.href();
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.patch(&second, "*", json!({ "state": "disabled" })).await.expect(200);
    register(&app, "cumbria", "89601").await;
    tried(&approver, &first, 1).await;
    approver.delete(&first, "*").await.expect(204);
    app.set_day("2022-03-24");
    // One that is made now is told of what comes now; when it was, the others had their turns.
    hook(&app, Role::OpccApprover, "cumbria", &other, json!({})).await;
    for n in 2..=4 {
        register(&app, "cumbria", &format!("8960{n}")).await;
        other.wait_for(n - 1).await;
    }
    assert_eq!((gone.received().len(), stopped.received().len()), (1, 0));
    approver.patch(&second, "*", json!({ "state": "active" })).await.expect(200);
    stopped.wait_for(4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_became_of_messages_is_let_go_after_thirty_days_unless_it_is_still_to_be_sent() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let made = hook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.post(&format!("{made}/ping"), Value::Null).await.expect(200);
    register(&app, "cumbria", "89701").await;
    let taken = async || {
        Some(deliveries(&approver, &made).await)
            .filter(|all| all.iter().all(|it| it["state"] == "delivered") && all.len() == 2)
    };
    until("both taken", taken).await;
    receiver.always(Answers::Status(500));
    register(&app, "cumbria", "89702").await;
    let waits = async || {
        Some(deliveries(&approver, &made).await).filter(|all| all.len() == 3 && all[2]["attempts"] != json!([]))
    };
    until("one waits", waits).await;
    approver.patch(&made, "*", json!({ "state": "disabled" })).await.expect(200);
    assert_eq!(webhooks::let_go(&app.database.db, &app.clock).await.expect("a sweep"), 0);
    app.set_day("2022-04-22");
    assert_eq!(webhooks::let_go(&app.database.db, &app.clock).await.expect("a sweep"), 2);
    let left = deliveries(&approver, &made).await;
    assert_eq!((left.len(), &left[0]["state"]), (1, &json!("pending")));
}
