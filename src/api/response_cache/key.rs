//! The cache key of a request, and how the response to the request is found and stored.

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use chrono::NaiveDate;

use super::cache::ResponseCache;
use super::cached_response::CachedResponse;
use crate::api::conditional_request::FullResponseRequired;
use crate::api::content_encoding::BodyEncoding;
use crate::api::default_headers;
use crate::api::query_parameters::sorted_parts;
use crate::api::rate_limit::RateLimit;

/// The longest key in bytes. The responses to requests with a longer one are not cached.
const MAX_KEY_LENGTH: usize = 2048;

/// The key of a request in the cache, with the generation and the day at the time of the request.
pub struct CacheKey {
    cache: Data<ResponseCache>,
    key: String,
    generation: u64,
    day: NaiveDate,
}

impl CacheKey {
    /// Returns the key of a GET request without a token, or `None` if its response cannot be cached now.
    pub fn new(request: &HttpRequest, varies_by_accept: bool) -> Option<Self> {
        let cache = request.app_data::<Data<ResponseCache>>()?;
        if request.headers().contains_key(header::AUTHORIZATION) || *request.method() != Method::GET {
            return None;
        }
        let mut key = String::with_capacity(128);
        key.push_str(request.path());
        // The order of the query parameters does not matter.
        for part in sorted_parts(request.query_string()) {
            key.push('&');
            key.push_str(part);
        }
        if varies_by_accept {
            for accept in request.headers().get_all(header::ACCEPT) {
                key.push('\n');
                key.push_str(accept.to_str().ok()?);
            }
        }
        if key.len() > MAX_KEY_LENGTH {
            return None;
        }
        let generation = cache.current_generation()?;
        Some(Self { day: cache.today(), cache: cache.clone(), key, generation })
    }

    /// Returns the response to a request from the cache.
    pub fn find(&self, request: &HttpRequest) -> Option<HttpResponse> {
        self.find_entry().map(|entry| self.respond(&entry, request))
    }

    fn find_entry(&self) -> Option<Arc<CachedResponse>> {
        self.cache.get(&self.key, self.generation, self.day)
    }

    /// Makes the operation return its response in full, so that it can be stored.
    pub fn require_full_response(&self, request: &HttpRequest) {
        request.extensions_mut().insert(FullResponseRequired);
    }

    /// Stores the response of the operation at `path` and returns the response to the request. Responses other than 200
    /// with an ETag, and those that are out of date by now, are not stored.
    pub fn store(&self, path: &'static str, response: HttpResponse, request: &HttpRequest) -> HttpResponse {
        let etag = response.headers().get(header::ETAG).filter(|_| response.status() == StatusCode::OK).cloned();
        let Some(etag) = etag else { return response };
        let (head, body) = response.into_parts();
        let body = match body.try_into_bytes() {
            Ok(body) => body,
            Err(stream) => return head.set_body(stream),
        };
        let mut headers = head.headers().clone();
        default_headers::apply_default_headers(&mut headers, default_headers::PUBLIC);
        headers.reserve(1);
        let encoded = [(BodyEncoding::Brotli, None), (BodyEncoding::Gzip, None)];
        let entry = CachedResponse { path, headers, etag, body, encoded, generation: self.generation, day: self.day };
        let entry = Arc::new(entry);
        // A response that was begun before midnight and finished after it may be of either day.
        if self.cache.today() == self.day {
            self.cache.count_stored();
            self.cache.insert(&self.key, &entry);
        }
        self.respond(&entry, request)
    }

    fn respond(&self, entry: &Arc<CachedResponse>, request: &HttpRequest) -> HttpResponse {
        entry.respond(request, |with_encoding| self.cache.insert(&self.key, with_encoding))
    }
}

impl ResponseCache {
    /// Returns the cached response to a request that is not routed yet, and the path template of its operation. A
    /// request beyond the rate limit gets `None`; the operation then refuses it.
    pub fn lookup(request: &HttpRequest) -> Option<(HttpResponse, &'static str)> {
        let key = CacheKey::new(request, false)?;
        let entry = key.find_entry().filter(|_| RateLimit::check(request).is_ok())?;
        Some((key.respond(&entry, request), entry.path))
    }
}
