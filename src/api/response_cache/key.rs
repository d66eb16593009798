//! The cache key of a request, and how the response to the request is found and stored.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use chrono::NaiveDate;

use super::body_memory::own_memory;
use super::cache::ResponseCache;
use super::cached_response::CachedResponse;
use crate::api::conditional_request::FullResponseRequired;
use crate::api::content_encoding::BodyEncoding;
use crate::api::default_headers;
use crate::api::problem::{ApiResult, Problem, ProblemKind};
use crate::api::query_parameters::sorted_parts;
use crate::api::rate_limit::RateLimit;

/// The longest key in bytes. The responses to requests with a longer one are not cached.
const MAX_KEY_LENGTH: usize = 2048;

/// The `Warning` of a response that may not be current any more (RFC 7234 §5.5.1).
const STALE_WARNING: HeaderValue = HeaderValue::from_static("110 - \"Response is Stale\"");

/// The key of a request in the cache, with the generation and the day at the time of the request.
pub struct CacheKey {
    cache: Data<ResponseCache>,
    key: String,
    /// True if the request has a query parameter with free text.
    has_free_text: bool,
    /// The generation; none when it is unknown whether the cached responses are current.
    generation: Option<u64>,
    day: NaiveDate,
}

/// Returns true for a query parameter with words to search for. A name with an escaped letter may be `q`.
fn is_free_text(part: &str) -> bool {
    let name = part.split('=').next().unwrap_or_default();
    name == "q" || name.contains('%')
}

impl CacheKey {
    /// Returns the key of a GET request without a token, or `None` if its response is never cached.
    pub fn new(request: &HttpRequest, varies_by_accept: bool) -> Option<Self> {
        let cache = request.app_data::<Data<ResponseCache>>()?;
        if request.headers().contains_key(header::AUTHORIZATION) || *request.method() != Method::GET {
            return None;
        }
        let mut key = String::with_capacity(128);
        key.push_str(request.path());
        let mut has_free_text = false;
        // The order of the query parameters does not matter.
        for part in sorted_parts(request.query_string()) {
            has_free_text |= is_free_text(part);
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
        let generation = cache.current_generation();
        Some(Self { day: cache.today(), cache: cache.clone(), key, has_free_text, generation })
    }

    /// Returns the response to a request from the cache. While the database does not respond, it may be stale.
    pub fn find(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let (entry, age) = self.find_entry()?;
        Some(self.respond(&entry, age, request, true))
    }

    /// Returns the entry and, if it is stale, the time since it was known to be current.
    fn find_entry(&self) -> Option<(Arc<CachedResponse>, Option<Duration>)> {
        match self.generation {
            Some(generation) => self.cache.get(&self.key, generation, self.day).map(|entry| (entry, None)),
            None if self.cache.is_unreachable() => self.find_stale_entry(),
            None => None,
        }
    }

    fn find_stale_entry(&self) -> Option<(Arc<CachedResponse>, Option<Duration>)> {
        self.cache.get_stale(&self.key).map(|(entry, age)| (entry, Some(age)))
    }

    /// Makes the operation return its response in full, if it can be stored.
    pub fn require_full_response(&self, request: &HttpRequest) {
        if self.generation.is_some() {
            request.extensions_mut().insert(FullResponseRequired);
        }
    }

    /// Performs the work of a request. If it fails because the database does not respond, or as soon as the database is
    /// found not to respond, returns the cached response as an error instead (stale-if-error, RFC 5861 §4).
    ///
    /// # Errors
    /// The stale response.
    pub async fn perform_or_stale<R>(
        &self,
        request: &HttpRequest,
        mut work: impl Future<Output = ApiResult<R>> + Unpin,
    ) -> Result<ApiResult<R>, HttpResponse> {
        // With a generation, the cache was current a moment ago, and it has no entry.
        if self.generation.is_some() || self.find_stale_entry().is_none() {
            return Ok(work.await);
        }
        let result = tokio::select! {
            biased;
            result = &mut work => Some(result),
            () = self.cache.wait_until_unreachable() => None,
        };
        let has_failed = |problem: &Problem| problem.kind() == ProblemKind::Unavailable;
        let needs_stale = result.as_ref().is_none_or(|result| result.as_ref().err().is_some_and(has_failed));
        if needs_stale && let Some((entry, age)) = self.find_stale_entry() {
            return Err(self.respond(&entry, age, request, true));
        }
        // A change that this instance knows of may have removed the entry meanwhile.
        match result {
            Some(result) => Ok(result),
            None => Ok(work.await),
        }
    }

    /// Stores the response of the operation at `path` and returns the response to the request. Responses other than 200
    /// with an ETag, and those that are out of date by now, are not stored.
    pub fn store(&self, path: &'static str, response: HttpResponse, request: &HttpRequest) -> HttpResponse {
        let etag = response.headers().get(header::ETAG).filter(|_| response.status() == StatusCode::OK).cloned();
        let (Some(etag), Some(generation)) = (etag, self.generation) else { return response };
        let (head, body) = response.into_parts();
        let body = match body.try_into_bytes() {
            Ok(body) => body,
            Err(stream) => return head.set_body(stream),
        };
        let mut headers = head.headers().clone();
        headers.remove(header::ETAG);
        let link = headers.remove(header::LINK).next();
        default_headers::apply_default_headers(&mut headers, default_headers::PUBLIC);
        headers.reserve(3);
        // A response that was begun before midnight and finished after it may be of either day.
        let is_of_one_day = self.cache.today() == self.day;
        if is_of_one_day {
            self.cache.count_stored();
        }
        let is_admitted = is_of_one_day && self.cache.admits(&self.key, self.has_free_text);
        let shared = if is_admitted { self.cache.header_sets.share(&headers) } else { None };
        let is_stored = shared.is_some();
        let body = if is_stored { own_memory(body) } else { body };
        let headers = shared.unwrap_or_else(|| Arc::new(headers));
        let encoded = [(BodyEncoding::Brotli, None), (BodyEncoding::Gzip, None)];
        let entry = CachedResponse { path, headers, link, etag, body, encoded, generation, day: self.day };
        let entry = Arc::new(entry);
        if is_stored {
            self.cache.insert(&self.key, &entry);
        }
        self.respond(&entry, None, request, is_stored)
    }

    /// Responds with an entry, and stores it again with the encoding that it lacked if `is_stored`. A stale one states its
    /// `age` in seconds (RFC 9111 §5.1).
    fn respond(
        &self,
        entry: &Arc<CachedResponse>,
        age: Option<Duration>,
        request: &HttpRequest,
        is_stored: bool,
    ) -> HttpResponse {
        let mut response = entry.respond(request, |with_encoding| {
            if is_stored {
                self.cache.insert(&self.key, with_encoding);
            }
        });
        if let Some(age) = age {
            self.cache.count_stale();
            response.headers_mut().insert(header::AGE, HeaderValue::from(age.as_secs()));
            response.headers_mut().insert(header::WARNING, STALE_WARNING);
        }
        response
    }
}

impl ResponseCache {
    /// Returns the cached response to a request that is not routed yet, and the path template of its operation. A
    /// request beyond the rate limit gets `None`; the operation then refuses it.
    pub fn lookup(request: &HttpRequest) -> Option<(HttpResponse, &'static str)> {
        let key = CacheKey::new(request, false)?;
        let (entry, age) = key.find_entry().filter(|_| RateLimit::check(request).is_ok())?;
        Some((key.respond(&entry, age, request, true), entry.path))
    }
}
