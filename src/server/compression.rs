//! Bodies made smaller for clients that can read them so (RFC 9110 §8.4): text of a length that makes it worth while. The
//! entity tag of each coding is its own.

use std::io::Write;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, AcceptEncoding, ContentEncoding, Encoding, Header, HeaderValue};
use actix_web::web::Bytes;

/// Below this many bytes a body stays as it is: it fits into one packet anyhow.
const LEAST: usize = 1024;

/// The codings, the best first where the client likes them alike.
const CODINGS: [(Encoding, &str); 2] =
    [(Encoding::Known(ContentEncoding::Brotli), "br"), (Encoding::Known(ContentEncoding::Gzip), "gzip")];

/// The answer in the coding that its request asks for.
pub fn apply(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let wanted = AcceptEncoding::parse(answer.request()).ok().filter(|accepted| !accepted.0.is_empty());
    let text = answer.headers().get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok()).is_some_and(is_text);
    let plain =
        !answer.headers().contains_key(header::CONTENT_ENCODING) && answer.status() != StatusCode::PARTIAL_CONTENT;
    let coding = wanted.filter(|_| text && plain).and_then(|accepted| {
        let known =
            [Encoding::identity()].iter().chain(CODINGS.iter().map(|(coding, _)| coding)).cloned().collect::<Vec<_>>();
        let chosen = accepted.negotiate(known.iter().rev())?;
        CODINGS.iter().find(|(coding, _)| *coding == chosen).map(|(_, name)| *name)
    });
    let Some(coding) = coding else { return answer };
    let mut coded = false;
    let mut answer = answer.map_body(|_, body| match body.try_into_bytes() {
        Ok(bytes) if bytes.len() >= LEAST => match encode(coding, &bytes) {
            Some(smaller) => {
                coded = true;
                BoxBody::new(Bytes::from(smaller))
            }
            None => BoxBody::new(bytes),
        },
        Ok(bytes) => BoxBody::new(bytes),
        Err(stream) => stream,
    });
    if coded {
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()?.strip_suffix('"').map(str::to_owned));
        if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&format!("{tag}-{coding}\"")).ok()) {
            headers.insert(header::ETAG, tag);
        }
    }
    answer
}

fn is_text(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim();
    media.starts_with("text/") || media.ends_with("json") || media.ends_with("javascript") || media == "image/svg+xml"
}

/// The body in a coding; none where it would be no smaller.
fn encode(coding: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut smaller = Vec::with_capacity(bytes.len() / 4);
    if coding == "br" {
        let mut encoder = brotli::CompressorWriter::new(&mut smaller, 4096, 4, 20);
        encoder.write_all(bytes).ok()?;
        drop(encoder);
    } else {
        let mut encoder = flate2::write::GzEncoder::new(&mut smaller, flate2::Compression::new(5));
        encoder.write_all(bytes).ok()?;
        encoder.finish().ok()?;
    }
    (smaller.len() < bytes.len()).then_some(smaller)
}
