//! Published pages while the whole database server is frozen: those in the cache stay public for a configured time, marked
//! as stale, and nothing that this instance knows to be withdrawn is among them. Readiness is reported within a second.

use std::time::{Duration, Instant};

use section55::auth::Role;
use serde_json::json;

use super::frozen_database::SuspendedProcesses;
use crate::support::app::Setup;
use crate::support::own_cluster::OwnCluster;
use crate::support::{App, Reply};

/// A response takes less than a second. The rest allows for a busy machine.
const LIMIT: Duration = Duration::from_millis(1500);

async fn get(app: &App, path: &str) -> (Reply, Duration) {
    let began = Instant::now();
    let reply = app.public().get(path).await;
    (reply, began.elapsed())
}

/// Returns the age of a stale response; none when the response is current.
#[track_caller]
fn stale_age(reply: &Reply) -> Option<u64> {
    let header = |name: &str| reply.headers.get(name).map(|value| value.to_str().expect("text").to_owned());
    let (warning, age) = (header("warning"), header("age"));
    assert_eq!(warning.is_some(), age.is_some(), "{warning:?} {age:?}");
    assert!(warning.is_none_or(|warning| warning == "110 - \"Response is Stale\""));
    age.map(|age| age.parse().expect("seconds"))
}

/// Waits until the cache has responses, and fills it with these pages.
async fn fill_cache(app: &App, paths: &[&str]) {
    app.wait_for_current_version().await;
    for _ in 0..500 {
        let before = app.running.cache.as_ref().expect("a cache").counts().hits;
        for path in paths {
            app.public().get(path).await;
        }
        let hits = app.running.cache.as_ref().expect("a cache").counts().hits - before;
        if usize::try_from(hits).expect("a count") == paths.len() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the pages are not cached");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cached_pages_stay_public_while_the_database_is_frozen() {
    let cluster = OwnCluster::start().await;
    let app = App::start_on_database(cluster.database(), Setup::default()).await;
    let unprepared =
        App::start_on_database(cluster.database(), Setup { cache_stale: Duration::ZERO, ..Setup::default() }).await;
    let page = app.create_published_inspection("86000").await.href();
    let withdrawn = app.create_published_inspection("86001").await.href();
    let uncached = app.create_published_inspection("86002").await.href();
    fill_cache(&app, &[&page, &withdrawn]).await;
    app.person(Role::Registrar, "")
        .act(&withdrawn, json!({ "action": "withdraw", "reason": "Published by mistake." }))
        .await
        .expect(200);
    fill_cache(&app, &[&page]).await;
    fill_cache(&unprepared, &[&page]).await;
    let original = app.public().get(&page).await.expect(200);
    assert_eq!(stale_age(&original), None);
    let frozen = SuspendedProcesses::suspend(cluster.processes().await);
    let (began, mut ages, mut ready) = (Instant::now(), Vec::new(), Vec::new());
    while began.elapsed() < Duration::from_secs(8) {
        let (reply, took) = get(&app, &page).await;
        assert!(took < LIMIT, "the page took {took:?}");
        let reply = reply.expect(200);
        assert_eq!(reply.text, original.text);
        assert_eq!(reply.headers["etag"], original.headers["etag"]);
        ages.extend(stale_age(&reply));
        let (probe, took) = get(&app, "/readyz").await;
        assert!(took < LIMIT, "/readyz took {took:?}");
        ready.push(probe.status == 200);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(ages.is_sorted() && ages.last().is_some_and(|age| (6..=9).contains(age)), "{ages:?}");
    assert!(ready.iter().all(|ready| !ready), "ready while the database was frozen");
    let tag = original.headers["etag"].to_str().expect("a tag");
    let not_modified = app.public().send(reqwest::Method::GET, &page, &[("if-none-match", tag)], None).await;
    assert!(not_modified.status == 304 && stale_age(&not_modified).is_some(), "{not_modified:?}");
    // What was not cached, or is known to be withdrawn, is not shown.
    get(&app, &uncached).await.0.expect(503);
    get(&app, &withdrawn).await.0.expect(503);
    get(&unprepared, &page).await.0.expect(503);
    drop(frozen);
    let began = Instant::now();
    loop {
        let (page, ready) = (get(&app, &page).await.0.expect(200), get(&app, "/readyz").await.0);
        if stale_age(&page).is_none() && ready.status == 200 {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(5), "not recovered after {:?}", began.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    get(&app, &withdrawn).await.0.expect(404);
    println!("stale for {:?} s, recovered after {:?}", ages.last(), began.elapsed());
}
