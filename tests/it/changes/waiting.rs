//! Requests that wait for a change: they hold no database connection, may take longer than other requests, and end
//! when the service drains.

use std::time::Duration;

use section55::auth::Role;
use serde_json::json;

use super::{items, next_cursor};
use crate::support::App;
use crate::support::world::registration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_waiting_requests_than_connections_all_receive_the_change_at_once() {
    let app = App::start().await;
    let (reader, opcc) = (app.person(Role::Auditor, "cumbria"), app.person(Role::Opcc, "cumbria"));
    let end = next_cursor(&reader.get("/v1/changes?after=latest").await.expect(200));
    let path = format!("/v1/changes?after={end}&wait=30");
    let waiting: Vec<_> = (0..30)
        .map(|_| {
            let (reader, path) = (reader.clone(), path.clone());
            tokio::spawn(async move { reader.get(&path).await.expect(200) })
        })
        .collect();
    let registered = opcc.post("/v1/inspections", registration("88001")).await.expect(201);
    assert_eq!(app.sequence().await, 1);
    for reply in waiting {
        let changes = items(&reply.await.expect("no panic"));
        assert_eq!(changes.len(), 1);
        assert_eq!(
            (&changes[0]["type"], &changes[0]["resource_id"]),
            (&json!("inspection.registered"), &registered.body["id"])
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_without_a_change_ends_with_an_empty_page_after_longer_than_the_request_timeout() {
    let app = App::start().await;
    let empty = app.public().get("/v1/changes?wait=11").await.expect(200);
    assert!(items(&empty).is_empty());
    // A change of another area advances the feed, but must not end the wait.
    let reader = app.person(Role::Auditor, "kent");
    let waiting = {
        let reader = reader.clone();
        tokio::spawn(async move { reader.get("/v1/changes?wait=2").await.expect(200) })
    };
    app.person(Role::Opcc, "cumbria").post("/v1/inspections", registration("88002")).await.expect(201);
    app.sequence().await;
    let reply = waiting.await.expect("no panic");
    assert!(items(&reply).is_empty());
    assert_eq!(next_cursor(&reply), next_cursor(&empty), "the cursor does not reveal it either");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_requests_get_their_response_at_once_when_the_service_drains() {
    let app = App::start().await;
    let reader = app.person(Role::Auditor, "cumbria");
    let mut waiting = tokio::spawn(async move { reader.get("/v1/changes?wait=30").await.expect(200) });
    // The request must still be waiting after a second.
    tokio::time::timeout(Duration::from_secs(1), &mut waiting).await.expect_err("it waits");
    let stopping = tokio::spawn(app.running.stop(Duration::ZERO));
    let reply = tokio::time::timeout(Duration::from_secs(15), waiting)
        .await
        .expect("a response before the end of the wait")
        .expect("no panic");
    assert!(items(&reply).is_empty());
    stopping.await.expect("no panic").expect("a good end");
}
