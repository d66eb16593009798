//! Idempotent POST requests: the `Idempotency-Key` header, the fingerprint of a request, and the stored response that a
//! repeated request receives.

use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::body::MessageBody;
use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, dev};
use aws_lc_rs::digest;
use serde_json::json;

use super::operation_doc::OperationDoc;
use super::problem::{Fault, Problem, ProblemKind};
use super::response::ApiResponse;
use super::signature::Argument;

const KEY: &str = "idempotency-key";
const REPLAYED: &str = "idempotency-replayed";

/// The SHA-256 digest of the request body, which becomes part of the fingerprint.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyDigest(pub [u8; 32]);

/// The `Idempotency-Key` of a request, if it has one, and the request itself.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    key: Option<String>,
    content: String,
    request: HttpRequest,
}

impl IdempotencyKey {
    /// Returns the key, if the request has one.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Returns a SHA-256 digest of method, path, query and body in hexadecimal. Requests with the same key must have
    /// the same fingerprint.
    pub fn fingerprint(&self) -> String {
        let mut context = digest::Context::new(&digest::SHA256);
        let path_and_query = self.request.uri().path_and_query().map_or("", |it| it.as_str());
        for part in [self.request.method().as_str(), path_and_query, &self.content] {
            context.update(part.as_bytes());
            context.update(b"\0");
        }
        if let Some(BodyDigest(body)) = self.request.extensions().get() {
            context.update(body);
        }
        hex::encode(context.finish())
    }

    /// Adds values that identify the body to the fingerprint, for a body that the handler reads itself.
    #[must_use]
    pub fn with_content(mut self, values: &[&str]) -> Self {
        self.content = values.join("\0");
        self
    }

    /// Makes the response that is stored under the key.
    ///
    /// # Errors
    ///
    /// Returns a 500 if the response is not a success or is streamed.
    pub fn stored_response<R: ApiResponse>(&self, response: R) -> Result<StoredResponse, Problem> {
        StoredResponse::new(response.into_response(&self.request))
    }

    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let mut values = request.headers().get_all(KEY);
        let key = match (values.next(), values.next()) {
            (None, _) => None,
            (Some(key), None) => Some(key.to_str().unwrap_or_default().to_owned()),
            _ => Some(String::new()),
        };
        if key.as_ref().is_some_and(|key| !(1..=255).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_graphic()))
        {
            let detail = "`Idempotency-Key` must be sent once and have 1 to 255 visible ASCII characters.";
            let fault = Fault::header("Idempotency-Key", "wrong_format", detail);
            return Err(Problem::with_faults(ProblemKind::Malformed, vec![fault]));
        }
        Ok(Self { key, content: String::new(), request: request.clone() })
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for IdempotencyKey {
    fn describe(doc: &mut OperationDoc) {
        let description = "Makes the request safe to repeat: within 24 hours, it is performed once for each key. The \
                           same request with the same key gets the stored response, with \
                           `Idempotency-Replayed: true`. Another request with that key is refused. An error response \
                           (4xx) is not stored: correct the request and send it with the same key.";
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" });
        doc.parameter("header", "Idempotency-Key", false, description, schema);
        doc.problem(ProblemKind::Malformed);
        doc.problem(ProblemKind::StillRunning);
        doc.problem(ProblemKind::IdempotencyKeyReused);
    }
}

/// A response as it is stored, and sent again to a repeated request.
#[derive(Clone, Debug)]
pub struct StoredResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers that the handler set.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl StoredResponse {
    fn new(response: HttpResponse) -> Result<Self, Problem> {
        let status = response.status();
        if !status.is_success() {
            return Err(Problem::internal(format!("a response with status {status} cannot be stored")));
        }
        let headers = response.headers().iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        let headers = headers.collect();
        let body = response.into_body().try_into_bytes();
        let body = body.map_err(|_| Problem::internal("a streamed response cannot be stored"))?.to_vec();
        Ok(Self { status: status.as_u16(), headers, body })
    }
}

/// The response to a POST with or without a key. Its documentation is the documentation of `R`.
#[derive(Debug)]
pub struct IdempotentResponse<R> {
    stored: StoredResponse,
    replayed: bool,
    response: PhantomData<R>,
}

impl<R> IdempotentResponse<R> {
    /// Creates a response. `replayed` is true if an earlier request got this response first.
    pub fn new(stored: StoredResponse, replayed: bool) -> Self {
        Self { stored, replayed, response: PhantomData }
    }

    /// Returns the stored response if an earlier request got it first.
    pub fn into_replay(self) -> Option<StoredResponse> {
        self.replayed.then_some(self.stored)
    }

    /// Replaces the body that is sent. The body in the database stays as it is.
    ///
    /// # Errors
    ///
    /// Returns the error of `map`.
    pub fn map_body(mut self, map: impl FnOnce(&[u8]) -> Result<Vec<u8>, Problem>) -> Result<Self, Problem> {
        self.stored.body = map(&self.stored.body)?;
        Ok(self)
    }

    /// Converts the type, for an operation with several kinds of response.
    pub fn into_variant<U>(self) -> IdempotentResponse<U> {
        IdempotentResponse { stored: self.stored, replayed: self.replayed, response: PhantomData }
    }
}

impl<R: ApiResponse> ApiResponse for IdempotentResponse<R> {
    fn describe(doc: &mut OperationDoc) {
        R::describe(doc);
    }

    fn into_response(self, _: &HttpRequest) -> HttpResponse {
        let StoredResponse { status, headers, body } = self.stored;
        let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
        for (name, value) in headers {
            response.insert_header((name, value));
        }
        if self.replayed {
            response.insert_header((REPLAYED, "true"));
        }
        if status == StatusCode::NO_CONTENT {
            return response.finish();
        }
        response.body(Bytes::from(body))
    }
}

/// Creates a 409 for a key whose first request has not finished.
pub fn still_running() -> Problem {
    let detail = "The first request with this `Idempotency-Key` has not finished. Send the request again later.";
    Problem::new(ProblemKind::StillRunning, detail).header(header::RETRY_AFTER, header::HeaderValue::from_static("1"))
}
