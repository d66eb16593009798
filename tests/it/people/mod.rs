//! The people of an area: entries by the area itself, and entries from the tokens that the service sees.

mod assigning;
mod entries;
mod sightings;

use serde_json::Value;

use crate::support::Person;

/// Returns the people that a caller sees, with this query.
async fn people(person: &Person, query: &str) -> Vec<Value> {
    let list = person.get(&format!("/v1/people?limit=200{query}")).await.expect(200);
    list.body["items"].as_array().expect("a list").clone()
}

/// Returns the subjects of the people that a caller sees, with this query.
async fn subjects(person: &Person, query: &str) -> Vec<String> {
    let found = people(person, query).await;
    found.iter().map(|entry| entry["subject"].as_str().expect("a subject").to_owned()).collect()
}
