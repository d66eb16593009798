//! Compresses responses for clients that accept it (RFC 9110 §8.4): text that is long enough to benefit. Each
//! encoding has an ETag of its own.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};

use crate::api::content_encoding::{BodyEncoding, MIN_SIZE, is_text};

/// Returns the response in the encoding that its request accepts.
pub fn compress(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let is_text = response.headers().get(header::CONTENT_TYPE).is_some_and(is_text);
    let is_plain =
        !response.headers().contains_key(header::CONTENT_ENCODING) && response.status() != StatusCode::PARTIAL_CONTENT;
    let encoding = if is_text && is_plain { BodyEncoding::negotiate(response.request()) } else { None };
    let Some(encoding) = encoding else { return response };
    let mut is_compressed = false;
    let mut response = response.map_body(|_, body| match body.try_into_bytes() {
        Ok(bytes) if bytes.len() >= MIN_SIZE => match encoding.compress(&bytes) {
            Some(compressed) => {
                is_compressed = true;
                BoxBody::new(compressed)
            }
            None => BoxBody::new(bytes),
        },
        Ok(bytes) => BoxBody::new(bytes),
        Err(stream) => stream,
    });
    if is_compressed {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
        if let Some(etag) = headers.get(header::ETAG).and_then(|etag| encoding.etag(etag)) {
            headers.insert(header::ETAG, etag);
        }
    }
    response
}
