//! The problem types: every way a request can fail, with its HTTP status, code, title and remedy, in one table.

use actix_web::http::StatusCode;

macro_rules! problem_kinds {
    ($($(#[doc = $remedy:literal])+ $kind:ident = $status:literal $code:literal $title:literal;)+) => {
        /// The kind of a problem (RFC 9457 calls it the problem type). The documentation of each variant is its remedy.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemKind { $($(#[doc = $remedy])+ $kind),+ }

        /// The definition of every kind, published at `/problems/{code}` and in `openapi/problems.md`.
        pub const PROBLEM_DEFINITIONS: &[ProblemDefinition] = &[$(ProblemDefinition {
            kind: ProblemKind::$kind, status: $status, code: $code, title: $title, remedy: concat!($($remedy),+),
        }),+];
    };
}

/// One row of the table of problems.
#[derive(Clone, Copy, Debug)]
pub struct ProblemDefinition {
    /// The kind it defines.
    pub kind: ProblemKind,
    /// The HTTP status.
    pub status: u16,
    /// The stable name, also the last segment of the `type` URI.
    pub code: &'static str,
    /// The short summary for people, the same in every problem of the kind.
    pub title: &'static str,
    /// What went wrong and what the caller can do about it.
    pub remedy: &'static str,
}

problem_kinds! {
    /// The request is not valid HTTP, or its body cannot be parsed. Correct what `errors` points at and send the
    /// request again.
    Malformed = 400 "malformed_request" "Malformed request";
    /// A query parameter is unknown, is given twice or has a wrong value. `errors` names each one. The OpenAPI document
    /// lists the parameters of every operation.
    InvalidParameters = 400 "invalid_parameters" "Invalid query parameters";
    /// The request has no access token, or the token is invalid or has expired. Get a new token from your identity
    /// provider and send it as `Authorization: Bearer`.
    Unauthenticated = 401 "unauthenticated" "Authentication required";
    /// Your roles do not permit this operation. `/v1/me` lists your roles and permissions.
    Forbidden = 403 "forbidden" "Permission denied";
    /// No such resource exists, or you may not see it. Check the address and the areas that your token names.
    NotFound = 404 "not_found" "Not found";
    /// The path does not support this method. The `Allow` header lists the methods it supports.
    MethodNotAllowed = 405 "method_not_allowed" "Method not allowed";
    /// The resource is not available in a media type that `Accept` lists. Send a media type that the OpenAPI document
    /// lists for the operation.
    NotAcceptable = 406 "not_acceptable" "Not acceptable";
    /// The request body did not arrive in time. Send the request again.
    RequestTimeout = 408 "request_timeout" "Request timeout";
    /// A record with this reference already exists. `existing` states its id and address.
    AlreadyExists = 409 "already_exists" "Record already exists";
    /// The record is in a state that does not allow this action. `allowed_actions` lists the actions that you can take
    /// now.
    NotPossibleFromThisState = 409 "not_possible_from_this_state" "Action not possible in this state";
    /// An earlier request with this `Idempotency-Key` is still being processed. Send the request again after
    /// `Retry-After` seconds to get its response.
    StillRunning = 409 "still_running" "Earlier request still running";
    /// The file is waiting for its malware scan, contains malware or has been disposed of. `detail` states which.
    /// Request it again later only if it is waiting for its scan.
    FileWithheld = 409 "file_withheld" "File withheld";
    /// The database was restored to an earlier state, and what you hold is from after that state. `restart` states where
    /// the log that exists now begins to differ. Continue from there, and read your records again.
    FeedRestarted = 410 "feed_restarted" "Log restarted by a restore";
    /// The audit log does not have the tree head that you hold: the database was restored or replaced, or the root is of
    /// another log. `detail` names the log. The opening of each epoch states the reason of a restore.
    TreeHeadUnknown = 410 "tree_head_unknown" "Tree head not in the log";
    /// The record has changed since you read it. Read it again, check what changed and repeat the request with the new
    /// ETag.
    Stale = 412 "stale" "Record has changed";
    /// The request body is larger than this operation accepts. `/v1` lists the limits.
    BodyTooLarge = 413 "body_too_large" "Request body too large";
    /// This operation does not accept a request body of this media type or encoding. The OpenAPI document lists the
    /// media types that it accepts.
    UnsupportedMediaType = 415 "unsupported_media_type" "Unsupported media type";
    /// The file does not contain the byte range that was requested. `Content-Range` states the size of the file.
    RangeNotSatisfiable = 416 "range_not_satisfiable" "Range not satisfiable";
    /// The request is well formed, but some of its values are invalid. `errors` lists every fault with a pointer to the
    /// value.
    Invalid = 422 "invalid" "Invalid request content";
    /// This `Idempotency-Key` was already used for a different request. Use a new key for each new request.
    IdempotencyKeyReused = 422 "idempotency_key_reused" "Idempotency-Key already used";
    /// The record does not yet meet every condition for this action. `errors` lists each unmet condition with a pointer
    /// or an id.
    NeedsUnmet = 422 "needs_unmet" "Conditions not met";
    /// This operation requires a precondition. Read the record and send its ETag in `If-Match`.
    PreconditionRequired = 428 "precondition_required" "Precondition required";
    /// You have sent too many requests. Try again after `Retry-After` seconds. The `RateLimit` header states the number
    /// of requests that remain.
    TooManyRequests = 429 "too_many_requests" "Too many requests";
    /// The path, the query and the headers of the request are together larger than the service accepts. `/v1` lists the
    /// limits.
    HeadersTooLarge = 431 "headers_too_large" "Request headers too large";
    /// The service failed because of an internal error, which is logged under the request id. Nothing was written.
    /// Report the request id to the operator.
    Internal = 500 "internal_error" "Internal error";
    /// The stored content of this file is no longer what was uploaded, so the service does not send it. It is logged for
    /// the operator, who must restore it from a backup. A retry does not help; another upload of the same file does.
    FileDamaged = 500 "file_damaged" "Stored file damaged";
    /// The content of this file is not where it was stored. It is logged for the operator, who must restore it from a
    /// backup. A retry does not help; another upload of the same file does.
    FileMissing = 500 "file_missing" "Stored file missing";
    /// The service or its database is busy or cannot be reached. Nothing was written, unless `detail` states that this
    /// is unknown. Try again after `Retry-After` seconds.
    Unavailable = 503 "unavailable" "Service unavailable";
}

impl ProblemKind {
    /// Returns the definition of this kind.
    pub fn definition(self) -> &'static ProblemDefinition {
        PROBLEM_DEFINITIONS.iter().find(|it| it.kind == self).expect("the macro writes a definition for every kind")
    }

    /// Returns the first kind with this HTTP status, for errors that actix returns without a problem. Statuses without
    /// a kind of their own become [`Internal`](Self::Internal) from 500 on, and [`Malformed`](Self::Malformed) below.
    pub fn of_status(status: StatusCode) -> Self {
        PROBLEM_DEFINITIONS.iter().find(|it| it.status == status.as_u16()).map_or_else(
            || if status.is_server_error() { Self::Internal } else { Self::Malformed },
            |definition| definition.kind,
        )
    }
}
