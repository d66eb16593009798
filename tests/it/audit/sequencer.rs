//! The sequencer: positions without gaps, and one root for each size, even if a batch is interrupted at any statement.

use std::collections::BTreeMap;

use section55::audit::{BatchOutcome, SequencerError};
use section55::ledger::{Checkpoint, Frontier, Hash};
use tokio_postgres::Client;

use crate::support::App;
use crate::support::audit::{ORIGIN, key};

/// Appends events with the service's database role: two for Cumbria, then one that belongs to no area.
async fn append(app: &App, count: i32) {
    let service = app.database.connect("section55_app").await;
    let sql = "insert into events (id, at, area, shared, actor_issuer, actor_subject, actor_roles, resource, resource_id,
                                   version, action, request_id)
               select gen_random_uuid(), '2022-03-22T12:00:00Z', case when n % 3 > 0 then 'cumbria' end, false, 'i', 's', '{}',
                      'thing', gen_random_uuid(), n, 'make', 'r'
               from generate_series(1, $1::int) n";
    assert_eq!(service.execute(sql, &[&count]).await.expect("events"), u64::try_from(count).expect("a number"));
}

/// Returns the leaves of each log in order, from the table alone.
async fn leaves(client: &Client) -> BTreeMap<String, Vec<Hash>> {
    let sql = "select log, leaf_index, leaf from audit_leaves order by log, leaf_index";
    let mut logs: BTreeMap<String, Vec<Hash>> = BTreeMap::new();
    for row in client.query(sql, &[]).await.expect("the leaves") {
        let log = logs.entry(row.get(0)).or_default();
        assert_eq!(row.get::<_, i64>(1), log.len() as i64, "positions have no gaps");
        log.push(Hash::from_slice(row.get(2)).expect("a hash"));
    }
    logs
}

/// Checks every head and checkpoint against the leaves, and returns the number of leaves.
async fn check(app: &App) -> usize {
    let client = app.database.administrator().await;
    let logs = leaves(&client).await;
    let heads = client.query("select log, size, root from audit_heads", &[]).await.expect("the heads");
    for row in &heads {
        let (log, size): (String, i64) = (row.get(0), row.get(1));
        let mut tree = Frontier::default();
        logs[&log][..size as usize].iter().for_each(|leaf| tree.push(*leaf));
        assert_eq!(tree.root(), Hash::from_slice(row.get(2)).expect("a hash"), "{log} {size}");
    }
    let sql = "select epoch, size, root, note, (select count(*) from audit_heads h where h.epoch = c.epoch and head_index < c.size)
               from audit_checkpoints c order by epoch, size";
    let checkpoints = client.query(sql, &[]).await.expect("the checkpoints");
    for row in &checkpoints {
        let signed = Checkpoint::open(row.get(3), key().public()).expect("a checkpoint");
        let origin = format!("{ORIGIN}/{}", row.get::<_, i32>(0));
        let size = row.get::<_, i64>(1);
        let root = Hash::from_slice(row.get(2)).expect("a hash");
        assert_eq!(signed, Checkpoint { origin, size: size as u64, root });
        assert_eq!(row.get::<_, i64>(4), size - 1, "each leaf but the first is a head");
    }
    logs.values().map(Vec::len).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_committed_event_gets_a_position_and_every_head_is_signed() {
    let app = App::start().await;
    app.create_published_inspection("94001").await;
    let first = app.sequence().await;
    assert_eq!(check(&app).await, first);
    append(&app, 3_700).await;
    assert_eq!(app.sequence().await, 3_700);
    append(&app, 1).await;
    assert_eq!(app.sequence().await, 1);
    assert_eq!(check(&app).await, first + 3_701);
    assert_eq!(app.sequence().await, 0);
    let client = app.database.administrator().await;
    let sql =
        "select (select count(*) from events e where not exists (select from audit_leaves l where l.event_id = e.id)),
                      (select count(*) from audit_queue), (select count(*) from audit_tiles where level = 0)";
    let row = client.query_one(sql, &[]).await.expect("counts");
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (0, 0));
    assert!(row.get::<_, i64>(2) >= 13, "{} tiles", row.get::<_, i64>(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_is_interrupted_at_any_statement_leaves_no_trace() {
    let app = App::start().await;
    append(&app, 500).await;
    app.sequence().await;
    let administrator = app.database.administrator().await;
    let kill = "create function die() returns trigger language plpgsql security definer as
                'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'";
    administrator.batch_execute(kill).await.expect("a function");
    let mut expected = 500;
    let steps = [
        ("insert", "audit_leaves", ""),
        ("insert", "audit_tiles", ""),
        ("insert", "audit_heads", ""),
        ("insert", "audit_checkpoints", ""),
        ("delete", "audit_queue", ""),
        ("delete", "audit_queue", "constraint"),
    ];
    for (event, table, constraint) in steps {
        for when in ["before", "after"] {
            append(&app, 700).await;
            let before = app.database.fingerprint().await;
            let trigger = match constraint {
                // This trigger runs at the commit.
                "constraint" if when == "after" => format!(
                    "create constraint trigger die after {event} on {table} deferrable initially deferred
                     for each row execute function die()"
                ),
                _ => format!("create trigger die {when} {event} on {table} for each statement execute function die()"),
            };
            administrator.batch_execute(&trigger).await.expect("a trigger");
            let sequencer = app.sequencer().await;
            let mut client = sequencer.connect().await.expect("a connection");
            let failed = sequencer.sequence_once(&mut client).await;
            assert!(matches!(failed, Err(SequencerError::Database(_))), "{when} {event} on {table}: {failed:?}");
            administrator.batch_execute(&format!("drop trigger die on {table}")).await.expect("no trigger");
            assert_eq!(app.database.fingerprint().await, before, "{when} {event} on {table}");
            assert_eq!(app.sequence().await, 700);
            expected += 700;
            assert_eq!(check(&app).await, expected);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_one_of_several_sequencers_works_at_a_time_and_each_event_gets_one_position() {
    let app = App::start().await;
    append(&app, 5_000).await;
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let sequencer = app.sequencer().await;
        tasks.push(tokio::spawn(async move {
            let mut client = sequencer.connect().await.expect("a connection");
            let mut done = 0;
            while done < 100 {
                match sequencer.sequence_once(&mut client).await.expect("a batch") {
                    BatchOutcome::QueueEmpty => break,
                    BatchOutcome::Events(_) | BatchOutcome::NotLeader => done += 1,
                }
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        }));
    }
    for task in tasks {
        task.await.expect("no panic");
    }
    app.sequence().await;
    assert_eq!(check(&app).await, 5_000);
    // The tables refuse a second position or head as well.
    let sequencer = app.database.connect("section55_log").await;
    for (table, columns) in [
        ("audit_heads", "log, size, root, frontier, at, epoch, head_index + 100000"),
        ("audit_checkpoints", "epoch, size, root, frontier, note"),
        ("audit_leaves", "log, leaf_index, gen_random_uuid(), leaf"),
        ("audit_leaves", "log, leaf_index + 100000, event_id, leaf"),
    ] {
        let error = sequencer.execute(&format!("insert into {table} select {columns} from {table}"), &[]).await;
        assert_eq!(error.expect_err("a duplicate").code().map(|code| code.code()), Some("23505"), "{table}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sequencer_does_not_sign_a_tree_that_was_altered() {
    let app = App::start().await;
    append(&app, 400).await;
    app.sequence().await;
    append(&app, 1).await;
    let client = app.database.administrator().await;
    let sequencer = app.sequencer().await;
    let mut sequencer_client = sequencer.connect().await.expect("a connection");
    for (tampering, table) in [
        ("update audit_heads set frontier = set_byte(frontier, 0, get_byte(frontier, 0) # 1)", "audit_heads"),
        ("update audit_heads set root = set_byte(root, 0, get_byte(root, 0) # 1)", "audit_heads"),
        ("update audit_checkpoints set root = set_byte(root, 0, get_byte(root, 0) # 1)", "audit_checkpoints"),
        ("insert into audit_queue (seq, event_id) select 0, gen_random_uuid()", "audit_queue"),
    ] {
        let sql = format!(
            "create table backup as select * from {table};
             set session_replication_role = replica; {tampering}; set session_replication_role = origin"
        );
        client.batch_execute(&sql).await.expect(tampering);
        let refused = sequencer.sequence_once(&mut sequencer_client).await;
        assert!(matches!(refused, Err(SequencerError::Tampered(_))), "{tampering}: {refused:?}");
        let restore = format!(
            "set session_replication_role = replica; delete from {table}; insert into {table} select * from backup;
             set session_replication_role = origin; drop table backup"
        );
        client.batch_execute(&restore).await.expect("the original rows");
    }
    assert_eq!(app.sequence().await, 1);
    assert_eq!(check(&app).await, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sequencers_database_role_can_only_append_to_the_trees() {
    let app = App::start().await;
    append(&app, 10).await;
    app.sequence().await;
    let client = app.database.connect("section55_log").await;
    for sql in [
        "insert into events (id) values (gen_random_uuid())",
        "update events set action = 'x'",
        "delete from audit_leaves",
        "update audit_heads set size = 1",
        "truncate audit_checkpoints",
        "select from event_payloads",
        "select from event_notes",
        "select from responses",
        "insert into audit_queue values (1, gen_random_uuid())",
        "set role section55_app",
    ] {
        let error = client.batch_execute(sql).await.expect_err(sql);
        assert_eq!(error.code().map(|code| code.code()), Some("42501"), "{sql}: {error}");
    }
    let service = app.database.connect("section55_app").await;
    for sql in
        ["delete from audit_queue", "select from audit_queue", "insert into audit_queue values (1, gen_random_uuid())"]
    {
        let error = service.batch_execute(sql).await.expect_err(sql);
        assert_eq!(error.code().map(|code| code.code()), Some("42501"), "{sql}: {error}");
    }
    let count: i64 = service.query_one("select count(*) from audit_leaves", &[]).await.expect("leaves").get(0);
    assert_eq!(count, 10);
}
