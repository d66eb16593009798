//! A decade of records: no read scans a whole table that grows, and lists and searches count up to a limit and report
//! it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use section55::auth::Role;
use serde_json::Value;
use tokio_postgres::Client;

use super::search;
use crate::support::App;
use crate::support::app::Setup;

/// Tables that do not grow with the years, or by eight rows a year: the bank holidays.
///
/// The job that checks stored files runs meanwhile, and none of the reads below uses its table.
const SMALL_TABLES: [&str; 6] =
    ["areas", "area_settings", "bank_holidays", "write_counts", "refinery_schema_history", "stored_files"];

/// Whole scans that are allowed: (reader, beginning of the path, table).
const ALLOWED_SCANS: [(&str, &str, &str); 1] = [
    // The caller's assignments are joined with their inspections, of which there are 2,000 in a decade.
    ("own", "/v1/assignments", "record.inspections"),
];

async fn start_with_decade_of_records() -> App {
    // Without a cache the instance listens to no channel, so it can release all its connections.
    let app = App::start_with_setup(Setup::with_cache(0)).await;
    let administrator = app.database.administrator().await;
    administrator.batch_execute(&include_str!("seed.sql").replace("vacuum analyze;", "")).await.expect("the records");
    administrator.batch_execute("vacuum analyze").await.expect("the statistics");
    app
}

/// Returns the number of whole scans of each table, after all connections have closed.
async fn count_whole_scans(app: &App, administrator: &Client) -> BTreeMap<String, i64> {
    app.database.wait_until_disconnected().await;
    let sql = "select schemaname || '.' || relname, coalesce(seq_scan, 0) from pg_stat_user_tables";
    let rows = administrator.query(sql, &[]).await.expect("the counts");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_read_scans_a_whole_table_that_grows() {
    let app = start_with_decade_of_records().await;
    let administrator = app.database.administrator().await;
    let id = async |sql: &str| -> String {
        administrator.query_one(sql, &[]).await.expect("a row").get::<_, uuid::Uuid>(0).to_string()
    };
    let inspection = id("select id from published.inspections where reference = 'L-1000'").await;
    let recommendation = id("select id from published.recommendations where reference = 'L-1000-3'").await;
    let own = "(select code from record.areas order by code offset 2 limit 1)";
    let response = id(&format!("select id from published.responses where area = {own} order by id limit 1")).await;
    let assignment = id(&format!("select id from published.assignments where area = {own} order by id limit 1")).await;
    let area: String = administrator.query_one(own, &[]).await.expect("an area").get(0);
    let mut paths = vec![
        "/v1/inspections".to_owned(),
        "/v1/inspections?kind=peel&published_after=2020-01-01".to_owned(),
        format!("/v1/inspections?area={area}"),
        "/v1/inspections?q=findings".to_owned(),
        format!("/v1/inspections/{inspection}"),
        format!("/v1/inspections/{inspection}/recommendations"),
        "/v1/recommendations".to_owned(),
        format!("/v1/recommendations?inspection_id={inspection}"),
        "/v1/recommendations?q=word7".to_owned(),
        format!("/v1/recommendations/{recommendation}"),
        "/v1/responses".to_owned(),
        format!("/v1/responses?area={area}"),
        format!("/v1/responses?inspection_id={inspection}"),
        format!("/v1/responses/{response}"),
        format!("/v1/responses/{response}/versions"),
        format!("/v1/responses/{response}/document"),
        "/v1/assignments".to_owned(),
        "/v1/assignments?sort=-updated_at".to_owned(),
        "/v1/assignments?sort=created_at".to_owned(),
        format!("/v1/assignments?area={area}"),
        format!("/v1/assignments?inspection_id={inspection}"),
        format!("/v1/assignments?recommendation_id={recommendation}"),
        format!("/v1/assignments/{assignment}"),
        "/v1/search?q=word7".to_owned(),
        "/v1/search?q=findings&type=inspection".to_owned(),
    ];
    let assignments = ["assignments?limit=200", "assignments?sort=-updated_at", "assignments?sort=created_at"];
    for list in ["inspections?limit=200", "recommendations?limit=200", "responses?limit=200"].iter().chain(&assignments)
    {
        let cursor = app.public().get(&format!("/v1/{list}")).await.expect(200);
        let cursor = cursor.body["next_cursor"].as_str().expect("another page").to_owned();
        paths.push(format!("/v1/{}&cursor={cursor}", list.replace("limit=200", "limit=50")));
    }
    app.database.db.close();
    // Sends one request to a new instance without a cache, and counts the scans after its connections have closed.
    let scans_after = async |reader: &str, path: &str| {
        let instance = app.start_another_instance(Setup::with_cache(0)).await;
        let person = if reader == "own" { instance.person(Role::OpccApprover, &area) } else { instance.public() };
        person.get(path).await.expect(200);
        instance.running.stop(Duration::ZERO).await.expect("an end");
        instance.database.db.close();
        count_whole_scans(&app, &administrator).await
    };
    // The scans that an instance causes when it starts are counted too, so they are measured first.
    let mut before = count_whole_scans(&app, &administrator).await;
    let mut idle = BTreeMap::<String, i64>::new();
    for _ in 0..3 {
        let now = scans_after("public", "/livez").await;
        for (table, count) in &now {
            let most = idle.entry(table.clone()).or_default();
            *most = (*most).max(count - before[table]);
        }
        before = now;
    }
    let mut wrong = Vec::new();
    for reader in ["public", "own"] {
        for path in &paths {
            // The instance's own scans do not happen in every request. Only a scan that happens in all three attempts
            // counts.
            let mut whole: Option<BTreeSet<String>> = None;
            for _ in 0..3 {
                let now = scans_after(reader, path).await;
                let read = now.iter().filter(|(table, count)| {
                    let table_name = table.split('.').nth(1).expect("a name");
                    let allowed =
                        ALLOWED_SCANS.iter().any(|(by, at, of)| *by == reader && path.starts_with(at) && of == table);
                    **count - before[*table] > idle[*table] && !SMALL_TABLES.contains(&table_name) && !allowed
                });
                let read: BTreeSet<String> = read.map(|(table, _)| table.clone()).collect();
                before = now;
                let both = whole.map_or(read.clone(), |whole| whole.intersection(&read).cloned().collect());
                whole = Some(both);
                if whole.as_ref().is_some_and(BTreeSet::is_empty) {
                    break;
                }
            }
            wrong.extend(whole.into_iter().flatten().map(|table| format!("{reader} {path}: {table}")));
        }
    }
    assert!(wrong.is_empty(), "whole scans:\n{}", wrong.join("\n"));
    // This proves that the counts would show a scan: an order without an index reads the whole table.
    let now = scans_after("public", "/v1/assignments?sort=headline").await;
    let table = "published.assignments";
    assert!(now[table] > before[table] + idle[table], "the scan was not counted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn totals_stop_at_a_limit_and_report_it() {
    let app = start_with_decade_of_records().await;
    let public = app.public();
    let total = |body: &Value| (body["total"].as_i64(), body["total_capped"].as_bool());
    let recommendations = public.get("/v1/recommendations?count=true&limit=1").await.expect(200);
    assert_eq!(total(&recommendations.body), (Some(10_000), Some(true)));
    let some = public.get("/v1/recommendations?count=true&limit=1&q=word7").await.expect(200);
    assert_eq!(total(&some.body), (Some(2000), None));
    let inspections = public.get("/v1/inspections?count=true&limit=1").await.expect(200);
    assert_eq!(total(&inspections.body), (Some(2000), None));
    let common = search(&public, "more", "").await;
    assert_eq!(total(&common.body), (Some(500), Some(true)));
    // If there are too many matches, only the newest are ranked.
    let newest = common.body["items"].as_array().expect("items").iter();
    assert!(newest.clone().all(|it| it["published_on"].as_str() > Some("2021-11-01")), "{:#}", common.body);
    let rare = search(&public, "\"L-777-3\"", "").await;
    assert_eq!(total(&rare.body), (Some(1), Some(false)));
}
