//! Request bodies made from the schemas of the OpenAPI document: one for each alternative, every member filled in, with
//! the places of the strings in it.

use serde_json::{Map, Value, json};

/// A body, and the JSON Pointer of each string in it that no other sample of the same schema has.
#[derive(Clone, Debug)]
pub struct Sample {
    pub value: Value,
    pub strings: Vec<String>,
}

/// Every alternative of a schema of the document.
pub fn samples(document: &Value, schema: &Value) -> Vec<Sample> {
    of(document, schema, "")
}

fn of(document: &Value, schema: &Value, name: &str) -> Vec<Sample> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).expect("a schema");
        return of(document, target, name);
    }
    if let Some(branches) = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array) {
        let real = branches.iter().filter(|branch| branch["type"] != "null");
        return real.flat_map(|branch| of(document, branch, name)).collect();
    }
    let is = |kind: &str| {
        schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|known| known == kind))
    };
    let plain = |value: Value, strings: &[&str]| {
        vec![Sample { value, strings: strings.iter().map(|at| (*at).to_owned()).collect() }]
    };
    if is("string") {
        return plain(schema["enum"].get(0).cloned().unwrap_or_else(|| text(schema, name)), &[""]);
    }
    if is("integer") {
        return plain(schema.get("minimum").cloned().unwrap_or(json!(1)), &[]);
    }
    if is("boolean") {
        return plain(json!(true), &[]);
    }
    if is("array") {
        let items = of(document, &schema["items"], name);
        return items.into_iter().map(|item| below("0", item, |value| json!([value]))).collect();
    }
    object(document, schema)
}

/// The object with the first alternative of each member, then one for each further alternative of a member.
fn object(document: &Value, schema: &Value) -> Vec<Sample> {
    let members = schema["properties"].as_object().cloned().unwrap_or_default();
    let mut whole = Map::new();
    let (mut strings, mut others) = (Vec::new(), Vec::new());
    for (name, member) in &members {
        let mut alternatives = of(document, member, name).into_iter().map(|it| below(name, it, |value| value));
        let first = alternatives.next().expect("a sample of every schema");
        whole.insert(name.clone(), first.value);
        strings.extend(first.strings);
        others.extend(alternatives.map(|other| (name.clone(), other)));
    }
    let others = others.into_iter().map(|(name, other)| {
        let mut value = whole.clone();
        value.insert(name, other.value);
        Sample { value: Value::Object(value), strings: other.strings }
    });
    let others: Vec<Sample> = others.collect();
    [vec![Sample { value: Value::Object(whole), strings }], others].concat()
}

fn below(name: &str, sample: Sample, wrap: impl Fn(Value) -> Value) -> Sample {
    let strings = sample.strings.into_iter().map(|at| format!("/{name}{at}")).collect();
    Sample { value: wrap(sample.value), strings }
}

fn text(schema: &Value, name: &str) -> Value {
    match (schema["format"].as_str(), name) {
        (Some("date"), _) => json!("2022-03-01"),
        (Some("date-time"), _) => json!("2022-03-01T12:00:00Z"),
        (Some("uuid"), _) => json!("01890a5d-ac96-774b-bcce-b302099a8057"),
        (Some("uri"), _) => json!("https://example.org/report"),
        (_, "registered_by" | "successor" | "subjects") => json!("cumbria"),
        _ => json!("Words."),
    }
}
