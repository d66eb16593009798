//! What a handler can take besides its body: path parameters, preconditions, `validate_only`, a choice of shapes.

use std::future::{Ready, ready};

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, dev, web};
use serde_json::{Value, json};
use uuid::Uuid;

use super::describe::Doc;
use super::problem::{Fault, Kind, Problem};
use super::signature::Argument;

/// The query string as names and values, decoded (WHATWG URL §5); 400 where it is not UTF-8.
pub(super) fn parameters(request: &HttpRequest) -> Result<Vec<(String, String)>, Problem> {
    if request.query_string().is_empty() {
        return Ok(Vec::new());
    }
    web::Query::<Vec<(String, String)>>::from_query(request.query_string()).map(web::Query::into_inner).map_err(|_| {
        Problem::with_faults(
            Kind::InvalidParameters,
            vec![Fault::query("", "malformed", "The query string cannot be read.")],
        )
    })
}

/// One query parameter's value.
pub fn parameter(request: &HttpRequest, name: &str) -> Result<Option<String>, Problem> {
    Ok(parameters(request)?.into_iter().find_map(|(given, value)| (given == name).then_some(value)))
}

/// Marks a request whose client asked with HEAD: it is handled as GET, and its body is left out.
#[derive(Clone, Copy, Debug)]
pub struct BodyLeftOut;

/// The parameters of the path, in order. One that cannot be what it should be names nothing: 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

/// Something that stands in a path.
pub trait PathParts: Sized + 'static {
    /// The schema of each part, in order.
    fn schemas() -> Vec<Value>;
    /// Reads the parts.
    fn read(parts: &[&str]) -> Option<Self>;
}

impl PathParts for Uuid {
    fn schemas() -> Vec<Value> {
        vec![json!({ "type": "string", "format": "uuid" })]
    }
    fn read(parts: &[&str]) -> Option<Self> {
        // The hyphenated form alone, so that a record has one address.
        parts.first().filter(|id| id.len() == 36)?.parse().ok()
    }
}

impl PathParts for String {
    fn schemas() -> Vec<Value> {
        vec![json!({ "type": "string", "maxLength": 200 })]
    }
    fn read(parts: &[&str]) -> Option<Self> {
        parts.first().filter(|part| part.len() <= 200 && !part.contains('\0')).map(|part| (*part).to_owned())
    }
}

impl PathParts for i32 {
    fn schemas() -> Vec<Value> {
        vec![json!({ "type": "integer", "format": "int32", "minimum": 1 })]
    }
    fn read(parts: &[&str]) -> Option<Self> {
        parts.first()?.parse().ok()
    }
}

impl<A: PathParts, B: PathParts> PathParts for (A, B) {
    fn schemas() -> Vec<Value> {
        [A::schemas(), B::schemas()].concat()
    }
    fn read(parts: &[&str]) -> Option<Self> {
        Some((A::read(parts.get(..1)?)?, B::read(parts.get(1..)?)?))
    }
}

impl<T: PathParts> FromRequest for Path<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let parts: Vec<&str> = request.match_info().iter().map(|(_, part)| part).collect();
        ready(T::read(&parts).map(Path).ok_or_else(Problem::not_found))
    }
}

impl<T: PathParts> Argument for Path<T> {
    fn describe(doc: &mut Doc) {
        let names: Vec<&str> = doc.path.split('{').skip(1).filter_map(|rest| rest.split(['}', ':']).next()).collect();
        for (name, schema) in names.into_iter().zip(T::schemas()) {
            doc.parameter("path", name, true, "Which one.", schema);
        }
        doc.problem(Kind::NotFound);
    }
}

/// The state of the record that the caller has seen: `If-Match` (RFC 9110 §13.1.1), 428 without it.
#[derive(Debug)]
pub struct IfMatch(Precondition);

/// What a caller says of the record it means to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// `If-Match: *`: whatever it is now.
    Any,
    /// `If-Match` with entity tags: one of these versions.
    Versions(Vec<i64>),
    /// `If-None-Match: *`: that there is none yet.
    None,
}

impl IfMatch {
    /// Holds the caller's version against the stored one: 412 where it is another.
    pub fn check(&self, stored: i64) -> Result<(), Problem> {
        self.check_or_absent(Some(stored))
    }

    /// The same for a record that may not be there yet.
    pub fn check_or_absent(&self, stored: Option<i64>) -> Result<(), Problem> {
        let holds = match (&self.0, stored) {
            (Precondition::Any, Some(_)) | (Precondition::None, None) => true,
            (Precondition::Versions(seen), Some(version)) => seen.contains(&version),
            _ => false,
        };
        if holds { Ok(()) } else { Err(Problem::stale()) }
    }
}

/// The version inside one of our entity tags, `"v7-0123456789abcdef"`; weak tags never match (RFC 9110 §8.8.3.2).
fn version_of(tag: &str) -> Option<i64> {
    tag.trim().strip_prefix("\"v")?.strip_suffix('"')?.split('-').next()?.parse().ok()
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let text = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
        ready(match (text(header::IF_MATCH), text(header::IF_NONE_MATCH)) {
            (Some("*"), _) => Ok(Self(Precondition::Any)),
            (Some(tags), _) => Ok(Self(Precondition::Versions(tags.split(',').filter_map(version_of).collect()))),
            (None, Some("*")) => Ok(Self(Precondition::None)),
            (None, _) => Err(Problem::with_faults(
                Kind::PreconditionRequired,
                vec![Fault::header(
                    "If-Match",
                    "required",
                    "Send If-Match with the ETag of the record as you read it.",
                )],
            )),
        })
    }
}

impl Argument for IfMatch {
    fn describe(doc: &mut Doc) {
        let says = "The ETag of the record as the caller last read it; `*` for whatever it is now.";
        doc.parameter("header", "If-Match", true, says, json!({ "type": "string" }));
        doc.problem(Kind::PreconditionRequired);
        doc.problem(Kind::Stale);
        doc.problem(Kind::NotFromHere);
    }
}

/// Whether to write, or only to check everything and say what would come: `validate_only=true`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Check and write.
    Write,
    /// Check only; nothing is kept.
    Validate,
}

/// A yes or no in the query.
pub fn flag(request: &HttpRequest, name: &'static str) -> Result<bool, Problem> {
    match parameter(request, name)?.as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => {
            let fault = Fault::query(name, "wrong_type", "This is true or false.");
            Err(Problem::with_faults(Kind::InvalidParameters, vec![fault]))
        }
    }
}

impl FromRequest for Mode {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(flag(request, "validate_only").map(|only| if only { Self::Validate } else { Self::Write }))
    }
}

impl Argument for Mode {
    fn describe(doc: &mut Doc) {
        let says = "Make every check and answer what would come, but write nothing.";
        doc.parameter("query", "validate_only", false, says, json!({ "type": "boolean", "default": false }));
        doc.problem(Kind::InvalidParameters);
        // Every write can meet a record whose state, or whose existence, stands against it.
        doc.problem(Kind::NotFromHere);
        doc.problem(Kind::AlreadyExists);
    }
}

/// Which representation of a text the caller wants: `?format=`, else `Accept`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `text/plain`
    Text,
    /// `text/html`
    Html,
}

impl Shape {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        match parameter(request, "format")?.as_deref() {
            Some("text") => return Ok(Self::Text),
            Some("html") => return Ok(Self::Html),
            Some(_) => {
                let fault = Fault::query("format", "unknown_value", "The formats are text and html.");
                return Err(Problem::with_faults(Kind::InvalidParameters, vec![fault]));
            }
            None => {}
        }
        let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
        let mut best: Option<(f32, Self)> = None;
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default();
            let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
            let shape = match media {
                "text/html" | "application/xhtml+xml" => Self::Html,
                "text/plain" | "text/*" | "*/*" => Self::Text,
                _ => continue,
            };
            if weight > 0.0 && best.is_none_or(|(heaviest, _)| weight > heaviest) {
                best = Some((weight, shape));
            }
        }
        best.map(|(_, shape)| shape)
            .ok_or_else(|| Problem::new(Kind::NotAcceptable, "This comes as text/plain or text/html."))
    }
}

impl FromRequest for Shape {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for Shape {
    fn describe(doc: &mut Doc) {
        doc.by_accept = true;
        let says = "Which representation; without it, `Accept` decides.";
        doc.parameter("query", "format", false, says, json!({ "type": "string", "enum": ["text", "html"] }));
        doc.problem(Kind::InvalidParameters);
        doc.problem(Kind::NotAcceptable);
    }
}
