//! Compares an import with the facts that a person found in the same document. Uses `serde_json` only, so that a program
//! outside this crate can include it.

mod ask;
mod lines;
mod must_not;
mod record;
mod response;

use serde_json::Value;

pub use lines::every_line_is_accounted_for;
use record::{Record, normalised, same, short};

/// The result of a comparison.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The facts that are wrong without a question, the questions that are not asked, and what must not occur.
    pub wrong: Vec<String>,
    /// The facts that differ, but are asked.
    pub asked: Vec<String>,
}

/// Returns the differences between an import and the expected facts. A fact that is asked is no difference.
pub fn differences(import: &Value, expected: &Value) -> Vec<String> {
    compare(import, expected).wrong
}

/// Compares an import with the expected facts.
pub fn compare(import: &Value, expected: &Value) -> Comparison {
    let record = Record(import);
    let mut comparison = Comparison::default();
    comparison.compare_inspection(&record, expected);
    let found = comparison.compare_recommendations(&record, &expected["recommendations"]);
    response::compare_response(&mut comparison, &record, &expected["response"]);
    response::compare_positions(&mut comparison, &record, &expected["positions"]);
    comparison.compare_welsh(&record, &expected["welsh"], &found);
    for entry in texts(&expected["ask"]) {
        comparison.wrong.extend(ask::unasked(&record, entry, &found, expected));
    }
    for entry in texts(&expected["must_not"]) {
        comparison.wrong.extend(must_not::occurrences(&record, entry, expected));
    }
    comparison
}

/// The pairs of expected members and facts of an inspection, compared by value.
const INSPECTION: [&str; 6] = ["reference", "title", "published_on", "scope", "kind", "lead_inspectorate"];

/// The pairs of expected members and facts of a recommendation, compared by value.
const RECOMMENDATION: [&str; 6] = ["number", "reference", "kind", "text", "addressees", "cause_of_concern"];

impl Comparison {
    /// Compares one value, unless nothing is expected.
    fn compare_value(&mut self, record: &Record, pointer: &str, expected: Option<&Value>, found: &Value) {
        let Some(expected) = expected else { return };
        if same(expected, found) {
            return;
        }
        let difference = format!("{pointer}: expected {}, found {}", short(expected), short(found));
        if record.is_asked(pointer) { self.asked.push(difference) } else { self.wrong.push(difference) }
    }

    /// Compares the words at the place of a fact with the words as printed.
    fn compare_printed(&mut self, record: &Record, pointers: &[&str], expected: Option<&Value>) {
        let Some(expected) = expected.filter(|expected| !expected.is_null()) else { return };
        let forms = expected["one_of"].as_array().map_or_else(|| vec![expected], |forms| forms.iter().collect());
        let forms: Vec<&str> = forms.into_iter().filter_map(Value::as_str).collect();
        if pointers.iter().any(|pointer| forms.iter().any(|printed| record.quotes(pointer, printed))) {
            return;
        }
        let found: Vec<_> = pointers.iter().map(|pointer| record.source(pointer).to_owned()).collect();
        let difference = format!("{}: the words {forms:?} are not in `from` ({})", pointers[0], found.join(" | "));
        if pointers.iter().any(|pointer| record.is_asked(pointer)) {
            self.asked.push(difference);
        } else {
            self.wrong.push(difference);
        }
    }

    fn compare_inspection(&mut self, record: &Record, expected: &Value) {
        let inspection = &expected["inspection"];
        for name in INSPECTION {
            let pointer = format!("/inspection/{name}");
            let wanted = inspection.get(name).or_else(|| expected.get(name));
            self.compare_value(record, &pointer, wanted, record.value(&pointer));
        }
        self.compare_printed(record, &["/inspection/published_on"], inspection.get("published_printed"));
        let type_of_inspection = ["/inspection/scope", "/inspection/kind"];
        self.compare_printed(record, &type_of_inspection, inspection.get("type_printed"));
    }

    /// Compares the recommendations. Returns the place of each expected one in the import.
    fn compare_recommendations(&mut self, record: &Record, expected: &Value) -> Vec<Option<usize>> {
        let Some(expected) = expected.as_array() else { return Vec::new() };
        let found = find_recommendations(record, expected);
        let mut last = None;
        for (wanted, place) in expected.iter().zip(&found) {
            let Some(place) = place else {
                let name = format!("recommendation {} ({})", short(&wanted["number"]), short(&wanted["text"]));
                self.wrong.push(format!("{name} is missing"));
                continue;
            };
            if last > Some(*place) {
                self.wrong.push(format!("/recommendations/{place} is not in the order of the report"));
            }
            last = Some(*place);
            for name in RECOMMENDATION {
                let pointer = format!("/recommendations/{place}/{name}");
                self.compare_value(record, &pointer, wanted.get(name), record.value(&pointer));
            }
            let pointer = format!("/recommendations/{place}/target");
            for name in ["kind", "text", "on"] {
                let target = record.value(&pointer);
                let target = if name == "kind" && target.is_null() { &Value::from("none") } else { &target[name] };
                self.compare_value(record, &pointer, wanted["target"].get(name), target);
            }
        }
        for place in 0..record.count("/recommendations") {
            let included = format!("/recommendations/{place}/included");
            let is_left_out = *record.value(&included) == Value::Bool(false) || record.is_asked(&included);
            if !found.contains(&Some(place)) && !is_left_out {
                let text = record.value(&format!("/recommendations/{place}/text"));
                self.wrong.push(format!("/recommendations/{place} is not expected: {}", short(text)));
            }
        }
        found
    }

    /// Compares the Welsh texts of a bilingual document.
    fn compare_welsh(&mut self, record: &Record, expected: &Value, found: &[Option<usize>]) {
        for (path, text) in expected.as_object().into_iter().flatten() {
            let place =
                path.strip_prefix("recommendations[").and_then(|rest| rest.split_once("].text")?.0.parse().ok());
            let place = place.and_then(|index: usize| found.get(index).copied().flatten());
            let pointer = place.map(|place| format!("/recommendations/{place}/welsh_text"));
            let Some(pointer) = pointer else { continue };
            self.compare_value(record, &pointer, Some(text), record.value(&pointer));
        }
    }
}

/// Returns the place of each expected recommendation in the import: the same text, else the same beginning of the text,
/// else the same number.
fn find_recommendations(record: &Record, expected: &[Value]) -> Vec<Option<usize>> {
    let mut found = vec![None; expected.len()];
    for is_like in [has_same_text, has_like_text, has_same_number] {
        for (index, wanted) in expected.iter().enumerate() {
            if found[index].is_none() {
                let is_free = |place: &usize| !found.contains(&Some(*place)) && is_like(record, wanted, *place);
                found[index] = (0..record.count("/recommendations")).find(is_free);
            }
        }
    }
    found
}

fn has_same_text(record: &Record, wanted: &Value, place: usize) -> bool {
    same(&wanted["text"], record.value(&format!("/recommendations/{place}/text")))
}

/// Returns true if one text is in the other, or has its beginning.
fn has_like_text(record: &Record, wanted: &Value, place: usize) -> bool {
    let text = |value: &Value| normalised(value.as_str().unwrap_or_default());
    let read = text(record.value(&format!("/recommendations/{place}/text")));
    let wanted = text(wanted["text"]["one_of"].get(0).unwrap_or(&wanted["text"]));
    let start: String = wanted.chars().take(40).collect();
    !read.is_empty() && (read.contains(&start) || wanted.contains(&read))
}

fn has_same_number(record: &Record, wanted: &Value, place: usize) -> bool {
    same(&wanted["number"], record.value(&format!("/recommendations/{place}/number")))
}

/// Returns the texts of a list.
fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}
