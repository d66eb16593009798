//! A feed of a hundred thousand: a page reads about as many changes as it tells, wherever it begins; and what waits for its
//! place costs each event as much, however much it is.

use std::time::Duration;

use section55::auth::Role;

use super::{items, next};
use crate::support::App;
use crate::support::app::Setup;

const SEED: &str = "
    insert into changes (position, event_id, stream, at, area, shared, marking, resource, resource_id, version, action)
    select n, gen_random_uuid(), a.code, now(), a.code, false, 'OFFICIAL', 'assignment', gen_random_uuid(), n, 'start'
    from generate_series(1, 100000) n
    join (select code, row_number() over (order by code) - 1 as k from areas) a on a.k = n % 43;
    insert into published.changes (position, event_id, at, area, resource, resource_id, version, action)
    select position, event_id, at, area, resource, resource_id, version, 'amend' from changes where position % 10 = 0;
    insert into change_heads select stream, max(position) from changes group by stream;
    vacuum analyze changes, published.changes";

/// Rows of the feed that were read by an index, and readings of all of it, once all who read have gone.
async fn read(app: &App) -> (i64, i64) {
    app.database.deserted().await;
    let administrator = app.database.administrator().await;
    let sql = "select coalesce(sum(idx_tup_fetch), 0)::bigint, coalesce(sum(seq_scan), 0)::bigint
               from pg_stat_user_tables where relname = 'changes'";
    let row = administrator.query_one(sql, &[]).await.expect("the counts");
    (row.get(0), row.get(1))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_reads_about_as_many_changes_as_it_tells() {
    // One that follows nothing, and so lets go of all its connections.
    let app = App::start_as(Setup::keeping(0)).await;
    for statement in SEED.split(';') {
        app.database.administrator().await.batch_execute(statement).await.expect("the feed");
    }
    let middle = {
        let mut at = "/v1/changes?limit=200".to_owned();
        for _ in 0..5 {
            at = format!("/v1/changes?limit=200&after={}", next(&app.person(Role::Auditor, "kent").get(&at).await));
        }
        at
    };
    app.database.db.close();
    let mut before = read(&app).await;
    let latest = "/v1/changes?after=latest".to_owned();
    for (path, told) in [("/v1/changes?limit=200".to_owned(), 200), (middle, 200), (latest, 0)] {
        for public in [false, true] {
            let instance = app.beside(Setup::keeping(0)).await;
            let person = if public { instance.public() } else { instance.person(Role::Auditor, "kent") };
            assert_eq!(items(&person.get(&path).await.expect(200)).len(), told, "{path}");
            instance.running.stop(Duration::ZERO).await.expect("an end");
            instance.database.db.close();
            let after = read(&app).await;
            assert_eq!(after.1, before.1, "{path} reads all of the feed");
            assert!(after.0 - before.0 <= 1000, "{path} reads {} changes", after.0 - before.0);
            before = after;
        }
    }
}

/// Inspections amended in public, each in a transaction of its own, that wait for their places.
const WAITING: &str = "do $$ begin
    for n in 1..3000 loop
        insert into events (id, at, shared, actor_issuer, actor_subject, actor_roles, resource, resource_id, version, action,
                            request_id)
        values (gen_random_uuid(), now(), true, 'i', 's', '{}', 'inspection', gen_random_uuid(), 2, 'amend', 'r');
        insert into public_touches (resource, resource_id, version)
        select resource, resource_id, version from events where seq = (select max(seq) from events);
        commit;
    end loop;
end $$";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_its_place_is_looked_up_by_its_key() {
    // One that follows nothing, and so lets go of all its connections.
    let app = App::start_as(Setup::keeping(0)).await;
    let administrator = app.database.administrator().await;
    administrator.batch_execute(WAITING).await.expect("events");
    assert_eq!(app.sequence().await, 3000);
    app.database.db.close();
    app.database.deserted().await;
    let sql = "select (select count(*) from published.changes where resource = 'inspection'),
                      (select idx_blks_hit + idx_blks_read from pg_statio_user_indexes where indexrelname = 'public_touches_pkey')";
    let row = administrator.query_one(sql, &[]).await.expect("counts");
    assert_eq!(row.get::<_, i64>(0), 3000);
    // Its writing, its deletion, and once to be found.
    let each = row.get::<_, i64>(1) / 3000;
    assert!((1..=6).contains(&each), "{each} pages for each event");
}
