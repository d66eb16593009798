//! One cached response: its headers, its body and the compressed variants of the body.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;

use super::body_memory::own_memory;
use crate::api::conditional_request::matching_etag;
use crate::api::content_encoding::{BodyEncoding, MIN_SIZE, is_text};

/// The memory in bytes that an entry takes beside its texts and this type: the records of the map, and reference counts.
/// Measured.
const OVERHEAD: usize = 400;

/// A response with status 200.
pub struct CachedResponse {
    /// The path template of the operation.
    pub path: &'static str,
    /// The headers that other responses have too. Those that belong to a single request are not stored.
    pub headers: Arc<HeaderMap>,
    /// The `Link` to the next page of a list.
    pub link: Option<HeaderValue>,
    /// The ETag of the plain body.
    pub etag: HeaderValue,
    /// The plain body.
    pub body: Bytes,
    /// The compressed variants: `None` until a client requests the encoding.
    pub encoded: [(BodyEncoding, Option<EncodedBody>); 2],
    /// The generation of the cache for which the response is valid.
    pub generation: u64,
    /// The day in London for which the response is valid.
    pub day: NaiveDate,
}

/// A compressed body and its ETag, or `None` if compression does not make the body smaller.
type EncodedBody = Option<(Bytes, HeaderValue)>;

impl CachedResponse {
    /// Makes the response to a request: 304 if the client already has it, otherwise 200 in the encoding that the client
    /// prefers. Calls `store` with a new entry if the body had to be compressed.
    pub fn respond(self: &Arc<Self>, request: &HttpRequest, store: impl FnOnce(&Arc<Self>)) -> HttpResponse {
        if let Some(matching) = self.etag.to_str().ok().and_then(|etag| matching_etag(request, etag)) {
            let mut response = self.without_body(StatusCode::NOT_MODIFIED);
            if let Some(matching) = HeaderValue::from_str(matching).ok().filter(|matching| *matching != self.etag) {
                response.headers_mut().insert(header::ETAG, matching);
            }
            return response;
        }
        let encoding = BodyEncoding::negotiate(request).filter(|_| self.is_compressible());
        let Some(encoding) = encoding else { return self.plain() };
        let entry = match self.encoded.iter().find(|(other, _)| *other == encoding) {
            Some((_, Some(_))) => self.clone(),
            _ => {
                let entry = Arc::new(self.with_encoding(encoding));
                store(&entry);
                entry
            }
        };
        let Some((bytes, etag)) = entry.encoded_body(encoding) else { return self.plain() };
        let mut response = self.without_body(StatusCode::OK);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
        headers.insert(header::ETAG, etag.clone());
        response.set_body(bytes.clone()).map_into_boxed_body()
    }

    /// Returns the memory in bytes that the entry takes without its key and the allocator's losses.
    pub fn size(&self) -> usize {
        let encoded = self.encoded.iter().filter_map(|(_, body)| body.as_ref()?.as_ref());
        let encoded: usize = encoded.map(|(bytes, etag)| bytes.len() + etag.len()).sum();
        let headers = self.etag.len() + self.link.as_ref().map_or(0, HeaderValue::len);
        size_of::<Self>() + OVERHEAD + self.body.len() + encoded + headers
    }

    fn is_compressible(&self) -> bool {
        self.body.len() >= MIN_SIZE && self.headers.get(header::CONTENT_TYPE).is_some_and(is_text)
    }

    fn encoded_body(&self, encoding: BodyEncoding) -> Option<&(Bytes, HeaderValue)> {
        self.encoded.iter().find(|(other, _)| *other == encoding)?.1.as_ref()?.as_ref()
    }

    /// Returns a copy with one more compressed variant.
    fn with_encoding(&self, encoding: BodyEncoding) -> Self {
        let compress = || encoding.compress(&self.body).map(own_memory).zip(encoding.etag(&self.etag));
        let encoded = self.encoded.clone().map(|(other, body)| match other == encoding {
            true => (other, Some(compress())),
            false => (other, body),
        });
        let (headers, link) = (self.headers.clone(), self.link.clone());
        Self { headers, link, etag: self.etag.clone(), body: self.body.clone(), encoded, ..*self }
    }

    fn without_body(&self, status: StatusCode) -> HttpResponse {
        let mut response = HttpResponse::new(status);
        let headers = response.headers_mut();
        headers.clone_from(&self.headers);
        headers.insert(header::ETAG, self.etag.clone());
        if let Some(link) = &self.link {
            headers.insert(header::LINK, link.clone());
        }
        response
    }

    fn plain(&self) -> HttpResponse {
        self.without_body(StatusCode::OK).set_body(self.body.clone()).map_into_boxed_body()
    }
}
