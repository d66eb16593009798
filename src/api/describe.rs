//! The OpenAPI 3.1 document, gathered while operations are declared. Schemas come from utoipa's derive; everything
//! else is what the arguments and replies of a handler say of themselves.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::examples;
use super::expand::{self, Expansion};
use super::problem::{KINDS, Kind, ProblemDocument, Spec};

/// What one operation says of itself.
#[derive(Debug, Default)]
pub struct Doc {
    /// The path with its `{parameters}`.
    pub path: &'static str,
    /// Whether it amends (PATCH), and so reads merge patches.
    pub patches: bool,
    /// Whether `Accept` decides what is answered.
    pub(super) by_accept: bool,
    pub(super) parameters: Vec<Value>,
    pub(super) body: Option<Value>,
    pub(super) responses: BTreeMap<u16, Value>,
    pub(super) problems: BTreeSet<&'static str>,
    pub(super) schemas: BTreeMap<String, Value>,
    pub(super) members: Map<String, Value>,
}

impl Doc {
    /// Registers a schema with all it refers to, and refers to it.
    pub fn schema<T: ToSchema>(&mut self) -> Value {
        let mut found = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut found);
        for (name, schema) in found {
            let schema = json!(schema);
            // A schema that is only a reference to another says nothing of its own.
            if schema.get("$ref").is_none() {
                self.schemas.insert(name, schema);
            }
        }
        reference(&T::name())
    }

    /// Registers a schema made by hand, and refers to it.
    pub fn component(&mut self, name: &str, schema: Value) -> Value {
        self.schemas.insert(name.to_owned(), schema);
        reference(name)
    }

    /// Adds a parameter in `path`, `query` or `header`.
    pub fn parameter(&mut self, within: &str, name: &str, required: bool, description: &str, schema: Value) {
        self.parameters.push(json!({
            "name": name, "in": within, "required": required, "description": description, "schema": schema,
        }));
    }

    /// Adds a query parameter that takes a comma-separated list.
    pub fn list_parameter(&mut self, name: &str, description: &str, items: Value) {
        self.parameters.push(json!({
            "name": name, "in": "query", "required": false, "description": description, "style": "form",
            "explode": false, "schema": { "type": "array", "minItems": 1, "items": items },
        }));
    }

    /// Says which body the operation reads, in which media types.
    pub fn body(&mut self, media: &[&str], schema: Value) {
        let content: Map<String, Value> =
            media.iter().map(|media| ((*media).to_owned(), json!({ "schema": schema.clone() }))).collect();
        self.body = Some(json!({ "required": true, "content": content }));
        self.problem(Kind::Malformed);
        self.problem(Kind::TooLarge);
        self.problem(Kind::UnsupportedMediaType);
        self.problem(Kind::RequestTimeout);
    }

    /// Says that the body may also come in another media type.
    pub fn also_body(&mut self, media: &str, schema: Value) {
        if let Some(body) = &mut self.body {
            body["content"][media] = json!({ "schema": schema });
        }
    }

    /// Adds an answer with its headers and contents.
    pub fn response(&mut self, status: u16, description: &str, headers: &[(&str, &str)], content: Value) {
        let headers: Map<String, Value> = headers
            .iter()
            .map(|(name, says)| ((*name).to_owned(), json!({ "description": says, "schema": { "type": "string" } })))
            .collect();
        let mut response = json!({ "description": description });
        if !headers.is_empty() {
            response["headers"] = Value::Object(headers);
        }
        if !content.is_null() {
            response["content"] = content;
        }
        self.responses.insert(status, response);
    }

    /// Adds a header to an answer that was added before.
    pub fn response_header(&mut self, status: u16, name: &str, says: &str) {
        if let Some(response) = self.responses.get_mut(&status) {
            response["headers"][name] = json!({ "description": says, "schema": { "type": "string" } });
        }
    }

    /// Adds a way the operation can fail.
    pub fn problem(&mut self, kind: Kind) {
        self.problems.insert(kind.spec().code);
    }

    /// Puts an operation's own description before the sentence that states who may call it.
    pub fn describe_operation(&mut self, text: &str) {
        let access = self.members.get("description").and_then(Value::as_str).unwrap_or_default();
        let description = format!("{text}\n\n{access}");
        self.members.insert("description".to_owned(), json!(description.trim()));
    }

    /// Adds an extension member to the operation, such as `x-roles`.
    pub fn member(&mut self, name: &str, value: Value) {
        self.members.insert(name.to_owned(), value);
    }

    /// The codes of all the ways it can fail: its own, and those of every operation.
    fn fails_as(&self) -> impl Iterator<Item = &'static str> {
        let always = [Kind::Internal, Kind::Unavailable, Kind::TooManyRequests].map(|kind| kind.spec().code);
        self.problems.iter().copied().chain(always)
    }

    /// The names of the query parameters the operation knows.
    pub(super) fn query_names(&self) -> Vec<String> {
        let in_query = self.parameters.iter().filter(|parameter| parameter["in"] == "query");
        in_query.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned)).collect()
    }
}

/// A reference to a component schema.
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// One operation with its place, as [`document`] needs it.
pub(super) struct Row<'a> {
    pub(super) method: &'a str,
    pub(super) summary: &'a str,
    pub(super) id: &'a str,
    pub(super) tag: &'a str,
    pub(super) doc: &'a Doc,
}

/// The whole document from its operations, tags (name, description), title page and recorded examples.
pub(super) fn document(
    rows: &[Row<'_>],
    tags: &[(&str, &str)],
    expansions: &[Expansion],
    about: Value,
    recorded: &Value,
) -> Value {
    let mut paths = BTreeMap::<&str, Map<String, Value>>::new();
    let mut schemas = BTreeMap::<String, Value>::new();
    let mut page = Doc::default();
    page.schema::<ProblemDocument>();
    schemas.append(&mut page.schemas);
    for row in rows {
        for (name, schema) in &row.doc.schemas {
            let other = schemas.insert(name.clone(), schema.clone());
            assert!(other.is_none_or(|other| other == *schema), "two schemas are called {name}");
        }
        paths.entry(row.doc.path).or_default().insert(row.method.to_lowercase(), operation(row, recorded));
    }
    expand::put_schemas(&mut schemas, expansions);
    let used: BTreeSet<&str> = rows.iter().flat_map(|row| row.doc.fails_as()).collect();
    let tags: Vec<Value> = tags.iter().map(|(name, says)| json!({ "name": name, "description": says })).collect();
    json!({
        "openapi": "3.1.0",
        "info": about,
        "servers": [{ "url": "/", "description": "This service" }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "examples": examples::problems(&used, recorded),
            "securitySchemes": { "bearer": {
                "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "A JWT signed by a configured issuer, with the claims iss, aud, exp, sub, roles and areas.",
            } },
        },
    })
}

fn operation(row: &Row<'_>, recorded: &Value) -> Value {
    let mut responses: BTreeMap<String, Value> =
        row.doc.responses.iter().map(|(status, said)| (status.to_string(), said.clone())).collect();
    let mut by_status = BTreeMap::<u16, Vec<&Spec>>::new();
    for code in row.doc.fails_as() {
        let spec = KINDS.iter().find(|spec| spec.code == code).expect("a code of the table");
        by_status.entry(spec.status).or_default().push(spec);
    }
    for (status, kinds) in by_status {
        responses.entry(status.to_string()).or_insert_with(|| {
            let titles: Vec<&str> = kinds.iter().map(|spec| spec.title).collect();
            json!({
                "description": titles.join(", or: "),
                "content": { "application/problem+json": {
                    "schema": reference("Problem"), "examples": examples::of_problems(&kinds),
                } },
            })
        });
    }
    let mut said = json!({
        "operationId": row.id, "summary": row.summary, "tags": [row.tag], "responses": responses,
    });
    if !row.doc.parameters.is_empty() {
        said["parameters"] = json!(row.doc.parameters);
    }
    if let Some(body) = &row.doc.body {
        said["requestBody"] = body.clone();
    }
    for (name, value) in &row.doc.members {
        said[name] = value.clone();
    }
    examples::put(&mut said, recorded);
    said
}
