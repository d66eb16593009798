//! Builds request bodies from the schemas of the OpenAPI document: one for each alternative, with all members filled in
//! and with the pointers of its strings.

use serde_json::{Map, Value, json};

/// A request body, and the JSON Pointer of each string that no other body of the same schema holds.
#[derive(Clone, Debug)]
pub struct SampleBody {
    pub value: Value,
    pub strings: Vec<String>,
}

/// Returns a body for every alternative of a schema.
pub fn sample_bodies(document: &Value, schema: &Value) -> Vec<SampleBody> {
    bodies_of(document, schema, "")
}

fn bodies_of(document: &Value, schema: &Value, name: &str) -> Vec<SampleBody> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).expect("a schema");
        return bodies_of(document, target, name);
    }
    if let Some(branches) = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array) {
        let branches = branches.iter().filter(|branch| branch["type"] != "null");
        return branches.flat_map(|branch| bodies_of(document, branch, name)).collect();
    }
    let is = |kind: &str| {
        schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|known| known == kind))
    };
    let body = |value: Value, strings: &[&str]| {
        vec![SampleBody { value, strings: strings.iter().map(|at| (*at).to_owned()).collect() }]
    };
    if is("string") {
        let only = schema.get("const").or_else(|| schema["enum"].get(0));
        return body(only.cloned().unwrap_or_else(|| text(schema, name)), &[""]);
    }
    if is("integer") {
        return body(schema.get("minimum").cloned().unwrap_or(json!(1)), &[]);
    }
    if is("boolean") {
        return body(json!(true), &[]);
    }
    if is("array") {
        let items = bodies_of(document, &schema["items"], name);
        return items.into_iter().map(|item| nest("0", item, |value| json!([value]))).collect();
    }
    object(document, schema)
}

/// Returns the object with the first alternative of each member, then one object for each further alternative.
fn object(document: &Value, schema: &Value) -> Vec<SampleBody> {
    let members = schema["properties"].as_object().cloned().unwrap_or_default();
    let mut complete = Map::new();
    let (mut strings, mut others) = (Vec::new(), Vec::new());
    for (name, member) in &members {
        let mut alternatives = bodies_of(document, member, name).into_iter().map(|it| nest(name, it, |value| value));
        let first = alternatives.next().expect("a body for every schema");
        complete.insert(name.clone(), first.value);
        strings.extend(first.strings);
        others.extend(alternatives.map(|other| (name.clone(), other)));
    }
    let others = others.into_iter().map(|(name, other)| {
        let mut value = complete.clone();
        value.insert(name, other.value);
        SampleBody { value: Value::Object(value), strings: other.strings }
    });
    let others: Vec<SampleBody> = others.collect();
    [vec![SampleBody { value: Value::Object(complete), strings }], others].concat()
}

fn nest(name: &str, sample: SampleBody, wrap: impl Fn(Value) -> Value) -> SampleBody {
    let strings = sample.strings.into_iter().map(|at| format!("/{name}{at}")).collect();
    SampleBody { value: wrap(sample.value), strings }
}

fn text(schema: &Value, name: &str) -> Value {
    match (schema["format"].as_str(), name) {
        (Some("date"), _) => json!("2022-03-01"),
        (Some("date-time"), _) => json!("2022-03-01T12:00:00Z"),
        (Some("uuid"), _) => json!("01890a5d-ac96-774b-bcce-b302099a8057"),
        (Some("email"), _) => json!("office@example.org"),
        (Some("uri"), _) => json!("https://example.org/report"),
        (_, "registered_by" | "successor" | "subjects") => json!("cumbria"),
        _ => json!("Words."),
    }
}
