//! A decade's records: no statement of a reading reads a table that grows from its beginning to its end, lists and searches
//! are counted to a bound and say so, and the thousandth page is read as the first.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use section55::auth::Role;
use serde_json::Value;
use tokio_postgres::Client;

use super::ask;
use crate::support::App;
use crate::support::app::Setup;

/// Tables that do not grow with the years.
const SMALL: [&str; 4] = ["areas", "area_settings", "writes", "refinery_schema_history"];

/// What is read whole all the same, and why: (who, the beginning of the path, table).
const ALLOWED: [(&str, &str, &str); 1] = [
    // The caller's own lines are joined with the inspections they are of: 2,000 of them in a decade.
    ("own", "/v1/assignments", "record.inspections"),
];

async fn large() -> App {
    // One that follows nothing, and so lets go of all its connections.
    let app = App::start_as(Setup::keeping(0)).await;
    let administrator = app.database.administrator().await;
    administrator.batch_execute(&include_str!("seed.sql").replace("vacuum analyze;", "")).await.expect("the records");
    administrator.batch_execute("vacuum analyze").await.expect("what the planner knows");
    app
}

/// How often each table was read whole, once all who read have gone.
async fn whole_readings(app: &App, administrator: &Client) -> BTreeMap<String, i64> {
    app.database.deserted().await;
    let sql = "select schemaname || '.' || relname, coalesce(seq_scan, 0) from pg_stat_user_tables";
    let rows = administrator.query(sql, &[]).await.expect("the counts");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reading_reads_a_growing_table_whole() {
    let app = large().await;
    let administrator = app.database.administrator().await;
    let id = async |sql: &str| -> String {
        administrator.query_one(sql, &[]).await.expect("a row").get::<_, uuid::Uuid>(0).to_string()
    };
    let inspection = id("select id from published.inspections where reference = 'L-1000'").await;
    let recommendation = id("select id from published.recommendations where reference = 'L-1000-3'").await;
    let own = "(select code from record.areas order by code offset 2 limit 1)";
    let response = id(&format!("select id from published.responses where area = {own} order by id limit 1")).await;
    let line = id(&format!("select id from published.assignments where area = {own} order by id limit 1")).await;
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
        format!("/v1/assignments/{line}"),
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
    // One request of an instance that keeps nothing; what was read whole until all of its connections had gone.
    let after = async |who: &str, path: &str| {
        let instance = app.beside(Setup::keeping(0)).await;
        let person = if who == "own" { instance.person(Role::OpccApprover, &area) } else { instance.public() };
        person.get(path).await.expect(200);
        instance.running.stop(Duration::ZERO).await.expect("an end");
        instance.database.db.close();
        whole_readings(&app, &administrator).await
    };
    // What an instance does by itself as it starts comes on top, whoever asks it what.
    let mut before = whole_readings(&app, &administrator).await;
    let mut idle = BTreeMap::<String, i64>::new();
    for _ in 0..3 {
        let now = after("public", "/livez").await;
        for (table, count) in &now {
            let most = idle.entry(table.clone()).or_default();
            *most = (*most).max(count - before[table]);
        }
        before = now;
    }
    let mut wrong = Vec::new();
    for who in ["public", "own"] {
        for path in &paths {
            // What an instance does by itself does not always fall into the same request; what a request reads whole, it
            // reads whole each time.
            let mut whole: Option<BTreeSet<String>> = None;
            for _ in 0..3 {
                let now = after(who, path).await;
                let read = now.iter().filter(|(table, count)| {
                    let table_name = table.split('.').nth(1).expect("a name");
                    let allowed = ALLOWED.iter().any(|(by, at, of)| *by == who && path.starts_with(at) && of == table);
                    **count - before[*table] > idle[*table] && !SMALL.contains(&table_name) && !allowed
                });
                let read: BTreeSet<String> = read.map(|(table, _)| table.clone()).collect();
                before = now;
                let both = whole.map_or(read.clone(), |whole| whole.intersection(&read).cloned().collect());
                whole = Some(both);
                if whole.as_ref().is_some_and(BTreeSet::is_empty) {
                    break;
                }
            }
            wrong.extend(whole.into_iter().flatten().map(|table| format!("{who} {path}: {table}")));
        }
    }
    assert!(wrong.is_empty(), "read whole:\n{}", wrong.join("\n"));
    // The counts would tell: a list in an order that has no index reads everything.
    let now = after("public", "/v1/assignments?sort=headline").await;
    let table = "published.assignments";
    assert!(now[table] > before[table] + idle[table], "nothing would be noticed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_end_at_a_bound_and_say_so() {
    let app = large().await;
    let public = app.public();
    let told = |body: &Value| (body["total"].as_i64(), body["total_capped"].as_bool());
    let recommendations = public.get("/v1/recommendations?count=true&limit=1").await.expect(200);
    assert_eq!(told(&recommendations.body), (Some(10_000), Some(true)));
    let some = public.get("/v1/recommendations?count=true&limit=1&q=word7").await.expect(200);
    assert_eq!(told(&some.body), (Some(2000), None));
    let inspections = public.get("/v1/inspections?count=true&limit=1").await.expect(200);
    assert_eq!(told(&inspections.body), (Some(2000), None));
    let common = ask(&public, "more", "").await;
    assert_eq!(told(&common.body), (Some(500), Some(true)));
    // Of too many the newest are ranked.
    let newest = common.body["items"].as_array().expect("items").iter();
    assert!(newest.clone().all(|it| it["published_on"].as_str() > Some("2021-11-01")), "{:#}", common.body);
    let rare = ask(&public, "\"L-777-3\"", "").await;
    assert_eq!(told(&rare.body), (Some(1), Some(false)));
}
