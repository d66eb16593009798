//! Requests from web pages of other origins (WHATWG Fetch §3.2). A page of a listed origin may do what its token
//! allows. A page of any other origin may read the published copy.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};

const ALLOWED_METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
const ALLOWED_HEADERS: &str =
    "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Range, X-Request-Id, traceparent";
const EXPOSED_HEADERS: &str = "ETag, Link, Location, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed, \
                               X-Request-Id, Content-Disposition, Content-Range, Deprecation, Sunset";

/// The origins whose pages may send tokens.
#[derive(Clone, Debug, Default)]
pub struct Origins(Vec<String>);

impl Origins {
    /// Creates the list from origins such as `https://app.example`.
    pub fn new(origins: Vec<String>) -> Self {
        Self(origins)
    }

    fn contains(&self, origin: &HeaderValue) -> bool {
        self.0.iter().any(|listed| listed.as_bytes() == origin.as_bytes())
    }

    /// Returns the response to a preflight request; none when the request is not one.
    pub fn preflight(&self, method: &Method, headers: &HeaderMap) -> Option<HttpResponse> {
        let origin = headers.get(header::ORIGIN).filter(|_| *method == Method::OPTIONS)?;
        headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
        let mut response = HttpResponse::build(StatusCode::NO_CONTENT);
        response.insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"));
        if self.contains(origin) {
            response.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS));
            response.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS));
        } else {
            response.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"));
            response.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "If-None-Match, X-Request-Id, traceparent"));
        }
        Some(response.finish())
    }

    /// Adds the headers that let a page read the response: any response for a listed origin, and for every other
    /// origin a response to a request without a token.
    pub fn add_headers(&self, origin: Option<&HeaderValue>, has_token: bool, headers: &mut HeaderMap) {
        let Some(origin) = origin else { return };
        let allowed = match (self.contains(origin), has_token) {
            (true, _) => origin.clone(),
            (false, false) => HeaderValue::from_static("*"),
            (false, true) => return,
        };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
    }
}
