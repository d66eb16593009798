//! One capitalisation: summaries, titles and messages are in sentence case.

use section55::api::problem::PROBLEM_DEFINITIONS;
use section55::operations::{document, operations};
use serde_json::Value;

/// Words that have a capital letter wherever they stand.
const CAPITALISED: [&str; 4] = ["English", "Idempotency-Key", "OpenAPI", "Welsh"];

/// Returns what is wrong with a phrase that must be in sentence case, without a full stop.
fn fault_of_phrase(phrase: &str) -> Option<String> {
    let mut words = phrase.split(' ');
    let begins = words.next().is_some_and(|word| word.starts_with(char::is_uppercase));
    let capital = words.find(|word| word.starts_with(char::is_uppercase) && !CAPITALISED.contains(word));
    match (begins, capital) {
        (false, _) => Some(format!("{phrase:?} begins with a small letter")),
        (_, Some(word)) => Some(format!("{phrase:?} has the capital letter of {word}")),
        _ if phrase.ends_with('.') => Some(format!("{phrase:?} ends with a full stop")),
        _ => None,
    }
}

/// Returns what is wrong with a message: whole sentences, the first of which begins with a capital letter, or with a name that
/// stands in quotation marks.
fn fault_of_message(message: &str) -> Option<String> {
    let begins = message.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || "`\"#".contains(c));
    let ends = message.ends_with(['.', '?', ':']);
    (!begins || !ends).then(|| format!("{message:?} is not a sentence"))
}

/// Collects the `detail` of every problem and fault in a document, at any depth.
fn collect_details<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            let is_problem = members.contains_key("status") || members.contains_key("pointer");
            found.extend(members.get("detail").filter(|_| is_problem).and_then(Value::as_str));
            members.values().for_each(|member| collect_details(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_details(item, found)),
        _ => {}
    }
}

#[test]
fn summaries_titles_and_messages_have_one_capitalisation() {
    let document = document(&operations());
    let operations = document["paths"].as_object().expect("paths").values().filter_map(Value::as_object);
    let summaries: Vec<&str> = operations.flat_map(|it| it.values()).filter_map(|it| it["summary"].as_str()).collect();
    assert!(summaries.len() > 100, "only {} summaries", summaries.len());
    let titles = PROBLEM_DEFINITIONS.iter().map(|it| it.title);
    let mut wrong: Vec<String> = summaries.into_iter().chain(titles).filter_map(fault_of_phrase).collect();
    let remedies = PROBLEM_DEFINITIONS.iter().map(|it| it.remedy.trim());
    let tags = document["tags"].as_array().expect("tags").iter().filter_map(|it| it["description"].as_str());
    wrong.extend(remedies.chain(tags).filter_map(fault_of_message));
    let examples = include_str!("../../../openapi/examples.json");
    let (examples, mut details) = (serde_json::from_str::<Value>(examples).expect("JSON"), Vec::new());
    collect_details(&examples, &mut details);
    assert!(details.len() > 70, "only {} messages", details.len());
    wrong.extend(details.into_iter().filter_map(fault_of_message));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_check_finds_other_capitalisations() {
    for phrase in ["List Changes", "list changes", "List changes.", "Get the Openapi document"] {
        assert!(fault_of_phrase(phrase).is_some(), "{phrase}");
    }
    for message in ["the value is wrong.", "The value is wrong"] {
        assert!(fault_of_message(message).is_some(), "{message}");
    }
    assert!(fault_of_phrase("Get the OpenAPI document").is_none() && fault_of_message("`at` is wrong.").is_none());
}
