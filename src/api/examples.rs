//! Examples in the OpenAPI document: requests and answers as a test recorded them of the running service, put in their
//! places under one name; and a problem document of every kind.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::problem::{KINDS, Problem, Spec};

/// References to the examples of these kinds of problem.
pub(super) fn of_problems(kinds: &[&Spec]) -> Map<String, Value> {
    let each = kinds
        .iter()
        .map(|spec| (spec.code.to_owned(), json!({ "$ref": format!("#/components/examples/{}", spec.code) })));
    each.collect()
}

/// A problem document of each of these kinds: as it was recorded, else the kind's remedy as its detail.
pub(super) fn problems(used: &BTreeSet<&str>, recorded: &Value) -> Map<String, Value> {
    let each = KINDS.iter().filter(|spec| used.contains(spec.code)).map(|spec| {
        let made =
            || Problem::new(spec.kind, spec.remedy.trim()).document("/v1", "01900000-0000-7000-8000-000000000000");
        let value = recorded["problems"].get(spec.code).cloned().unwrap_or_else(made);
        (spec.code.to_owned(), json!({ "summary": spec.title, "value": value }))
    });
    each.collect()
}

/// Puts the examples of one operation, by name, into its parameters, body and answers.
pub(super) fn put(operation: &mut Value, recorded: &Value) {
    let Some(examples) = recorded["operations"].get(operation["operationId"].as_str().unwrap_or_default()) else {
        return;
    };
    for (name, example) in examples.as_object().into_iter().flatten() {
        let (summary, sender) = (&example["summary"], &example["sender"]);
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let within = parameter["in"].as_str().unwrap_or_default().to_owned();
            let name = parameter["name"].as_str().unwrap_or_default();
            // One value tells what a parameter looks like; the first that was sent is shown.
            if let Some(sent) = example["parameters"][within].get(name)
                && parameter.get("example").is_none()
            {
                parameter["example"] = sent.clone();
            }
        }
        if let Some(sent) = example.get("request") {
            let media = example["sent"].as_str().unwrap_or("application/json");
            // What was sent as JSON shows every form of JSON.
            let fits = |taken: &str| taken == media || (media.ends_with("json") && taken.ends_with("json"));
            let contents = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut);
            for (_, content) in contents.into_iter().flatten().filter(|(taken, _)| fits(taken)) {
                content["examples"][name] = json!({ "summary": summary, "description": sender, "value": sent });
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
