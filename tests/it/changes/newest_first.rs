//! The feed newest first: pages backwards by cursor, and from there onwards without a gap.

use std::time::Duration;

use section55::auth::Role;
use serde_json::{Value, json};

use super::{items, member_of_each, next_cursor, read_all};
use crate::support::world::registration;
use crate::support::{App, Person, Reply};

fn newest_cursor(page: &Reply) -> String {
    page.body["newest_cursor"].as_str().expect("a cursor").to_owned()
}

/// Reads the feed backwards to its first change, by the `Link` header.
async fn read_backwards(person: &Person, limit: usize) -> Vec<Value> {
    let (mut changes, mut path) = (Vec::new(), format!("/v1/changes?order=desc&limit={limit}"));
    loop {
        let page = person.get(&path).await.expect(200);
        let found = items(&page);
        if found.is_empty() {
            assert_eq!(page.body["newest_cursor"], Value::Null);
            return changes;
        }
        assert!(found.len() <= limit);
        changes.extend(found);
        let link = page.headers["link"].to_str().expect("text").to_owned();
        path = link.split(['<', '>']).nth(1).expect("an address").to_owned();
        assert!(path.ends_with(&format!("after={}", next_cursor(&page))), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_feed_is_read_backwards_in_the_exact_opposite_order_by_every_reader() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("88901").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "complete").await;
    app.create_draft_inspection("88902").await;
    app.sequence().await;
    let readers = [
        app.public(),
        app.person(Role::Auditor, "cumbria"),
        app.person(Role::Constabulary, "cumbria"),
        app.person(Role::Opcc, "kent"),
        app.person(Role::Registrar, ""),
    ];
    for reader in readers {
        let mut forwards = read_all(&reader).await;
        forwards.reverse();
        assert!(forwards.len() > 3);
        for limit in [2, 3, 200] {
            assert_eq!(read_backwards(&reader, limit).await, forwards, "pages of {limit}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_cursor_continues_onwards_without_a_gap() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let empty = opcc.get("/v1/changes?order=desc").await.expect(200);
    assert_eq!((items(&empty).len(), &empty.body["newest_cursor"]), (0, &Value::Null));
    for n in 0..3 {
        opcc.post("/v1/inspections", registration(&format!("8891{n}"))).await.expect(201);
    }
    app.sequence().await;
    let first = opcc.get("/v1/changes?order=desc&limit=2").await.expect(200);
    assert_eq!(member_of_each(&items(&first), "reference"), ["88912", "88911"]);
    // `latest` begins with the newest change too.
    assert_eq!(opcc.get("/v1/changes?order=desc&limit=2&after=latest").await.expect(200).body, first.body);
    let onwards = format!("/v1/changes?after={}", newest_cursor(&first));
    let waiting = {
        let (opcc, path) = (opcc.clone(), format!("{onwards}&wait=30"));
        tokio::spawn(async move { opcc.get(&path).await.expect(200) })
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    opcc.post("/v1/inspections", registration("88913")).await.expect(201);
    app.sequence().await;
    let next = waiting.await.expect("no panic");
    assert_eq!(member_of_each(&items(&next), "reference"), ["88913"]);
    assert_eq!(next.body["newest_cursor"], Value::Null, "the page is oldest first");
    // The cursors of both orders are of one kind.
    let older = opcc.get(&format!("/v1/changes?order=desc&after={}", newest_cursor(&first))).await.expect(200);
    assert_eq!(member_of_each(&items(&older), "reference"), ["88911", "88910"]);
    let newer = opcc.get(&format!("/v1/changes?after={}", next_cursor(&older))).await.expect(200);
    assert_eq!(member_of_each(&items(&newer), "reference"), ["88911", "88912", "88913"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_and_the_descending_order_exclude_each_other() {
    let app = App::start().await;
    let public = app.public();
    let refused = public.get("/v1/changes?order=desc&wait=5").await.expect(400);
    assert_eq!(refused.faults(), [("/wait".to_owned(), "not_with_order".to_owned())]);
    assert!(refused.text.contains("newest_cursor"), "{}", refused.text);
    public.get("/v1/changes?order=desc&wait=0").await.expect(200);
    public.get("/v1/changes?order=asc&wait=1").await.expect(200);
    let unknown = public.get("/v1/changes?order=down").await.expect(400);
    assert_eq!(unknown.faults(), [("/order".to_owned(), "unknown_value".to_owned())]);
    let forged = public.get("/v1/changes?order=desc&after=AAAAAAAAAAE&wait=1").await.expect(400);
    assert_eq!(member_of_each(forged.body["errors"].as_array().expect("faults"), "pointer"), ["/after", "/wait"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_from_before_a_restore_is_410_backwards_too() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.post("/v1/inspections", registration("88921")).await.expect(201);
    app.sequence().await;
    let restored = app.start_on_copy().await;
    opcc.post("/v1/inspections", registration("88922")).await.expect(201);
    app.sequence().await;
    let lost = next_cursor(&opcc.get("/v1/changes?order=desc&limit=1").await.expect(200));
    let reader = restored.person(Role::Opcc, "cumbria");
    let refused = reader.get(&format!("/v1/changes?order=desc&after={lost}")).await.expect(410);
    assert_eq!(refused.body["code"], json!("feed_restarted"));
    assert_eq!(items(&reader.get("/v1/changes?order=desc").await.expect(200)).len(), 1);
}
