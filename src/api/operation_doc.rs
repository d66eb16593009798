//! The documentation of one operation, to which the arguments and responses of its handler add. The OpenAPI document
//! and the check of query parameters are made from it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::problem::ProblemKind;

/// The documentation of one operation.
#[derive(Debug, Default)]
pub struct OperationDoc {
    /// The path template, such as `/v1/responses/{id}`.
    pub path: &'static str,
    /// True for PATCH, whose bodies are merge patches (RFC 7396).
    pub is_patch: bool,
    /// True if `Accept` decides the media type of the response.
    pub(super) varies_by_accept: bool,
    pub(super) parameters: Vec<Value>,
    pub(super) body: Option<Value>,
    pub(super) responses: BTreeMap<u16, Value>,
    pub(super) problems: BTreeSet<&'static str>,
    pub(super) schemas: BTreeMap<String, Value>,
    pub(super) members: Map<String, Value>,
}

impl OperationDoc {
    /// Adds the schema of `T` and of the types in it, and returns a reference to it.
    pub fn schema<T: ToSchema>(&mut self) -> Value {
        let mut found = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut found);
        for (name, schema) in found {
            let schema = json!(schema);
            // A schema that only refers to another needs no component of its own.
            if schema.get("$ref").is_none() {
                self.schemas.insert(name, schema);
            }
        }
        reference(&T::name())
    }

    /// Adds a schema under a name, and returns a reference to it.
    pub fn component(&mut self, name: &str, schema: Value) -> Value {
        self.schemas.insert(name.to_owned(), schema);
        reference(name)
    }

    /// Adds a parameter. `location` is `path`, `query` or `header`.
    pub fn parameter(&mut self, location: &str, name: &str, required: bool, description: &str, schema: Value) {
        let mut parameter = json!({ "name": name, "in": location, "description": description, "schema": schema });
        // False is the default (OpenAPI 3.1 §4.8.12), which the document leaves out.
        if required {
            parameter["required"] = json!(true);
        }
        self.parameters.push(parameter);
    }

    /// Adds a query parameter that accepts a list, separated by commas or with the parameter repeated.
    pub fn list_parameter(&mut self, name: &str, description: &str, items: Value) {
        self.parameters.push(json!({
            "name": name, "in": "query", "description": description, "explode": false,
            "schema": { "type": "array", "minItems": 1, "items": items },
        }));
    }

    /// Sets the request body and its media types. Adds the problems that every request body can cause.
    pub fn body(&mut self, media_types: &[&str], schema: Value) {
        let content: Map<String, Value> =
            media_types.iter().map(|media| ((*media).to_owned(), json!({ "schema": schema.clone() }))).collect();
        self.body = Some(json!({ "required": true, "content": content }));
        self.problem(ProblemKind::Malformed);
        self.problem(ProblemKind::BodyTooLarge);
        self.problem(ProblemKind::UnsupportedMediaType);
        self.problem(ProblemKind::RequestTimeout);
    }

    /// Adds another media type, with a schema of its own, to the request body.
    pub fn body_alternative(&mut self, media_type: &str, schema: Value) {
        if let Some(body) = &mut self.body {
            body["content"][media_type] = json!({ "schema": schema });
        }
    }

    /// Adds a response with its headers (name, description) and its content by media type.
    pub fn response(&mut self, status: u16, description: &str, headers: &[(&str, &str)], content: Value) {
        let headers: Map<String, Value> =
            headers.iter().map(|(name, description)| ((*name).to_owned(), header(description))).collect();
        let mut response = json!({ "description": description });
        if !headers.is_empty() {
            response["headers"] = Value::Object(headers);
        }
        if !content.is_null() {
            response["content"] = content;
        }
        self.responses.insert(status, response);
    }

    /// Adds another media type to a response that was added before.
    pub fn response_content(&mut self, status: u16, media_type: &str, schema: Value) {
        if let Some(response) = self.responses.get_mut(&status) {
            response["content"][media_type] = json!({ "schema": schema });
        }
    }

    /// Adds a header to a response that was added before.
    pub fn response_header(&mut self, status: u16, name: &str, description: &str) {
        if let Some(response) = self.responses.get_mut(&status) {
            response["headers"][name] = header(description);
        }
    }

    /// Adds a problem with which the operation can fail.
    pub fn problem(&mut self, kind: ProblemKind) {
        self.problems.insert(kind.definition().code);
    }

    /// Sets the description of the operation, before the sentence that states who may call it.
    pub fn description(&mut self, text: &str) {
        let access = self.members.get("description").and_then(Value::as_str).unwrap_or_default();
        let description = format!("{text}\n\n{access}");
        self.members.insert("description".to_owned(), json!(description.trim()));
    }

    /// Adds a member to the OpenAPI object of the operation, such as `x-roles`.
    pub fn member(&mut self, name: &str, value: Value) {
        self.members.insert(name.to_owned(), value);
    }

    /// Returns the codes of all problems with which the operation can fail.
    pub(super) fn problem_codes(&self) -> impl Iterator<Item = &'static str> {
        let of_every_operation = [ProblemKind::Internal, ProblemKind::Unavailable, ProblemKind::TooManyRequests];
        self.problems.iter().copied().chain(of_every_operation.map(|kind| kind.definition().code))
    }

    /// Returns the names of the query parameters.
    pub(super) fn query_parameter_names(&self) -> Vec<String> {
        let in_query = self.parameters.iter().filter(|parameter| parameter["in"] == "query");
        in_query.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned)).collect()
    }
}

/// Returns a header whose value is text.
pub(super) fn header(description: &str) -> Value {
    json!({ "description": description, "schema": { "type": "string" } })
}

/// Returns a reference to the schema of this name.
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
