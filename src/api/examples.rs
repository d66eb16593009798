//! The examples in the OpenAPI document: requests and responses that a test recorded from the running service, and a
//! problem document of every kind.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::problem::{PROBLEM_DEFINITIONS, Problem, ProblemDefinition};

/// Returns references to the examples of these kinds of problem, by code.
pub(super) fn problem_references(definitions: &[&ProblemDefinition]) -> Map<String, Value> {
    let reference = |code: &str| json!({ "$ref": format!("#/components/examples/{code}") });
    definitions.iter().map(|definition| (definition.code.to_owned(), reference(definition.code))).collect()
}

/// Returns an example of each kind of problem in `codes`: the recorded document, or else one with the remedy as detail.
pub(super) fn of_problems(codes: &BTreeSet<&str>, recorded: &Value) -> Map<String, Value> {
    let used = PROBLEM_DEFINITIONS.iter().filter(|definition| codes.contains(definition.code));
    let examples = used.map(|definition| {
        let from_remedy = || {
            Problem::new(definition.kind, definition.remedy.trim())
                .document("/v1", "01900000-0000-7000-8000-000000000000")
        };
        let value = recorded["problems"].get(definition.code).cloned().unwrap_or_else(from_remedy);
        (definition.code.to_owned(), json!({ "summary": definition.title, "value": value }))
    });
    examples.collect()
}

/// Adds the recorded examples of an operation, by name, to its parameters, request body and responses.
pub(super) fn add_to_operation(operation: &mut Value, recorded: &Value) {
    let Some(examples) = recorded["operations"].get(operation["operationId"].as_str().unwrap_or_default()) else {
        return;
    };
    for (name, example) in examples.as_object().into_iter().flatten() {
        let (summary, sender) = (&example["summary"], &example["sender"]);
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let location = parameter["in"].as_str().unwrap_or_default().to_owned();
            let name = parameter["name"].as_str().unwrap_or_default();
            // A parameter has one example: the first recorded value.
            if let Some(value) = example["parameters"][location].get(name)
                && parameter.get("example").is_none()
            {
                parameter["example"] = value.clone();
            }
        }
        if let Some(body) = example.get("request") {
            let media = example["sent"].as_str().unwrap_or("application/json");
            // A JSON body is an example for every JSON media type of the operation.
            let matches = |other: &str| other == media || (media.ends_with("json") && other.ends_with("json"));
            let contents = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut);
            for (_, content) in contents.into_iter().flatten().filter(|(other, _)| matches(other)) {
                content["examples"][name] = json!({ "summary": summary, "description": sender, "value": body });
            }
        }
        let status = example["status"].to_string();
        let contents = operation.pointer_mut(&format!("/responses/{status}/content")).and_then(Value::as_object_mut);
        if let Some(contents) = contents {
            let media = example["media"].as_str().filter(|media| contents.contains_key(*media)).unwrap_or("*/*");
            if let Some(content) = contents.get_mut(media) {
                content["examples"][name] =
                    json!({ "summary": summary, "description": sender, "value": example["answer"] });
            }
        }
    }
}
