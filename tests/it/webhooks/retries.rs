//! Messages that the receiver does not accept: retries over a day, the disabling of the webhook, and its continuation.

use section55::auth::Role;
use section55::webhooks;
use serde_json::{Value, json};

use super::receiver::{Receiver, Response};
use super::{create_webhook, deliveries, register, until};
use crate::support::{App, Person};

/// Waits until the webhook's first delivery has this number of attempts, and returns the delivery.
async fn delivery_after(person: &Person, webhook: &str, count: usize) -> Value {
    let delivery = async || {
        let all = deliveries(person, webhook).await;
        all.into_iter().next().filter(|it| it["attempts"].as_array().is_some_and(|all| all.len() == count))
    };
    until(&format!("{count} attempts"), delivery).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_disabled_with_a_reason_after_five_failed_attempts_over_a_day() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    receiver.respond_with(Response::Status(500));
    let webhook = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    let approver = app.person(Role::OpccApprover, "cumbria");
    register(&app, "cumbria", "89301").await;
    register(&app, "cumbria", "89302").await;
    let at = ["2022-03-22T12:01:00Z", "2022-03-22T12:16:00Z", "2022-03-22T15:16:00Z", "2022-03-23T12:00:00Z"];
    for (n, next) in at.into_iter().enumerate() {
        let delivery = delivery_after(&approver, &webhook, n + 1).await;
        assert_eq!((&delivery["state"], &delivery["next_attempt_at"]), (&json!("pending"), &json!(next)));
        let age = webhooks::oldest_unsent(&app.database.db, &app.clock).await.expect("an age");
        assert_eq!(age, app.clock.now() - crate::support::app::noon());
        app.clock.set(next.parse().expect("an instant"));
    }
    let delivery = delivery_after(&approver, &webhook, 5).await;
    assert_eq!((&delivery["state"], &delivery["next_attempt_at"]), (&json!("failed"), &Value::Null));
    let disabled = approver.get(&webhook).await.expect(200);
    assert_eq!(
        (&disabled.body["state"], &disabled.body["disabled_at"]),
        (&json!("disabled"), &json!("2022-03-23T12:00:00Z"))
    );
    let reason = disabled.body["disabled_reason"].as_str().expect("a reason");
    assert!(reason.contains("5 attempts") && reason.contains("500"), "{reason}");
    let events = app.person(Role::Auditor, "cumbria").get("/v1/audit-events?action=disable").await.expect(200);
    let event = &events.body["items"][0];
    assert_eq!(
        (&event["resource"], &event["from"], &event["to"]),
        (&json!("webhook"), &json!("active"), &json!("disabled"))
    );
    assert_eq!(event["note"], reason);
    assert_eq!(webhooks::oldest_unsent(&app.database.db, &app.clock).await.expect("an age"), chrono::TimeDelta::zero());
    // An active webhook continues where it stopped, in order, with the same message first.
    receiver.respond_with(Response::Status(200));
    register(&app, "cumbria", "89303").await;
    approver.patch(&webhook, &disabled.etag(), json!({ "state": "active" })).await.expect(200);
    let messages = receiver.wait_for(8).await;
    assert!(messages[..6].iter().all(|it| it.id() == messages[0].id() && it.body == messages[0].body));
    let feed = approver.get("/v1/changes").await.expect(200);
    let ids: Vec<&str> =
        feed.body["items"].as_array().expect("items").iter().filter_map(|it| it["id"].as_str()).collect();
    assert_eq!([messages[5].id(), messages[6].id(), messages[7].id()], ids[..]);
    let now = approver.get(&webhook).await.expect(200);
    assert_eq!((&now.body["state"], &now.body["disabled_reason"]), (&json!("active"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_not_sent_before_the_previous_one_was_accepted() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    receiver
        .respond_next_with(&[Response::Status(429), Response::Redirect("http://hooks.example/elsewhere".to_owned())]);
    let webhook = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    let approver = app.person(Role::OpccApprover, "cumbria");
    for n in 0..3 {
        register(&app, "cumbria", &format!("8940{n}")).await;
    }
    delivery_after(&approver, &webhook, 1).await;
    app.clock.set("2022-03-22T12:01:00Z".parse().expect("an instant"));
    let delivery = delivery_after(&approver, &webhook, 2).await;
    let second = &delivery["attempts"][1];
    assert_eq!(
        (&second["status"], &second["error"]),
        (&json!(302), &json!("The receiver responded with the redirect 302, which is not followed."))
    );
    assert_eq!(deliveries(&approver, &webhook).await.len(), 1, "no other delivery was created");
    // A pending delivery cannot be sent again by a request.
    let again = delivery["links"]["redeliver"].as_str().expect("an address").to_owned();
    approver.post(&again, Value::Null).await.expect(409);
    app.clock.set("2022-03-22T12:16:00Z".parse().expect("an instant"));
    let messages = receiver.wait_for(5).await;
    let ids: Vec<&str> = messages.iter().map(|it| it.id()).collect();
    assert_eq!((ids[0], ids[1]), (ids[2], ids[2]));
    assert!(ids[2] != ids[3] && ids[3] != ids[4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_message_can_be_sent_again_and_the_webhook_then_continues_after_it() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    receiver.respond_with(Response::Status(410));
    let webhook = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    let approver = app.person(Role::OpccApprover, "cumbria");
    for n in 0..2 {
        register(&app, "cumbria", &format!("8950{n}")).await;
    }
    for n in 1..=5 {
        delivery_after(&approver, &webhook, n).await;
        app.clock.set(app.clock.now() + chrono::TimeDelta::days(1));
    }
    let failed = deliveries(&approver, &webhook).await.remove(0);
    assert_eq!(failed["state"], "failed");
    receiver.respond_with(Response::Status(204));
    let again = failed["links"]["redeliver"].as_str().expect("an address").to_owned();
    let redelivered = approver.post(&again, Value::Null).await.expect(200);
    assert_eq!(
        (&redelivered.body["state"], &redelivered.body["attempts"][5]["status"]),
        (&json!("delivered"), &json!(204))
    );
    approver.patch(&webhook, "*", json!({ "state": "active" })).await.expect(200);
    let messages = receiver.wait_for(7).await;
    assert!(messages[..6].iter().all(|it| it.id() == messages[0].id()));
    assert_ne!(messages[6].id(), messages[0].id(), "the webhook continues after the message that was sent again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disabled_or_deleted_webhook_receives_no_more_messages() {
    let (app, deleted, disabled, other) =
        (App::start().await, Receiver::start().await, Receiver::start().await, Receiver::start().await);
    deleted.respond_with(Response::Status(500));
    let first = create_webhook(&app, Role::OpccApprover, "cumbria", &deleted, json!({})).await.href();
    let second = create_webhook(&app, Role::OpccApprover, "cumbria", &disabled, json!({})).await.href();
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.patch(&second, "*", json!({ "state": "disabled" })).await.expect(200);
    register(&app, "cumbria", "89601").await;
    delivery_after(&approver, &first, 1).await;
    approver.delete(&first, "*").await.expect(204);
    app.set_day("2022-03-24");
    // A new webhook receives only later changes. Once it has its message, the dispatcher has also looked at the others.
    create_webhook(&app, Role::OpccApprover, "cumbria", &other, json!({})).await;
    for n in 2..=4 {
        register(&app, "cumbria", &format!("8960{n}")).await;
        other.wait_for(n - 1).await;
    }
    assert_eq!((deleted.received().len(), disabled.received().len()), (1, 0));
    approver.patch(&second, "*", json!({ "state": "active" })).await.expect(200);
    disabled.wait_for(4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_are_deleted_after_thirty_days_unless_they_are_still_to_be_sent() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let webhook = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.post(&format!("{webhook}/ping"), Value::Null).await.expect(200);
    register(&app, "cumbria", "89701").await;
    let both_delivered = async || {
        Some(deliveries(&approver, &webhook).await)
            .filter(|all| all.iter().all(|it| it["state"] == "delivered") && all.len() == 2)
    };
    until("both messages are delivered", both_delivered).await;
    receiver.respond_with(Response::Status(500));
    register(&app, "cumbria", "89702").await;
    let one_waits = async || {
        Some(deliveries(&approver, &webhook).await).filter(|all| all.len() == 3 && all[2]["attempts"] != json!([]))
    };
    until("one message waits for its next attempt", one_waits).await;
    approver.patch(&webhook, "*", json!({ "state": "disabled" })).await.expect(200);
    assert_eq!(webhooks::delete_old_deliveries(&app.database.db, &app.clock).await.expect("a deletion"), 0);
    app.set_day("2022-04-22");
    assert_eq!(webhooks::delete_old_deliveries(&app.database.db, &app.clock).await.expect("a deletion"), 2);
    let remaining = deliveries(&approver, &webhook).await;
    assert_eq!((remaining.len(), &remaining[0]["state"]), (1, &json!("pending")));
}
