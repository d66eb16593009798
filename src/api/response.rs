//! What a handler can answer: a record, a new record, a page of records, nothing. Entity tags and
//! conditional reads (RFC 9110 §13) are made here, once.

use std::borrow::Cow;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder};
use aws_lc_rs::digest;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::describe::{Doc, reference};
use super::expand;
use super::extract::Mode;
use super::problem::{Kind, Problem};
use super::response_cache::CacheMiss;

/// Something a handler answers; it describes itself.
pub trait ApiResponse {
    /// Adds the answers it can be to the operation's description.
    fn describe(doc: &mut Doc);
    /// The schema of the records it shows, where it shows any.
    fn shows() -> Option<Cow<'static, str>> {
        None
    }
    /// Those records.
    fn records(&self) -> Result<Vec<Value>, Problem> {
        Ok(Vec::new())
    }
    /// Makes the answer to one request.
    fn reply(self, request: &HttpRequest) -> HttpResponse;
}

/// A record as callers see it.
pub trait Representation: Serialize + ToSchema {}
impl<T: Serialize + ToSchema> Representation for T {}

/// A record that knows which version it is.
pub trait Versioned {
    /// Counts its changes, from 1.
    fn version(&self) -> i64;
}

/// 200 with one representation and its entity tag; 304 where the caller has it.
#[derive(Debug)]
pub struct Json<T> {
    value: T,
    version: Option<i64>,
}

impl<T: Versioned> Json<T> {
    /// A stored record: its tag names its version, for `If-Match`.
    pub fn record(value: T) -> Self {
        Self { version: Some(value.version()), value }
    }
}

impl<T> Json<T> {
    /// Something that is not written by its tag.
    pub fn plain(value: T) -> Self {
        Self { value, version: None }
    }
}

/// `"v7-0123456789abcdef"`: the version that `If-Match` compares, then what tells this view from every other.
pub(super) fn tag(version: Option<i64>, body: &[u8]) -> String {
    let view = hex::encode(&digest::digest(&digest::SHA256, body).as_ref()[..8]);
    version.map_or_else(|| format!("\"{view}\""), |version| format!("\"v{version}-{view}\""))
}

pub(super) fn serialise(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(Problem::internal)
}

pub(super) fn failed(problem: &Problem) -> HttpResponse {
    HttpResponse::from_error(Problem::internal(problem))
}

/// The body with its tag, or 304 where `If-None-Match` names it.
pub(super) fn conditional(
    request: &HttpRequest,
    mut answer: HttpResponseBuilder,
    tag: String,
    body: Vec<u8>,
) -> HttpResponse {
    let kept = request.extensions().get::<CacheMiss>().is_some();
    if let Some(told) = known_tag(request, &tag).filter(|_| !kept) {
        return answer.insert_header((header::ETAG, told)).status(StatusCode::NOT_MODIFIED).finish();
    }
    answer.insert_header((header::ETAG, tag));
    answer.body(body)
}

/// The tag by which a reader knows the body of this tag already, where it says so (RFC 9110 §13.1.2).
pub(super) fn known_tag<'a>(request: &'a HttpRequest, tag: &'a str) -> Option<&'a str> {
    let known = request.headers().get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    // The tag of a compressed body is the plain one's and the coding.
    let opened = tag.strip_suffix('"');
    let plain = |known: &str| {
        let known = ["-br\"", "-gzip\""].iter().find_map(|end| known.strip_suffix(end));
        known.is_some() && known == opened
    };
    let same = known.flat_map(|tags| tags.split(',')).map(str::trim).find(|known| {
        let known = known.strip_prefix("W/").unwrap_or(known);
        known == "*" || known == tag || plain(known)
    });
    let same = same.filter(|_| request.method().is_safe())?;
    Some(if same == "*" { tag } else { same.strip_prefix("W/").unwrap_or(same) })
}

pub(super) const TAG: (&str, &str) =
    ("ETag", "The entity tag of this view: send it as If-Match to write, as If-None-Match to read again.");

impl<T: Representation> ApiResponse for Json<T> {
    fn describe(doc: &mut Doc) {
        let schema = doc.schema::<T>();
        doc.response(200, "As it is now.", &[TAG], json!({ "application/json": { "schema": schema } }));
        if doc.parameters.iter().all(|parameter| parameter["name"] != "If-Match") {
            doc.response(304, "As the caller has it.", &[TAG], json!(null));
        }
    }

    fn shows() -> Option<Cow<'static, str>> {
        Some(T::name())
    }

    fn records(&self) -> Result<Vec<Value>, Problem> {
        Ok(vec![serde_json::to_value(&self.value).map_err(Problem::internal)?])
    }

    fn reply(self, request: &HttpRequest) -> HttpResponse {
        match expand::serialise(request, &self.value) {
            Err(problem) => failed(&problem),
            Ok(body) => {
                let mut answer = HttpResponse::Ok();
                answer.content_type("application/json");
                conditional(request, answer, tag(self.version, &body), body)
            }
        }
    }
}

/// 201 with the new record and its address; 200 where it was only checked.
#[derive(Debug)]
pub struct Created<T> {
    value: T,
    version: Option<i64>,
    location: String,
    mode: Mode,
}

impl<T> Created<T> {
    /// A record now stored at `location`, or, by mode, only tried.
    pub fn at(location: String, value: T, mode: Mode) -> Self {
        Self { value, version: None, location, mode }
    }

    /// Gives the answer the record's entity tag.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }
}

impl<T: Representation> ApiResponse for Created<T> {
    fn describe(doc: &mut Doc) {
        let content = json!({ "application/json": { "schema": doc.schema::<T>() } });
        let location = ("Location", "Where it is.");
        doc.response(201, "Made.", &[location, TAG], content.clone());
        doc.response(200, "Checked with validate_only; nothing was written.", &[], content);
        doc.problem(Kind::AlreadyExists);
        doc.problem(Kind::NotFromHere);
    }

    fn reply(self, _: &HttpRequest) -> HttpResponse {
        match serialise(&self.value) {
            Err(problem) => failed(&problem),
            Ok(body) if self.mode == Mode::Validate => HttpResponse::Ok().content_type("application/json").body(body),
            Ok(body) => {
                let mut answer = HttpResponse::Created();
                if self.version.is_some() {
                    answer.insert_header((header::ETAG, tag(self.version, &body)));
                }
                answer.insert_header((header::LOCATION, self.location)).content_type("application/json").body(body)
            }
        }
    }
}

/// 200 with what was written whole, 201 where it was not there before (RFC 9110 §9.3.4).
#[derive(Debug)]
pub struct CreatedOrReplaced<T> {
    shown: Json<T>,
    new: bool,
}

impl<T: Versioned> CreatedOrReplaced<T> {
    /// A stored record, and whether it is new.
    pub fn record(value: T, new: bool) -> Self {
        Self { shown: Json::record(value), new }
    }
}

impl<T: Representation> ApiResponse for CreatedOrReplaced<T> {
    fn describe(doc: &mut Doc) {
        Json::<T>::describe(doc);
        // What is not there yet has no tag: one precondition or the other is sent.
        for parameter in doc.parameters.iter_mut().filter(|parameter| parameter["name"] == "If-Match") {
            parameter["required"] = json!(false);
        }
        let says = "`*` in place of If-Match: that there is none yet.";
        doc.parameter("header", "If-None-Match", false, says, json!({ "type": "string", "enum": ["*"] }));
        doc.response(201, "Made.", &[TAG], json!({ "application/json": { "schema": reference(&T::name()) } }));
    }

    fn reply(self, request: &HttpRequest) -> HttpResponse {
        let mut answer = self.shown.reply(request);
        if self.new && answer.status() == StatusCode::OK {
            *answer.status_mut() = StatusCode::CREATED;
        }
        answer
    }
}

/// 204: it is no more.
#[derive(Debug)]
pub struct NoContent;

impl ApiResponse for NoContent {
    fn describe(doc: &mut Doc) {
        doc.response(204, "Removed.", &[], json!(null));
        // What others still belong to stays.
        doc.problem(Kind::NeedsUnmet);
    }

    fn reply(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}
