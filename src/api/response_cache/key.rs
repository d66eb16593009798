//! Where the answer to a request is kept.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use actix_web::body::MessageBody;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use chrono::NaiveDate;

use super::ResponseCache;
use super::cached_response::CachedResponse;
use crate::api::content_encoding::BodyEncoding;
use crate::api::default_headers;

/// The longest question that an answer is kept for, in bytes.
const LONGEST_KEY: usize = 2048;

/// Marks a request whose answer is made whole, to be kept: what the client has already is looked at afterwards.
#[derive(Clone, Copy, Debug)]
pub struct CacheMiss;

/// Where the answer to a request is kept, and of which state and day it is.
pub struct CacheKey {
    shelf: Data<ResponseCache>,
    key: String,
    state: u64,
    day: NaiveDate,
}

impl CacheKey {
    /// The place of a request's answer; none where it may be of no use to another, or nothing can be kept now.
    pub fn of(request: &HttpRequest, by_accept: bool) -> Option<Self> {
        let shelf = request.app_data::<Data<ResponseCache>>()?;
        if request.headers().contains_key(header::AUTHORIZATION) || *request.method() != Method::GET {
            return None;
        }
        let mut key = String::with_capacity(128);
        key.push_str(request.path());
        for part in sorted(request.query_string()) {
            key.push('&');
            key.push_str(part);
        }
        if by_accept {
            for accepted in request.headers().get_all(header::ACCEPT) {
                key.push('\n');
                key.push_str(accepted.to_str().ok()?);
            }
        }
        if key.len() > LONGEST_KEY {
            return None;
        }
        let state = shelf.current()?;
        Some(Self { day: (shelf.today)(), shelf: shelf.clone(), key, state })
    }

    /// The answer that is kept, where it is of this state and day.
    pub fn found(&self) -> Option<Arc<CachedResponse>> {
        let found = self.shelf.answers.get(self.key.as_str())?;
        let same = found.state == self.state && found.day == self.day;
        same.then(|| {
            self.shelf.found.fetch_add(1, Ordering::Relaxed);
            found
        })
    }

    /// Says that the answer is to be made whole.
    pub fn prepare(&self, request: &HttpRequest) {
        request.extensions_mut().insert(CacheMiss);
    }

    /// Keeps the answer of the operation at a path, where it is one of 200 and of this state and day still, and makes it
    /// out to its request.
    pub fn keep(&self, path: &'static str, answer: HttpResponse, request: &HttpRequest) -> HttpResponse {
        let Some(tag) = answer.headers().get(header::ETAG).filter(|_| answer.status() == StatusCode::OK).cloned()
        else {
            return answer;
        };
        let (head, body) = answer.into_parts();
        let body = match body.try_into_bytes() {
            Ok(body) => body,
            Err(stream) => return head.set_body(stream),
        };
        let mut headers = head.headers().clone();
        default_headers::apply_default_headers(&mut headers, default_headers::PUBLIC);
        headers.reserve(1);
        let coded = [(BodyEncoding::Brotli, None), (BodyEncoding::Gzip, None)];
        let made = Arc::new(CachedResponse { path, headers, tag, body, coded, state: self.state, day: self.day });
        // Begun before midnight and ended after, it may be of either day.
        if (self.shelf.today)() == self.day {
            self.shelf.made.fetch_add(1, Ordering::Relaxed);
            self.put(&made);
        }
        made.give(self, request)
    }

    /// Keeps an answer; one of a state that has passed is of no use to anybody.
    pub fn put(&self, finished: &Arc<CachedResponse>) {
        if self.shelf.state.load(Ordering::SeqCst) == self.state {
            self.shelf.answers.insert(self.key.clone(), finished.clone());
        }
    }
}

/// The parts of a query string in an order of their own, so that their order makes no other question.
pub fn sorted(query: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = query.split('&').filter(|part| !part.is_empty()).collect();
    parts.sort_unstable();
    parts
}
