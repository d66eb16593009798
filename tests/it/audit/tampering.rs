//! The database itself tampered with, table by table and column by column, by who owns it: the auditor finds it in the
//! bundle, or gets none.

use section55::auth::Role;
use serde_json::json;
use tokio_postgres::Client;

use super::bundles::{verify, world};
use crate::support::App;

/// What the log's readers are shown comes from these. The rest is the sequencer's own, and held by it (sequencer.rs), or an
/// order that has no say where versions differ.
const NOT_SHOWN: [(&str, &str); 5] = [
    ("events", "seq"),
    ("event_payloads", "seq"),
    ("audit_heads", "frontier"),
    ("audit_checkpoints", "frontier"),
    ("audit_checkpoints", "root"),
];

/// Another value of a column's type.
fn another(column: &str, kind: &str) -> String {
    match kind {
        "uuid" => "gen_random_uuid()".to_owned(),
        "bigint" | "integer" => format!("{column} + 1000"),
        "boolean" => format!("not {column}"),
        "timestamp with time zone" => format!("{column} + interval '1 microsecond'"),
        "bytea" => format!("set_byte({column}, 3, get_byte({column}, 3) # 1)"),
        "ARRAY" => format!("array_append({column}, 'x')"),
        "jsonb" => "'[]'".to_owned(),
        _ if column == "payload" => "overlay(payload placing '[' from 10)".to_owned(),
        _ if column == "marking" => "'OFFICIAL-SENSITIVE'".to_owned(),
        _ => format!("coalesce({column}, '') || 'x'"),
    }
}

/// Whether an auditor who takes the log home finds that something is wrong with it.
async fn found(app: &App, whole: u64) -> bool {
    let auditor = app.person(Role::Auditor, "cumbria");
    // The second begins inside the first full tile, and so is proved by its hashes; the third after it, by its root.
    for query in ["", "since=2022-03-23T00:00:00Z", "since=2022-03-24T00:00:00Z"] {
        let path = format!("/v1/audit/bundle?{query}");
        let reply = auditor.client_get(&path).await;
        let Some(bundle) = reply else { return true };
        match verify(&bundle) {
            Err(_) => return true,
            Ok(found) => {
                let lost = query.is_empty() && found.size < whole;
                if lost || found.withheld > 0 || !found.not_shown.is_empty() {
                    return true;
                }
            }
        }
    }
    false
}

/// Does something no role may, as who owns the machine can.
async fn tamper(client: &Client, table: &str, sql: &str) -> u64 {
    client.batch_execute(&format!("create table kept as select * from {table}")).await.expect("a copy");
    client.batch_execute("set session_replication_role = replica").await.expect("no triggers");
    let count = client.execute(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    client.batch_execute("set session_replication_role = origin").await.expect("triggers");
    count
}

async fn mend(client: &Client, table: &str) {
    let sql = format!(
        "set session_replication_role = replica; delete from {table};
         insert into {table} overriding system value select * from kept;
         drop table kept; set session_replication_role = origin"
    );
    client.batch_execute(&sql).await.expect("as it was");
}

/// A world whose log of Cumbria fills a tile, and goes on on another day.
async fn larger_world() -> (App, u64) {
    let app = world().await;
    let response = app.response(&app.published_inspection("96001").await, "cumbria").await;
    app.bring_to(&response, "cumbria", "drafting").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for n in 0..260 {
        if n == 100 {
            app.clock.set("2022-03-23T12:00:00Z".parse().expect("an instant"));
        }
        opcc.patch(&response, "*", json!({ "policing_body_comments": format!("Draft {n}.") })).await.expect(200);
    }
    app.sequence().await;
    app.clock.set("2022-03-24T12:00:00Z".parse().expect("an instant"));
    opcc.patch(&response, "*", json!({ "policing_body_comments": "The last draft." })).await.expect(200);
    app.sequence().await;
    let auditor = app.person(Role::Auditor, "cumbria");
    let bundle = auditor.get("/v1/audit/bundle").await.expect(200).text;
    let size = verify(&bundle).expect("it is whole").size;
    assert!(size > 257, "{size}");
    (app, size)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_and_column_of_the_log_is_watched() {
    let (app, size) = larger_world().await;
    assert!(!found(&app, size).await, "nothing is wrong yet");
    let client = app.database.administrator().await;
    // Checks and keys that would refuse a forgery outright are taken away: the proofs must do without.
    let bare = "do $$ declare c record; begin
        for c in select conrelid::regclass as t, conname from pg_constraint
                 where connamespace = 'record'::regnamespace and contype in ('c', 'f', 'u', 'p')
                   and conrelid::regclass::text ~ '^(event|audit_)' loop
            execute format('alter table %s drop constraint if exists %I cascade', c.t, c.conname);
        end loop; end $$;
        drop index events_in_order";
    client.batch_execute(bare).await.expect("no constraints");
    let tables = [
        "events",
        "event_payloads",
        "event_notes",
        "audit_leaves",
        "audit_tiles",
        "audit_heads",
        "audit_checkpoints",
        "audit_epochs",
    ];
    let mut missed = Vec::new();
    for table in tables {
        // Rows that stand for Cumbria's log, and are shown.
        let which = match table {
            "events" => "area = 'cumbria' and action = 'correct'",
            "event_payloads" => {
                "area = 'cumbria' and event_id = (select id from events where action = 'correct' limit 1)"
            }
            "event_notes" => "event_id = (select id from events where action = 'correct' limit 1)",
            "audit_leaves" => "log = 'cumbria' and leaf_index = 20",
            "audit_tiles" => "log = 'cumbria'",
            "audit_heads" => "log = 'cumbria' and size = (select max(size) from audit_heads where log = 'cumbria')",
            "audit_checkpoints" => "size = (select max(size) from audit_checkpoints)",
            _ => "epoch = 1",
        };
        let sql = "select column_name::text, data_type::text from information_schema.columns
                   where table_schema = 'record' and table_name = $1 order by ordinal_position";
        for column in client.query(sql, &[&table]).await.expect("the columns") {
            let (name, kind): (String, String) = (column.get(0), column.get(1));
            if NOT_SHOWN.contains(&(table, name.as_str())) || name == "seq" {
                continue;
            }
            let sql = format!("update {table} set {name} = {} where {which}", another(&name, &kind));
            assert!(tamper(&client, table, &sql).await > 0, "{sql}");
            if !found(&app, size).await {
                missed.push(format!("{table}.{name} changed"));
            }
            mend(&client, table).await;
        }
        let sql = format!("delete from {table} where {which}");
        assert!(tamper(&client, table, &sql).await > 0, "{sql}");
        if !found(&app, size).await {
            missed.push(format!("a row of {table} deleted"));
        }
        mend(&client, table).await;
    }
    let swap = |table: &str, column: &str, by: &str, one: &str, other: &str| {
        format!(
            "update {table} t set {column} = o.{column} from {table} o
             where (t.{by}, o.{by}) in (({one}, {other}), ({other}, {one})) {}",
            if table == "audit_leaves" { "and t.log = 'cumbria' and o.log = 'cumbria'" } else { "" }
        )
    };
    let event =
        |action: &str| format!("(select id from events where area = 'cumbria' and action = '{action}' limit 1)");
    let (one, other) = (event("approve"), event("publish"));
    for (table, sql) in [
        ("audit_leaves", swap("audit_leaves", "leaf", "leaf_index", "20", "21")),
        ("audit_leaves", swap("audit_leaves", "event_id", "leaf_index", "20", "21")),
        ("audit_leaves", swap("audit_leaves", "leaf_index", "leaf_index", "20", "21")),
        ("events", swap("events", "action", "id", &one, &other)),
        ("event_payloads", swap("event_payloads", "payload", "event_id", &one, &other)),
        ("event_payloads", swap("event_payloads", "salt", "event_id", &one, &other)),
        ("audit_leaves", "insert into audit_leaves select log, leaf_index, event_id, leaf from audit_leaves where log = 'cumbria' and leaf_index = 20".to_owned()),
        ("audit_leaves", "delete from audit_leaves where log = 'cumbria' and leaf_index > 250".to_owned()),
        ("audit_leaves", "update audit_leaves set leaf_index = leaf_index - 1 where log = 'cumbria' and leaf_index > 30".to_owned()),
        ("audit_leaves", "update audit_leaves l set leaf = k.leaf from audit_leaves k where l.log = 'cumbria' and k.log = 'kent' and k.leaf_index = 5 and l.leaf_index = 5".to_owned()),
        ("audit_heads", "update audit_heads h set root = k.root from audit_heads k where h.log = 'cumbria' and k.log = 'kent'".to_owned()),
        ("audit_checkpoints", "update audit_checkpoints c set note = (select note from audit_checkpoints order by size limit 1)".to_owned()),
        // The newest heads and checkpoints taken away: an older state of the log, whole in itself.
        ("audit_heads", "delete from audit_heads where log = 'cumbria' and size > 200".to_owned()),
    ] {
        assert!(tamper(&client, table, &sql).await > 0, "{sql}");
        if !found(&app, size).await {
            missed.push(sql);
        }
        mend(&client, table).await;
    }
    assert!(missed.is_empty(), "not found:\n{}", missed.join("\n"));
    assert!(!found(&app, size).await, "nothing is wrong any more");
}
