//! The responses of handlers: a record, a new record, a replaced record, or no content. Each documents itself.

use std::borrow::Cow;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::conditional_request::{self, ETAG_HEADER, etag};
use super::expand;
use super::extract::WriteMode;
use super::operation_doc::{OperationDoc, reference};
use super::problem::{Problem, ProblemKind};

/// A response that a handler can return. It documents itself.
pub trait ApiResponse {
    /// Adds the possible responses to the documentation of the operation.
    fn describe(doc: &mut OperationDoc);
    /// Returns the name of the schema of the records in the response, if `expand` may apply to them.
    fn record_schema() -> Option<Cow<'static, str>> {
        None
    }
    /// Returns the records in the response as JSON.
    ///
    /// # Errors
    ///
    /// Returns a 500 if a record cannot be serialised.
    fn records(&self) -> Result<Vec<Value>, Problem> {
        Ok(Vec::new())
    }
    /// Makes the HTTP response to a request.
    fn into_response(self, request: &HttpRequest) -> HttpResponse;
}

/// A record in the form that callers receive.
pub trait Representation: Serialize + ToSchema {}
impl<T: Serialize + ToSchema> Representation for T {}

/// A record with a version number.
pub trait Versioned {
    /// Returns the version, which begins at 1 and grows by one with every change.
    fn version(&self) -> i64;
}

/// The description of every 304 response.
pub(super) const NOT_MODIFIED: &str = "The representation has not changed since the caller read it.";

/// 200 with a record or another JSON value and its ETag, or 304 if the caller already has it.
#[derive(Debug)]
pub struct Json<T> {
    value: T,
    version: Option<i64>,
}

impl<T: Versioned> Json<T> {
    /// Creates the response of a stored record. Its ETag contains the version, for `If-Match`.
    pub fn record(value: T) -> Self {
        Self { version: Some(value.version()), value }
    }
}

impl<T> Json<T> {
    /// Creates the response of a value that has no version.
    pub fn plain(value: T) -> Self {
        Self { value, version: None }
    }
}

fn serialise(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(Problem::internal)
}

fn error_response(problem: &Problem) -> HttpResponse {
    HttpResponse::from_error(Problem::internal(problem))
}

impl<T: Representation> ApiResponse for Json<T> {
    fn describe(doc: &mut OperationDoc) {
        let content = json!({ "application/json": { "schema": doc.schema::<T>() } });
        doc.response(200, "The current representation.", &[ETAG_HEADER], content);
        if doc.parameters.iter().all(|parameter| parameter["name"] != "If-Match") {
            doc.response(304, NOT_MODIFIED, &[ETAG_HEADER], json!(null));
        }
    }

    fn record_schema() -> Option<Cow<'static, str>> {
        Some(T::name())
    }

    fn records(&self) -> Result<Vec<Value>, Problem> {
        Ok(vec![serde_json::to_value(&self.value).map_err(Problem::internal)?])
    }

    fn into_response(self, request: &HttpRequest) -> HttpResponse {
        match expand::serialise(request, &self.value) {
            Err(problem) => error_response(&problem),
            Ok(body) => {
                let mut response = HttpResponse::Ok();
                response.content_type("application/json");
                conditional_request::respond(request, response, etag(self.version, &body), body)
            }
        }
    }
}

/// 201 with a new record and its address, or 200 if the request was only validated.
#[derive(Debug)]
pub struct Created<T> {
    value: T,
    version: Option<i64>,
    location: String,
    mode: WriteMode,
}

impl<T> Created<T> {
    /// Creates the response of a record at the path `location`. The mode tells whether the record was stored.
    pub fn at(location: String, value: T, mode: WriteMode) -> Self {
        Self { value, version: None, location, mode }
    }

    /// Adds the version, so that the response has an ETag.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }
}

impl<T: Representation> ApiResponse for Created<T> {
    fn describe(doc: &mut OperationDoc) {
        let content = json!({ "application/json": { "schema": doc.schema::<T>() } });
        let location = ("Location", "The path of the new record.");
        doc.response(201, "The record was created.", &[location, ETAG_HEADER], content.clone());
        doc.response(200, "Valid. Nothing was written, because of `validate_only`.", &[], content);
    }

    fn into_response(self, _: &HttpRequest) -> HttpResponse {
        match serialise(&self.value) {
            Err(problem) => error_response(&problem),
            Ok(body) if self.mode == WriteMode::Validate => {
                HttpResponse::Ok().content_type("application/json").body(body)
            }
            Ok(body) => {
                let mut response = HttpResponse::Created();
                if self.version.is_some() {
                    response.insert_header((header::ETAG, etag(self.version, &body)));
                }
                response.insert_header((header::LOCATION, self.location)).content_type("application/json").body(body)
            }
        }
    }
}

/// The response to a PUT: 200 with the replaced record, or 201 if the record is new (RFC 9110 §9.3.4).
#[derive(Debug)]
pub struct CreatedOrReplaced<T> {
    record: Json<T>,
    is_new: bool,
}

impl<T: Versioned> CreatedOrReplaced<T> {
    /// Creates the response of a stored record.
    pub fn record(value: T, is_new: bool) -> Self {
        Self { record: Json::record(value), is_new }
    }
}

impl<T: Representation> ApiResponse for CreatedOrReplaced<T> {
    fn describe(doc: &mut OperationDoc) {
        Json::<T>::describe(doc);
        // A record that does not exist yet has no ETag, so the client sends either of the two preconditions.
        for parameter in doc.parameters.iter_mut().filter(|parameter| parameter["name"] == "If-Match") {
            if let Some(parameter) = parameter.as_object_mut() {
                parameter.remove("required");
            }
        }
        let description = "Creates the record only if it does not exist yet, with the value `*`. Send it instead of \
                           `If-Match`.";
        doc.parameter("header", "If-None-Match", false, description, json!({ "type": "string", "enum": ["*"] }));
        let content = json!({ "application/json": { "schema": reference(&T::name()) } });
        doc.response(201, "The record was created.", &[ETAG_HEADER], content);
    }

    fn into_response(self, request: &HttpRequest) -> HttpResponse {
        let mut response = self.record.into_response(request);
        if self.is_new && response.status() == StatusCode::OK {
            *response.status_mut() = StatusCode::CREATED;
        }
        response
    }
}

/// 204 after a record was deleted.
#[derive(Debug)]
pub struct NoContent;

impl ApiResponse for NoContent {
    fn describe(doc: &mut OperationDoc) {
        doc.response(204, "The record was deleted.", &[], json!(null));
        // A record on which other records depend cannot be deleted.
        doc.problem(ProblemKind::NeedsUnmet);
    }

    fn into_response(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}
