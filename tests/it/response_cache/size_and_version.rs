//! The size of the cache, and the version that every write to a published table increments.

use serde_json::json;

use super::{cache, create_published_assignment, set_body_view};
use crate::support::App;
use crate::support::app::Setup;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cache_stays_within_its_maximum_size() {
    let app = App::start().await;
    let small = app.start_another_instance(Setup::with_cache(200_000)).await;
    let public = small.public();
    let cache = cache(&small);
    for round in 0..3 {
        for limit in 1..=100 {
            public.get(&format!("/v1/areas?limit={limit}")).await.expect(200);
        }
        assert!(cache.counts().bytes <= 200_000 + 50_000, "round {round}: {:?}", cache.counts());
    }
    assert!(cache.counts().stored > 100, "evicted responses are made again: {:?}", cache.counts());
    let before = cache.counts().hits;
    public.get("/v1/areas?limit=100").await.expect(200);
    assert_eq!(cache.counts().hits, before + 1, "the most recent response is in the cache");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_published_table_counts_its_writes() {
    let app = App::start().await;
    let administrator = app.database.administrator().await;
    let uncounted = "select format('%I.%I', n.nspname, c.relname) from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'published' and c.relkind in ('r', 'p')
                  -- Search texts change with their records; the change feed is not cached.
                  and c.relname not in ('write_counts', 'texts', 'changes')
                  and (select count(*) from pg_trigger t where t.tgrelid = c.oid and t.tgname like 'counted%') <> 2";
    let uncounted = administrator.query(uncounted, &[]).await.expect("the tables");
    let uncounted: Vec<String> = uncounted.iter().map(|row| row.get(0)).collect();
    assert!(uncounted.is_empty(), "writes to these tables are not counted: {uncounted:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_version_grows_by_one_with_each_write_to_the_published_copy_and_not_with_others() {
    let app = App::start().await;
    let (assignment, response) = create_published_assignment(&app, "70020").await;
    let before = app.published_version().await;
    set_body_view(&app, &assignment, 0).await;
    assert_eq!(app.published_version().await, before + 1);
    let force = app.person(section55::auth::Role::Constabulary, "cumbria");
    force.post(&format!("{assignment}/updates"), json!({ "text": "Begun." })).await.expect(201);
    app.create_draft_inspection("70021").await;
    assert_eq!(app.published_version().await, before + 1, "a write to private records does not count");
    let approver = app.person(section55::auth::Role::OpccApprover, "cumbria");
    approver.act(&response, json!({ "action": "correct", "reason": "A slip." })).await.expect(200);
    assert_eq!(app.published_version().await, before + 1, "a draft of a published response does not count");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counting_does_not_make_concurrent_writers_wait() {
    let app = App::start().await;
    create_published_assignment(&app, "70022").await;
    let reader = app.database.administrator().await;
    let before = app.published_version().await;
    let write = "begin; set local lock_timeout = 1000;
                 update published.assignments set version = version + 1
                 where id = (select id from published.assignments order by id limit 1 offset ";
    let rows = reader.query_one("select count(*) from published.assignments", &[]).await.expect("a count");
    let (rows, mut clients) = (rows.get::<_, i64>(0), Vec::new());
    // There are more concurrent writers than rows that hold counts. Each writes a record of its own.
    for n in 0..20 {
        let client = app.database.administrator().await;
        if n < rows {
            client.batch_execute(&format!("{write}{n})")).await.expect("no wait for another writer");
        } else {
            let area = format!(
                "begin; set local lock_timeout = 1000; update record.areas set version = version + 1
                                where code = (select code from record.areas order by code limit 1 offset {n})"
            );
            client.batch_execute(&area).await.expect("no wait for another writer");
        }
        clients.push(client);
    }
    assert_eq!(app.published_version().await, before, "an uncommitted write does not count");
    for (n, client) in clients.iter().enumerate() {
        client.batch_execute(if n % 2 == 0 { "commit" } else { "rollback" }).await.expect("the end of the transaction");
    }
    assert_eq!(app.published_version().await, before + 10, "each committed write counts once");
}
