//! Pages of other origins (WHATWG Fetch §3.2): those on the list may do what their tokens allow, any other may read what is
//! published.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
const SENT: &str =
    "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Range, X-Request-Id, traceparent";
const SHOWN: &str = "ETag, Link, Location, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed, X-Request-Id, \
                     Content-Disposition, Content-Range, Deprecation, Sunset";

/// The origins whose pages may send tokens.
#[derive(Clone, Debug, Default)]
pub struct Origins(Vec<String>);

impl Origins {
    /// Those of a list such as `https://app.example,https://test.example`.
    pub fn new(origins: Vec<String>) -> Self {
        Self(origins)
    }

    fn lists(&self, origin: &HeaderValue) -> bool {
        self.0.iter().any(|known| known.as_bytes() == origin.as_bytes())
    }

    /// The answer to a page that asks beforehand what it may send; none where this is no such question.
    pub fn preflight(&self, method: &Method, asked: &HeaderMap) -> Option<HttpResponse> {
        let origin = asked.get(header::ORIGIN).filter(|_| *method == Method::OPTIONS)?;
        asked.get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
        let mut answer = HttpResponse::build(StatusCode::NO_CONTENT);
        answer.insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"));
        if self.lists(origin) {
            answer.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS));
            answer.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, SENT));
        } else {
            answer.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"));
            answer.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "If-None-Match, X-Request-Id, traceparent"));
        }
        Some(answer.finish())
    }

    /// Lets a page read the answer: a listed one any, every other what needed no token.
    pub fn apply_default_headers(&self, origin: Option<&HeaderValue>, with_token: bool, headers: &mut HeaderMap) {
        let Some(origin) = origin else { return };
        let allowed = match (self.lists(origin), with_token) {
            (true, _) => origin.clone(),
            (false, false) => HeaderValue::from_static("*"),
            (false, true) => return,
        };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(SHOWN));
    }
}
