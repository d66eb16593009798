//! Rate limits: how many requests a minute a caller may send, by subject or, without a token, by address. Each
//! instance counts only its own requests.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest};
use governor::clock::{Clock, DefaultClock, QuantaInstant};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{NotUntil, Quota, RateLimiter};

use super::client_address::{ClientAddresses, ProxyHeader};
use crate::api::{Problem, ProblemKind, UNCOUNTED};
use crate::auth::Call;

/// The limits, in requests a minute; none for no limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// The limit for one subject.
    pub signed_in: Option<NonZeroU32>,
    /// The limit for one address without a token.
    pub public: Option<NonZeroU32>,
    /// The number of proxies that add to `proxy_header`. With 0, the header is ignored.
    pub proxies: usize,
    /// The header in which the proxies state their clients' addresses.
    pub proxy_header: ProxyHeader,
}

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// The requests counted so far, by issuer and subject and by address.
pub struct RequestCounts {
    signed_in: Option<KeyedLimiter<String>>,
    public: Option<KeyedLimiter<Option<IpAddr>>>,
    addresses: ClientAddresses,
    clock: DefaultClock,
}

struct KeyedLimiter<K: Hash + Eq + Clone> {
    policy: &'static str,
    quota: u32,
    limiter: Limiter<K>,
}

/// The number of requests that a caller has left, for the headers of the response.
#[derive(Clone, Copy, Debug)]
pub struct RemainingRequests {
    policy: &'static str,
    quota: u32,
    remaining: u32,
}

impl RequestCounts {
    /// Creates the counts with no request counted.
    pub fn new(limits: Limits) -> Self {
        Self {
            signed_in: limits.signed_in.map(|quota| KeyedLimiter::new("signed-in", quota)),
            public: limits.public.map(|quota| KeyedLimiter::new("public", quota)),
            addresses: ClientAddresses::new(limits.proxies, limits.proxy_header),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request. Health probes are not counted.
    ///
    /// # Errors
    /// 429 when the request exceeds the limit.
    pub fn count(&self, request: &HttpRequest) -> Result<(), Problem> {
        if UNCOUNTED.contains(&request.path()) {
            return Ok(());
        }
        self.addresses.warn_if_unexpected(request.headers());
        let counted = match request.extensions().get::<Call>() {
            Some(Call { actor, .. }) => {
                self.signed_in.as_ref().map(|limiter| limiter.count(&format!("{}\0{}", actor.issuer, actor.subject)))
            }
            None => self.public.as_ref().map(|limiter| limiter.count(&self.addresses.find(request))),
        };
        let Some((remaining, refused)) = counted else { return Ok(()) };
        request.extensions_mut().insert(remaining);
        let Some(until) = refused else { return Ok(()) };
        let wait = until.wait_time_from(self.clock.now()).as_secs() + 1;
        let detail = format!("The limit is {} requests a minute. Try again in {wait} seconds.", remaining.quota);
        Err(Problem::new(ProblemKind::TooManyRequests, detail).header(header::RETRY_AFTER, HeaderValue::from(wait)))
    }

    /// Returns the address of the client behind the proxies, if it is known.
    pub fn address(&self, request: &HttpRequest) -> Option<IpAddr> {
        self.addresses.find(request)
    }

    /// Removes the counts of callers whose quota is full again.
    pub fn remove_idle(&self) {
        if let Some(limiter) = &self.signed_in {
            limiter.remove_idle();
        }
        if let Some(limiter) = &self.public {
            limiter.remove_idle();
        }
    }
}

impl<K: Hash + Eq + Clone> KeyedLimiter<K> {
    fn new(policy: &'static str, quota: NonZeroU32) -> Self {
        let limiter = RateLimiter::keyed(Quota::per_minute(quota)).with_middleware::<StateInformationMiddleware>();
        Self { policy, quota: quota.get(), limiter }
    }

    /// Counts a request. Returns the remaining requests and, when the request exceeds the limit, until when it is
    /// refused.
    fn count(&self, key: &K) -> (RemainingRequests, Option<NotUntil<QuantaInstant>>) {
        let remaining = |remaining| RemainingRequests { policy: self.policy, quota: self.quota, remaining };
        match self.limiter.check_key(key) {
            Ok(state) => (remaining(state.remaining_burst_capacity()), None),
            Err(until) => (remaining(0), Some(until)),
        }
    }

    fn remove_idle(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

impl RemainingRequests {
    /// Returns the headers `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
    pub fn headers(self) -> [(HeaderName, String); 2] {
        let Self { policy, quota, remaining } = self;
        // One request is added to the quota every 60 s / quota.
        let seconds_until_full = (u64::from(quota - remaining.min(quota)) * 60).div_ceil(u64::from(quota));
        [
            (HeaderName::from_static("ratelimit-policy"), format!("\"{policy}\";q={quota};w=60")),
            (HeaderName::from_static("ratelimit"), format!("\"{policy}\";r={remaining};t={seconds_until_full}")),
        ]
    }
}
