//! A database that does not respond. Requests get 503 with Retry-After within a limit, and succeed as soon as it
//! responds again.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use section55::auth::Role;
use serde_json::json;

use crate::support::{App, Person, Reply};

const RESPONSE_LIMIT: Duration = Duration::from_millis(5500);

#[track_caller]
fn assert_unavailable(reply: &Reply, began: Instant) {
    assert_eq!(reply.status, 503, "{}", reply.text);
    assert_eq!(reply.body["code"], "unavailable");
    let after: u32 = reply.headers["retry-after"].to_str().ok().and_then(|after| after.parse().ok()).expect("seconds");
    assert!((1..=30).contains(&after));
    assert!(began.elapsed() < RESPONSE_LIMIT, "responded after {:?}", began.elapsed());
}

async fn published_response(app: &App, reference: &str) -> String {
    let inspection = app.create_published_inspection(reference).await;
    app.response_path(&inspection, "cumbria").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_for_a_locked_table_gets_503_within_five_seconds_and_delays_no_other() {
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
    // There are more requests than connections. The rest are refused, not queued without limit, and the public is not
    // delayed.
    let began = Instant::now();
    let signed_in = join_all((0..24).map(|_| opcc.get(&response)));
    let public = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let sent = Instant::now();
        let reply = app.public().get("/v1/inspections").await;
        (reply.status, sent.elapsed())
    };
    let (signed_in, (status, took)) = tokio::join!(signed_in, public);
    assert_eq!(status, 200);
    assert!(took < Duration::from_secs(1), "the public waited {took:?}");
    signed_in.iter().for_each(|reply| assert_unavailable(reply, began));
    administrator.batch_execute("rollback").await.expect("no lock");
    let began = Instant::now();
    opcc.get(&response).await.expect(200);
    opcc.act(&response, invite).await.expect(200);
    assert!(began.elapsed() < Duration::from_secs(2), "recovered after {:?}", began.elapsed());
}

/// Returns the processes of PostgreSQL that serve this service.
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

/// Suspended processes. They resume when this is dropped, however the test ends.
pub(super) struct SuspendedProcesses(Vec<Pid>);

impl SuspendedProcesses {
    pub(super) fn suspend(pids: Vec<Pid>) -> Self {
        for pid in &pids {
            match kill(*pid, Signal::SIGSTOP) {
                // A connection was closed since the processes were listed.
                Ok(()) | Err(Errno::ESRCH) => {}
                Err(error) => panic!("a process of the test: {error}"),
            }
        }
        Self(pids)
    }
}

impl Drop for SuspendedProcesses {
    fn drop(&mut self) {
        for pid in &self.0 {
            // The process may have ended.
            let _ = kill(*pid, Signal::SIGCONT);
        }
    }
}

async fn send_many_requests(app: &App, person: &Person, path: &str) -> Vec<Reply> {
    let signed_in = join_all((0..8).map(|_| person.get(path)));
    let public = app.public();
    let public = join_all((0..4).map(|_| public.get("/v1/inspections")));
    let (mut all, others) = tokio::join!(signed_in, public);
    all.extend(others);
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn suspended_backends_are_abandoned_within_a_limit_and_requests_use_the_others() {
    let app = App::start().await;
    let response = published_response(&app, "83100").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    send_many_requests(&app, &opcc, &response).await;
    // Every other one. Those that are suspended stay open at the server, so each still counts towards the limit.
    let suspended = SuspendedProcesses::suspend(backends(&app).await.into_iter().step_by(2).collect());
    assert!(suspended.0.len() >= 4, "{} processes", suspended.0.len());
    let began = Instant::now();
    for reply in send_many_requests(&app, &opcc, &response).await {
        assert!(reply.status == 200 || reply.status == 503, "{}", reply.text);
        if reply.status == 503 {
            assert!(reply.headers.contains_key("retry-after"));
        }
    }
    assert!(began.elapsed() < RESPONSE_LIMIT, "responded after {:?}", began.elapsed());
    let began = Instant::now();
    let after = send_many_requests(&app, &opcc, &response).await;
    assert!(after.iter().all(|reply| reply.status == 200), "the other connections were not used");
    assert!(began.elapsed() < Duration::from_secs(2), "recovered after {:?}", began.elapsed());
    drop(suspended);
    opcc.get(&response).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_whose_backends_are_all_suspended_are_not_replaced_beyond_the_limit() {
    let app = App::start().await;
    let response = published_response(&app, "83150").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    send_many_requests(&app, &opcc, &response).await;
    // The pool replaces the connections until its limit is reached. The new ones are suspended too.
    let mut suspended = Vec::new();
    for round in 0..4 {
        suspended.push(SuspendedProcesses::suspend(backends(&app).await));
        let began = Instant::now();
        for reply in join_all((0..12).map(|_| opcc.get(&response))).await {
            assert!(round < 3 || reply.status == 503, "a connection beyond the limit: {}", reply.text);
        }
        assert!(began.elapsed() < RESPONSE_LIMIT, "responded after {:?}", began.elapsed());
    }
    // 8 connections of the service's role for the worker thread, and 4 for the threads beside it.
    let sql = "select count(*) from pg_stat_activity where datname = current_database() and usename = 'section55_app'";
    let open = app.database.administrator().await.query_one(sql, &[]).await.expect("a count").get::<_, i64>(0);
    assert!(open <= 8 + 4, "{open} connections");
    drop(suspended);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let began = Instant::now();
    for reply in join_all((0..12).map(|_| opcc.get(&response))).await {
        reply.expect(200);
    }
    assert!(began.elapsed() < Duration::from_secs(2), "recovered after {:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_on_a_suspended_backend_gets_503_within_a_limit_and_writes_nothing() {
    let app = App::start().await;
    let response = published_response(&app, "83200").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let before = opcc.get(&response).await.expect(200);
    let administrator = app.database.administrator().await;
    // The row is locked, so that the backend is suspended in the middle of the transaction.
    administrator.batch_execute("begin; select from record.responses for update").await.expect("a lock");
    let began = Instant::now();
    let write = opcc.act(&response, json!({ "action": "invite" }));
    let freeze = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        SuspendedProcesses::suspend(backends(&app).await)
    };
    let (reply, suspended) = tokio::join!(write, freeze);
    assert_unavailable(&reply, began);
    administrator.batch_execute("rollback").await.expect("no lock");
    drop(suspended);
    let after = opcc.get(&response).await.expect(200);
    assert_eq!(after.body["version"], before.body["version"]);
    let again = opcc.act(&response, json!({ "action": "invite" })).await.expect(200);
    assert_eq!(again.body["state"], "awaiting_comments");
}
