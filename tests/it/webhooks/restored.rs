//! Webhooks after a restore of the database to an earlier state: no change is missed, and none is sent twice as far as the
//! restored database knows.

use std::time::Duration;

use section55::auth::Role;
use serde_json::json;

use super::receiver::Receiver;
use super::{create_webhook, deliveries, register, until};
use crate::support::App;
use crate::support::app::Setup;

/// Returns the ids of the messages that a receiver has.
fn ids(receiver: &Receiver) -> Vec<String> {
    receiver.received().iter().map(|message| message.id().to_owned()).collect()
}

/// Waits until every delivery of a webhook is accepted, there are this many, and no instance holds the webhook.
async fn wait_until_delivered(app: &App, webhook: &str, count: usize) {
    let approver = app.person(Role::OpccApprover, "cumbria");
    let administrator = app.database.administrator().await;
    let all_delivered = async || {
        let all = deliveries(&approver, webhook).await;
        let held = "select count(*) from webhooks where leased_until is not null";
        let held: i64 = administrator.query_one(held, &[]).await.expect("a count").get(0);
        (held == 0 && all.len() == count && all.iter().all(|it| it["state"] == "delivered")).then_some(())
    };
    until("all messages are delivered", all_delivered).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restore_a_webhook_sends_each_new_change_once() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let webhook = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    register(&app, "cumbria", "89701").await;
    wait_until_delivered(&app, &webhook, 1).await;
    let backup = app.database.copy().await;
    register(&app, "cumbria", "89702").await;
    register(&app, "cumbria", "89703").await;
    receiver.wait_for(3).await;
    app.running.stop(Duration::ZERO).await.expect("a clean stop");
    let restored = App::start_on_database(backup, Setup::default()).await;
    register(&restored, "cumbria", "89704").await;
    register(&restored, "cumbria", "89705").await;
    register(&restored, "cumbria", "89706").await;
    receiver.wait_for(6).await;
    wait_until_delivered(&restored, &webhook, 4).await;
    let all = ids(&receiver);
    assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), 6, "each message once: {all:?}");
    let feed = restored.person(Role::Opcc, "cumbria").get("/v1/changes").await.expect(200);
    let expected: Vec<&str> =
        feed.body["items"].as_array().expect("items").iter().filter_map(|it| it["id"].as_str()).collect();
    assert_eq!([&all[..1], &all[3..]].concat(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_whose_position_is_of_another_feed_is_set_back_without_repeats() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let webhook = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await.href();
    register(&app, "cumbria", "89801").await;
    register(&app, "cumbria", "89802").await;
    wait_until_delivered(&app, &webhook, 2).await;
    let administrator = app.database.administrator().await;
    administrator.batch_execute("set session_replication_role = replica").await.expect("no triggers");
    let lost = uuid::Uuid::now_v7();
    // The tables of webhooks are of a later state than the feed: beyond its end, or with another change at the position.
    for (n, position) in [(3, "position + 100"), (4, "position"), (5, "position + 100")] {
        let sql = format!("update webhooks set position = {position}, position_event = $1, due_at = null");
        administrator.execute(&sql, &[&lost]).await.expect("an update");
        register(&app, "cumbria", &format!("8980{n}")).await;
        receiver.wait_for(n).await;
        wait_until_delivered(&app, &webhook, n).await;
    }
    // A message about a lost change was stored and not sent: it is settled, and the feed goes on.
    let sql = "insert into webhook_deliveries (id, webhook_id, area, side, message_id, position, type, body, happened_at, state,
                                               created_at, updated_at)
               select $1, id, area, side, $1, position + 101, 'inspection.registered', '{}', now(), 'pending', now(), now()
               from webhooks";
    administrator.execute(sql, &[&lost]).await.expect("a delivery");
    let sql = "update webhooks set position = position + 100, position_event = $1, due_at = '2022-01-01'";
    administrator.execute(sql, &[&uuid::Uuid::now_v7()]).await.expect("an update");
    register(&app, "cumbria", "89806").await;
    receiver.wait_for(6).await;
    let all = ids(&receiver);
    assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), 6, "each message once: {all:?}");
    assert!(!all.contains(&lost.to_string()));
    let approver = app.person(Role::OpccApprover, "cumbria");
    let settled = deliveries(&approver, &webhook).await.into_iter().find(|it| it["message_id"] == json!(lost));
    assert_eq!(settled.expect("the delivery")["state"], "failed");
}
