//! How many requests a caller may make: by subject, or by address without a token. Each instance counts its own.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest};
use governor::clock::{Clock, DefaultClock, QuantaInstant};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{NotUntil, Quota, RateLimiter};

use crate::api::{Kind, Problem};
use crate::auth::Call;

/// How many requests a minute; none where there is no limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Of one subject.
    pub signed_in: Option<NonZeroU32>,
    /// Of one address without a token.
    pub public: Option<NonZeroU32>,
    /// How many proxies before the service add to `X-Forwarded-For`; none is believed where it is 0.
    pub proxies: usize,
}

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// The counts: by issuer and subject, and by address.
pub struct Counts {
    signed_in: Option<Keyed<String>>,
    public: Option<Keyed<Option<IpAddr>>>,
    proxies: usize,
    clock: DefaultClock,
}

struct Keyed<K: Hash + Eq + Clone> {
    policy: &'static str,
    quota: u32,
    limiter: Limiter<K>,
}

/// What is left to a caller, for the headers of the answer.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    policy: &'static str,
    quota: u32,
    remaining: u32,
}

impl Counts {
    /// None counted yet.
    pub fn new(limits: Limits) -> Self {
        Self {
            signed_in: limits.signed_in.map(|most| Keyed::new("signed-in", most)),
            public: limits.public.map(|most| Keyed::new("public", most)),
            proxies: limits.proxies,
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request: 429 where it is one too many. Whoever asks how the service is, is not counted.
    pub fn count(&self, request: &HttpRequest) -> Result<(), Problem> {
        if matches!(request.path(), "/livez" | "/readyz") {
            return Ok(());
        }
        let counted = match request.extensions().get::<Call>() {
            Some(Call { actor, .. }) => {
                self.signed_in.as_ref().map(|it| it.count(&format!("{}\0{}", actor.issuer, actor.subject)))
            }
            None => self.public.as_ref().map(|it| it.count(&self.address(request))),
        };
        let Some((left, refused)) = counted else { return Ok(()) };
        request.extensions_mut().insert(left);
        let Some(until) = refused else { return Ok(()) };
        let wait = until.wait_time_from(self.clock.now()).as_secs() + 1;
        let detail = format!("{} requests a minute are answered; try again in {wait} s.", left.quota);
        Err(Problem::new(Kind::TooManyRequests, detail).header(header::RETRY_AFTER, HeaderValue::from(wait)))
    }

    /// Forgets whoever has been quiet long enough to have their whole quota again.
    pub fn forget(&self) {
        if let Some(counted) = &self.signed_in {
            counted.forget();
        }
        if let Some(counted) = &self.public {
            counted.forget();
        }
    }

    /// Where a request comes from: as the farthest proxy that is believed saw it. An IPv6 address stands for its /64.
    fn address(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr().map(|peer| peer.ip());
        let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
        let told = self.proxies.checked_sub(1).and_then(|back| hops.len().checked_sub(back + 1)).map(|at| hops[at]);
        match told.map_or(peer, |told| told.parse().ok().or(peer))? {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Some(IpAddr::from([a, b, c, d, 0, 0, 0, 0]))
            }
            address => Some(address),
        }
    }
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    fn new(policy: &'static str, most: NonZeroU32) -> Self {
        let limiter = RateLimiter::keyed(Quota::per_minute(most)).with_middleware::<StateInformationMiddleware>();
        Self { policy, quota: most.get(), limiter }
    }

    /// Counts a request: what is left, and until when it is refused, where it is one too many.
    fn count(&self, key: &K) -> (Left, Option<NotUntil<QuantaInstant>>) {
        let left = |remaining| Left { policy: self.policy, quota: self.quota, remaining };
        match self.limiter.check_key(key) {
            Ok(state) => (left(state.remaining_burst_capacity()), None),
            Err(until) => (left(0), Some(until)),
        }
    }

    fn forget(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

impl Left {
    /// The headers that tell it (draft-ietf-httpapi-ratelimit-headers).
    pub fn headers(self) -> [(HeaderName, String); 2] {
        let Self { policy, quota, remaining } = self;
        // One token comes back each 60 s / quota.
        let until_whole = (u64::from(quota - remaining.min(quota)) * 60).div_ceil(u64::from(quota));
        [
            (HeaderName::from_static("ratelimit-policy"), format!("\"{policy}\";q={quota};w=60")),
            (HeaderName::from_static("ratelimit"), format!("\"{policy}\";r={remaining};t={until_whole}")),
        ]
    }
}
