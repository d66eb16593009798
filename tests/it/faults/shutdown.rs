//! Shutdown: the service reports "not ready", completes the requests in progress, and then stops listening.

use std::time::{Duration, Instant};

use section55::auth::Role;
use serde_json::json;

use crate::support::App;
use crate::support::world::registration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shutdown_completes_the_requests_in_progress_and_then_stops_listening() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("85000").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let administrator = app.database.administrator().await;
    administrator.batch_execute("begin; lock table record.responses in access exclusive mode").await.expect("a lock");
    let (address, running) = (app.base.trim_start_matches("http://").to_owned(), app.running);
    let write = async { opcc.act(&response, json!({ "action": "invite" })).await };
    let read = async { opcc.get(&response).await };
    let release = async {
        tokio::time::sleep(Duration::from_millis(900)).await;
        administrator.batch_execute("rollback").await.expect("no lock");
    };
    let stop = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let began = Instant::now();
        running.stop(Duration::ZERO).await.expect("a clean shutdown");
        began.elapsed()
    };
    let (write, read, took, ()) = tokio::join!(write, read, stop, release);
    assert_eq!(write.expect(200).body["state"], "awaiting_comments");
    read.expect(200);
    assert!(took > Duration::from_millis(400), "shutdown did not wait: {took:?}");
    assert!(took < Duration::from_secs(10), "shutdown took too long: {took:?}");
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "the port is still open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_draining_the_service_is_not_ready_but_serves_requests() {
    let app = App::start().await;
    let (public, opcc) = (app.public(), app.person(Role::Opcc, "cumbria"));
    let running = app.running;
    let stop = tokio::spawn(running.stop(Duration::from_millis(800)));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let not_ready = public.get("/readyz").await.expect(503);
    assert!(not_ready.headers.contains_key("retry-after"));
    public.get("/livez").await.expect(200);
    let areas = public.get("/v1/areas").await.expect(200);
    assert_eq!(areas.headers["connection"], "close", "the client goes to another instance next time");
    opcc.post("/v1/inspections", registration("85100")).await.expect(201);
    stop.await.expect("no panic").expect("a clean shutdown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_whose_client_disconnected_is_completed_before_shutdown() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("85200").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let administrator = app.database.administrator().await;
    administrator.batch_execute("begin; select from record.responses for update").await.expect("a lock");
    // The client disconnects while its write waits for the row.
    let path = response.clone();
    let request = tokio::spawn(async move { opcc.act(&path, json!({ "action": "invite" })).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    request.abort();
    let stop = tokio::spawn(app.running.stop(Duration::ZERO));
    tokio::time::sleep(Duration::from_millis(300)).await;
    administrator.batch_execute("rollback").await.expect("no lock");
    stop.await.expect("no panic").expect("a clean shutdown");
    let id: uuid::Uuid = response.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
    let row = administrator
        .query_one(
            "select state, (select count(*) from events where resource_id = r.id and action = 'invite')
             from responses r where id = $1",
            &[&id],
        )
        .await
        .expect("the response");
    assert_eq!((row.get::<_, String>(0).as_str(), row.get::<_, i64>(1)), ("awaiting_comments", 1));
}
