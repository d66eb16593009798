//! The headers that every response carries.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

const HEADERS: [(HeaderName, &str); 6] = [
    (header::VARY, "Authorization, Accept, Accept-Encoding, Origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
];

/// The directives that every policy has: `base-uri` and the two after it do not follow from `default-src`.
pub const POLICY_OF_ALL: &str = "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const CONTENT_SECURITY_POLICY: &str = constcat::concat!("default-src 'none'; ", POLICY_OF_ALL);

/// The `Cache-Control` of responses to requests without a token.
pub const PUBLIC: &str = "public, max-age=60";

/// Adds the headers to a response, with `cache_control` as its `Cache-Control`. A `Content-Security-Policy` that the
/// response already has stays.
pub fn apply_default_headers(headers: &mut HeaderMap, cache_control: &'static str) {
    headers.reserve(HEADERS.len() + 4);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    }
}
