//! Readers who follow the feed while 32 writers write at once: each event once, none missing, all in one order.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use section55::auth::Role;
use serde_json::{Value, json};
use tokio_postgres::Client;

use super::{items, member_of_each, next_cursor, read_all};
use crate::support::world::registration;
use crate::support::{App, Person, Reply};

const WRITERS: usize = 32;
const REPORTS: usize = 3;

/// Sends a request again while the response is 503.
async fn retry_while_busy(send: impl AsyncFn() -> Reply) -> Reply {
    for _ in 0..200 {
        let reply = send().await;
        if reply.status != 503 {
            return reply;
        }
    }
    panic!("still 503 after 200 requests");
}

/// Registers, amends and publishes reports of one area.
async fn write(person: &Person, area: &str, n: usize) {
    for k in 0..REPORTS {
        let mut report = registration(&format!("W-{n}-{k}"));
        report["subjects"] = json!([area]);
        let created = retry_while_busy(async || person.post("/v1/inspections", report.clone()).await).await.expect(201);
        let amended = json!({ "legal_basis": "Police Act 1996 s.54" });
        retry_while_busy(async || person.patch(&created.href(), "*", amended.clone()).await).await.expect(200);
        if k == 0 {
            retry_while_busy(async || person.act(&created.href(), json!({ "action": "publish" })).await)
                .await
                .expect(200);
        }
    }
}

/// Follows the feed by short pages and long waits until it has read this number of changes.
async fn follow(person: &Person, count: usize) -> Vec<Value> {
    let (mut changes, mut after) = (Vec::new(), String::new());
    while changes.len() < count {
        let page = person.get(&format!("/v1/changes?limit=7&wait=30{after}")).await.expect(200);
        let found = items(&page);
        assert!(!found.is_empty(), "no change followed after {} of {count}", changes.len());
        changes.extend(found);
        after = format!("&after={}", next_cursor(&page));
    }
    changes
}

/// Returns the ids of the events that a reader must receive, from the log alone.
async fn expected(log: &Client, condition: &str) -> Vec<String> {
    let sql = format!("select id::text from events where {condition} order by id");
    log.query(&sql, &[]).await.expect("events").iter().map(|row| row.get(0)).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_receive_each_event_once_and_in_order_while_32_writers_write() {
    let app = App::start().await;
    let areas = ["cumbria", "kent"];
    // From its own area: register and amend of each report, and publish and the opened response of one in three. From
    // the other area: only the publications.
    let area_count = WRITERS / 2 * (2 * REPORTS + 2) + WRITERS / 2;
    let (reader, public) = (app.person(Role::Auditor, "cumbria"), app.public());
    let writing = AtomicUsize::new(WRITERS);
    let writers = (0..WRITERS).map(|n| {
        let (person, writing) = (app.person(Role::Opcc, areas[n % 2]), &writing);
        async move {
            write(&person, areas[n % 2], n).await;
            writing.fetch_sub(1, Ordering::SeqCst);
        }
    });
    let sequencing = async {
        while writing.load(Ordering::SeqCst) > 0 {
            app.sequence().await;
            tokio::task::yield_now().await;
        }
        app.sequence().await;
    };
    let (_, (), of_reader, of_second_reader, of_public) = tokio::join!(
        futures_util::future::join_all(writers),
        sequencing,
        follow(&reader, area_count),
        follow(&reader, area_count),
        follow(&public, WRITERS),
    );
    let log = app.database.administrator().await;
    assert_eq!(sorted(member_of_each(&of_reader, "id")), expected(&log, "shared or area = 'cumbria'").await);
    assert_eq!(sorted(member_of_each(&of_public, "id")), expected(&log, "shared").await);
    // Two readers at the same time, and one afterwards, receive the same changes in the same order.
    assert_eq!(of_reader, of_second_reader);
    assert_eq!(of_reader, read_all(&reader).await);
    assert_eq!(of_public, read_all(&public).await);
    // The public learns no actor.
    let mut shared: Vec<Value> =
        of_reader.iter().filter(|item| item["type"] == "inspection.published").cloned().collect();
    shared.iter_mut().for_each(|item| item["actor"] = Value::Null);
    assert!(shared == of_public, "all readers receive the shared changes in one order");
    let mut versions: HashMap<&str, i64> = HashMap::new();
    for item in &of_reader {
        let (record, version) =
            (item["resource_id"].as_str().expect("an id"), item["version"].as_i64().expect("a number"));
        let before = versions.insert(record, version).unwrap_or(version - 1);
        assert!(version == before + 1, "{record}: version {version} after {before}");
    }
    let positions = log.query_one("select count(*), max(position) from changes", &[]).await.expect("a count");
    assert_eq!(positions.get::<_, i64>(0), positions.get::<_, i64>(1), "positions have no gaps");
}
