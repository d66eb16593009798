//! An import that takes longer than its HTTP request: it continues in the background, and its record shows the
//! progress.

use std::fmt::Write;
use std::time::Duration;

use section55::auth::Role;
use serde_json::json;

use super::tables::{draft_query, send};
use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_import_returns_202_and_continues_in_the_background() {
    let app = App::start().await;
    let slow = "create function slowly() returns trigger language plpgsql as $$
                begin perform pg_sleep(0.02); return new; end $$;
                create trigger slowly before insert on recommendations for each row execute function slowly()";
    app.database.administrator().await.batch_execute(slow).await.expect("a slow table");
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut table = String::from("reference,text\n");
    for n in 1..=600 {
        let _ = writeln!(table, "S-{n},Review it.");
    }
    let query = draft_query(&opcc, "S").await;
    let started = send(&opcc, &query, "text/csv", table.as_bytes()).await.expect(202);
    assert_eq!((started.body["state"].clone(), started.body["inspection_id"].clone()), (json!("running"), json!(null)));
    let location = started.headers["location"].to_str().expect("text").to_owned();
    assert_eq!(location, started.href());
    let mut now = started;
    for _ in 0..600 {
        now = opcc.get(&location).await.expect(200);
        if now.body["state"] != "running" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!((now.body["state"].clone(), now.body["rows"].clone()), (json!("done"), json!(600)), "{}", now.text);
    let path = format!("/v1/inspections/{}", now.body["inspection_id"].as_str().expect("an id"));
    assert_eq!(opcc.get(&path).await.expect(200).body["recommendations_count"], 600);
}
