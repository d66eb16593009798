//! Several instances of the service, and an instance that stops between sending a message and recording the outcome.

use std::time::Duration;

use section55::auth::Role;
use serde_json::json;

use super::receiver::{Receiver, Response};
use super::{create_webhook, deliveries, register, until};
use crate::support::App;
use crate::support::app::address_policy;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_without_a_recorded_outcome_is_sent_again_under_the_same_id() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    receiver.respond_next_with(&[Response::Never]);
    let webhook = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    register(&app, "cumbria", "89901").await;
    register(&app, "cumbria", "89902").await;
    receiver.wait_for(1).await;
    let second_instance = app.start_instance_with_own_clock(address_policy().into()).await;
    app.running.stop(Duration::ZERO).await.expect("a clean stop");
    // Until the claim expires, no other instance sends to the webhook.
    let approver = second_instance.person(Role::OpccApprover, "cumbria");
    assert_eq!(deliveries(&approver, &webhook).await[0]["attempts"], json!([]), "the outcome was not recorded");
    second_instance.clock.set("2022-03-22T12:01:01Z".parse().expect("an instant"));
    let messages = receiver.wait_for(3).await;
    assert_eq!((messages[0].id(), &messages[0].body), (messages[1].id(), &messages[1].body));
    assert_ne!(messages[2].id(), messages[1].id());
    let both_delivered = async || {
        Some(deliveries(&approver, &webhook).await).filter(|all| all.iter().all(|it| it["state"] == "delivered"))
    };
    assert_eq!(until("both messages are delivered", both_delivered).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_one_of_several_instances_delivers_each_message() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let (second, third) = (
        app.start_instance_with_own_clock(address_policy().into()).await,
        app.start_instance_with_own_clock(address_policy().into()).await,
    );
    create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await;
    for n in 0..12 {
        register(&app, "cumbria", &format!("899{}", 10 + n)).await;
    }
    let messages = receiver.wait_for(12).await;
    let feed = second.person(Role::Opcc, "cumbria").get("/v1/changes").await.expect(200);
    let ids: Vec<&str> =
        feed.body["items"].as_array().expect("items").iter().filter_map(|it| it["id"].as_str()).collect();
    assert_eq!(messages.iter().map(|it| it.id()).collect::<Vec<_>>(), ids);
    for instance in [second, third] {
        instance.running.stop(Duration::ZERO).await.expect("a clean stop");
    }
    assert_eq!(receiver.received().len(), 12);
}
