//! Exports of many records: all batches are in one order, and an incomplete file is recognisable.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::export_json_lines;
use crate::support::App;

/// Inserts published inspections directly into the database, each with key findings of this length.
async fn insert_published_inspections(app: &App, count: i32, length: i32) {
    let administrator = app.database.administrator().await;
    let sql = "insert into published.inspections
               select gen_random_uuid(), 'R' || n, 'test', 'Title ' || n % 7, 'other', null, 'national', 'hmicfrs', '{}',
                      date '2020-01-01' + n % 100, null, null, repeat('x', $2), null, null, null, 'published', '[]', 0, 1,
                      now(), now()
               from generate_series(1, $1) n";
    administrator.execute(sql, &[&count, &length]).await.expect("inspections");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_record_is_exported_once_and_in_order() {
    let app = App::start().await;
    insert_published_inspections(&app, 2100, 10).await;
    let found = export_json_lines(&app.public(), "inspections", "&sort=title,-published_on").await;
    assert_eq!(found.len(), 2100);
    let key = |n: usize| {
        (
            found[n]["title"].to_string(),
            std::cmp::Reverse(found[n]["published_on"].to_string()),
            found[n]["id"].to_string(),
        )
    };
    for n in 1..found.len() {
        assert!(key(n - 1) < key(n), "{:?} {:?}", key(n - 1), key(n));
    }
    assert_eq!(export_json_lines(&app.public(), "inspections", "&q=nonsense").await.len(), 0);
}

/// Reads until the service closes the connection.
async fn read_to_close(connection: &mut tokio::net::TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    // An error of the closed connection does not matter: only the bytes do.
    let read = tokio::time::timeout(Duration::from_secs(20), connection.read_to_end(&mut rest)).await;
    let _ = read.expect("it is closed in time");
    rest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_during_an_export_closes_the_connection() {
    let app = App::start().await;
    insert_published_inspections(&app, 6000, 20_000).await;
    let request = b"GET /v1/exports/inspections?format=jsonl HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n";
    let mut connection = app.open_connection().await;
    connection.write_all(request).await.expect("sent");
    let mut head = vec![0; 1000];
    connection.read_exact(&mut head).await.expect("a beginning");
    assert!(String::from_utf8_lossy(&head).to_ascii_lowercase().contains("transfer-encoding: chunked"));
    let outside = app.database.connect_to_cluster().await;
    let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity where query like 'fetch forward%' and datname = $1";
    let ended: i64 = outside.query_one(sql, &[&app.database.name()]).await.expect("ended").get(0);
    assert_eq!(ended, 1);
    let broken = read_to_close(&mut connection).await;
    assert!(!broken.ends_with(b"0\r\n\r\n"), "the file looks complete");
    // The failed export has released its connection: more exports than there are connections succeed.
    for _ in 0..3 {
        let mut connection = app.open_connection().await;
        connection.write_all(request).await.expect("sent");
        connection.read_exact(&mut head).await.expect("a beginning");
        assert!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head));
        drop(connection);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let mut connection = app.open_connection().await;
    connection.write_all(request).await.expect("sent");
    let whole = read_to_close(&mut connection).await;
    assert!(whole.ends_with(b"0\r\n\r\n") && whole.len() > 6000 * 20_000, "{}", whole.len());
}
