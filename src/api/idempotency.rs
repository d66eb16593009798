//! `Idempotency-Key`: what a caller sends so that a POST repeated is carried out once, and the answer it was given.

use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::body::MessageBody;
use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, dev};
use aws_lc_rs::digest;
use serde_json::json;

use super::describe::Doc;
use super::problem::{Fault, Kind, Problem};
use super::response::ApiResponse;
use super::signature::Argument;

const KEY: &str = "idempotency-key";
const REPLAYED: &str = "idempotency-replayed";

/// The digest of a body that was read, for the request's fingerprint.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyDigest(pub [u8; 32]);

/// A POST that is to be carried out once, where it came with an `Idempotency-Key`.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    key: Option<String>,
    told_apart_by: String,
    request: HttpRequest,
}

impl IdempotencyKey {
    /// The key, where one came.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// A digest of what is asked: method, path, query and body.
    pub fn fingerprint(&self) -> String {
        let mut asked = digest::Context::new(&digest::SHA256);
        let at = self.request.uri().path_and_query().map_or("", |at| at.as_str());
        for part in [self.request.method().as_str(), at, &self.told_apart_by] {
            asked.update(part.as_bytes());
            asked.update(b"\0");
        }
        if let Some(BodyDigest(body)) = self.request.extensions().get() {
            asked.update(body);
        }
        hex::encode(asked.finish())
    }

    /// The same for a body that the handler reads itself: what tells it from another.
    #[must_use]
    pub fn with(mut self, told_apart_by: &[&str]) -> Self {
        self.told_apart_by = told_apart_by.join("\0");
        self
    }

    /// The answer that a reply makes.
    pub fn answer<R: ApiResponse>(&self, reply: R) -> Result<StoredResponse, Problem> {
        StoredResponse::of(reply.reply(&self.request))
    }

    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let mut given = request.headers().get_all(KEY);
        let key = match (given.next(), given.next()) {
            (None, _) => None,
            (Some(key), None) => Some(key.to_str().unwrap_or_default().to_owned()),
            _ => Some(String::new()),
        };
        if key.as_ref().is_some_and(|key| !(1..=255).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_graphic()))
        {
            let detail = "One key is sent, of 1 to 255 visible ASCII characters.";
            let fault = Fault::header("Idempotency-Key", "wrong_format", detail);
            return Err(Problem::with_faults(Kind::Malformed, vec![fault]));
        }
        Ok(Self { key, told_apart_by: String::new(), request: request.clone() })
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
    fn describe(doc: &mut Doc) {
        let says = "Carries the request out once, however often it is sent within 24 hours: the same request is given the \
                    first one's answer again, with `Idempotency-Replayed: true`; another request with the same key is \
                    refused. A refusal (4xx) is not kept: mend the request and send it with the same key.";
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" });
        doc.parameter("header", "Idempotency-Key", false, says, schema);
        doc.problem(Kind::Malformed);
        doc.problem(Kind::StillRunning);
        doc.problem(Kind::KeyReused);
    }
}

/// An answer as it is kept, and given again.
#[derive(Clone, Debug)]
pub struct StoredResponse {
    /// The status.
    pub status: u16,
    /// The headers that belong to the answer itself.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl StoredResponse {
    fn of(answer: HttpResponse) -> Result<Self, Problem> {
        let status = answer.status();
        if !status.is_success() {
            return Err(Problem::internal(format!("an answer of {status} is not kept")));
        }
        let headers = answer.headers().iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        let headers = headers.collect();
        let body = answer.into_body().try_into_bytes();
        let body = body.map_err(|_| Problem::internal("a stream is not kept"))?.to_vec();
        Ok(Self { status: status.as_u16(), headers, body })
    }
}

/// The answer to a POST: of its reply's making, now or when it first came.
#[derive(Debug)]
pub struct IdempotentResponse<R> {
    kept: StoredResponse,
    replayed: bool,
    of: PhantomData<R>,
}

impl<R> IdempotentResponse<R> {
    /// An answer; `replayed` where the request had it before.
    pub fn new(kept: StoredResponse, replayed: bool) -> Self {
        Self { kept, replayed, of: PhantomData }
    }

    /// The answer, where the request had it before.
    pub fn into_replay(self) -> Option<StoredResponse> {
        self.replayed.then_some(self.kept)
    }

    /// The same answer with another body, whether it is given now or again; what is kept stays as it is.
    pub fn amended(mut self, amend: impl FnOnce(&[u8]) -> Result<Vec<u8>, Problem>) -> Result<Self, Problem> {
        self.kept.body = amend(&self.kept.body)?;
        Ok(self)
    }

    /// The same answer as one of several that an operation has.
    pub fn among<U>(self) -> IdempotentResponse<U> {
        IdempotentResponse { kept: self.kept, replayed: self.replayed, of: PhantomData }
    }
}

impl<R: ApiResponse> ApiResponse for IdempotentResponse<R> {
    fn describe(doc: &mut Doc) {
        R::describe(doc);
    }

    fn reply(self, _: &HttpRequest) -> HttpResponse {
        let StoredResponse { status, headers, body } = self.kept;
        let mut answer = HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
        for (name, value) in headers {
            answer.insert_header((name, value));
        }
        if self.replayed {
            answer.insert_header((REPLAYED, "true"));
        }
        if status == StatusCode::NO_CONTENT {
            return answer.finish();
        }
        answer.body(Bytes::from(body))
    }
}

/// 409 for a key whose first request still runs.
pub fn still_running() -> Problem {
    Problem::new(Kind::StillRunning, "The first request with this Idempotency-Key has not ended yet.")
        .header(header::RETRY_AFTER, header::HeaderValue::from_static("1"))
}
