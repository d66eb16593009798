//! The memory of the public cache: how much the service takes while very many different requests come, and how much of it
//! stays after a publication.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use tokio::task::JoinSet;

use crate::common::BoxedError;
use crate::connection::Connection;
use crate::data_folder::DataFolder;
use crate::programs::{self, Program, ServiceOptions};
use crate::statistics::format_number;

/// The number of connections that send requests.
const CONNECTIONS: u64 = 16;
/// The limit of the cache in MiB, which is the default of the service.
const LIMIT: f64 = 64.0;
/// The most that the service may take beyond the limit, in MiB.
const MARGIN: f64 = 32.0;
/// The pages that readers want all the time.
const IN_DEMAND: u64 = 200;

/// The form of the requests, which all differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    SearchWords,
    ListWords,
    Dates,
    Cursors,
    DatesTwice,
}

const FORMS: [(Form, &str); 5] = [
    (Form::SearchWords, "`/v1/search?q=…`"),
    (Form::ListWords, "`/v1/recommendations?q=…`"),
    (Form::Dates, "`/v1/inspections?published_after=…&published_before=…`"),
    (Form::Cursors, "`/v1/assignments?cursor=…`, through whole lists"),
    (Form::DatesTwice, "`/v1/inspections?published_after=…`, each twice in a row"),
];

/// The results for one form.
pub struct CacheMemory {
    name: &'static str,
    requests: u64,
    per_second: f64,
    idle: f64,
    peak: f64,
    cached: f64,
    after_publication: f64,
    /// The share of requests for the pages in demand that came from the cache, while the other requests came.
    hits: f64,
}

fn path(form: Form, n: u64) -> String {
    match form {
        Form::SearchWords => format!("/v1/search?q=word{n}"),
        Form::ListWords => format!("/v1/recommendations?limit=20&q=word{n}"),
        Form::Dates | Form::DatesTwice | Form::Cursors => {
            let first = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
            let (after, before) = (first + Days::new(n % 5000), first + Days::new(9000 + n / 5000));
            format!("/v1/inspections?limit=20&published_after={after}&published_before={before}")
        }
    }
}

fn page_in_demand(n: u64) -> String {
    format!("/v1/recommendations?limit={}", 1 + n % IN_DEMAND)
}

/// Sends the requests of one connection: every sixteenth of the form.
async fn send_different(mut connection: Connection, form: Form, number: u64, all: u64) -> Result<u64, BoxedError> {
    let mut sent = 0;
    for n in (number..all).step_by(CONNECTIONS as usize) {
        for _ in 0..if form == Form::DatesTwice { 2 } else { 1 } {
            connection.get(&path(form, n)).await?;
            sent += 1;
        }
    }
    Ok(sent)
}

/// Reads lists from the first page to the last, by their cursors.
async fn walk(mut connection: Connection, number: u64, all: u64) -> Result<u64, BoxedError> {
    let mut sent = 0;
    for sort in ["", "&sort=-updated_at", "&sort=updated_at"] {
        let list = format!("/v1/assignments?limit={}{sort}", number + 1);
        let mut next = Some(list.clone());
        while let Some(path) = next.filter(|_| sent < all / CONNECTIONS) {
            let body = connection.get(&path).await?;
            sent += 1;
            let cursor = body.split_once("\"next_cursor\":\"").and_then(|(_, rest)| rest.split('"').next());
            next = cursor.map(|cursor| format!("{list}&cursor={cursor}"));
        }
    }
    Ok(sent)
}

/// Returns a value of the service's metrics.
async fn metric(http: &reqwest::Client, address: &str, name: &str) -> Result<f64, BoxedError> {
    let text = http.get(format!("http://{address}/metrics")).send().await?.text().await?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    Ok(line.and_then(|value| value.trim().parse().ok()).unwrap_or_default())
}

const HITS: &str = "section55_cached_responses_total{outcome=\"hit\"}";

/// Reads the pages in demand twice a second, and returns how many requests that were.
async fn read_in_demand(mut connection: Connection, ended: Arc<AtomicU64>) -> Result<u64, BoxedError> {
    let mut sent = 0;
    while ended.load(Ordering::Relaxed) < CONNECTIONS {
        for n in 0..IN_DEMAND {
            connection.get(&page_in_demand(n)).await?;
            sent += 1;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Ok(sent)
}

async fn measure_form(
    folder: &DataFolder,
    database: &'static str,
    (form, name): (Form, &'static str),
    all: u64,
) -> Result<CacheMemory, BoxedError> {
    let metrics = programs::free_address()?;
    let options = ServiceOptions { database, cache: true, metrics: Some(metrics), ..ServiceOptions::default() };
    let program: Program = programs::serve(folder, &options).await?;
    let (http, metrics) = (reqwest::Client::new(), metrics.to_string());
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = program.resident();
    let mut connection = Connection::open(program.address).await?;
    for n in 0..2 * IN_DEMAND {
        connection.get(&page_in_demand(n)).await?;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let hits_before = metric(&http, &metrics, HITS).await?;

    let (began, ended) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let in_demand = tokio::spawn(read_in_demand(connection, ended.clone()));
    let mut senders = JoinSet::new();
    for number in 0..CONNECTIONS {
        let (connection, ended) = (Connection::open(program.address).await?, ended.clone());
        senders.spawn(async move {
            let sent = match form {
                Form::Cursors => walk(connection, number, all).await,
                _ => send_different(connection, form, number, all).await,
            };
            ended.fetch_add(1, Ordering::Relaxed);
            sent
        });
    }
    let mut requests = 0;
    while let Some(sent) = senders.join_next().await {
        requests += sent??;
    }
    let took = began.elapsed().as_secs_f64();
    let read = in_demand.await??;
    tokio::time::sleep(Duration::from_secs(1)).await;
    // Each request of the second kind that came a second time in a row may have been a hit too.
    let hits = metric(&http, &metrics, HITS).await? - hits_before;
    let cached = metric(&http, &metrics, "section55_cached_responses_bytes").await? / 1_048_576.0;

    let publish = "update published.inspections set version = version + 1
                   where id = (select id from published.inspections order by id limit 1)";
    folder.client(database).await?.batch_execute(publish).await?;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let result = CacheMemory {
        name,
        requests,
        per_second: requests as f64 / took,
        idle,
        peak: program.peak_resident(),
        cached,
        after_publication: program.resident(),
        hits: if form == Form::DatesTwice { f64::NAN } else { hits / read as f64 },
    };
    eprintln!("  memory: {name}: peak {:.1} MiB, then {:.1} MiB", result.peak, result.after_publication);
    program.end().await?;
    Ok(result)
}

/// Sends this number of different requests of each form to a service of its own.
pub async fn measure(
    folder: &DataFolder,
    database: &'static str,
    requests: u64,
) -> Result<Vec<CacheMemory>, BoxedError> {
    let mut results = Vec::new();
    for form in FORMS {
        // Twice the requests would take twice the time, and the cache is full long before.
        let all = if form.0 == Form::DatesTwice { requests / 5 } else { requests };
        results.push(measure_form(folder, database, form, all).await?);
    }
    Ok(results)
}

/// Writes the section of the report.
pub fn write(text: &mut String, results: &[CacheMemory]) -> std::fmt::Result {
    writeln!(text, "\n## Memory of the public cache\n")?;
    writeln!(
        text,
        "Resident memory in MiB of a service with `SECTION55_CACHE_MIB={LIMIT:.0}` on the small database, while {CONNECTIONS} connections\n\
         send different requests and another one reads {IN_DEMAND} pages in demand twice a second. The goal is the limit and\n\
         {MARGIN:.0} MiB. \"Published\" is the memory 4 s after a published record was written.\n"
    )?;
    writeln!(
        text,
        "| different requests | number | per second | idle | peak | in the cache | published | goal | | hits of pages in demand |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|---|--:|"
    )?;
    for it in results {
        let (goal, number) = (LIMIT + MARGIN, format_number(it.requests as f64));
        let verdict = if it.peak <= goal { "met" } else { "**not met**" };
        let hits = if it.hits.is_nan() { "–".to_owned() } else { format!("{:.1} %", 100.0 * it.hits.min(1.0)) };
        writeln!(
            text,
            "| {} | {number} | {} | {:.1} | {:.1} | {:.1} | {:.1} | ≤ {goal:.0} | {verdict} | {hits} |",
            it.name,
            format_number(it.per_second),
            it.idle,
            it.peak,
            it.cached,
            it.after_publication,
        )?;
    }
    Ok(())
}
