//! The OpenAPI 3.1 document of all operations, without examples.

mod naming;
mod sharing;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::api::deprecation::{self, DeprecatedOperation};
use crate::api::expand::{self, Expansion};
use crate::api::operation_doc::{OperationDoc, header, reference};
use crate::api::problem::{PROBLEM_DEFINITIONS, ProblemDefinition, ProblemDocument};
use crate::api::rate_limit;

/// One operation, as the document needs it.
pub(in crate::api) struct OperationEntry<'a> {
    pub(in crate::api) method: &'a str,
    pub(in crate::api) summary: &'a str,
    pub(in crate::api) id: &'a str,
    pub(in crate::api) tag: &'a str,
    pub(in crate::api) doc: &'a OperationDoc,
}

/// Builds the document from the operations, the tags (name, description), the relations, the deprecated operations and
/// the `info` object.
///
/// # Panics
///
/// Panics if two operations use one name for different schemas.
pub(in crate::api) fn document(
    operations: &[OperationEntry<'_>],
    tags: &[(&str, &str)],
    expansions: &[Expansion],
    deprecated: &[DeprecatedOperation],
    info: Value,
) -> Value {
    let mut paths = BTreeMap::<&str, Map<String, Value>>::new();
    let mut schemas = BTreeMap::<String, Value>::new();
    let mut shared = OperationDoc::default();
    shared.schema::<ProblemDocument>();
    schemas.append(&mut shared.schemas);
    for entry in operations {
        for (name, schema) in &entry.doc.schemas {
            let other = schemas.insert(name.clone(), schema.clone());
            assert!(other.is_none_or(|other| other == *schema), "two different schemas have the name {name}");
        }
        let deprecation = deprecation::find(deprecated, entry.method, entry.doc.path);
        let operation = operation(entry, deprecation.is_some());
        paths.entry(entry.doc.path).or_default().insert(entry.method.to_lowercase(), operation);
    }
    expand::add_to_schemas(&mut schemas, expansions);
    let mut paths = json!(paths);
    naming::name_parts(&mut schemas, &mut paths);
    let mut filters = Map::new();
    let mut components = sharing::share(&mut paths, &mut filters);
    let mut schemas = json!(schemas);
    if let Some(schemas) = schemas.as_object_mut() {
        schemas.append(&mut filters);
    }
    components.insert("schemas".to_owned(), schemas);
    components.insert(
        "securitySchemes".to_owned(),
        json!({ "bearer": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "A JWT signed by a configured issuer, with iss, aud, exp, sub, roles and areas as claims.",
        } }),
    );
    let tags: Vec<Value> =
        tags.iter().map(|(name, description)| json!({ "name": name, "description": description })).collect();
    json!({
        "openapi": "3.1.0",
        "info": info,
        "servers": [{ "url": "/", "description": "This service" }],
        // What an operation needs if it does not state otherwise.
        "security": [{ "bearer": [] }],
        "tags": tags,
        "paths": paths,
        "components": components,
    })
}

fn operation(entry: &OperationEntry<'_>, is_deprecated: bool) -> Value {
    let mut responses: BTreeMap<String, Value> =
        entry.doc.responses.iter().map(|(status, response)| (status.to_string(), response.clone())).collect();
    let mut by_status = BTreeMap::<String, Vec<&ProblemDefinition>>::new();
    for code in entry.doc.problem_codes() {
        let definition = PROBLEM_DEFINITIONS.iter().find(|it| it.code == code).expect("the code of a definition");
        // A client does the same about every failure of the service: it tries again, or reports the request's id. Some
        // generators do not know `5XX`.
        let status = if definition.status < 500 { definition.status.to_string() } else { "default".to_owned() };
        by_status.entry(status).or_default().push(definition);
    }
    for (status, definitions) in by_status {
        responses.entry(status).or_insert_with(|| refusal(&definitions));
    }
    let counted = if rate_limit::UNCOUNTED.contains(&entry.doc.path) { &[][..] } else { &rate_limit::HEADERS };
    let dates = if is_deprecated { &deprecation::HEADERS[..] } else { &[] };
    for response in responses.values_mut() {
        for (name, description) in counted.iter().chain(dates) {
            // `Link` also has the address of the next page.
            if response["headers"][name].is_null() {
                response["headers"][name] = header(description);
            }
        }
    }
    let mut operation = json!({
        "operationId": entry.id, "summary": entry.summary, "tags": [entry.tag], "responses": responses,
    });
    if is_deprecated {
        operation["deprecated"] = json!(true);
    }
    if !entry.doc.parameters.is_empty() {
        operation["parameters"] = json!(entry.doc.parameters);
    }
    if let Some(body) = &entry.doc.body {
        operation["requestBody"] = body.clone();
    }
    for (name, value) in &entry.doc.members {
        operation[name] = value.clone();
    }
    operation
}

/// Returns the refusal with one of these problems. `x-problems` lists their codes.
fn refusal(definitions: &[&ProblemDefinition]) -> Value {
    let titles: Vec<&str> = definitions.iter().map(|definition| definition.title).collect();
    let codes: Vec<&str> = definitions.iter().map(|definition| definition.code).collect();
    let mut refusal = json!({
        "description": titles.join(", or: "),
        "content": { "application/problem+json": { "schema": reference("Problem") } },
        "x-problems": codes,
    });
    if definitions.iter().any(|definition| [429, 503].contains(&definition.status)) {
        refusal["headers"]["Retry-After"] = header("The number of seconds after which to try again.");
    }
    refusal
}
