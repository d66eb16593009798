//! Search: what it finds, in which order, how it shows it; and what it finds of drafts, for whom.

mod drafts;
mod large;
mod published;

use serde_json::Value;

use crate::support::{Person, Reply};

/// Asks a question, its words as they are.
async fn ask(person: &Person, q: &str, more: &str) -> Reply {
    let words: String = url_encoded(q);
    person.get(&format!("/v1/search?q={words}{more}")).await.expect(200)
}

fn url_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// What was found, as `(type, reference, draft)`.
fn found(reply: &Reply) -> Vec<(String, String, bool)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let items = reply.body["items"].as_array().expect("items").iter();
    items.map(|it| (text(&it["type"]), text(&it["reference"]), it["draft"] == true)).collect()
}

/// The words that are shown as found, in lower case.
fn hits(reply: &Reply) -> Vec<String> {
    let items = reply.body["items"].as_array().expect("items").iter();
    let pieces = items.flat_map(|it| it["excerpt"].as_array().expect("pieces"));
    pieces.filter(|it| it["hit"] == true).map(|it| it["text"].as_str().expect("text").to_lowercase()).collect()
}
