//! Compares the response and the positions of a tracker.

use serde_json::Value;

use super::Comparison;
use super::record::Record;

/// The members of a response that are compared by value.
const RESPONSE: [&str; 7] = [
    "policing_body_comments",
    "chief_officer_comments",
    "chief_officer",
    "chief_officer_dated",
    "reply_to_chief_officer",
    "dated",
    "signed_by",
];

/// Compares the response, unless nothing is expected.
pub fn compare_response(comparison: &mut Comparison, record: &Record, expected: &Value) {
    if expected.is_null() {
        return;
    }
    for name in RESPONSE {
        let pointer = format!("/response/{name}");
        comparison.compare_value(record, &pointer, expected.get(name), record.value(&pointer));
    }
    // Without the member, no further comments are expected. If it is null, they are not compared.
    let none = Value::Array(Vec::new());
    let also = expected.get("policing_body_comments_also").unwrap_or(&none);
    let pointer = "/response/policing_body_comments_also";
    let found = (0..record.count(pointer)).map(|index| record.value(&format!("{pointer}/{index}")).clone());
    let found: Vec<Value> = found.filter(|value| !value.is_null()).collect();
    comparison.compare_value(record, pointer, Some(also).filter(|also| !also.is_null()), &Value::from(found));
    if let Some(expected) = expected.get("explanations") {
        compare_explanations(comparison, record, expected);
    }
}

fn compare_explanations(comparison: &mut Comparison, record: &Record, expected: &Value) {
    let expected = expected.as_array().map_or(&[] as &[_], Vec::as_slice);
    let numbers = numbers_of(record, "/response/explanations");
    for wanted in expected {
        let Some(place) = numbers.iter().position(|number| wanted["number"] == **number) else {
            comparison.wrong.push(format!("the explanation of {} is missing", wanted["number"]));
            continue;
        };
        for name in ["branch", "text", "policing_body"] {
            let pointer = format!("/response/explanations/{place}/{name}");
            comparison.compare_value(record, &pointer, wanted.get(name), record.value(&pointer));
        }
    }
    for (place, number) in numbers.iter().enumerate() {
        let pointer = format!("/response/explanations/{place}");
        let is_expected = expected.iter().any(|wanted| wanted["number"] == **number);
        let has_text =
            ["text", "policing_body"].iter().any(|name| !record.value(&format!("{pointer}/{name}")).is_null());
        let is_asked = record.is_asked(&pointer) || record.is_asked(&format!("{pointer}/text"));
        if !is_expected && has_text && !is_asked {
            comparison.wrong.push(format!("the explanation of {number:?} is not expected"));
        }
    }
}

/// Compares the positions of a tracker. A cell as printed is in `from` of its fact.
pub fn compare_positions(comparison: &mut Comparison, record: &Record, expected: &Value) {
    let Some(expected) = expected.as_array() else { return };
    let numbers = numbers_of(record, "/positions");
    for wanted in expected {
        let Some(place) = numbers.iter().position(|number| wanted["number"] == **number) else {
            comparison.wrong.push(format!("the position of {} is missing", wanted["number"]));
            continue;
        };
        for name in ["local_target_on", "force_status", "update_on", "body_view", "inspectorate_status"] {
            let pointer = format!("/positions/{place}/{name}");
            comparison.compare_value(record, &pointer, wanted.get(name), record.value(&pointer));
        }
        for (printed, name) in [
            ("owner_printed", "owner"),
            ("due_printed", "local_target_on"),
            ("status_printed", "force_status"),
            ("update_printed", "update"),
            ("view_printed", "body_view"),
            ("inspectorate_printed", "inspectorate_status"),
        ] {
            let pointer = format!("/positions/{place}/{name}");
            let note = format!("/positions/{place}/note");
            comparison.compare_printed(record, &[&pointer, &note], wanted.get(printed));
            if wanted.get(printed).is_some_and(Value::is_null) {
                comparison.compare_value(record, &pointer, Some(&Value::Null), record.value(&pointer));
            }
        }
    }
    for number in numbers {
        if !expected.iter().any(|wanted| wanted["number"] == *number) {
            comparison.wrong.push(format!("the position of {number:?} is not expected"));
        }
    }
}

/// Returns the `number` of each item of a list.
fn numbers_of<'a>(record: &Record<'a>, pointer: &str) -> Vec<&'a str> {
    let items = record.0.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
    items.map(|item| item["number"].as_str().unwrap_or_default()).collect()
}
