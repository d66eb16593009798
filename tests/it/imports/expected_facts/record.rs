//! An import's record: its facts and questions by JSON Pointer.

use serde_json::Value;

/// The record of an import.
pub struct Record<'a>(pub &'a Value);

impl<'a> Record<'a> {
    /// Returns the value of a fact, or null.
    pub fn value(&self, pointer: &str) -> &'a Value {
        self.0.pointer(pointer).map_or(&Value::Null, |fact| &fact["value"])
    }

    /// Returns the words at the place of a fact.
    pub fn source(&self, pointer: &str) -> &'a str {
        self.0.pointer(pointer).and_then(|fact| fact["from"]["text"].as_str()).unwrap_or_default()
    }

    /// Returns the number of items of a list.
    pub fn count(&self, pointer: &str) -> usize {
        self.0.pointer(pointer).and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// Returns the questions.
    pub fn questions(&self) -> impl Iterator<Item = &'a Value> {
        self.0["questions"].as_array().into_iter().flatten()
    }

    /// Returns true if a question names the fact, or a member that contains it.
    pub fn is_asked(&self, pointer: &str) -> bool {
        self.questions_of(pointer).next().is_some()
    }

    /// Returns the questions that name the fact, a member that contains it, or what a person settles once for all rows
    /// of a table.
    fn questions_of(&self, pointer: &str) -> impl Iterator<Item = &'a Value> {
        self.questions().filter(move |question| {
            let asked = question["pointer"].as_str().unwrap_or("?");
            asked == pointer
                || pointer.strip_prefix(asked).is_some_and(|rest| rest.starts_with('/'))
                || self.is_settled_for_all_rows(pointer, asked)
        })
    }

    /// Returns true if the answer to a question about all rows of a table settles the fact.
    fn is_settled_for_all_rows(&self, pointer: &str, asked: &str) -> bool {
        let Some((item, name)) = pointer.rsplit_once('/') else { return false };
        if asked == "/rows/kind" {
            return item.starts_with("/recommendations/") && name == "kind";
        }
        let words = asked.strip_suffix(name).and_then(|words| words.strip_suffix('/'));
        let words = words.filter(|words| words.starts_with("/rows/words/") && item.starts_with("/positions/"));
        let printed = words.and_then(|words| self.0.pointer(words)?["printed"].as_str());
        printed.is_some_and(|printed| normalised(printed) == normalised(self.source(pointer)))
    }

    /// Returns true if the fact or a question about it quotes the words.
    pub fn quotes(&self, pointer: &str, words: &str) -> bool {
        let words = normalised(words);
        let questions = self.questions_of(pointer).filter_map(|question| question["from"]["text"].as_str());
        let value = self.value(pointer).as_str().unwrap_or_default();
        [self.source(pointer), value].into_iter().chain(questions).any(|text| normalised(text).contains(&words))
    }

    /// Returns all facts that have a value, with their pointers.
    pub fn facts(&self) -> Vec<(String, &'a Value)> {
        let mut facts = Vec::new();
        for member in ["is_one_document", "inspection", "recommendations", "response", "positions", "columns", "rows"] {
            collect_facts(&self.0[member], &format!("/{member}"), &mut facts);
        }
        facts
    }
}

/// Appends the facts of a value.
fn collect_facts<'a>(value: &'a Value, pointer: &str, facts: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(members) if members.contains_key("confidence") => facts.push((pointer.to_owned(), value)),
        Value::Object(members) => {
            for (name, member) in members {
                collect_facts(member, &format!("{pointer}/{name}"), facts);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_facts(item, &format!("{pointer}/{index}"), facts);
            }
        }
        _ => {}
    }
}

/// Returns the texts of a value and of everything in it.
pub fn texts_of(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts_of).collect(),
        Value::Object(members) => members.values().flat_map(texts_of).collect(),
        _ => Vec::new(),
    }
}

/// Returns true if two values are the same. Texts are compared with runs of white space and bullets as one space, and
/// lists in any order. `{"one_of": […]}` is the same as each of its items.
pub fn same(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Object(members), _) if members.contains_key("one_of") => {
            members["one_of"].as_array().is_some_and(|items| items.iter().any(|item| same(item, found)))
        }
        (Value::String(expected), Value::String(found)) => normalised(expected) == normalised(found),
        (Value::Null, Value::String(found)) => found.trim().is_empty(),
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len() && expected.iter().all(|item| found.iter().any(|other| same(item, other)))
        }
        (Value::Null, Value::Array(found)) => found.is_empty(),
        _ => expected == found,
    }
}

/// Returns a text with runs of white space and bullets as one space, and without marks that have no width.
pub fn normalised(text: &str) -> String {
    let mut words = Vec::new();
    for line in text.split(['\n', '\r', '\u{c}', '\u{b}', '\u{2028}', '\u{2029}']) {
        let line = line.trim();
        let item = ["- ", "* ", "– ", "o ", "\u{f0b7} "].iter().find_map(|bullet| line.strip_prefix(bullet));
        words.extend(item.unwrap_or(line).split(|c: char| c.is_whitespace() || "•◦▪‣●○·\u{f0b7}".contains(c)));
    }
    let has_width = |c: &char| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let words: Vec<String> = words.into_iter().map(|word| word.chars().filter(has_width).collect()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Returns the beginning of a value, for a message.
pub fn short(value: &Value) -> String {
    let written = match value {
        Value::String(text) => format!("{:?}", normalised(text)),
        _ => value.to_string(),
    };
    let count = written.chars().count();
    if count <= 160 {
        return written;
    }
    let start: String = written.chars().take(90).collect();
    let end: String = written.chars().skip(count - 60).collect();
    format!("{start} […] {end}")
}
