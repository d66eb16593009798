//! Which responses the cache admits, what they weigh, and what stays when it is full.

mod memory;

use std::sync::Arc;
use std::time::Instant;

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use chrono::NaiveDate;

use super::ResponseCache;
use super::body_memory::own_memory;
use super::cached_response::CachedResponse;
use super::header_sets::HeaderSets;
use super::recent_requests::RecentRequests;
use crate::api::content_encoding::BodyEncoding;
use crate::api::default_headers;

const MIB: u64 = 1 << 20;

fn new_cache(max_bytes: u64) -> ResponseCache {
    let cache = ResponseCache::new(max_bytes, NaiveDate::default);
    cache.confirm(0, Instant::now());
    cache
}

fn headers(media_type: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    default_headers::apply_default_headers(&mut headers, default_headers::PUBLIC);
    headers
}

/// Offers a response with a body of this many bytes, as the response to a request that found none.
fn offer(cache: &ResponseCache, key: &str, has_free_text: bool, body: usize) {
    if cache.admits(key, has_free_text) {
        let response = CachedResponse {
            path: "/v1/recommendations",
            headers: cache.header_sets.share(&headers("application/json")).expect("few sets of headers"),
            link: None,
            etag: HeaderValue::from_str(&format!("\"{:016}\"", key.len())).expect("an ETag"),
            body: own_memory(Bytes::from(vec![b'x'; body])),
            encoded: [(BodyEncoding::Brotli, None), (BodyEncoding::Gzip, None)],
            generation: cache.current_generation().expect("a confirmed version"),
            day: NaiveDate::default(),
        };
        cache.insert(key, &Arc::new(response));
    }
}

/// Sends a request, and returns true if its response came from the cache.
fn request(cache: &ResponseCache, key: &str, has_free_text: bool) -> bool {
    cache.confirm(0, Instant::now());
    let generation = cache.current_generation().expect("a confirmed version");
    let is_hit = cache.get(key, generation, NaiveDate::default()).is_some();
    if !is_hit {
        offer(cache, key, has_free_text, 2000);
    }
    is_hit
}

#[test]
fn a_request_is_recognised_until_others_take_its_place() {
    let recent = RecentRequests::new();
    assert!(!recent.record("one"));
    assert!(recent.record("one"));
    let others = |range: std::ops::Range<u32>| range.filter(|n| recent.record(&format!("other {n}"))).count();
    assert_eq!(others(0..1000), 0, "new requests");
    assert!(others(0..1000) > 900, "the same requests again");
    others(1000..1_000_000);
    assert!(!recent.record("one"), "a million other requests have come since");
}

#[test]
fn free_text_is_stored_when_it_is_asked_a_second_time() {
    let cache = new_cache(64 * MIB);
    for n in 0..10_000 {
        assert!(!request(&cache, &format!("/v1/search&q={n}"), true));
    }
    assert_eq!((cache.counts().bytes, cache.counts().entries), (0, 0));
    let turns = [(); 4].map(|()| request(&cache, "/v1/search&q=custody", true));
    assert_eq!(turns, [false, false, true, true]);
}

#[test]
fn requests_that_are_made_once_do_not_replace_those_in_demand() {
    let cache = new_cache(8 * MIB);
    let in_demand: Vec<String> = (0..500).map(|n| format!("/v1/inspections/{n}")).collect();
    for key in &in_demand {
        assert!(!request(&cache, key, false));
        assert!(request(&cache, key, false), "{key} is stored at once while there is room");
    }
    // More than the cache could hold, once each.
    for n in 0..50_000 {
        request(&cache, &format!("/v1/recommendations&cursor={n}"), false);
    }
    let hits = in_demand.iter().filter(|key| request(&cache, key, false)).count();
    assert_eq!(hits, in_demand.len(), "{:?}", cache.counts());
    assert!(cache.counts().bytes <= 5 * MIB, "{:?}", cache.counts());
}

#[test]
fn repeated_requests_fill_the_cache_to_its_limit() {
    let cache = new_cache(8 * MIB);
    for n in 0..20_000 {
        for _ in 0..2 {
            request(&cache, &format!("/v1/recommendations&cursor={n}"), false);
        }
        assert!(cache.counts().bytes <= 8 * MIB, "request {n}: {:?}", cache.counts());
    }
    assert!(cache.counts().bytes > 7 * MIB, "{:?}", cache.counts());
    assert!(request(&cache, "/v1/recommendations&cursor=19999", false), "the most recent response");
}

#[test]
fn the_number_of_entries_is_limited() {
    let cache = new_cache(MIB);
    for n in 0..5000 {
        for _ in 0..2 {
            offer(&cache, &n.to_string(), false, 0);
        }
    }
    let entries = cache.counts().entries;
    assert!((500..=1024).contains(&entries), "{entries} entries");
}

#[test]
fn equal_headers_are_one_set_and_the_number_of_sets_is_limited() {
    let sets = HeaderSets::default();
    let share = |media_type| sets.share(&headers(media_type));
    let (one, other) = (share("application/json").expect("a set"), share("application/json").expect("a set"));
    assert!(Arc::ptr_eq(&one, &other));
    let html = share("text/html").expect("a set");
    assert_eq!(html.get(header::CONTENT_TYPE).expect("a type"), "text/html");
    let new = |n: usize| {
        let mut headers = headers("text/plain");
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from(n));
        sets.share(&headers).is_some()
    };
    assert!((0..50).all(new));
    assert!(!(50..100).all(new), "the number of sets has no limit");
    assert!(share("application/json").is_some(), "a known set stays known");
}
