//! What is sent: signed, in order, to each webhook what its side may know, and nothing of what another area keeps.

use section55::auth::Role;
use serde_json::{Value, json};

use super::receiver::{Answers, Receiver};
use super::{deliveries, hook, register, until};
use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_arrives_as_a_cloud_event_signed_as_standard_webhooks_are() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let made = hook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await;
    let secret = made.body["secret"].as_str().expect("a secret");
    let registered = register(&app, "cumbria", "89001").await;
    let came = receiver.wait_for(1).await.remove(0);
    let approver = app.person(Role::OpccApprover, "cumbria");
    let change = approver.get("/v1/changes").await.expect(200).body["items"][0].clone();
    assert_eq!(change["type"], "inspection.registered");
    assert_eq!(
        came.event(),
        json!({
            "specversion": "1.0", "id": change["id"], "source": "/v1/changes", "type": "inspection.registered",
            "subject": registered.href(), "time": "2022-03-22T12:00:00Z", "datacontenttype": "application/json",
            "data": change,
        })
    );
    assert_eq!(came.head["content-type"], "application/cloudevents+json");
    assert_eq!(came.id(), change["id"].as_str().expect("an id"));
    assert_eq!(came.head["webhook-timestamp"], app.clock.now().timestamp().to_string());
    assert!(came.is_signed_with(secret));
    assert!(!came.is_signed_with("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
    let told =
        async || Some(deliveries(&approver, &made.href()).await.remove(0)).filter(|it| it["state"] == "delivered");
    let log = until("it is kept what became of it", told).await;
    let attempt = &log["attempts"][0];
    assert_eq!((&attempt["attempt"], &attempt["status"], &attempt["error"]), (&json!(1), &json!(204), &Value::Null));
    assert!(attempt["duration_ms"].is_u64() && log["attempts"].as_array().is_some_and(|all| all.len() == 1));
    assert_eq!((&log["message_id"], &log["next_attempt_at"]), (&change["id"], &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_rotation_both_secrets_sign_for_a_day_and_then_the_new_one_alone() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let made = hook(&app, Role::ChiefOfficer, "cumbria", &receiver, json!({})).await;
    let chief = app.person(Role::ChiefOfficer, "cumbria");
    let (ping, rotate) = (format!("{}/ping", made.href()), format!("{}/rotate-secret", made.href()));
    let secret = |reply: &crate::support::Reply| reply.body["secret"].as_str().expect("a secret").to_owned();
    let (first, second) = (secret(&made), secret(&chief.post(&rotate, Value::Null).await.expect(200)));
    let signed = async |count: usize| {
        let outcome = chief.post(&ping, Value::Null).await.expect(200);
        assert_eq!((&outcome.body["state"], &outcome.body["type"]), (&json!("delivered"), &json!("ping")));
        let came = receiver.wait_for(count).await.pop().expect("one");
        (came.is_signed_with(&first), came.is_signed_with(&second))
    };
    assert_eq!(signed(1).await, (true, true));
    app.set_day("2022-03-23");
    assert_eq!(signed(2).await, (false, true));
    let third = secret(&chief.post(&rotate, Value::Null).await.expect(200));
    let last = {
        chief.post(&ping, Value::Null).await.expect(200);
        receiver.wait_for(3).await.pop().expect("one")
    };
    assert_eq!([&first, &second, &third].map(|it| last.is_signed_with(it)), [false, true, true]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_come_in_the_order_of_the_feed_and_of_the_wanted_types_alone() {
    let (app, all, some) = (App::start().await, Receiver::start().await, Receiver::start().await);
    hook(&app, Role::OpccApprover, "cumbria", &all, json!({})).await;
    hook(&app, Role::OpccApprover, "cumbria", &some, json!({ "types": ["inspection.published"] })).await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for n in 0..6 {
        let mut report = crate::support::world::registration(&format!("8910{n}"));
        report["subjects"] = json!(["kent"]);
        let made = opcc.post("/v1/inspections", report).await.expect(201);
        opcc.act(&made.href(), json!({ "action": "publish" })).await.expect(200);
        if n % 2 == 1 {
            app.sequence().await;
        }
    }
    let feed = opcc.get("/v1/changes?limit=200").await.expect(200);
    let wanted = |kind: Option<&str>| -> Vec<Value> {
        let items = feed.body["items"].as_array().expect("items").iter();
        items.filter(|item| kind.is_none_or(|kind| item["type"] == kind)).map(|item| item["id"].clone()).collect()
    };
    let ids = |came: Vec<super::receiver::Received>| -> Vec<Value> { came.iter().map(|it| json!(it.id())).collect() };
    assert_eq!(ids(all.wait_for(12).await), wanted(None));
    assert_eq!(ids(some.wait_for(6).await), wanted(Some("inspection.published")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_told_what_its_side_may_know_and_nothing_of_another_areas() {
    let app = App::start().await;
    let (body, force, kent) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    let inspection = app.published_inspection("89201").await;
    let response = app.response(&inspection, "cumbria").await;
    app.sequence().await;
    hook(&app, Role::OpccApprover, "cumbria", &body, json!({})).await;
    hook(&app, Role::ChiefOfficer, "cumbria", &force, json!({})).await;
    hook(&app, Role::OpccApprover, "kent", &kent, json!({})).await;
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.patch(&response, "*", json!({ "policing_body_comments": "zqdraftofthebody" })).await.expect(200);
    let drafted = json!({ "chief_officer_comments": "zqdraftoftheforce" });
    app.person(Role::Constabulary, "cumbria").patch(&response, "*", drafted).await.expect(200);
    let line = app.assignment(&inspection, "cumbria").await;
    app.evidence(&line, "cumbria", json!({ "marking": "official_sensitive", "title": "zqsensitive" })).await;
    opcc.act(&response, json!({ "action": "invite" })).await.expect(200);
    let last = app.published_inspection("89202").await;
    app.sequence().await;
    let id = last.body["id"].clone();
    let to_the_end = async |receiver: &Receiver| {
        let ended = async || {
            let came = receiver.received();
            came.iter()
                .any(|it| it.event()["data"]["resource_id"] == id && it.event()["type"] == "inspection.published")
                .then_some(came)
        };
        until("the last report", ended).await
    };
    let kinds = |came: &[super::receiver::Received]| -> Vec<String> {
        let all = came.iter().map(|it| it.event()["type"].as_str().expect("a type").to_owned());
        all.filter(|kind| kind.starts_with("response.") || kind.starts_with("evidence.")).collect()
    };
    let (body, force, kent) = (to_the_end(&body).await, to_the_end(&force).await, to_the_end(&kent).await);
    assert_eq!(kinds(&body)[..2], ["response.amended", "response.invited"]);
    assert_eq!(kinds(&force)[..2], ["response.amended", "response.invited"]);
    assert_ne!(body[0].id(), force[0].id(), "each of its own side's draft");
    assert_eq!(kent[0].event()["type"], "inspection.published", "{kent:?}");
    for came in body.iter().chain(&force).chain(&kent) {
        assert!(!came.body.contains("zq"), "{}", came.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ping_says_how_it_went_and_what_was_sent_can_be_sent_again() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let made = hook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    let ping = format!("{}/ping", made.href());
    receiver.next(&[Answers::Status(503), Answers::Endless]);
    let failed = approver.post(&ping, Value::Null).await.expect(200);
    assert_eq!((&failed.body["state"], &failed.body["attempts"][0]["status"]), (&json!("failed"), &json!(503)));
    assert!(failed.body["attempts"][0]["error"].as_str().is_some_and(|error| error.contains("503")));
    let endless = approver.post(&ping, Value::Null).await.expect(200);
    assert_eq!(endless.body["state"], "delivered", "what is answered beside the status is not read");
    let again = failed.body["links"]["redeliver"].as_str().expect("an address").to_owned();
    let repeated = approver.post(&again, Value::Null).await.expect(200);
    assert_eq!((&repeated.body["state"], &repeated.body["attempts"][1]["status"]), (&json!("delivered"), &json!(204)));
    let came = receiver.wait_for(3).await;
    assert_eq!((came[0].id(), &came[0].body), (came[2].id(), &came[2].body), "the same message");
    assert_eq!(came[0].event()["type"], "ping");
    // With a key it is sent once, however often it is asked for.
    let headers = [("idempotency-key", "ping"), ("content-type", "application/json")];
    let first = approver.send(reqwest::Method::POST, &ping, &headers, None).await.expect(200);
    let replayed = approver.send(reqwest::Method::POST, &ping, &headers, None).await.expect(200);
    assert_eq!((&replayed.body, &replayed.headers["idempotency-replayed"]), (&first.body, &"true".parse().unwrap()));
    receiver.wait_for(4).await;
}
