//! Bodies made smaller for clients that can read them so (RFC 9110 §8.4): text of a length that makes it worth while. The
//! entity tag of each coding is its own.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};

use crate::api::content_encoding::{BodyEncoding, LEAST, is_text};

/// The answer in the coding that its request asks for.
pub fn apply(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let text = answer.headers().get(header::CONTENT_TYPE).is_some_and(is_text);
    let plain =
        !answer.headers().contains_key(header::CONTENT_ENCODING) && answer.status() != StatusCode::PARTIAL_CONTENT;
    let coding = if text && plain { BodyEncoding::wanted(answer.request()) } else { None };
    let Some(coding) = coding else { return answer };
    let mut coded = false;
    let mut answer = answer.map_body(|_, body| match body.try_into_bytes() {
        Ok(bytes) if bytes.len() >= LEAST => match coding.encode(&bytes) {
            Some(smaller) => {
                coded = true;
                BoxBody::new(smaller)
            }
            None => BoxBody::new(bytes),
        },
        Ok(bytes) => BoxBody::new(bytes),
        Err(stream) => stream,
    });
    if coded {
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
        if let Some(tag) = headers.get(header::ETAG).and_then(|tag| coding.tag(tag)) {
            headers.insert(header::ETAG, tag);
        }
    }
    answer
}
