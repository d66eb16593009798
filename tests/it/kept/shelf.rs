//! The shelf and the number it goes by: bounded, and counted by every write of every table that anyone may read.

use serde_json::json;

use super::{published_line, take_view};
use crate::support::App;
use crate::support::app::Setup;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_is_kept_than_there_is_room_for() {
    let app = App::start().await;
    let small = app.beside(Setup::keeping(200_000)).await;
    let public = small.public();
    let shelf = small.running.shelf.as_ref().expect("a shelf");
    for round in 0..3 {
        for limit in 1..=100 {
            public.get(&format!("/v1/areas?limit={limit}")).await.expect(200);
        }
        assert!(shelf.counts().bytes <= 200_000 + 50_000, "round {round}: {:?}", shelf.counts());
    }
    assert!(shelf.counts().made > 100, "what went out was made anew: {:?}", shelf.counts());
    let before = shelf.counts().found;
    public.get("/v1/areas?limit=100").await.expect(200);
    assert_eq!(shelf.counts().found, before + 1, "what was asked for last is there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_that_anyone_may_read_counts_its_writes() {
    let app = App::start().await;
    let administrator = app.database.administrator().await;
    let bare = "select format('%I.%I', n.nspname, c.relname) from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'published' and c.relkind in ('r', 'p')
                  -- Words follow what they are of; the feed is not kept.
                  and c.relname not in ('writes', 'texts', 'changes')
                  and (select count(*) from pg_trigger t where t.tgrelid = c.oid and t.tgname like 'counted%') <> 2";
    let bare = administrator.query(bare, &[]).await.expect("the tables");
    let bare: Vec<String> = bare.iter().map(|row| row.get(0)).collect();
    assert!(bare.is_empty(), "these are written without a count: {bare:?}");
}

async fn number(client: &tokio_postgres::Client) -> i64 {
    let row = client.query_one("select sum(count)::bigint from published.writes", &[]).await.expect("a sum");
    row.get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_number_moves_by_one_for_each_write_that_shows_and_not_for_others() {
    let app = App::start().await;
    let (line, response) = published_line(&app, "70020").await;
    let administrator = app.database.administrator().await;
    let before = number(&administrator).await;
    take_view(&app, &line, 0).await;
    assert_eq!(number(&administrator).await, before + 1);
    let force = app.person(section55::auth::Role::Constabulary, "cumbria");
    force.post(&format!("{line}/updates"), json!({ "text": "Begun." })).await.expect(201);
    app.draft_inspection("70021").await;
    assert_eq!(number(&administrator).await, before + 1, "what nobody is shown does not count");
    let area = app.person(section55::auth::Role::OpccApprover, "cumbria");
    area.act(&response, json!({ "action": "correct", "reason": "A slip." })).await.expect(200);
    assert_eq!(number(&administrator).await, before + 1, "nor does a draft of what is shown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_do_not_wait_for_one_anothers_count() {
    let app = App::start().await;
    published_line(&app, "70022").await;
    let reader = app.database.administrator().await;
    let before = number(&reader).await;
    let write = "begin; set local lock_timeout = 1000;
                 update published.assignments set version = version + 1
                 where id = (select id from published.assignments order by id limit 1 offset ";
    let rows = reader.query_one("select count(*) from published.assignments", &[]).await.expect("a count");
    let (rows, mut open) = (rows.get::<_, i64>(0), Vec::new());
    // More at once than there are rows to count in, each on a line of its own.
    for n in 0..20 {
        let client = app.database.administrator().await;
        if n < rows {
            client.batch_execute(&format!("{write}{n})")).await.expect("no wait for another");
        } else {
            let area = format!(
                "begin; set local lock_timeout = 1000; update record.areas set version = version + 1
                                where code = (select code from record.areas order by code limit 1 offset {n})"
            );
            client.batch_execute(&area).await.expect("no wait for another");
        }
        open.push(client);
    }
    assert_eq!(number(&reader).await, before, "what is not committed does not count");
    for (n, client) in open.iter().enumerate() {
        client.batch_execute(if n % 2 == 0 { "commit" } else { "rollback" }).await.expect("an end");
    }
    assert_eq!(number(&reader).await, before + 10, "each that was committed counts once");
}
