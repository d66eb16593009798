//! Exports of a whole list in three formats. An export has the same records as the list, and an incomplete one is
//! recognisable.

mod audit_events;
mod formats;
mod streams;
mod visibility;

use calamine::{Data, Reader, Xlsx};
use reqwest::Method;
use serde_json::Value;

use super::support::{App, Person};

/// The lists that can be exported.
const LISTS: [&str; 6] = ["inspections", "recommendations", "responses", "assignments", "areas", "audit-events"];

/// Returns all records of a list, page by page, as this person sees them.
async fn list_records(person: &Person, list: &str, query: &str) -> Vec<Value> {
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

/// Returns all records of an export as JSON Lines.
async fn export_json_lines(person: &Person, list: &str, query: &str) -> Vec<Value> {
    let reply = person.get(&format!("/v1/exports/{list}?format=jsonl{query}")).await.expect(200);
    assert!(reply.text.is_empty() || reply.text.ends_with('\n'));
    reply.text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// Returns the lines of an export as CSV, the headings first.
async fn export_csv(person: &Person, list: &str, query: &str) -> Vec<Vec<String>> {
    let reply = person.get(&format!("/v1/exports/{list}?format=csv{query}")).await.expect(200);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(reply.text.as_bytes());
    let records = reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect());
    records.collect()
}

/// Returns the cells of an export as a workbook, the headings first.
async fn export_workbook(app: &App, token: &str, list: &str) -> Vec<Vec<String>> {
    let address = format!("{}/v1/exports/{list}?format=xlsx", app.base);
    let reply =
        reqwest::Client::new().request(Method::GET, address).bearer_auth(token).send().await.expect("an answer");
    assert_eq!(reply.status(), 200);
    let bytes = reply.bytes().await.expect("all of it");
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range(list).expect("a sheet");
    let cell_text = |cell: &Data| match cell {
        Data::Empty => String::new(),
        other => other.to_string(),
    };
    range.rows().map(|row| row.iter().map(cell_text).collect()).collect()
}
