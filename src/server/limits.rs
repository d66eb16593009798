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

use crate::api::{Problem, ProblemKind};
use crate::auth::Call;

/// The limits, in requests a minute; none for no limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// The limit for one subject.
    pub signed_in: Option<NonZeroU32>,
    /// The limit for one address without a token.
    pub public: Option<NonZeroU32>,
    /// The number of proxies that add to `X-Forwarded-For`. With 0, the header is ignored.
    pub proxies: usize,
}

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// The requests counted so far, by issuer and subject and by address.
pub struct RequestCounts {
    signed_in: Option<KeyedLimiter<String>>,
    public: Option<KeyedLimiter<Option<IpAddr>>>,
    proxies: usize,
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
            proxies: limits.proxies,
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request. Health probes are not counted.
    ///
    /// # Errors
    /// 429 when the request exceeds the limit.
    pub fn count(&self, request: &HttpRequest) -> Result<(), Problem> {
        if matches!(request.path(), "/livez" | "/readyz") {
            return Ok(());
        }
        let counted = match request.extensions().get::<Call>() {
            Some(Call { actor, .. }) => {
                self.signed_in.as_ref().map(|limiter| limiter.count(&format!("{}\0{}", actor.issuer, actor.subject)))
            }
            None => self.public.as_ref().map(|limiter| limiter.count(&self.address(request))),
        };
        let Some((remaining, refused)) = counted else { return Ok(()) };
        request.extensions_mut().insert(remaining);
        let Some(until) = refused else { return Ok(()) };
        let wait = until.wait_time_from(self.clock.now()).as_secs() + 1;
        let detail = format!("The limit is {} requests a minute. Try again in {wait} seconds.", remaining.quota);
        Err(Problem::new(ProblemKind::TooManyRequests, detail).header(header::RETRY_AFTER, HeaderValue::from(wait)))
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

    /// Returns the client's address as the outermost trusted proxy saw it. An IPv6 address is reduced to its /64
    /// prefix.
    fn address(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr().map(|peer| peer.ip());
        let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
        let trusted =
            self.proxies.checked_sub(1).and_then(|back| hops.len().checked_sub(back + 1)).map(|index| hops[index]);
        match trusted.map_or(peer, |hop| hop.parse().ok().or(peer))? {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Some(IpAddr::from([a, b, c, d, 0, 0, 0, 0]))
            }
            address => Some(address),
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
