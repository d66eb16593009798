//! The messages: signed, in the order of the feed, and limited to what the webhook's side may see.

use section55::auth::Role;
use serde_json::{Value, json};

use super::receiver::{Receiver, Response};
use super::{create_webhook, deliveries, register, until};
use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_arrives_as_a_cloud_event_with_a_standard_webhooks_signature() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let created = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await;
    let secret = created.body["secret"].as_str().expect("a secret");
    let registered = register(&app, "cumbria", "89001").await;
    let message = receiver.wait_for(1).await.remove(0);
    let approver = app.person(Role::OpccApprover, "cumbria");
    let mut change = approver.get("/v1/changes").await.expect(200).body["items"][0].clone();
    // A message is stored, so it has nothing of the record that can change or be disposed of.
    change
        .as_object_mut()
        .expect("a change")
        .retain(|name, _| !["title", "reference", "actor"].contains(&name.as_str()));
    assert_eq!(change["type"], "inspection.registered");
    assert_eq!(
        message.event(),
        json!({
            "specversion": "1.0", "id": change["id"], "source": "/v1/changes", "type": "inspection.registered",
            "subject": registered.href(), "time": "2022-03-22T12:00:00Z", "datacontenttype": "application/json",
            "data": change,
        })
    );
    assert_eq!(message.head["content-type"], "application/cloudevents+json");
    assert_eq!(message.id(), change["id"].as_str().expect("an id"));
    assert_eq!(message.head["webhook-timestamp"], app.clock.now().timestamp().to_string());
    assert!(message.is_signed_with(secret));
    assert!(!message.is_signed_with("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
    let delivered =
        async || Some(deliveries(&approver, &created.href()).await.remove(0)).filter(|it| it["state"] == "delivered");
    let delivery = until("the outcome is recorded", delivered).await;
    let attempt = &delivery["attempts"][0];
    assert_eq!((&attempt["attempt"], &attempt["status"], &attempt["error"]), (&json!(1), &json!(204), &Value::Null));
    assert!(attempt["duration_ms"].is_u64() && delivery["attempts"].as_array().is_some_and(|all| all.len() == 1));
    assert_eq!((&delivery["message_id"], &delivery["next_attempt_at"]), (&change["id"], &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_rotation_both_secrets_sign_for_a_day_and_then_only_the_new_one() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let created = create_webhook(&app, Role::ChiefOfficer, "cumbria", &receiver, json!({})).await;
    let chief = app.person(Role::ChiefOfficer, "cumbria");
    let (ping, rotate) = (format!("{}/ping", created.href()), format!("{}/rotate-secret", created.href()));
    let secret = |reply: &crate::support::Reply| reply.body["secret"].as_str().expect("a secret").to_owned();
    let (first, second) = (secret(&created), secret(&chief.post(&rotate, Value::Null).await.expect(200)));
    let signed_by_first_and_second = async |count: usize| {
        let outcome = chief.post(&ping, Value::Null).await.expect(200);
        assert_eq!((&outcome.body["state"], &outcome.body["type"]), (&json!("delivered"), &json!("ping")));
        let message = receiver.wait_for(count).await.pop().expect("one");
        (message.is_signed_with(&first), message.is_signed_with(&second))
    };
    assert_eq!(signed_by_first_and_second(1).await, (true, true));
    app.set_day("2022-03-23");
    assert_eq!(signed_by_first_and_second(2).await, (false, true));
    let third = secret(&chief.post(&rotate, Value::Null).await.expect(200));
    let last = {
        chief.post(&ping, Value::Null).await.expect(200);
        receiver.wait_for(3).await.pop().expect("one")
    };
    assert_eq!([&first, &second, &third].map(|it| last.is_signed_with(it)), [false, true, true]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_arrive_in_the_order_of_the_feed_and_only_of_the_requested_types() {
    let (app, all, some) = (App::start().await, Receiver::start().await, Receiver::start().await);
    create_webhook(&app, Role::OpccApprover, "cumbria", &all, json!({})).await;
    create_webhook(&app, Role::OpccApprover, "cumbria", &some, json!({ "types": ["inspection.published"] })).await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for n in 0..6 {
        let mut report = crate::support::world::registration(&format!("8910{n}"));
        report["subjects"] = json!(["kent"]);
        let created = opcc.post("/v1/inspections", report).await.expect(201);
        opcc.act(&created.href(), json!({ "action": "publish" })).await.expect(200);
        if n % 2 == 1 {
            app.sequence().await;
        }
    }
    let feed = opcc.get("/v1/changes?limit=200").await.expect(200);
    let expected = |kind: Option<&str>| -> Vec<Value> {
        let items = feed.body["items"].as_array().expect("items").iter();
        items.filter(|item| kind.is_none_or(|kind| item["type"] == kind)).map(|item| item["id"].clone()).collect()
    };
    let ids = |messages: Vec<super::receiver::ReceivedMessage>| -> Vec<Value> {
        messages.iter().map(|it| json!(it.id())).collect()
    };
    assert_eq!(ids(all.wait_for(12).await), expected(None));
    assert_eq!(ids(some.wait_for(6).await), expected(Some("inspection.published")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_receives_what_its_side_may_see_and_nothing_of_another_area() {
    let app = App::start().await;
    let (body, force, kent) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    let inspection = app.create_published_inspection("89201").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.sequence().await;
    create_webhook(&app, Role::OpccApprover, "cumbria", &body, json!({})).await;
    create_webhook(&app, Role::ChiefOfficer, "cumbria", &force, json!({})).await;
    create_webhook(&app, Role::OpccApprover, "kent", &kent, json!({})).await;
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.patch(&response, "*", json!({ "policing_body_comments": "zqdraftofthebody" })).await.expect(200);
    let drafted = json!({ "chief_officer_comments": "zqdraftoftheforce" });
    app.person(Role::Constabulary, "cumbria").patch(&response, "*", drafted).await.expect(200);
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    app.add_evidence(&assignment, "cumbria", json!({ "marking": "official_sensitive", "title": "zqsensitive" })).await;
    opcc.act(&response, json!({ "action": "invite" })).await.expect(200);
    let last = app.create_published_inspection("89202").await;
    app.sequence().await;
    let id = last.body["id"].clone();
    let all_messages = async |receiver: &Receiver| {
        let until_last = async || {
            let messages = receiver.received();
            messages
                .iter()
                .any(|it| it.event()["data"]["resource_id"] == id && it.event()["type"] == "inspection.published")
                .then_some(messages)
        };
        until("the message about the last report", until_last).await
    };
    let kinds = |messages: &[super::receiver::ReceivedMessage]| -> Vec<String> {
        let all = messages.iter().map(|it| it.event()["type"].as_str().expect("a type").to_owned());
        all.filter(|kind| kind.starts_with("response.") || kind.starts_with("evidence.")).collect()
    };
    let (body, force, kent) = (all_messages(&body).await, all_messages(&force).await, all_messages(&kent).await);
    assert_eq!(kinds(&body)[..2], ["response.amended", "response.invited"]);
    assert_eq!(kinds(&force)[..2], ["response.amended", "response.invited"]);
    assert_ne!(body[0].id(), force[0].id(), "each side receives the change of its own drafts");
    assert_eq!(kent[0].event()["type"], "inspection.published", "{kent:?}");
    for message in body.iter().chain(&force).chain(&kent) {
        assert!(!message.body.contains("zq"), "{}", message.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ping_returns_its_outcome_and_its_message_can_be_sent_again() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let created = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    let ping = format!("{}/ping", created.href());
    receiver.respond_next_with(&[Response::Status(503), Response::Endless]);
    let failed = approver.post(&ping, Value::Null).await.expect(200);
    assert_eq!((&failed.body["state"], &failed.body["attempts"][0]["status"]), (&json!("failed"), &json!(503)));
    assert!(failed.body["attempts"][0]["error"].as_str().is_some_and(|error| error.contains("503")));
    let endless = approver.post(&ping, Value::Null).await.expect(200);
    assert_eq!(endless.body["state"], "delivered", "the body of the response is not read");
    let again = failed.body["links"]["redeliver"].as_str().expect("an address").to_owned();
    let repeated = approver.post(&again, Value::Null).await.expect(200);
    assert_eq!((&repeated.body["state"], &repeated.body["attempts"][1]["status"]), (&json!("delivered"), &json!(204)));
    let messages = receiver.wait_for(3).await;
    assert_eq!((messages[0].id(), &messages[0].body), (messages[2].id(), &messages[2].body), "the same message");
    assert_eq!(messages[0].event()["type"], "ping");
    // With an `Idempotency-Key`, a repeated request sends the message only once.
    let headers = [("idempotency-key", "ping"), ("content-type", "application/json")];
    let first = approver.send(reqwest::Method::POST, &ping, &headers, None).await.expect(200);
    let replayed = approver.send(reqwest::Method::POST, &ping, &headers, None).await.expect(200);
    assert_eq!((&replayed.body, &replayed.headers["idempotency-replayed"]), (&first.body, &"true".parse().unwrap()));
    receiver.wait_for(4).await;
}
