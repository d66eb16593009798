//! Waiting for what comes next: it holds no connection, outlasts other requests, and ends when the service does.

use std::time::Duration;

use section55::auth::Role;
use serde_json::json;

use super::{items, next};
use crate::support::App;
use crate::support::world::registration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_who_wait_than_there_are_connections_are_all_told_at_once() {
    let app = App::start().await;
    let (reader, opcc) = (app.person(Role::Auditor, "cumbria"), app.person(Role::Opcc, "cumbria"));
    let end = next(&reader.get("/v1/changes?after=latest").await.expect(200));
    let path = format!("/v1/changes?after={end}&wait=30");
    let waiting: Vec<_> = (0..30)
        .map(|_| {
            let (reader, path) = (reader.clone(), path.clone());
            tokio::spawn(async move { reader.get(&path).await.expect(200) })
        })
        .collect();
    let registered = opcc.post("/v1/inspections", registration("88001")).await.expect(201);
    assert_eq!(app.sequence().await, 1);
    for told in waiting {
        let told = items(&told.await.expect("no panic"));
        assert_eq!(told.len(), 1);
        assert_eq!(
            (&told[0]["type"], &told[0]["resource_id"]),
            (&json!("inspection.registered"), &registered.body["id"])
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_without_being_told_anything_is_answered_an_empty_page_after_longer_than_others_may_take() {
    let app = App::start().await;
    let empty = app.public().get("/v1/changes?wait=11").await.expect(200);
    assert!(items(&empty).is_empty());
    // Another area's change is none of theirs, though the feed moves by it.
    let reader = app.person(Role::Auditor, "kent");
    let waiting = {
        let reader = reader.clone();
        tokio::spawn(async move { reader.get("/v1/changes?wait=2").await.expect(200) })
    };
    app.person(Role::Opcc, "cumbria").post("/v1/inspections", registration("88002")).await.expect(201);
    app.sequence().await;
    let told = waiting.await.expect("no panic");
    assert!(items(&told).is_empty());
    assert_eq!(next(&told), next(&empty), "nor does the place tell of it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_is_answered_at_once_when_the_service_drains() {
    let app = App::start().await;
    let reader = app.person(Role::Auditor, "cumbria");
    let mut waiting = tokio::spawn(async move { reader.get("/v1/changes?wait=30").await.expect(200) });
    // It waits: it is not answered by itself.
    tokio::time::timeout(Duration::from_secs(1), &mut waiting).await.expect_err("it waits");
    let stopping = tokio::spawn(app.running.stop(Duration::ZERO));
    let told =
        tokio::time::timeout(Duration::from_secs(15), waiting).await.expect("before its time").expect("no panic");
    assert!(items(&told).is_empty());
    stopping.await.expect("no panic").expect("a good end");
}
