//! The OpenAPI 3.1 document of all operations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::examples;
use super::expand::{self, Expansion};
use super::operation_doc::{OperationDoc, reference};
use super::problem::{PROBLEM_DEFINITIONS, ProblemDefinition, ProblemDocument};

/// One operation, as the document needs it.
pub(super) struct OperationEntry<'a> {
    pub(super) method: &'a str,
    pub(super) summary: &'a str,
    pub(super) id: &'a str,
    pub(super) tag: &'a str,
    pub(super) doc: &'a OperationDoc,
}

/// Builds the document from the operations, the tags (name, description), the `info` object and the recorded examples.
///
/// # Panics
///
/// Panics if two operations use one name for different schemas.
pub(super) fn document(
    operations: &[OperationEntry<'_>],
    tags: &[(&str, &str)],
    expansions: &[Expansion],
    info: Value,
    recorded: &Value,
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
        paths.entry(entry.doc.path).or_default().insert(entry.method.to_lowercase(), operation(entry, recorded));
    }
    expand::add_to_schemas(&mut schemas, expansions);
    let problems: BTreeSet<&str> = operations.iter().flat_map(|entry| entry.doc.problem_codes()).collect();
    let tags: Vec<Value> =
        tags.iter().map(|(name, description)| json!({ "name": name, "description": description })).collect();
    json!({
        "openapi": "3.1.0",
        "info": info,
        "servers": [{ "url": "/", "description": "This service" }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "examples": examples::of_problems(&problems, recorded),
            "securitySchemes": { "bearer": {
                "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "A JWT signed by a configured issuer, with iss, aud, exp, sub, roles and areas as claims.",
            } },
        },
    })
}

fn operation(entry: &OperationEntry<'_>, recorded: &Value) -> Value {
    let mut responses: BTreeMap<String, Value> =
        entry.doc.responses.iter().map(|(status, response)| (status.to_string(), response.clone())).collect();
    let mut by_status = BTreeMap::<u16, Vec<&ProblemDefinition>>::new();
    for code in entry.doc.problem_codes() {
        let definition = PROBLEM_DEFINITIONS.iter().find(|it| it.code == code).expect("the code of a definition");
        by_status.entry(definition.status).or_default().push(definition);
    }
    for (status, definitions) in by_status {
        responses.entry(status.to_string()).or_insert_with(|| {
            let titles: Vec<&str> = definitions.iter().map(|definition| definition.title).collect();
            json!({
                "description": titles.join(", or: "),
                "content": { "application/problem+json": {
                    "schema": reference("Problem"), "examples": examples::problem_references(&definitions),
                } },
            })
        });
    }
    let mut operation = json!({
        "operationId": entry.id, "summary": entry.summary, "tags": [entry.tag], "responses": responses,
    });
    if !entry.doc.parameters.is_empty() {
        operation["parameters"] = json!(entry.doc.parameters);
    }
    if let Some(body) = &entry.doc.body {
        operation["requestBody"] = body.clone();
    }
    for (name, value) in &entry.doc.members {
        operation[name] = value.clone();
    }
    examples::add_to_operation(&mut operation, recorded);
    operation
}
