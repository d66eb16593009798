//! The headers that every answer carries, whatever it is.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::VARY, "Authorization, Accept, Accept-Encoding, Origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
];
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// For how long whoever asked without a token may keep what they read.
pub const PUBLIC: &str = "public, max-age=60";

/// Adds them to an answer that may be kept as `cache` says; a policy of its own stays.
pub fn apply_default_headers(headers: &mut HeaderMap, cache: &'static str) {
    headers.reserve(ALWAYS.len() + 4);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    }
}
