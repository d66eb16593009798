//! Migrations: they can alter any table, derived objects follow, and databases of other programs are refused unchanged.

use refinery::Migration;
use section55::auth::Role;
use section55::db::MigrateError;
use section55::db::migrate::{apply, check_schema, migrate, migrations};
use section55::db::requirements::check_version;
use serde_json::json;

use super::support::App;
use super::support::database::Database;

/// Returns a migration of a later release.
fn later_migration(version: i32, sql: &str) -> Migration {
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
    let inspection = app.create_published_inspection("90101").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "published").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    app.add_submitted_evidence(&assignment, "cumbria", json!({})).await;
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
        all.push(later_migration(version, &ALTERATION.replace("{table}", table)));
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

    assert_eq!(read().await, before, "now and as of an earlier time");
    let patch = json!({ "local_target_on": "2030-01-31", "reason": "The budget." });
    app.person(Role::Constabulary, "cumbria").patch(&assignment, "*", patch).await.expect(200);
    let kent = app.response_path(&inspection, "kent").await;
    opcc.get(&kent).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_program_serves_a_newer_schema_and_does_not_change_it() {
    let database = Database::new().await;
    let mut client = database.administrator().await;
    let mut all = migrations();
    all.push(later_migration(1000, "alter table record.areas add column later text"));
    apply(&mut client, &all).await.expect("a newer schema");
    client
        .batch_execute("update record.derived_schema set sha256 = 'newer'")
        .await
        .expect("the functions of a newer program");
    let before = database.fingerprint().await;
    check_schema(&mut client).await.expect("a newer schema is accepted");
    assert!(migrate(&mut client).await.expect("nothing to migrate").is_empty());
    assert_eq!(database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_fails_changes_nothing() {
    let database = Database::new().await;
    let mut client = database.administrator().await;
    let before = database.fingerprint().await;
    let mut all = migrations();
    all.push(later_migration(1000, "alter table record.areas add column later text"));
    all.push(later_migration(1001, "alter table record.areas add column later text"));
    let error = apply(&mut client, &all).await.expect_err("a column twice");
    assert!(error.to_string().starts_with("migration V1001__later failed, and nothing was changed"), "{error}");
    assert_eq!(database.fingerprint().await, before);
    check_schema(&mut client).await.expect("the schema is unchanged");
    assert!(migrate(&mut client).await.expect("nothing to migrate").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_from_before_the_first_release_is_refused_unchanged() {
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
async fn a_schema_with_the_functions_of_another_program_is_outdated() {
    let database = Database::new().await;
    let mut client = database.administrator().await;
    let other = "update record.derived_schema set sha256 = 'other'; drop view past.explanations";
    client.batch_execute(other).await.expect("the functions of another program");
    assert!(matches!(check_schema(&mut client).await, Err(MigrateError::BehindDerived)));
    assert!(migrate(&mut client).await.expect("only functions are created").is_empty());
    check_schema(&mut client).await.expect("up to date");
    client.batch_execute("table past.explanations").await.expect("the view exists again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_database_is_migrated_once_and_not_written_again() {
    let database = Database::empty().await;
    let mut client = database.administrator().await;
    let error = check_schema(&mut client).await.expect_err("the database is empty");
    assert!(matches!(error, MigrateError::Behind { have: 0, .. }), "{error}");
    assert_eq!(migrate(&mut client).await.expect("all migrations").len(), migrations().len());
    check_schema(&mut client).await.expect("up to date");
    let before = database.fingerprint().await;
    assert!(migrate(&mut client).await.expect("nothing to migrate").is_empty());
    assert_eq!(database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_with_private_rows_has_row_security() {
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
        "audit_checkpoints audit_epochs audit_heads audit_leaves audit_queue audit_tiles deployment derived_schema \
         notification_progress public_writes published.texts refinery_schema_history stream_heads"
    );
    assert_eq!(
        names("relnamespace = 'record'::regnamespace and relrowsecurity and not relforcerowsecurity").await,
        "areas"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_untested_version_of_postgresql_causes_a_warning() {
    let database = Database::new().await;
    let version = check_version(&database.administrator().await).await.expect("a supported version");
    println!("PostgreSQL {}", version.text);
    assert!(version.text.starts_with(&version.major.to_string()), "{version:?}");
    assert_eq!(version.warning(), None, "the tests run on a tested version");
    let newer = section55::db::ServerVersion { major: 99, text: "99.1".to_owned() };
    assert!(newer.warning().is_some_and(|warning| warning.contains("PostgreSQL 99.1 is newer")));
}
