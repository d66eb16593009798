//! The schema: migrations alter any table, what is derived from the tables follows, and a database that this program did
//! not make is refused and left as it is.

use refinery::Migration;
use section55::auth::Role;
use section55::db::MigrateError;
use section55::db::migrate::{apply, check_schema, migrate, migrations};
use section55::db::requirements::check_version;
use serde_json::json;

use super::support::App;
use super::support::database::Database;

/// A migration of a later release.
fn later(version: i32, sql: &str) -> Migration {
    Migration::unapplied(&format!("V{version}__later"), sql).expect("a migration")
}

const ALTERATION: &str = "
    alter table {table} add column later_default text not null default 'x' check (later_default <> '');
    alter table {table} add column later_generated text generated always as (md5('x')) stored;
    alter table {table} add column later_number bigint;
    update {table} set later_number = 1;
    alter table {table} alter column later_number set default 1, alter column later_number set not null";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_migration_can_alter_every_table_with_its_rows() {
    let app = App::start().await;
    let inspection = app.published_inspection("90101").await;
    let response = app.response(&inspection, "cumbria").await;
    app.bring_to(&response, "cumbria", "published").await;
    let assignment = app.assignment(&inspection, "cumbria").await;
    app.submitted_evidence(&assignment, "cumbria", json!({})).await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let earlier = format!("{response}?as_of=2022-03-22T12:00:00Z");
    let read = async || [opcc.get(&response).await.expect(200).body, opcc.get(&earlier).await.expect(200).body];
    let before = read().await;

    let mut client = app.database.administrator().await;
    let sql = "select format('%I.%I', schemaname, tablename) from pg_tables
               where schemaname in ('record', 'published') and tablename not like 'refinery%' order by 1";
    let tables: Vec<String> = client.query(sql, &[]).await.expect("tables").iter().map(|row| row.get(0)).collect();
    assert!(tables.len() > 40, "{tables:?}");
    let mut all = migrations();
    for (version, table) in (1000..).zip(&tables) {
        all.push(later(version, &ALTERATION.replace("{table}", table)));
        let applied = apply(&mut client, &all).await.unwrap_or_else(|error| panic!("{table}: {error}"));
        assert_eq!(applied, [format!("V{version}__later")]);
        let sql =
            format!("select count(*), count(*) filter (where later_number = 1 and later_default = 'x') from {table}");
        let row = client.query_one(&sql, &[]).await.expect("counts");
        assert_eq!(row.get::<_, i64>(0), row.get::<_, i64>(1), "{table}: every row was altered");
    }
    for table in ["record.responses", "record.events", "record.evidence_files", "published.editions"] {
        let count = client.query_one(&format!("select count(*) from {table}"), &[]).await.expect("a count");
        assert!(count.get::<_, i64>(0) > 0, "{table} had rows");
    }

    assert_eq!(read().await, before, "in the present and as of an earlier time");
    let patch = json!({ "local_target_on": "2030-01-31", "reason": "The budget." });
    app.person(Role::Constabulary, "cumbria").patch(&assignment, "*", patch).await.expect(200);
    let of_kent = app.response(&inspection, "kent").await;
    opcc.get(&of_kent).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_program_serves_from_a_newer_schema_and_leaves_it_as_it_is() {
    let database = Database::new().await;
    let mut client = database.administrator().await;
    let mut all = migrations();
    all.push(later(1000, "alter table record.areas add column later text"));
    apply(&mut client, &all).await.expect("a newer schema");
    client
        .batch_execute("update record.derived_schema set sha256 = 'newer'")
        .await
        .expect("a newer program's functions");
    let before = database.fingerprint().await;
    check_schema(&mut client).await.expect("good enough to serve from");
    assert!(migrate(&mut client).await.expect("nothing to do").is_empty());
    assert_eq!(database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_fails_changes_nothing() {
    let database = Database::new().await;
    let mut client = database.administrator().await;
    let before = database.fingerprint().await;
    let mut all = migrations();
    all.push(later(1000, "alter table record.areas add column later text"));
    all.push(later(1001, "alter table record.areas add column later text"));
    let error = apply(&mut client, &all).await.expect_err("a column twice");
    assert!(error.to_string().starts_with("migration V1001__later failed, and nothing was changed"), "{error}");
    assert_eq!(database.fingerprint().await, before);
    check_schema(&mut client).await.expect("the schema is still whole");
    assert!(migrate(&mut client).await.expect("nothing to do").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_from_before_the_first_release_is_refused_and_left_alone() {
    let database = Database::empty().await;
    let mut client = database.administrator().await;
    client
        .batch_execute(
            "set role section55_owner;
             create schema record;
             create table record.refinery_schema_history (
                 version integer primary key, name varchar(255), applied_on varchar(255), checksum varchar(255));
             insert into record.refinery_schema_history values (1, 'areas', '', '1'), (24, 'changes_in_one_pass', '', '1');
             reset role",
        )
        .await
        .expect("a schema from before the first release");
    let before = database.fingerprint().await;
    for error in [migrate(&mut client).await.err(), check_schema(&mut client).await.err()] {
        assert!(matches!(&error, Some(MigrateError::BeforeRelease(name)) if name == "V1__areas"), "{error:?}");
    }
    assert_eq!(database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_with_the_functions_of_another_program_is_behind_until_it_is_migrated() {
    let database = Database::new().await;
    let mut client = database.administrator().await;
    let other = "update record.derived_schema set sha256 = 'other'; drop view past.explanations";
    client.batch_execute(other).await.expect("another program's functions");
    assert!(matches!(check_schema(&mut client).await, Err(MigrateError::BehindDerived)));
    assert!(migrate(&mut client).await.expect("the functions alone").is_empty());
    check_schema(&mut client).await.expect("up to date");
    client.batch_execute("table past.explanations").await.expect("the view is there again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_database_is_migrated_once_and_then_never_written() {
    let database = Database::empty().await;
    let mut client = database.administrator().await;
    let error = check_schema(&mut client).await.expect_err("nothing is there");
    assert!(matches!(error, MigrateError::Behind { have: 0, .. }), "{error}");
    assert_eq!(migrate(&mut client).await.expect("all of it").len(), migrations().len());
    check_schema(&mut client).await.expect("up to date");
    let before = database.fingerprint().await;
    assert!(migrate(&mut client).await.expect("nothing to do").is_empty());
    assert_eq!(database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_security_is_on_for_every_table_but_those_that_hold_nothing_private() {
    let database = Database::new().await;
    let client = database.administrator().await;
    let names = async |condition: &str| {
        let sql = format!(
            "select coalesce(string_agg(oid::regclass::text, ' ' order by oid::regclass::text), '') from pg_class
             where relkind = 'r' and relnamespace in ('record'::regnamespace, 'published'::regnamespace) and {condition}"
        );
        client.query_one(&sql, &[]).await.expect("names").get::<_, String>(0)
    };
    assert_eq!(
        names("not relrowsecurity").await,
        "audit_checkpoints audit_epochs audit_heads audit_leaves audit_queue audit_tiles change_heads derived_schema \
         public_touches published.texts refinery_schema_history"
    );
    assert_eq!(
        names("relnamespace = 'record'::regnamespace and relrowsecurity and not relforcerowsecurity").await,
        "areas"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_version_of_postgresql_is_known_and_an_untested_one_is_warned_of() {
    let database = Database::new().await;
    let version = check_version(&database.administrator().await).await.expect("a supported version");
    println!("PostgreSQL {}", version.text);
    assert!(version.text.starts_with(&version.major.to_string()), "{version:?}");
    assert_eq!(version.warning(), None, "this suite runs on a version that is listed as tested");
    let newer = section55::db::ServerVersion { major: 99, text: "99.1".to_owned() };
    assert!(newer.warning().is_some_and(|warning| warning.contains("PostgreSQL 99.1 is newer")));
}
