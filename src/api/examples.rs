//! The examples that can be added to the OpenAPI document: requests and responses that a test recorded from the running
//! service, and a problem document of every kind.

use serde_json::{Map, Value, json};

use super::problem::{PROBLEM_DEFINITIONS, Problem, ProblemDefinition};

/// Adds an example of every problem, and the recorded examples of every operation, to a document without examples.
pub(super) fn add_to_document(document: &mut Value, recorded: &Value) {
    add_problems(document, recorded);
    let mut paths = document["paths"].take();
    for operation in paths.as_object_mut().into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        operation.values_mut().for_each(|operation| add_to_operation(operation, document, recorded));
    }
    document["paths"] = paths;
}

/// Adds the examples of the problems as components, and references to them to each refusal.
fn add_problems(document: &mut Value, recorded: &Value) {
    let mut used = Map::new();
    let mut refer = |responses: &mut Value| {
        for response in responses.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let Some(codes) = response.get("x-problems").and_then(Value::as_array).cloned() else { continue };
            let mut references = Map::new();
            for definition in PROBLEM_DEFINITIONS.iter().filter(|it| codes.contains(&json!(it.code))) {
                let reference = json!({ "$ref": format!("#/components/examples/{}", definition.code) });
                references.insert(definition.code.to_owned(), reference);
                used.entry(definition.code).or_insert_with(|| of_problem(definition, recorded));
            }
            response["content"]["application/problem+json"]["examples"] = Value::Object(references);
        }
    };
    refer(&mut document["components"]["responses"]);
    for methods in document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        for operation in methods.as_object_mut().into_iter().flat_map(Map::values_mut) {
            refer(&mut operation["responses"]);
        }
    }
    document["components"]["examples"] = Value::Object(used);
}

/// Returns an example of a problem: the recorded document, or else one with the remedy as detail.
fn of_problem(definition: &ProblemDefinition, recorded: &Value) -> Value {
    let from_remedy = || {
        Problem::new(definition.kind, definition.remedy.trim()).document("/v1", "01900000-0000-7000-8000-000000000000")
    };
    let value = recorded["problems"].get(definition.code).cloned().unwrap_or_else(from_remedy);
    json!({ "summary": definition.title, "value": value })
}

/// Adds the recorded examples of an operation, by name, to its parameters, request body and responses.
fn add_to_operation(operation: &mut Value, document: &mut Value, recorded: &Value) {
    let Some(examples) = recorded["operations"].get(operation["operationId"].as_str().unwrap_or_default()) else {
        return;
    };
    for (name, example) in examples.as_object().into_iter().flatten() {
        let (summary, sender) = (&example["summary"], &example["sender"]);
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            add_to_parameter(resolved_mut(parameter, document), &example["parameters"]);
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

/// Adds an example to a parameter that a request must have: the first recorded value. A filter has none, because the
/// documentation would send it, and no other service has the recorded ids.
fn add_to_parameter(parameter: &mut Value, recorded: &Value) {
    let location = parameter["in"].as_str().unwrap_or_default();
    let name = parameter["name"].as_str().unwrap_or_default();
    if parameter["required"] == true
        && parameter.get("example").is_none()
        && let Some(value) = recorded[location].get(name)
    {
        parameter["example"] = value.clone();
    }
}

/// Returns the component to which a value refers, or the value itself.
fn resolved_mut<'v>(value: &'v mut Value, document: &'v mut Value) -> &'v mut Value {
    let pointer = value["$ref"].as_str().map(|to| to.trim_start_matches('#').to_owned());
    match pointer {
        Some(pointer) if document.pointer(&pointer).is_some() => document.pointer_mut(&pointer).unwrap_or(value),
        _ => value,
    }
}
