//! Tampering with the log's tables, column by column, with the rights of the database's owner: the auditor gets a
//! bundle that fails verification, or no bundle.

use section55::auth::Role;
use serde_json::json;
use tokio_postgres::Client;

use super::bundles::{app_with_logged_responses, verify};
use crate::support::App;

/// The columns that bundles do not show. The sequencer checks the frontiers and roots itself (sequencer.rs), and the
/// order of `seq` only matters between equal versions.
const NOT_SHOWN: [(&str, &str); 6] = [
    ("events", "seq"),
    ("event_payloads", "seq"),
    ("audit_heads", "frontier"),
    ("audit_checkpoints", "frontier"),
    ("audit_checkpoints", "root"),
    // A reader of the change feed continues there after a restore; it is no part of the log.
    ("audit_epochs", "feed_position"),
];

/// Returns an SQL expression for another value of a column's type.
fn other_value(column: &str, kind: &str) -> String {
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

/// Returns true if an auditor who exports and verifies the log finds that it was altered. `size` is the full size of
/// the log.
async fn is_found(app: &App, size: u64) -> bool {
    let auditor = app.person(Role::Auditor, "cumbria");
    // The second bundle begins inside the first full tile, so its proof uses the tile's hashes. The third begins
    // after the tile, so its proof uses the tile's root.
    for query in ["", "since=2022-03-23T00:00:00Z", "since=2022-03-24T00:00:00Z"] {
        let path = format!("/v1/audit/bundle?{query}");
        let reply = auditor.try_get_text(&path).await;
        let Some(bundle) = reply else { return true };
        match verify(&bundle) {
            Err(_) => return true,
            Ok(found) => {
                let is_shorter = query.is_empty() && found.size < size;
                if is_shorter || found.withheld > 0 || !found.not_shown.is_empty() {
                    return true;
                }
            }
        }
    }
    false
}

/// Backs up a table and runs a statement that no role may run, as the owner of the machine could. Returns the number
/// of rows.
async fn tamper(client: &Client, table: &str, sql: &str) -> u64 {
    client.batch_execute(&format!("create table backup as select * from {table}")).await.expect("a copy");
    client.batch_execute("set session_replication_role = replica").await.expect("no triggers");
    let count = client.execute(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    client.batch_execute("set session_replication_role = origin").await.expect("triggers");
    count
}

/// Restores a table from its backup.
async fn restore(client: &Client, table: &str) {
    let sql = format!(
        "set session_replication_role = replica; delete from {table};
         insert into {table} overriding system value select * from backup;
         drop table backup; set session_replication_role = origin"
    );
    client.batch_execute(&sql).await.expect("the original rows");
}

/// Starts a service whose log of Cumbria fills a tile and continues on another day. Returns the size of the log.
async fn app_with_full_tile() -> (App, u64) {
    let app = app_with_logged_responses().await;
    let response = app.response_path(&app.create_published_inspection("96001").await, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "drafting").await;
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
    let size = verify(&bundle).expect("a valid bundle").size;
    assert!(size > 257, "{size}");
    (app, size)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tampering_with_any_table_or_column_of_the_log_is_found() {
    let (app, size) = app_with_full_tile().await;
    assert!(!is_found(&app, size).await, "nothing was altered yet");
    let client = app.database.administrator().await;
    // Drop the constraints that would refuse a forgery outright, because the proofs must not rely on them.
    let drop_constraints = "do $$ declare c record; begin
        for c in select conrelid::regclass as t, conname from pg_constraint
                 where connamespace = 'record'::regnamespace and contype in ('c', 'f', 'u', 'p')
                   and conrelid::regclass::text ~ '^(event|audit_)' loop
            execute format('alter table %s drop constraint if exists %I cascade', c.t, c.conname);
        end loop; end $$;
        drop index events_in_order";
    client.batch_execute(drop_constraints).await.expect("no constraints");
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
        // Rows of Cumbria's log that bundles show.
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
            let sql = format!("update {table} set {name} = {} where {which}", other_value(&name, &kind));
            assert!(tamper(&client, table, &sql).await > 0, "{sql}");
            if !is_found(&app, size).await {
                missed.push(format!("{table}.{name} changed"));
            }
            restore(&client, table).await;
        }
        let sql = format!("delete from {table} where {which}");
        assert!(tamper(&client, table, &sql).await > 0, "{sql}");
        if !is_found(&app, size).await {
            missed.push(format!("a row of {table} deleted"));
        }
        restore(&client, table).await;
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
        // Without the newest heads, the log looks like a consistent older state of itself.
        ("audit_heads", "delete from audit_heads where log = 'cumbria' and size > 200".to_owned()),
    ] {
        assert!(tamper(&client, table, &sql).await > 0, "{sql}");
        if !is_found(&app, size).await {
            missed.push(sql);
        }
        restore(&client, table).await;
    }
    assert!(missed.is_empty(), "not found:\n{}", missed.join("\n"));
    assert!(!is_found(&app, size).await, "everything is restored");
}
