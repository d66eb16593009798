//! Finds what must not occur in an import.

use serde_json::{Value, json};

use super::record::{Record, normalised, texts_of};

/// The check of a sentence. It returns true if the record has what must not occur.
type Check = fn(&Record) -> bool;

/// The sentences of the first eight documents.
const SENTENCES: [(&str, Check); 19] = [
    ("either language dropped without a word", |record| {
        ["Croesawaf yr adroddiad hwn.", "I welcome this report.", "Erbyn 31 Mawrth 2024", "By 31 March 2024"]
            .iter()
            .any(|words| !has_words(record, "", words))
    }),
    ("scope national (the box is not ticked)", |record| *record.value("/inspection/scope") == json!("national")),
    ("published_on 2022-03-16 or 2022-03-11", |record| is_published_on(record, &["2022-03-16", "2022-03-11"])),
    ("a day guessed for February 2024", |record| !record.value("/inspection/published_on").is_null()),
    ("lines of the force for 1, 4 and 5", |record| [0, 3, 4].iter().any(|place| binds_force(record, *place))),
    ("“Recommendations for chief constables” inside a text", |record| {
        has_words(record, "", "Recommendations for chief constables")
    }),
    ("published_on 2023-12-18 (the letter's own day) or 2023-07-08", |record| {
        is_published_on(record, &["2023-12-18", "2023-07-08"])
    }),
    ("“Related content” or “Skip to main content” in any field", |record| {
        ["Related content", "Skip to main content"].iter().any(|words| has_words(record, "", words))
    }),
    ("section numbers (1.1, 2.3 …) as recommendation numbers", |record| {
        let numbers = |place| record.value(&format!("/recommendations/{place}/number"));
        (0..record.count("/recommendations")).map(numbers).filter_map(Value::as_str).any(|number| number.contains('.'))
    }),
    ("the first line taken for the heading of the response", |record| {
        has_words(record, "/response/", "How well Eastvale Police keeps its own house in order")
    }),
    ("kind “recommendation” for any of the three", |record| {
        (0..3).any(|place| *record.value(&format!("/recommendations/{place}/kind")) == json!("recommendation"))
    }),
    ("the RAG colour as a status", |record| {
        let status = |place| record.source(&format!("/positions/{place}/force_status"));
        (0..record.count("/positions")).any(|place| ["Green", "Amber", "Red"].contains(&status(place)))
    }),
    ("an assurance or a sign-off that nobody gave", |record| {
        (0..record.count("/positions")).any(|place| {
            let pointer = |name| format!("/positions/{place}/{name}");
            let is_signed_off = *record.value(&pointer("force_status")) == json!("force_complete");
            ["body_view", "inspectorate_status"].iter().any(|name| !record.value(&pointer(name)).is_null())
                || is_signed_off && !record.is_asked(&pointer("force_status"))
        })
    }),
    ("“Force response” or “PFCC comment” inside a recommendation’s text", |record| {
        ["Force response", "PFCC comment"].iter().any(|words| has_words(record, "/recommendations/", words))
    }),
    ("a line of the force for recommendation 3 (College of Policing)", |record| binds_force(record, 2)),
    ("“Page 1 of 2”, “OFFICIAL” or the form feed in any text", |record| {
        ["Page 1 of 2", "Page 2 of 2", "OFFICIAL"].iter().any(|words| has_words(record, "", words))
            || record.facts().iter().any(|(_, fact)| texts_of(&fact["value"]).iter().any(|text| text.contains('\u{c}')))
    }),
    ("the area for improvement inside recommendation 2", |record| {
        has_words(record, "/recommendations/1/", "share what it learns with schools")
    }),
    ("items 1) to 3) as recommendations", |record| record.count("/recommendations") != 3),
    ("a line of the force for a recommendation to another body", |record| {
        (0..record.count("/recommendations")).any(|place| {
            let text = record.value(&format!("/recommendations/{place}/text")).as_str().unwrap_or_default();
            !text.contains("hief constables") && binds_force(record, place)
        })
    }),
];

/// Returns a difference if the import has what must not occur. An entry is one of the sentences above, or has one of
/// these forms, with an optional reason in brackets at the end:
///
/// - `“words” in any fact`, `“words” in any recommendation`, `“words” in inspection.title`;
/// - `inspection.published_on = 2023-12-18`.
pub fn occurrences(record: &Record, entry: &str, _expected: &Value) -> Vec<String> {
    let occurs = if let Some((_, check)) = SENTENCES.iter().find(|(sentence, _)| *sentence == entry) {
        check(record)
    } else if let Some((words, place)) = entry.strip_prefix('“').and_then(|rest| rest.rsplit_once("” in ")) {
        let place = without_reason(place);
        let pointer = match place {
            "any fact" => String::new(),
            "any recommendation" => "/recommendations/".to_owned(),
            path => pointer_of(path),
        };
        has_words(record, &pointer, words)
    } else if let Some((path, value)) = entry.split_once(" = ") {
        let found = record.value(&pointer_of(path)).as_str();
        found.is_some_and(|found| normalised(found) == normalised(without_reason(value)))
    } else {
        return vec![format!("the test does not know how to check that this does not occur: {entry}")];
    };
    if occurs { vec![format!("must not occur: {entry}")] } else { Vec::new() }
}

/// Returns the pointer of a path such as `recommendations[1].text`.
fn pointer_of(path: &str) -> String {
    format!("/{}", path.replace(['.', '['], "/").replace(']', ""))
}

fn without_reason(entry: &str) -> &str {
    entry.split_once(" (").map_or(entry, |(entry, _)| entry)
}

/// Returns true if the value of a fact whose pointer begins so contains the words.
fn has_words(record: &Record, pointer: &str, words: &str) -> bool {
    let words = normalised(words);
    let has_words = |fact: &Value| texts_of(&fact["value"]).iter().any(|text| normalised(text).contains(&words));
    record.facts().iter().any(|(at, fact)| at.starts_with(pointer) && has_words(fact))
}

fn is_published_on(record: &Record, days: &[&str]) -> bool {
    record.value("/inspection/published_on").as_str().is_some_and(|day| days.contains(&day))
}

/// Returns true if accepting the recommendation opens a line of work for the force, and nobody is asked.
fn binds_force(record: &Record, place: usize) -> bool {
    let pointer = format!("/recommendations/{place}/addressees");
    let addressees = record.value(&pointer);
    let names = texts_of(addressees);
    let names_force = names.is_empty() || names.contains(&"chief_constables") || names.contains(&"policing_bodies");
    names_force && !record.is_asked(&pointer)
}
