//! Every way a request can fail, as one table; and the problem details (RFC 9457) it is told in.

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

macro_rules! kinds {
    ($($(#[doc = $remedy:literal])+ $kind:ident = $status:literal $code:literal $title:literal;)+) => {
        /// What kind of failure: one row each of status, code, title and remedy.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $($(#[doc = $remedy])+ $kind),+ }

        /// The table behind `/problems/{code}` and `openapi/problems.md`.
        pub const KINDS: &[Spec] = &[$(Spec {
            kind: Kind::$kind, status: $status, code: $code, title: $title, remedy: concat!($($remedy),+),
        }),+];
    };
}

/// One row of the table of problems.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The kind it describes.
    pub kind: Kind,
    /// The HTTP status.
    pub status: u16,
    /// The stable name, also the last part of the `type` URI.
    pub code: &'static str,
    /// The short human summary, the same each time.
    pub title: &'static str,
    /// What the caller can do about it.
    pub remedy: &'static str,
}

kinds! {
    /// The request could not be read as HTTP or JSON. Mend what `errors` points at and send it again.
    Malformed = 400 "malformed_request" "The request could not be read";
    /// A query parameter is unknown or has a value of another kind. `errors` names each; the OpenAPI lists what there is.
    InvalidParameters = 400 "invalid_parameters" "The query parameters are wrong";
    /// There is no token, or it was refused. Ask your identity provider for a fresh one and send it as `Authorization: Bearer`.
    Unauthenticated = 401 "unauthenticated" "A valid token is needed";
    /// Your token's roles do not allow this. `/v1/me` lists what they do allow.
    Forbidden = 403 "forbidden" "Not allowed for this caller";
    /// There is nothing here, or nothing that you may know of.
    NotFound = 404 "not_found" "Not found";
    /// The path exists, but not for this method. `Allow` lists the methods it has.
    MethodNotAllowed = 405 "method_not_allowed" "Method not allowed";
    /// No representation of what `Accept` asks for. Ask for one that the OpenAPI lists.
    NotAcceptable = 406 "not_acceptable" "No such representation";
    /// The body took too long to arrive. Send it again.
    RequestTimeout = 408 "request_timeout" "The request took too long to arrive";
    /// Something with this reference exists already. `existing` names it.
    AlreadyExists = 409 "already_exists" "It exists already";
    /// The record's state does not allow this action. `allowed_actions` lists what it does allow.
    NotFromHere = 409 "not_possible_from_this_state" "Not possible from this state";
    /// The record changed since you read it. Read it again, look at what changed, and repeat with its new ETag.
    Stale = 412 "stale" "The record has changed since";
    /// The body is larger than this operation takes. `/v1` lists the limits.
    TooLarge = 413 "body_too_large" "The body is too large";
    /// The body's media type is not one this operation reads. The OpenAPI lists those it does.
    UnsupportedMediaType = 415 "unsupported_media_type" "Unsupported media type";
    /// The request is well formed, but what it says cannot be. `errors` points at every fault, all at once.
    Invalid = 422 "invalid" "What the request says cannot be";
    /// The action has needs that are not met yet. `errors` names each, with a pointer or an id.
    NeedsUnmet = 422 "needs_unmet" "Something is still missing";
    /// This operation needs `If-Match` with the ETag of the record as you last read it.
    PreconditionRequired = 428 "precondition_required" "If-Match is needed";
    /// The headers or the path are longer than this service takes.
    HeadersTooLarge = 431 "headers_too_large" "The headers are too large";
    /// A fault of ours; it is logged under the request id. Nothing was written. Tell us the id.
    Internal = 500 "internal_error" "A fault of the service";
    /// The service or its database is busy or away. Nothing was written. Try again after `Retry-After` seconds.
    Unavailable = 503 "unavailable" "Not available just now";
}

impl Kind {
    /// This kind's row.
    pub fn spec(self) -> &'static Spec {
        KINDS.iter().find(|spec| spec.kind == self).expect("the macro gives every kind its row")
    }

    /// The kind that a bare HTTP status stands for, where a layer below answered without saying more.
    pub fn of_status(status: StatusCode) -> Self {
        KINDS
            .iter()
            .find(|spec| spec.status == status.as_u16())
            .map_or_else(|| if status.is_server_error() { Self::Internal } else { Self::Malformed }, |spec| spec.kind)
    }
}

/// One fault of the input: where it is, what it is called, what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// JSON Pointer (RFC 6901) into the part of the request that `in` names.
    #[schema(example = "/published_on")]
    pub pointer: String,
    /// Which part of the request: body, query, header, path or record (a need of the stored record itself).
    #[serde(rename = "in")]
    pub within: &'static str,
    /// Stable name of the fault.
    #[schema(example = "required")]
    pub code: &'static str,
    /// What is wrong, for people.
    pub detail: String,
    /// The record concerned, such as an unexplained recommendation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<uuid::Uuid>,
}

impl Fault {
    fn new(within: &'static str, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), within, code, detail: detail.into(), id: None }
    }

    /// A fault of the body at a JSON Pointer.
    pub fn body(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("body", pointer, code, detail)
    }

    /// A fault of one query parameter.
    pub fn query(name: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("query", format!("/{}", escape(name)), code, detail)
    }

    /// A fault of one header.
    pub fn header(name: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("header", format!("/{name}"), code, detail)
    }

    /// A need of the stored record that is not met, and the member it concerns.
    pub fn record(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new("record", pointer, code, detail)
    }

    /// Names the record concerned.
    #[must_use]
    pub fn about(mut self, id: uuid::Uuid) -> Self {
        self.id = Some(id);
        self
    }
}

/// One reference token of a JSON Pointer, escaped as RFC 6901 §3 says.
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// A failed request: what the client is told, and apart from it what the log is told.
#[derive(Debug)]
pub struct Problem(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    detail: String,
    faults: Vec<Fault>,
    members: Map<String, Value>,
    headers: Vec<(header::HeaderName, header::HeaderValue)>,
    log: Option<String>,
    transient: bool,
}

/// What a handler answers.
pub type Answer<T> = Result<T, Problem>;

impl Problem {
    /// A problem of this kind with a sentence for the client.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            detail: detail.into(),
            faults: Vec::new(),
            members: Map::new(),
            headers: Vec::new(),
            log: None,
            transient: false,
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

    /// A problem of this kind that lists its faults.
    pub fn with_faults(kind: Kind, faults: Vec<Fault>) -> Self {
        let detail = match faults.as_slice() {
            [only] => only.detail.clone(),
            more => format!("{} things are wrong; errors lists each.", more.len()),
        };
        let mut problem = Self::new(kind, detail);
        problem.0.faults = faults;
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

    /// Marks a failure that the same work, tried again on another connection, may not meet.
    #[must_use]
    pub fn transient(mut self) -> Self {
        self.0.transient = true;
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

    /// The faults it lists.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
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

/// The problem document as the OpenAPI describes it.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// Which kind, as a URI that resolves to its explanation.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid", format = "uri-reference")]
    pub kind: String,
    /// The kind's short summary.
    pub title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// The path that was asked for.
    pub instance: String,
    /// The kind's stable name.
    #[schema(example = "invalid")]
    pub code: String,
    /// The request's id, also in the log and the audit.
    pub request_id: String,
    /// Every fault of the input, or every unmet need.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub errors: Option<Vec<Fault>>,
}
