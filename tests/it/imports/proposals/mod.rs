//! Proposals over HTTP: a file is read, a person answers the questions and accepts. These tests send tables as JSON, each
//! of whose members is a fact that the file states.

mod accepting;
mod answering;
mod correcting;
mod files;
mod life;
mod scope;
mod undoing;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Person, Reply};

/// Returns a table with an inspection of one force and three rows: a recommendation, an area for improvement, and a cause of
/// concern to which the recommendation belongs.
pub fn table(reference: &str) -> Value {
    json!({
        "inspection": {
            "reference": reference, "title": title(reference), "kind": "national_thematic",
            "scope": "national", "published_on": "2022-02-25", "key_findings": "Most calls are answered.",
        },
        "rows": [
            { "reference": format!("{reference}-1"), "number": "1", "kind": "recommendation",
              "cause_of_concern": format!("{reference}-3"), "text": "Immediately, forces should answer.",
              "target": { "kind": "immediate", "text": "Immediately" }, "addressees": ["chief_constables"],
              "themes": ["Call handling"] },
            { "reference": format!("{reference}-2"), "number": "AFI 1", "kind": "area_for_improvement",
              "text": "Forces should listen." },
            { "reference": format!("{reference}-3"), "number": "CoC 1", "kind": "cause_of_concern",
              "text": "Calls go unanswered." },
        ],
    })
}

/// Returns the title of the table's inspection. The titles of two references have few words in common.
pub fn title(reference: &str) -> String {
    let word = reference.replace('-', "");
    format!("Calls {word}a {word}b {word}c")
}

/// Sends a table as JSON.
pub async fn propose(person: &Person, query: &str, table: &Value) -> Reply {
    let headers = [("content-type", "application/json")];
    person.send(Method::POST, &format!("/v1/imports?{query}"), &headers, Some(table.to_string().into_bytes())).await
}

/// Answers questions of a proposal.
pub async fn answer(person: &Person, import: &str, answers: Value) -> Reply {
    person.patch(import, "*", json!({ "answers": answers })).await
}

/// Accepts a proposal, and confirms what the service proposes.
pub async fn accept(person: &Person, import: &str, publish: bool) -> Reply {
    person.act(import, json!({ "action": "accept", "publish": publish, "confirm_proposed": true })).await
}

/// Returns the code and the pointer of each open question.
pub fn questions(import: &Reply) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let questions = import.body["questions"].as_array().expect("a list");
    questions.iter().map(|question| (text(&question["code"]), text(&question["pointer"]))).collect()
}

/// Returns the path of a record.
pub fn path(kind: &str, id: &Value) -> String {
    format!("/v1/{kind}/{}", id.as_str().expect("an id"))
}
