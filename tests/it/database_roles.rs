//! The database's roles, each as weak as it should be: what the public's cannot read, what the service's cannot rewrite.

use section55::auth::Role;
use serde_json::json;
use tokio_postgres::Client;

use super::support::App;

/// A statement is refused, for want of a privilege or by row security.
async fn refused(client: &Client, sql: &str) {
    let error = client.batch_execute(sql).await.expect_err(sql);
    let code = error.code().map(|code| code.code().to_owned()).unwrap_or_default();
    assert_eq!(code, "42501", "{sql}: {error}");
}

async fn tables(client: &Client, schema: &str) -> Vec<String> {
    let sql = "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = $1";
    let rows = client.query(sql, &[&schema]).await.expect("the tables");
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_publics_role_reads_what_is_published_and_nothing_else() {
    let app = App::start().await;
    let administrator = app.database.administrator().await;
    let public = app.database.connect("section55_public").await;
    let (record, published) = (tables(&administrator, "record").await, tables(&administrator, "published").await);
    assert!(record.len() >= 8 && published.len() == 5, "{record:?} {published:?}");
    for table in record {
        refused(&public, &format!("select from {table}")).await;
    }
    for table in published {
        public.batch_execute(&format!("select from {table}")).await.expect("what is published");
        refused(&public, &format!("delete from {table}")).await;
        refused(&public, &format!("insert into {table} default values")).await;
    }
    refused(&public, "set role section55_app").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_services_role_cannot_rewrite_the_log_or_what_was_published() {
    let app = App::start().await;
    let inspection = app.published_inspection("90001").await;
    let response = app.response(&inspection, "cumbria").await;
    app.bring_to(&response, "cumbria", "published").await;
    let service = app.database.connect("section55_app").await;
    for table in ["events", "event_notes"] {
        for sql in ["delete from", "truncate"] {
            refused(&service, &format!("{sql} {table}")).await;
        }
    }
    refused(&service, "update events set action = 'x'").await;
    refused(&service, "update published.editions set content = '{}'").await;
    refused(&service, "delete from published.editions").await;
    refused(&service, "delete from responses").await;
    refused(&service, "set role section55_owner").await;
    // Nor the owner: a trigger stands in the way.
    let administrator = app.database.administrator().await;
    refused(&administrator, "update record.events set action = 'x'").await;
    refused(&administrator, "truncate record.events").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_scope_the_services_role_sees_and_writes_nothing_private() {
    let app = App::start().await;
    let inspection = app.published_inspection("90002").await;
    let response = app.response(&inspection, "cumbria").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.patch(&response, "*", json!({ "policing_body_comments": "private words" })).await.expect(200);
    let service = app.database.connect("section55_app").await;
    for table in ["responses", "response_texts", "explanations", "area_settings"] {
        let count: i64 =
            service.query_one(&format!("select count(*) from {table}"), &[]).await.expect("a count").get(0);
        assert_eq!(count, 0, "{table}");
        let changed = service.execute(&format!("update {table} set area = area"), &[]).await.expect("no row");
        assert_eq!(changed, 0, "{table}");
    }
    let id = inspection.body["id"].as_str().expect("an id");
    let forged = |state: &str| {
        format!(
            "insert into responses (id, inspection_id, area, state, created_at, updated_at)
             values (gen_random_uuid(), '{id}', 'cumbria', '{state}', now(), now())"
        )
    };
    for state in ["approved", "published", "complete", "not_required"] {
        refused(&service, &forged(state)).await;
    }
}
