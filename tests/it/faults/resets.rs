//! A client that hangs up at any byte: the whole write with its event, or nothing; and no connection is lost by it.

use std::time::Duration;

use section55::auth::Role;
use tokio::io::AsyncWriteExt;

use crate::support::App;
use crate::support::world::registration;

const TRIES: usize = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_resets_at_any_byte_leaves_a_whole_write_or_none() {
    let app = App::start().await;
    let token = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let client = app.database.administrator().await;
    for n in 0..TRIES {
        let body = registration(&format!("81{n:04}")).to_string();
        let request = format!(
            "POST /v1/inspections HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        // Most of them near the end, where the write begins; every tenth is whole.
        let end = request.len();
        let cut = match n % 10 {
            0 => end,
            1..=5 => end * n / TRIES,
            _ => end - n % 64,
        };
        let mut stream = app.dial().await;
        stream.write_all(&request.as_bytes()[..cut]).await.expect("sent");
        // From at once to well into the write.
        tokio::time::sleep(Duration::from_micros((n as u64 * 37) % 6000)).await;
        socket_reset(stream);
    }
    // Every write that began has ended when nobody holds a transaction.
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
    let (kept, told, both): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    assert_eq!((kept, told), (both, both), "a write without its event, or an event without its write");
    assert!(kept >= 20, "hardly any request arrived whole: {kept}");
    assert!(kept < 200, "no request was cut: {kept}");
    let opcc = app.person(Role::Opcc, "cumbria");
    let all = futures_util::future::join_all((0..16).map(|_| opcc.get("/v1/inspections?limit=1"))).await;
    assert!(all.iter().all(|reply| reply.status == 200), "the pool does not recover");
    opcc.post("/v1/inspections", registration("819999")).await.expect(201);
}

/// Ends a connection as a crash would: RST, not FIN.
fn socket_reset(stream: tokio::net::TcpStream) {
    stream.set_zero_linger().expect("a socket option");
    drop(stream);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_sends_nothing_or_slowly_holds_no_one_up() {
    let app = App::start().await;
    let token = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let head = format!(
        "POST /v1/inspections HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    );
    let mut held = Vec::new();
    for n in 0..60 {
        let mut stream = app.dial().await;
        let part = if n % 2 == 0 { &head.as_bytes()[..20] } else { head.as_bytes() };
        stream.write_all(part).await.expect("sent");
        held.push(stream);
    }
    let began = std::time::Instant::now();
    app.person(Role::Opcc, "cumbria").post("/v1/inspections", registration("82000")).await.expect(201);
    app.public().get("/v1/inspections").await.expect(200);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    drop(held);
}
