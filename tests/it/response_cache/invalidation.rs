//! Invalidation of the cache: at once in the instance that wrote, and within a second in every other instance. An instance
//! that cannot query the version caches nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use section55::api::MAX_CONFIRMATION_AGE;

use super::{counts, create_published_assignment, set_body_view};
use crate::support::App;
use crate::support::app::Setup;

async fn read_body_view(app: &App, assignment: &str) -> String {
    let reply = app.public().get(assignment).await.expect(200);
    reply.body["body_view"].as_str().expect("a view").to_owned()
}

/// Reads the assignment until it has this body view, and returns the time that it took.
async fn wait_for_body_view(app: &App, assignment: &str, view: &str) -> Duration {
    let began = Instant::now();
    loop {
        if read_body_view(app, assignment).await == view {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{view} does not appear");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until a response comes from the cache.
async fn wait_for_hit(app: &App, assignment: &str) {
    let before = counts(app).hits;
    for _ in 0..500 {
        read_body_view(app, assignment).await;
        if counts(app).hits > before {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no response comes from the cache");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_visible_at_once_in_a_thousand_rounds() {
    let app = Arc::new(App::start().await);
    let (assignment, _) = create_published_assignment(&app, "70010").await;
    // Concurrent readers fill the cache at the worst moments.
    let (stop, reads) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (app, assignment, stop, reads) = (app.clone(), assignment.clone(), stop.clone(), reads.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    app.public().try_get_text(&assignment).await.expect("a response");
                    reads.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for round in 0..1000 {
        let view = set_body_view(&app, &assignment, round).await;
        assert_eq!(read_body_view(&app, &assignment).await, view, "round {round}");
    }
    stop.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.expect("no panic");
    }
    let hits = counts(&app).hits;
    assert!(reads.load(Ordering::Relaxed) > 1000 && hits > 100, "{reads:?} reads, {hits} hits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_visible_in_another_instance_within_a_second() {
    let app = App::start().await;
    let other = app.start_another_instance(Setup::default()).await;
    let (assignment, _) = create_published_assignment(&app, "70011").await;
    wait_for_hit(&other, &assignment).await;
    let mut slowest = Duration::ZERO;
    for round in 0..8 {
        let view = set_body_view(&app, &assignment, round).await;
        assert_eq!(read_body_view(&app, &assignment).await, view);
        slowest = slowest.max(wait_for_body_view(&other, &assignment, view).await);
    }
    // The limit allows for a busy machine on top of the time that the cache guarantees.
    assert!(slowest < MAX_CONFIRMATION_AGE + Duration::from_secs(2), "it took {slowest:?}");
    wait_for_hit(&other, &assignment).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_that_cannot_query_the_version_caches_nothing() {
    let app = App::start().await;
    let other = app.start_another_instance(Setup::default()).await;
    let (assignment, _) = create_published_assignment(&app, "70012").await;
    wait_for_hit(&other, &assignment).await;
    let administrator = app.database.administrator().await;
    let revoke = "revoke select on published.write_counts from section55_public, section55_app";
    administrator.batch_execute(revoke).await.expect("no privilege to query the version");
    // One second after the last confirmation, no response comes from the cache.
    tokio::time::sleep(MAX_CONFIRMATION_AGE + Duration::from_millis(100)).await;
    let before = counts(&other).hits;
    for round in 0..10 {
        let view = set_body_view(&app, &assignment, round).await;
        assert_eq!(read_body_view(&other, &assignment).await, view, "round {round}");
    }
    assert_eq!(counts(&other).hits, before, "a response came from the cache without a confirmed version");
    let grant = "grant select on published.write_counts to section55_public, section55_app";
    administrator.batch_execute(grant).await.expect("the privilege to query the version");
    wait_for_hit(&other, &assignment).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_that_depends_on_the_day_is_not_reused_on_another_day() {
    let app = App::start().await;
    let (assignment, _) = create_published_assignment(&app, "70013").await;
    let headline = async || app.public().get(&assignment).await.expect(200).body["headline"].clone();
    wait_for_hit(&app, &assignment).await;
    assert_eq!(headline().await, "not_started");
    // The last day is 21 April, which ends in London at 23:00 UTC.
    for (at, expected) in [
        ("2022-04-21T22:59:59Z", "not_started"),
        ("2022-04-21T23:00:00Z", "overdue"),
        ("2022-04-21T22:59:59Z", "not_started"),
        ("2022-04-22T12:00:00Z", "overdue"),
    ] {
        app.clock.set(at.parse().expect("an instant"));
        for _ in 0..2 {
            assert_eq!(headline().await, expected, "{at}");
        }
    }
}
