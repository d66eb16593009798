//! Several instances, and one that ends between sending and keeping what came of it.

use std::time::Duration;

use section55::auth::Role;
use serde_json::json;

use super::receiver::{Answers, Receiver};
use super::{deliveries, hook, register, until};
use crate::support::App;
use crate::support::app::guard;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_whose_sender_ended_before_it_knew_is_sent_again_under_the_same_id() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    receiver.next(&[Answers::Never]);
    let made = hook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    register(&app, "cumbria", "89901").await;
    register(&app, "cumbria", "89902").await;
    receiver.wait_for(1).await;
    let beside = app.apart(guard().into()).await;
    app.running.stop(Duration::ZERO).await.expect("a good end");
    // Until its lease has run out, nobody else takes the webhook.
    let approver = beside.person(Role::OpccApprover, "cumbria");
    assert_eq!(deliveries(&approver, &made).await[0]["attempts"], json!([]), "what came of it is not known");
    beside.clock.set("2022-03-22T12:01:01Z".parse().expect("an instant"));
    let came = receiver.wait_for(3).await;
    assert_eq!((came[0].id(), &came[0].body), (came[1].id(), &came[1].body));
    assert_ne!(came[2].id(), came[1].id());
    let taken =
        async || Some(deliveries(&approver, &made).await).filter(|all| all.iter().all(|it| it["state"] == "delivered"));
    assert_eq!(until("both taken", taken).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_instances_one_delivers_each_message() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let (second, third) = (app.apart(guard().into()).await, app.apart(guard().into()).await);
    hook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await;
    for n in 0..12 {
        register(&app, "cumbria", &format!("899{}", 10 + n)).await;
    }
    let came = receiver.wait_for(12).await;
    let feed = second.person(Role::Opcc, "cumbria").get("/v1/changes").await.expect(200);
    let ids: Vec<&str> =
        feed.body["items"].as_array().expect("items").iter().filter_map(|it| it["id"].as_str()).collect();
    assert_eq!(came.iter().map(|it| it.id()).collect::<Vec<_>>(), ids);
    for instance in [second, third] {
        instance.running.stop(Duration::ZERO).await.expect("a good end");
    }
    assert_eq!(receiver.received().len(), 12);
}
