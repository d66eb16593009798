//! An in-memory cache of complete responses to requests without a token: body, ETag and compressed variants. A cached
//! response is valid for one version of the published records and one day in London.

mod body_memory;
mod cache;
mod cached_response;
mod header_sets;
mod key;
mod recent_requests;
#[cfg(test)]
mod tests;

pub use cache::{CacheCounts, MAX_CONFIRMATION_AGE, ResponseCache};
pub(super) use key::CacheKey;
