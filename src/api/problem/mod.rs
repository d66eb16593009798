//! The failure of a request: a problem document (RFC 9457) for the client, and separate text for the log.

mod fault;
mod fault_list;
mod table;

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde_json::{Map, Value, json};

pub use fault::{Fault, FeedRestart, ProblemDocument, escape, quote};
pub use fault_list::FaultList;
pub use table::{PROBLEM_DEFINITIONS, ProblemDefinition, ProblemKind};

/// The failure of a request: what the client receives and, separately, what the log receives.
#[derive(Debug)]
pub struct Problem(Box<ProblemContent>);

#[derive(Debug)]
struct ProblemContent {
    kind: ProblemKind,
    detail: String,
    faults: Vec<Fault>,
    faults_count: usize,
    members: Map<String, Value>,
    headers: Vec<(header::HeaderName, header::HeaderValue)>,
    log: Option<String>,
    transient: bool,
    locked: bool,
}

/// The maximum number of faults in one problem document. It keeps the response from growing far beyond the request.
pub const MAX_FAULTS: usize = 500;

/// The result of a handler.
pub type ApiResult<T> = Result<T, Problem>;

impl Problem {
    /// Creates a problem of a kind, with one sentence for the client.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self(Box::new(ProblemContent {
            kind,
            detail: detail.into(),
            faults: Vec::new(),
            faults_count: 0,
            members: Map::new(),
            headers: Vec::new(),
            log: None,
            transient: false,
            locked: false,
        }))
    }

    /// Creates a 404. The detail is the same for a record that does not exist and one that the caller may not see.
    pub fn not_found() -> Self {
        let detail = "This resource does not exist, or you may not see it. Check the address, and the areas of your \
                      token (`GET /v1/me`).";
        Self::new(ProblemKind::NotFound, detail)
    }

    /// Creates a 404 for a path that no operation has.
    pub fn unknown_path() -> Self {
        let detail =
            "No operation of this service has this path. `GET /v1` lists the main paths, and `/docs` all of them.";
        Self::new(ProblemKind::NotFound, detail)
    }

    /// Creates a 412: the record has changed since the client read it.
    pub fn stale() -> Self {
        let detail = "The record has changed since you read it. Read it again and send its new ETag in `If-Match`.";
        Self::new(ProblemKind::Stale, detail)
    }

    /// Creates a 403 whose detail states the reason.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Forbidden, detail)
    }

    /// Creates a 422 that lists every fault of a well-formed request.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        Self::with_faults(ProblemKind::Invalid, faults)
    }

    /// Creates a problem of a kind that lists the faults, up to [`MAX_FAULTS`].
    pub fn with_faults(kind: ProblemKind, faults: Vec<Fault>) -> Self {
        let count = faults.len();
        Self::with_first_faults(kind, faults, count)
    }

    /// Creates a problem of a kind from the first of `count` faults.
    pub fn with_first_faults(kind: ProblemKind, mut faults: Vec<Fault>, count: usize) -> Self {
        let detail = match faults.as_slice() {
            [only] if count == 1 => only.detail.clone(),
            _ if count > MAX_FAULTS => {
                format!("The request has {count} faults; `errors` lists the first {MAX_FAULTS}.")
            }
            _ => format!("The request has {count} faults; `errors` lists each of them."),
        };
        faults.truncate(MAX_FAULTS);
        let mut problem = Self::new(kind, detail);
        problem.0.faults = faults;
        problem.0.faults_count = count;
        problem
    }

    /// Creates a 500. Only the log receives the text; the client receives the request id.
    pub fn internal(log: impl fmt::Display) -> Self {
        let detail = "An internal error occurred. It is logged under this request's id.";
        let mut problem = Self::new(ProblemKind::Internal, detail);
        problem.0.log = Some(log.to_string());
        problem
    }

    /// Creates a 503 for a failure before anything was written. `seconds` becomes the `Retry-After` header.
    pub fn unavailable(log: impl fmt::Display, seconds: u32) -> Self {
        let detail = "The service is temporarily unavailable; nothing was written.";
        let mut problem = Self::new(ProblemKind::Unavailable, detail).header(header::RETRY_AFTER, seconds.into());
        problem.0.log = Some(log.to_string());
        problem
    }

    /// Creates a 503 for a failure during the commit. The detail states that the outcome of the write is unknown.
    pub fn uncertain(log: impl fmt::Display) -> Self {
        let mut problem = Self::unavailable(log, 1);
        problem.0.detail =
            "It is unknown whether the change was written. Read the record before you repeat the request.".to_owned();
        problem
    }

    /// Sets the text for the log, which is then written at level ERROR.
    #[must_use]
    pub fn with_log(mut self, log: impl fmt::Display) -> Self {
        self.0.log = Some(log.to_string());
        self
    }

    /// Marks a failure that a retry on another connection may avoid.
    #[must_use]
    pub fn transient(mut self) -> Self {
        self.0.transient = true;
        self
    }

    /// Marks a failure to get a lock that another transaction holds.
    #[must_use]
    pub fn locked(mut self) -> Self {
        self.0.locked = true;
        self
    }

    /// Adds an extension member (RFC 9457 §3.2).
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.members.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a header to the response.
    #[must_use]
    pub fn header(mut self, name: header::HeaderName, value: header::HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Returns the kind.
    pub fn kind(&self) -> ProblemKind {
        self.0.kind
    }

    /// Returns true if an immediate retry may succeed.
    pub fn is_transient(&self) -> bool {
        self.0.transient
    }

    /// Returns true if the request failed to get a lock that another transaction holds.
    pub fn is_locked(&self) -> bool {
        self.0.locked
    }

    /// Returns the listed faults, at most [`MAX_FAULTS`].
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// Returns the total number of faults, including those that are not listed.
    pub fn faults_count(&self) -> usize {
        self.0.faults_count
    }

    /// Returns the sentence for the client.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// Returns the text for the log, if it differs from the text for the client.
    pub fn log(&self) -> Option<&str> {
        self.0.log.as_deref()
    }

    /// Returns the problem document for one request. `instance` is the path of the request.
    pub fn document(&self, instance: &str, request_id: &str) -> Value {
        let definition = self.0.kind.definition();
        let mut document = json!({
            "type": format!("/problems/{}", definition.code), "title": definition.title, "status": definition.status,
            "detail": self.0.detail, "instance": instance, "code": definition.code, "request_id": request_id,
        });
        if !self.0.faults.is_empty() {
            document["errors"] = json!(self.0.faults);
        }
        for (name, value) in &self.0.members {
            document[name] = value.clone();
        }
        document
    }

    /// Returns the HTTP response with the problem document for one request.
    pub fn response(&self, instance: &str, request_id: &str) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status_code());
        for header in &self.0.headers {
            response.append_header(header.clone());
        }
        response.content_type("application/problem+json").json(self.document(instance, request_id))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind.definition().code, self.0.log.as_deref().unwrap_or(&self.0.detail))?;
        self.0.faults.iter().try_for_each(|fault| write!(f, "; {} {}", fault.pointer, fault.detail))
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.kind.definition().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    // `server/request_context.rs` replaces this body with one that names the path and the request id.
    fn error_response(&self) -> HttpResponse {
        self.response("", "")
    }
}
