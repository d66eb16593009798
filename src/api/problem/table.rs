//! Every way a request can fail, as one table.

use actix_web::http::StatusCode;

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
    /// The first request with this `Idempotency-Key` still runs. Send it again after `Retry-After` seconds for its answer.
    StillRunning = 409 "still_running" "The first request still runs";
    /// The file waits for its scan, the scan found malware in it, or it was disposed of. `detail` says which; only what waits is worth asking for again.
    Withheld = 409 "file_withheld" "The file is not served";
    /// The record changed since you read it. Read it again, look at what changed, and repeat with its new ETag.
    Stale = 412 "stale" "The record has changed since";
    /// The body is larger than this operation takes. `/v1` lists the limits.
    TooLarge = 413 "body_too_large" "The body is too large";
    /// The body's media type is not one this operation reads. The OpenAPI lists those it does.
    UnsupportedMediaType = 415 "unsupported_media_type" "Unsupported media type";
    /// The file has no such bytes. `Content-Range` says how many it has.
    RangeNotSatisfiable = 416 "range_not_satisfiable" "No such range";
    /// The request is well formed, but what it says cannot be. `errors` points at every fault, all at once.
    Invalid = 422 "invalid" "What the request says cannot be";
    /// This `Idempotency-Key` came with another request before. Use a new key for a new request.
    KeyReused = 422 "idempotency_key_reused" "The Idempotency-Key was used for another request";
    /// The action has needs that are not met yet. `errors` names each, with a pointer or an id.
    NeedsUnmet = 422 "needs_unmet" "Something is still missing";
    /// This operation needs `If-Match` with the ETag of the record as you last read it.
    PreconditionRequired = 428 "precondition_required" "If-Match is needed";
    /// You have asked more often than is answered. Try again after `Retry-After` seconds; `RateLimit` tells what is left.
    TooManyRequests = 429 "too_many_requests" "Too many requests";
    /// The headers or the path are longer than this service takes.
    HeadersTooLarge = 431 "headers_too_large" "The headers are too large";
    /// A fault of ours; it is logged under the request id. Nothing was written. Tell us the id.
    Internal = 500 "internal_error" "A fault of the service";
    /// The service or its database is busy or away. Nothing was written, unless `detail` says that this is not known. Try again after `Retry-After` seconds.
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
