//! Search in published records and drafts: the hits, their order, their excerpts, and who sees hits in drafts.

mod decade_of_records;
mod drafts;
mod published;
mod words;

use serde_json::Value;

use crate::support::{Person, Reply};

/// Searches for the query.
async fn search(person: &Person, q: &str, more: &str) -> Reply {
    let q: String = url_encoded(q);
    person.get(&format!("/v1/search?q={q}{more}")).await.expect(200)
}

fn url_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Returns the hits as `(type, reference, draft)`.
fn hits(reply: &Reply) -> Vec<(String, String, bool)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let items = reply.body["items"].as_array().expect("items").iter();
    items.map(|it| (text(&it["type"]), text(&it["reference"]), it["draft"] == true)).collect()
}

/// Returns the marked words of the excerpts, in lower case.
fn marked_words(reply: &Reply) -> Vec<String> {
    let items = reply.body["items"].as_array().expect("items").iter();
    let pieces = items.flat_map(|it| it["excerpt"].as_array().expect("pieces"));
    pieces.filter(|it| it["hit"] == true).map(|it| it["text"].as_str().expect("text").to_lowercase()).collect()
}
