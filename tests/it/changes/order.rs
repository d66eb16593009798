//! Thirty-two who write at once, and readers who follow: each event once, none missing, all in one order.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use section55::auth::Role;
use serde_json::{Value, json};
use tokio_postgres::Client;

use super::{all, each, items, next};
use crate::support::world::registration;
use crate::support::{App, Person, Reply};

const WRITERS: usize = 32;
const REPORTS: usize = 3;

/// Sends it again while the service is busy.
async fn insisting(send: impl AsyncFn() -> Reply) -> Reply {
    for _ in 0..200 {
        let reply = send().await;
        if reply.status != 503 {
            return reply;
        }
    }
    panic!("busy for good");
}

/// Registers, amends and publishes reports of one area.
async fn write(person: &Person, area: &str, n: usize) {
    for k in 0..REPORTS {
        let mut report = registration(&format!("W-{n}-{k}"));
        report["subjects"] = json!([area]);
        let made = insisting(async || person.post("/v1/inspections", report.clone()).await).await.expect(201);
        let amended = json!({ "legal_basis": "Police Act 1996 s.54" });
        insisting(async || person.patch(&made.href(), "*", amended.clone()).await).await.expect(200);
        if k == 0 {
            insisting(async || person.act(&made.href(), json!({ "action": "publish" })).await).await.expect(200);
        }
    }
}

/// Follows the feed by short pages and long waits until it has gone through so many changes.
async fn follow(person: &Person, wanted: usize) -> Vec<Value> {
    let (mut told, mut after) = (Vec::new(), String::new());
    while told.len() < wanted {
        let page = person.get(&format!("/v1/changes?limit=7&wait=30{after}")).await.expect(200);
        let found = items(&page);
        assert!(!found.is_empty(), "nothing came after {} of {wanted}", told.len());
        told.extend(found);
        after = format!("&after={}", next(&page));
    }
    told
}

/// The events that a reader is to be told of, by the log alone.
async fn expected(log: &Client, of: &str) -> Vec<String> {
    let sql = format!("select id::text from events where {of} order by id");
    log.query(&sql, &[]).await.expect("events").iter().map(|row| row.get(0)).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_follows_while_thirty_two_write_is_told_each_event_once_and_in_order() {
    let app = App::start().await;
    let areas = ["cumbria", "kent"];
    // Of its own area, each: registered, amended; published, with the response. Of the other, what was published.
    let of_area = WRITERS / 2 * (2 * REPORTS + 2) + WRITERS / 2;
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
    let (_, (), of_reader, again, of_public) = tokio::join!(
        futures_util::future::join_all(writers),
        sequencing,
        follow(&reader, of_area),
        follow(&reader, of_area),
        follow(&public, WRITERS),
    );
    let log = app.database.administrator().await;
    assert_eq!(sorted(each(&of_reader, "id")), expected(&log, "shared or area = 'cumbria'").await);
    assert_eq!(sorted(each(&of_public, "id")), expected(&log, "shared").await);
    // Two who followed at once, and one who reads it afterwards, were told the same in the same order.
    assert_eq!(of_reader, again);
    assert_eq!(of_reader, all(&reader).await);
    assert_eq!(of_public, all(&public).await);
    let shared: Vec<&Value> = of_reader.iter().filter(|item| item["type"] == "inspection.published").collect();
    assert_eq!(shared, of_public.iter().collect::<Vec<_>>(), "in one order, whoever follows");
    let mut versions: HashMap<&str, i64> = HashMap::new();
    for item in &of_reader {
        let (record, version) =
            (item["resource_id"].as_str().expect("an id"), item["version"].as_i64().expect("a number"));
        let before = versions.insert(record, version).unwrap_or(version - 1);
        assert!(version == before + 1, "{record}: version {version} after {before}");
    }
    let positions = log.query_one("select count(*), max(position) from changes", &[]).await.expect("a count");
    assert_eq!(positions.get::<_, i64>(0), positions.get::<_, i64>(1), "places are dense");
}
