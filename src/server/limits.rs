//! How many requests a caller may make: by subject, or by address without a token. Each instance counts its own.

use std::net::IpAddr;
use std::num::NonZeroU32;

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

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

type Keyed = RateLimiter<String, DashMapStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// The counts.
pub struct Counts {
    signed_in: Option<(NonZeroU32, Keyed)>,
    public: Option<(NonZeroU32, Keyed)>,
    proxies: usize,
    clock: DefaultClock,
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
        let keyed = |most: NonZeroU32| {
            let limiter = RateLimiter::keyed(Quota::per_minute(most)).with_middleware::<StateInformationMiddleware>();
            (most, limiter)
        };
        Self {
            signed_in: limits.signed_in.map(keyed),
            public: limits.public.map(keyed),
            proxies: limits.proxies,
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request: 429 where it is one too many. Whoever asks how the service is, is not counted.
    pub fn count(&self, request: &HttpRequest) -> Result<(), Problem> {
        if matches!(request.path(), "/livez" | "/readyz") {
            return Ok(());
        }
        let caller =
            request.extensions().get::<Call>().map(|call| format!("{}\0{}", call.actor.issuer, call.actor.subject));
        let (policy, counted, key) = match caller {
            Some(caller) => ("signed-in", &self.signed_in, caller),
            None => ("public", &self.public, self.address(request).map_or_else(String::new, |it| it.to_string())),
        };
        let Some((most, limiter)) = counted else { return Ok(()) };
        let quota = most.get();
        match limiter.check_key(&key) {
            Ok(state) => {
                let left = Left { policy, quota, remaining: state.remaining_burst_capacity() };
                request.extensions_mut().insert(left);
                Ok(())
            }
            Err(until) => {
                request.extensions_mut().insert(Left { policy, quota, remaining: 0 });
                let wait = until.wait_time_from(self.clock.now()).as_secs() + 1;
                let detail = format!("{quota} requests a minute are answered; try again in {wait} s.");
                Err(Problem::new(Kind::TooManyRequests, detail).header(header::RETRY_AFTER, HeaderValue::from(wait)))
            }
        }
    }

    /// Forgets whoever has been quiet long enough to have their whole quota again.
    pub fn forget(&self) {
        for (_, limiter) in [&self.signed_in, &self.public].into_iter().flatten() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
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
