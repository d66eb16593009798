//! A failed request, told to the client as problem details (RFC 9457) and to the log in its own words.

mod fault;
mod table;

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde_json::{Map, Value, json};

pub use fault::{Fault, ProblemDocument, escape};
pub use table::{KINDS, Kind, Spec};

/// A failed request: what the client is told, and apart from it what the log is told.
#[derive(Debug)]
pub struct Problem(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    detail: String,
    faults: Vec<Fault>,
    count: usize,
    members: Map<String, Value>,
    headers: Vec<(header::HeaderName, header::HeaderValue)>,
    log: Option<String>,
    transient: bool,
    locked: bool,
}

/// How many faults are listed at the most, so that an answer is not many times its question.
pub const MOST_FAULTS: usize = 500;

/// What a handler answers.
pub type ApiResult<T> = Result<T, Problem>;

impl Problem {
    /// A problem of this kind with a sentence for the client.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            detail: detail.into(),
            faults: Vec::new(),
            count: 0,
            members: Map::new(),
            headers: Vec::new(),
            log: None,
            transient: false,
            locked: false,
        }))
    }

    /// Not there, or not yours to know of: always the same words.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "There is nothing here that you may see.")
    }

    /// The record is not in the state the caller's precondition names.
    pub fn stale() -> Self {
        Self::new(Kind::Stale, "The record is not in the state that the precondition names.")
    }

    /// Not this caller's to do, and why.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, detail)
    }

    /// Input that is well formed but wrong: every fault at once.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        Self::with_faults(Kind::Invalid, faults)
    }

    /// A problem of this kind that lists its faults; of a body that is nothing but faults, the first [`MOST_FAULTS`].
    pub fn with_faults(kind: Kind, faults: Vec<Fault>) -> Self {
        let count = faults.len();
        Self::of_many(kind, faults, count)
    }

    /// A problem of this kind that lists the first of so many faults.
    pub fn of_many(kind: Kind, mut faults: Vec<Fault>, count: usize) -> Self {
        let detail = match faults.as_slice() {
            [only] if count == 1 => only.detail.clone(),
            _ if count > MOST_FAULTS => format!("{count} things are wrong; errors lists the first {MOST_FAULTS}."),
            _ => format!("{count} things are wrong; errors lists each."),
        };
        faults.truncate(MOST_FAULTS);
        let mut problem = Self::new(kind, detail);
        problem.0.faults = faults;
        problem.0.count = count;
        problem
    }

    /// A fault of ours; the client gets no word of what is logged.
    pub fn internal(log: impl fmt::Display) -> Self {
        let mut problem = Self::new(Kind::Internal, "The fault is logged under this request's id.");
        problem.0.log = Some(log.to_string());
        problem
    }

    /// Busy or away; the client may try again after `seconds`.
    pub fn unavailable(log: impl fmt::Display, seconds: u32) -> Self {
        let mut problem = Self::new(Kind::Unavailable, "The service cannot answer just now; nothing was written.")
            .header(header::RETRY_AFTER, seconds.into());
        problem.0.log = Some(log.to_string());
        problem
    }

    /// Away in the very moment of the commit: whether it was written is not known, and the client is told so.
    pub fn uncertain(log: impl fmt::Display) -> Self {
        let mut problem = Self::unavailable(log, 1);
        problem.0.detail = "It is not known whether this was written: read again before you repeat it.".to_owned();
        problem
    }

    /// Marks a failure that the same work, tried again on another connection, may not meet.
    #[must_use]
    pub fn transient(mut self) -> Self {
        self.0.transient = true;
        self
    }

    /// Marks a failure to get at what another transaction holds.
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

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: header::HeaderName, value: header::HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// What kind it is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Whether trying again at once may help.
    pub fn is_transient(&self) -> bool {
        self.0.transient
    }

    /// Whether another transaction held what was asked for, too long.
    pub fn is_locked(&self) -> bool {
        self.0.locked
    }

    /// The faults it lists.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// How many faults there are, of which it may list the first alone.
    pub fn faults_count(&self) -> usize {
        self.0.count
    }

    /// The sentence for the client.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// What the log is told, where that differs from what the client is.
    pub fn log(&self) -> Option<&str> {
        self.0.log.as_deref()
    }

    /// The problem document, for one request.
    pub fn document(&self, instance: &str, request_id: &str) -> Value {
        let spec = self.0.kind.spec();
        let mut document = json!({
            "type": format!("/problems/{}", spec.code), "title": spec.title, "status": spec.status,
            "detail": self.0.detail, "instance": instance, "code": spec.code, "request_id": request_id,
        });
        if !self.0.faults.is_empty() {
            document["errors"] = json!(self.0.faults);
        }
        for (name, value) in &self.0.members {
            document[name] = value.clone();
        }
        document
    }

    /// The answer, its document made out to one request.
    pub fn answer(&self, instance: &str, request_id: &str) -> HttpResponse {
        let mut answer = HttpResponseBuilder::new(self.status_code());
        for header in &self.0.headers {
            answer.append_header(header.clone());
        }
        answer.content_type("application/problem+json").json(self.document(instance, request_id))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind.spec().code, self.0.log.as_deref().unwrap_or(&self.0.detail))?;
        self.0.faults.iter().try_for_each(|fault| write!(f, "; {} {}", fault.pointer, fault.detail))
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.kind.spec().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    // The outermost layer makes the document out to its request (server/envelope.rs); this is the bare form.
    fn error_response(&self) -> HttpResponse {
        self.answer("", "")
    }
}
