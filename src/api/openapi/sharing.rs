//! The parameters, refusals and headers that several operations have alike, as components to which they refer. They are
//! more than half of the document otherwise.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::naming::{joined, operations_mut};

/// Moves what several operations have alike into components. Returns these by kind. `schemas` gets the shared schemas of
/// parameters.
pub(super) fn share(paths: &mut Value, schemas: &mut Map<String, Value>) -> Map<String, Value> {
    let headers = share_headers(paths);
    share_text_lists(paths, schemas);
    let responses = share_responses(paths);
    let parameters = share_parameters(paths);
    [("headers", headers), ("parameters", parameters), ("responses", responses)]
        .into_iter()
        .map(|(kind, components)| (kind.to_owned(), json!(components)))
        .collect()
}

/// One component that may become shared.
#[derive(Default)]
struct Variant {
    uses: usize,
    /// The collections of the paths that use it, for its name.
    collections: BTreeSet<String>,
}

/// Shares each header by its name. If a header has several descriptions, the most frequent is the component.
fn share_headers(paths: &mut Value) -> BTreeMap<String, Value> {
    let mut counts = BTreeMap::<(String, String), usize>::new();
    for (name, header) in headers_mut(paths) {
        *counts.entry((name.clone(), header.to_string())).or_default() += 1;
    }
    let mut shared = BTreeMap::<String, Value>::new();
    let mut ordered: Vec<_> = counts.into_iter().filter(|(_, uses)| *uses > 1).collect();
    ordered.sort_by_key(|(_, uses)| std::cmp::Reverse(*uses));
    for ((name, header), _) in ordered {
        shared.entry(name).or_insert_with(|| serde_json::from_str(&header).unwrap_or_default());
    }
    for (name, header) in headers_mut(paths) {
        if shared.get(name) == Some(header) {
            *header = json!({ "$ref": format!("#/components/headers/{name}") });
        }
    }
    shared
}

fn headers_mut(paths: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    let responses = operations_mut(paths).filter_map(|operation| operation["responses"].as_object_mut());
    let headers = responses.flat_map(|it| it.values_mut()).filter_map(|it| it.get_mut("headers")?.as_object_mut());
    headers.flat_map(Map::iter_mut)
}

/// Shares the schema of the lists of texts that filters take.
fn share_text_lists(paths: &mut Value, schemas: &mut Map<String, Value>) {
    const NAME: &str = "FilterTexts";
    let parameters = operations_mut(paths).filter_map(|it| it.get_mut("parameters")?.as_array_mut()).flatten();
    for schema in parameters.filter_map(|parameter| parameter.get_mut("schema")) {
        let is_list = schema["type"] == "array" && schema["items"]["type"] == "string";
        if !is_list || schema["items"]["pattern"].is_null() {
            continue;
        }
        if schemas.get(NAME).is_none_or(|shared| shared == schema) {
            schemas.insert(NAME.to_owned(), schema.take());
            *schema = json!({ "$ref": format!("#/components/schemas/{NAME}") });
        }
    }
}

/// Returns the name of an HTTP response that several operations can refer to. An error response is named after its
/// problems, as in `AlreadyExistsOrStillRunning`, and another one after its content, as in `CurrentAssignment`.
fn response_name(status: &str, response: &Value) -> Option<String> {
    if let Some(codes) = response["x-problems"].as_array() {
        let codes: Vec<String> = codes.iter().filter_map(Value::as_str).map(joined).collect();
        return Some(codes.join("Or"));
    }
    let content = &response["content"];
    let schema = content["application/json"]["schema"]["$ref"].as_str().and_then(|name| name.rsplit('/').next());
    let is_export = content.get("application/jsonl").is_some();
    let is_file = content["*/*"]["schema"]["format"] == "binary";
    Some(match (status, schema) {
        ("200", Some(schema)) => format!("Current{schema}"),
        ("200", None) if is_export => "ExportedTable".to_owned(),
        ("200", None) if is_file => "WholeFile".to_owned(),
        ("206", None) if is_file => "RangeOfFile".to_owned(),
        ("204", None) => "NoContent".to_owned(),
        ("304", None) => "NotModified".to_owned(),
        _ => return None,
    })
}

/// Shares the responses of which several operations have the same.
fn share_responses(paths: &mut Value) -> BTreeMap<String, Value> {
    let mut counts = BTreeMap::<(String, String), usize>::new();
    for operation in operations_mut(paths) {
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            if let Some(name) = response_name(status, response) {
                *counts.entry((name, response.to_string())).or_default() += 1;
            }
        }
    }
    let mut shared = BTreeMap::<String, Value>::new();
    let mut ordered: Vec<_> = counts.into_iter().filter(|(_, uses)| *uses > 1).collect();
    ordered.sort_by_key(|(_, uses)| std::cmp::Reverse(*uses));
    for ((name, response), _) in ordered {
        shared.entry(name).or_insert_with(|| serde_json::from_str(&response).unwrap_or_default());
    }
    for operation in operations_mut(paths) {
        for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            if let Some(name) = response_name(status, response).filter(|name| shared.get(name) == Some(response)) {
                *response = json!({ "$ref": format!("#/components/responses/{name}") });
            }
        }
    }
    shared
}

/// Shares the parameters of which several operations have the same. The one that most collections use has the name of
/// the parameter alone, such as `Limit`; another has that of its collection before it, such as `AssignmentsArea`.
fn share_parameters(paths: &mut Value) -> BTreeMap<String, Value> {
    let mut variants = BTreeMap::<String, BTreeMap<String, Variant>>::new();
    for (path, operation) in operations_by_path(paths) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = joined(parameter["name"].as_str().unwrap_or_default());
            let variant = variants.entry(name).or_default().entry(parameter.to_string()).or_default();
            variant.uses += 1;
            variant.collections.insert(collection(&path, parameter));
        }
    }
    let mut names = BTreeMap::<String, String>::new();
    for (name, variants) in variants {
        let mut shared: Vec<_> = variants.into_iter().filter(|(_, variant)| variant.uses > 1).collect();
        shared.sort_by_key(|(_, variant)| std::cmp::Reverse((variant.collections.len(), variant.uses)));
        for (at, (parameter, variant)) in shared.into_iter().enumerate() {
            let first = variant.collections.first().map(String::as_str).unwrap_or_default();
            let is_general = at == 0 && variant.collections.len() > 2;
            let name = if is_general { name.clone() } else { format!("{first}{name}") };
            // Of two that would have one name, the more frequent is shared.
            if !names.values().any(|other| *other == name) {
                names.insert(parameter, name);
            }
        }
    }
    for operation in operations_mut(paths) {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            if let Some(name) = names.get(&parameter.to_string()) {
                *parameter = json!({ "$ref": format!("#/components/parameters/{name}") });
            }
        }
    }
    let parse = |text: String| serde_json::from_str(&text).unwrap_or_default();
    names.into_iter().map(|(parameter, name)| (name, parse(parameter))).collect()
}

fn operations_by_path(paths: &Value) -> impl Iterator<Item = (String, &Value)> {
    let paths = paths.as_object().into_iter().flatten();
    paths.flat_map(|(path, methods)| {
        methods.as_object().into_iter().flat_map(Map::values).map(|operation| (path.clone(), operation))
    })
}

/// Returns the name of the collection that a parameter belongs to: the part of the path before a parameter of the path,
/// and otherwise the last part that is no parameter.
fn collection(path: &str, parameter: &Value) -> String {
    let within = match (parameter["in"].as_str(), parameter["name"].as_str()) {
        (Some("path"), Some(name)) => path.split(&format!("/{{{name}}}")).next().unwrap_or(path),
        _ => path,
    };
    let last = within.rsplit('/').find(|part| !part.is_empty() && !part.starts_with('{'));
    joined(last.unwrap_or_default())
}
