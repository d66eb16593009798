//! A feed of 100,000 changes: a page reads only about as many rows as it returns, wherever it begins. The cost of
//! sequencing an event does not grow with the number of waiting events.

use std::time::Duration;

use section55::auth::Role;

use super::{items, next_cursor};
use crate::support::App;
use crate::support::app::Setup;

const SEED: &str = "
    insert into changes (position, event_id, stream, at, area, shared, marking, resource, resource_id, version, action)
    select n, gen_random_uuid(), a.code, now(), a.code, false, 'OFFICIAL', 'assignment', gen_random_uuid(), n, 'start'
    from generate_series(1, 100000) n
    join (select code, row_number() over (order by code) - 1 as k from areas) a on a.k = n % 43;
    insert into published.changes (position, event_id, at, area, resource, resource_id, version, action)
    select position, event_id, at, area, resource, resource_id, version, 'amend' from changes where position % 10 = 0;
    insert into stream_heads select stream, max(position) from changes group by stream;
    vacuum analyze changes, published.changes";

/// Returns the number of rows of the feed that were read by an index, and the number of scans of the whole table.
/// Waits until all readers have disconnected, because PostgreSQL counts their reads then.
async fn read_counts(app: &App) -> (i64, i64) {
    app.database.wait_until_disconnected().await;
    let administrator = app.database.administrator().await;
    let sql = "select coalesce(sum(idx_tup_fetch), 0)::bigint, coalesce(sum(seq_scan), 0)::bigint
               from pg_stat_user_tables where relname = 'changes'";
    let row = administrator.query_one(sql, &[]).await.expect("the counts");
    (row.get(0), row.get(1))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_reads_about_as_many_rows_as_it_returns() {
    // Without a cache, the service holds no connection that follows the published copy, so it can disconnect
    // completely.
    let app = App::start_with_setup(Setup::with_cache(0)).await;
    for statement in SEED.split(';') {
        app.database.administrator().await.batch_execute(statement).await.expect("the feed");
    }
    let middle = {
        let mut path = "/v1/changes?limit=200".to_owned();
        for _ in 0..5 {
            path = format!(
                "/v1/changes?limit=200&after={}",
                next_cursor(&app.person(Role::Auditor, "kent").get(&path).await)
            );
        }
        path
    };
    app.database.db.close();
    let mut before = read_counts(&app).await;
    let latest = "/v1/changes?after=latest".to_owned();
    for (path, expected) in [("/v1/changes?limit=200".to_owned(), 200), (middle, 200), (latest, 0)] {
        for public in [false, true] {
            let instance = app.start_another_instance(Setup::with_cache(0)).await;
            let person = if public { instance.public() } else { instance.person(Role::Auditor, "kent") };
            assert_eq!(items(&person.get(&path).await.expect(200)).len(), expected, "{path}");
            instance.running.stop(Duration::ZERO).await.expect("an end");
            instance.database.db.close();
            let after = read_counts(&app).await;
            assert_eq!(after.1, before.1, "{path} scans the whole feed");
            assert!(after.0 - before.0 <= 1000, "{path} reads {} rows", after.0 - before.0);
            before = after;
        }
    }
}

/// Inserts events of public amendments of inspections, each in its own transaction, that wait for their positions.
const WAITING: &str = "do $$ begin
    for n in 1..3000 loop
        insert into events (id, at, shared, actor_issuer, actor_subject, actor_roles, resource, resource_id, version, action,
                            request_id)
        values (gen_random_uuid(), now(), true, 'i', 's', '{}', 'inspection', gen_random_uuid(), 2, 'amend', 'r');
        insert into public_writes (resource, resource_id, version)
        select resource, resource_id, version from events where seq = (select max(seq) from events);
        commit;
    end loop;
end $$";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_public_changes_are_found_by_their_key() {
    // Without a cache, the service holds no connection that follows the published copy, so it can disconnect
    // completely.
    let app = App::start_with_setup(Setup::with_cache(0)).await;
    let administrator = app.database.administrator().await;
    administrator.batch_execute(WAITING).await.expect("events");
    assert_eq!(app.sequence().await, 3000);
    app.database.db.close();
    app.database.wait_until_disconnected().await;
    let sql = "select (select count(*) from published.changes where resource = 'inspection'),
                      (select idx_blks_hit + idx_blks_read from pg_statio_user_indexes where indexrelname = 'public_writes_pkey')";
    let row = administrator.query_one(sql, &[]).await.expect("counts");
    assert_eq!(row.get::<_, i64>(0), 3000);
    // The index is read for the insert, the delete and one lookup.
    let each = row.get::<_, i64>(1) / 3000;
    assert!((1..=6).contains(&each), "{each} pages for each event");
}
