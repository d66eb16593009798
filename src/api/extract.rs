//! Handler arguments other than the request body: path parameters, `validate_only` and `format`.

use std::future::{Ready, ready};

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, dev};
use serde_json::{Value, json};
use uuid::Uuid;

use super::operation_doc::OperationDoc;
use super::problem::{Fault, Problem, ProblemKind};
use super::query_parameters::{flag, parameter};
use super::signature::Argument;

/// Marks a HEAD request. It is processed like a GET, and the response is sent without its body.
#[derive(Clone, Copy, Debug)]
pub struct HeadRequest;

/// The path parameters, in order. A parameter that cannot be parsed leads to a 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

/// A type that path parameters are parsed into.
pub trait PathParts: Sized + 'static {
    /// Returns the schema of each parameter, in order.
    fn schemas() -> Vec<Value>;
    /// Parses the parameters.
    fn parse(parts: &[&str]) -> Option<Self>;
}

impl PathParts for Uuid {
    fn schemas() -> Vec<Value> {
        vec![json!({ "type": "string", "format": "uuid" })]
    }
    fn parse(parts: &[&str]) -> Option<Self> {
        // Only the form with hyphens is accepted, so that a record has one address.
        parts.first().filter(|id| id.len() == 36)?.parse().ok()
    }
}

impl PathParts for String {
    fn schemas() -> Vec<Value> {
        vec![json!({ "type": "string", "maxLength": 200 })]
    }
    fn parse(parts: &[&str]) -> Option<Self> {
        parts.first().filter(|part| part.len() <= 200 && !part.contains('\0')).map(|part| (*part).to_owned())
    }
}

impl PathParts for i32 {
    fn schemas() -> Vec<Value> {
        vec![json!({ "type": "integer", "format": "int32", "minimum": 1 })]
    }
    fn parse(parts: &[&str]) -> Option<Self> {
        parts.first()?.parse().ok()
    }
}

impl<A: PathParts, B: PathParts> PathParts for (A, B) {
    fn schemas() -> Vec<Value> {
        [A::schemas(), B::schemas()].concat()
    }
    fn parse(parts: &[&str]) -> Option<Self> {
        Some((A::parse(parts.get(..1)?)?, B::parse(parts.get(1..)?)?))
    }
}

impl<T: PathParts> FromRequest for Path<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let parts: Vec<&str> = request.match_info().iter().map(|(_, part)| part).collect();
        ready(T::parse(&parts).map(Path).ok_or_else(Problem::not_found))
    }
}

impl<T: PathParts> Argument for Path<T> {
    fn describe(doc: &mut OperationDoc) {
        let names: Vec<&str> = doc.path.split('{').skip(1).filter_map(|rest| rest.split(['}', ':']).next()).collect();
        for (name, schema) in names.into_iter().zip(T::schemas()) {
            doc.parameter("path", name, true, &describe_path_parameter(doc.path, name), schema);
        }
        doc.problem(ProblemKind::NotFound);
    }
}

/// Describes a path parameter by its name and the segment before it: `id` in `/v1/legal-holds/{id}` is "The id of the
/// legal hold."
fn describe_path_parameter(path: &str, name: &str) -> String {
    if let Some(record) = name.strip_suffix("_id") {
        return format!("The id of the {}.", record.replace('_', " "));
    }
    let before = path.split(&format!("/{{{name}")).next().unwrap_or_default();
    let collection = before.rsplit('/').next().unwrap_or_default().replace('-', " ");
    let (property, record) = match name {
        "file" => ("name", "file"),
        // "evidence" cannot be counted.
        "id" if collection == "evidence" => ("id", "item of evidence"),
        "n" => ("number", collection.strip_suffix('s').unwrap_or(&collection)),
        _ => (name, collection.strip_suffix('s').unwrap_or(&collection)),
    };
    format!("The {property} of the {record}.")
}

/// Whether to write or only to validate: the query parameter `validate_only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteMode {
    /// Validate and write.
    Write,
    /// Validate only, and write nothing.
    Validate,
}

impl FromRequest for WriteMode {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(flag(request, "validate_only").map(|only| if only { Self::Validate } else { Self::Write }))
    }
}

impl Argument for WriteMode {
    fn describe(doc: &mut OperationDoc) {
        let description =
            "Validates the request in full and returns the response that it would get, but writes nothing.";
        doc.parameter("query", "validate_only", false, description, json!({ "type": "boolean", "default": false }));
        doc.problem(ProblemKind::InvalidParameters);
    }
}

/// Returns true if `Accept` names this media type, and prefers it to JSON.
pub fn prefers_to_json(request: &HttpRequest, media_type: &str) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let weight_of = |wanted: &[&str]| {
        let ranges = accept.split(',').filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let media_type = parts.next()?.to_ascii_lowercase();
            let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
            wanted.contains(&media_type.as_str()).then_some(weight)
        });
        ranges.fold(0.0_f32, f32::max)
    };
    let weight = weight_of(&[media_type]);
    weight > 0.0 && weight >= weight_of(&["application/json", "application/*"])
}

/// True if the client prefers an HTML page to JSON, as browsers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrefersHtml(pub bool);

impl FromRequest for PrefersHtml {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self(prefers_to_json(request, "text/html"))))
    }
}

impl Argument for PrefersHtml {
    fn describe(doc: &mut OperationDoc) {
        doc.varies_by_accept = true;
    }
}

/// The representation of a text that the client wants: the query parameter `format`, or else `Accept`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFormat {
    /// `text/plain`
    Text,
    /// `text/html`
    Html,
}

impl TextFormat {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        match parameter(request, "format")?.as_deref() {
            Some("text") => return Ok(Self::Text),
            Some("html") => return Ok(Self::Html),
            Some(_) => {
                let fault = Fault::query("format", "unknown_value", "The value must be one of: text, html.");
                return Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]));
            }
            None => {}
        }
        let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
        let mut best: Option<(f32, Self)> = None;
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let media_type = parts.next().unwrap_or_default();
            let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
            let format = match media_type {
                "text/html" | "application/xhtml+xml" => Self::Html,
                "text/plain" | "text/*" | "*/*" => Self::Text,
                _ => continue,
            };
            if weight > 0.0 && best.is_none_or(|(highest, _)| weight > highest) {
                best = Some((weight, format));
            }
        }
        let detail = "This resource is available as text/plain and text/html; `Accept` allows neither.";
        best.map(|(_, format)| format).ok_or_else(|| Problem::new(ProblemKind::NotAcceptable, detail))
    }
}

impl FromRequest for TextFormat {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for TextFormat {
    fn describe(doc: &mut OperationDoc) {
        doc.varies_by_accept = true;
        let description = "Chooses the representation. Without this parameter, the `Accept` header decides.";
        let schema = json!({ "title": "TextFormat", "type": "string", "enum": ["text", "html"] });
        doc.parameter("query", "format", false, description, schema);
        doc.problem(ProblemKind::InvalidParameters);
        doc.problem(ProblemKind::NotAcceptable);
    }
}
