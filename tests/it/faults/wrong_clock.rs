//! A machine whose clock is wrong: the instance is degraded from 2 seconds, and not ready from 30, until it is right.

use std::time::Duration;

use chrono::TimeDelta;
use section55::clock::Clock;

use crate::support::app::Setup;
use crate::support::{App, Reply};

/// Sets the machine's clock this many seconds ahead, and waits at most 20 seconds until `/readyz` is as wanted.
async fn run_ahead(app: &App, clock: &Clock, seconds: i64, status: u16, degraded: usize) -> Reply {
    let mut last = None;
    for _ in 0..200 {
        // Set at each turn, because a fixed clock stands still.
        clock.set(Clock::system().now() + TimeDelta::seconds(seconds));
        let reply = app.public().get("/readyz").await;
        let count = reply.body["degraded"].as_array().map_or(0, Vec::len);
        if reply.status == status && count == degraded {
            return reply;
        }
        last = Some(reply.text);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("/readyz is never {status} with {degraded} degradations: {last:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_clock_makes_the_instance_not_ready_until_it_is_right() {
    let clock = Clock::fixed_at(Clock::system().now() - TimeDelta::seconds(180));
    let app = App::start_with_setup(Setup { machine_clock: clock.clone(), ..Setup::default() }).await;
    let slow = run_ahead(&app, &clock, -180, 503, 0).await;
    let detail = slow.body["detail"].as_str().expect("a text");
    assert!(detail.starts_with("The clock of this machine is 1") && detail.contains("behind"), "{detail}");
    assert!(slow.headers.contains_key("retry-after"));
    app.public().get("/livez").await.expect(200);

    let fast = run_ahead(&app, &clock, 20, 200, 1).await;
    assert_eq!(fast.body["degraded"][0]["code"], "clock_differs");
    assert!(fast.text.contains("ahead of the database's"), "{}", fast.text);

    run_ahead(&app, &clock, 0, 200, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_whose_time_was_set_is_compared_by_the_machines_clock() {
    let app = App::start().await;
    app.set_day("2031-01-01");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let ready = app.public().get("/readyz").await.expect(200);
    assert_eq!(ready.body["degraded"].as_array().map(Vec::len), Some(0), "{}", ready.text);
}
