//! All of a list as a file: the same records as the list itself, in three formats, whole or visibly broken off.

mod formats;
mod recorded;
mod streams;
mod visibility;

use calamine::{Data, Reader, Xlsx};
use reqwest::Method;
use serde_json::Value;

use super::support::{App, Person};

/// The lists that can be exported.
const LISTS: [&str; 6] = ["inspections", "recommendations", "responses", "assignments", "areas", "audit-events"];

/// Every record of a list, page by page, as this person sees it.
async fn listed(person: &Person, list: &str, query: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut next = format!("/v1/{list}?limit=100{query}");
    loop {
        let page = person.get(&next).await.expect(200);
        all.extend(page.body["items"].as_array().expect("a list").iter().cloned());
        match page.body["next_cursor"].as_str() {
            Some(cursor) => next = format!("/v1/{list}?limit=100{query}&cursor={cursor}"),
            None => return all,
        }
    }
}

/// Every record of an export of JSON Lines.
async fn lines(person: &Person, list: &str, query: &str) -> Vec<Value> {
    let reply = person.get(&format!("/v1/exports/{list}?format=jsonl{query}")).await.expect(200);
    assert!(reply.text.is_empty() || reply.text.ends_with('\n'));
    reply.text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// Every record of an export as CSV, the headings first.
async fn table(person: &Person, list: &str, query: &str) -> Vec<Vec<String>> {
    let reply = person.get(&format!("/v1/exports/{list}?format=csv{query}")).await.expect(200);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(reply.text.as_bytes());
    let records = reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect());
    records.collect()
}

/// The cells of an exported workbook as texts, the headings first.
async fn workbook(app: &App, token: &str, list: &str) -> Vec<Vec<String>> {
    let address = format!("{}/v1/exports/{list}?format=xlsx", app.base);
    let reply =
        reqwest::Client::new().request(Method::GET, address).bearer_auth(token).send().await.expect("an answer");
    assert_eq!(reply.status(), 200);
    let bytes = reply.bytes().await.expect("all of it");
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range(list).expect("a sheet");
    let told = |cell: &Data| match cell {
        Data::Empty => String::new(),
        other => other.to_string(),
    };
    range.rows().map(|row| row.iter().map(told).collect()).collect()
}
