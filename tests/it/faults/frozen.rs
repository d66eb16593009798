//! A database that does not answer: 503 with Retry-After in bounded time, and back at once when it answers again.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use section55::auth::Role;
use serde_json::json;

use crate::support::{App, Person, Reply};

const PATIENCE: Duration = Duration::from_millis(5500);

#[track_caller]
fn assert_unavailable(reply: &Reply, began: Instant) {
    assert_eq!(reply.status, 503, "{}", reply.text);
    assert_eq!(reply.body["code"], "unavailable");
    let after: u32 = reply.headers["retry-after"].to_str().ok().and_then(|after| after.parse().ok()).expect("seconds");
    assert!((1..=30).contains(&after));
    assert!(began.elapsed() < PATIENCE, "answered after {:?}", began.elapsed());
}

async fn published_response(app: &App, reference: &str) -> String {
    let inspection = app.published_inspection(reference).await;
    app.response(&inspection, "cumbria").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_table_is_503_within_five_seconds_and_harms_no_one_else() {
    let app = App::start().await;
    let response = published_response(&app, "83000").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let administrator = app.database.administrator().await;
    administrator.batch_execute("begin; lock table record.responses in access exclusive mode").await.expect("a lock");
    let began = Instant::now();
    let invite = json!({ "action": "invite" });
    let (read, write) = tokio::join!(opcc.get(&response), opcc.act(&response, invite.clone()));
    assert_unavailable(&read, began);
    assert_unavailable(&write, began);
    // More than the pool has: the rest are turned away, not queued without end; the public does not notice.
    let began = Instant::now();
    let crowd = join_all((0..24).map(|_| opcc.get(&response)));
    let public = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let asked = Instant::now();
        let seen = app.public().get("/v1/inspections").await;
        (seen.status, asked.elapsed())
    };
    let (crowd, (status, took)) = tokio::join!(crowd, public);
    assert_eq!(status, 200);
    assert!(took < Duration::from_secs(1), "the public waited {took:?}");
    crowd.iter().for_each(|reply| assert_unavailable(reply, began));
    administrator.batch_execute("rollback").await.expect("no lock");
    let began = Instant::now();
    opcc.get(&response).await.expect(200);
    opcc.act(&response, invite).await.expect(200);
    assert!(began.elapsed() < Duration::from_secs(2), "recovered after {:?}", began.elapsed());
}

/// The service's own processes in PostgreSQL.
async fn backends(app: &App) -> Vec<Pid> {
    let rows = app
        .database
        .administrator()
        .await
        .query(
            "select pid from pg_stat_activity where datname = current_database() and application_name = 'section55'",
            &[],
        )
        .await
        .expect("the processes");
    rows.iter().map(|row| Pid::from_raw(row.get(0))).collect()
}

/// Stopped processes, which go on however the test ends.
struct Frozen(Vec<Pid>);

impl Frozen {
    fn freeze(pids: Vec<Pid>) -> Self {
        for pid in &pids {
            kill(*pid, Signal::SIGSTOP).expect("a process of ours");
        }
        Self(pids)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        for pid in &self.0 {
            // It may have ended meanwhile.
            let _ = kill(*pid, Signal::SIGCONT);
        }
    }
}

async fn crowd(app: &App, who: &Person, path: &str) -> Vec<Reply> {
    let signed_in = join_all((0..8).map(|_| who.get(path)));
    let public = app.public();
    let public = join_all((0..4).map(|_| public.get("/v1/inspections")));
    let (mut all, others) = tokio::join!(signed_in, public);
    all.extend(others);
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frozen_backends_are_given_up_in_bounded_time_and_replaced() {
    let app = App::start().await;
    let response = published_response(&app, "83100").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    crowd(&app, &opcc, &response).await;
    let frozen = Frozen::freeze(backends(&app).await);
    assert!(frozen.0.len() >= 4, "{} processes", frozen.0.len());
    let began = Instant::now();
    for reply in crowd(&app, &opcc, &response).await {
        assert!(reply.status == 200 || reply.status == 503, "{}", reply.text);
        if reply.status == 503 {
            assert!(reply.headers.contains_key("retry-after"));
        }
    }
    assert!(began.elapsed() < PATIENCE, "answered after {:?}", began.elapsed());
    let began = Instant::now();
    let after = crowd(&app, &opcc, &response).await;
    assert!(after.iter().all(|reply| reply.status == 200), "not replaced");
    assert!(began.elapsed() < Duration::from_secs(2), "recovered after {:?}", began.elapsed());
    drop(frozen);
    opcc.get(&response).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_is_frozen_half_way_is_503_in_bounded_time_and_leaves_nothing_half() {
    let app = App::start().await;
    let response = published_response(&app, "83200").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let before = opcc.get(&response).await.expect(200);
    let administrator = app.database.administrator().await;
    // The row is held, so that the write stands in the middle of its transaction when it freezes.
    administrator.batch_execute("begin; select from record.responses for update").await.expect("a lock");
    let began = Instant::now();
    let write = opcc.act(&response, json!({ "action": "invite" }));
    let freeze = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        Frozen::freeze(backends(&app).await)
    };
    let (reply, frozen) = tokio::join!(write, freeze);
    assert_unavailable(&reply, began);
    administrator.batch_execute("rollback").await.expect("no lock");
    drop(frozen);
    let after = opcc.get(&response).await.expect(200);
    assert_eq!(after.body["version"], before.body["version"]);
    let again = opcc.act(&response, json!({ "action": "invite" })).await.expect(200);
    assert_eq!(again.body["state"], "awaiting_comments");
}
