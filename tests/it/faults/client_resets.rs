//! A client that disconnects at any byte of its request. The service writes everything with its event, or nothing,
//! and loses no database connection.

use std::time::Duration;

use section55::auth::Role;
use tokio::io::AsyncWriteExt;

use crate::support::App;
use crate::support::world::registration;

const ATTEMPTS: usize = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_disconnects_at_any_byte_causes_a_complete_write_or_none() {
    let app = App::start().await;
    let token = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let client = app.database.administrator().await;
    for n in 0..ATTEMPTS {
        let body = registration(&format!("81{n:04}")).to_string();
        let request = format!(
            "POST /v1/inspections HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        // Most requests are cut near the end, where the write begins. Every tenth is complete.
        let end = request.len();
        let cut = match n % 10 {
            0 => end,
            1..=5 => end * n / ATTEMPTS,
            _ => end - n % 64,
        };
        let mut stream = app.open_connection().await;
        stream.write_all(&request.as_bytes()[..cut]).await.expect("a sent request");
        // The delay ranges from none to well into the write.
        tokio::time::sleep(Duration::from_micros((n as u64 * 37) % 6000)).await;
        reset_connection(stream);
    }
    // Every write has ended when no transaction is open.
    let busy = "select count(*) from pg_stat_activity where datname = current_database() and state <> 'idle'
                and application_name = 'section55'";
    for _ in 0..600 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if client.query_one(busy, &[]).await.expect("a count").get::<_, i64>(0) == 0 {
            break;
        }
    }
    assert_eq!(client.query_one(busy, &[]).await.expect("a count").get::<_, i64>(0), 0, "a transaction was left open");
    let row = client
        .query_one(
            "select (select count(*) from inspections),
                    (select count(*) from events where resource = 'inspection' and action = 'register'),
                    (select count(*) from inspections i join events e on e.resource_id = i.id)",
            &[],
        )
        .await
        .expect("the counts");
    let (inspections, events, pairs): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    assert_eq!((inspections, events), (pairs, pairs), "a write without its event, or an event without its write");
    assert!(inspections >= 20, "too few requests arrived completely: {inspections}");
    assert!(inspections < 200, "no request was cut: {inspections}");
    let opcc = app.person(Role::Opcc, "cumbria");
    let all = futures_util::future::join_all((0..16).map(|_| opcc.get("/v1/inspections?limit=1"))).await;
    assert!(all.iter().all(|reply| reply.status == 200), "the pool did not recover");
    opcc.post("/v1/inspections", registration("819999")).await.expect(201);
}

/// Ends a connection as a crash would, with RST instead of FIN.
fn reset_connection(stream: tokio::net::TcpStream) {
    stream.set_zero_linger().expect("a socket option");
    drop(stream);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_send_an_incomplete_request_delay_no_one_else() {
    let app = App::start().await;
    let token = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let head = format!(
        "POST /v1/inspections HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    );
    let mut incomplete = Vec::new();
    for n in 0..60 {
        let mut stream = app.open_connection().await;
        let part = if n % 2 == 0 { &head.as_bytes()[..20] } else { head.as_bytes() };
        stream.write_all(part).await.expect("a sent request");
        incomplete.push(stream);
    }
    let began = std::time::Instant::now();
    app.person(Role::Opcc, "cumbria").post("/v1/inspections", registration("82000")).await.expect(201);
    app.public().get("/v1/inspections").await.expect(200);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    drop(incomplete);
}
