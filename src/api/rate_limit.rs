//! The rate limit that every operation checks. The application registers the function that counts requests.

use std::net::IpAddr;

use actix_web::{HttpRequest, web};

use super::problem::Problem;

/// The paths of the health probes, whose requests are not counted.
pub const UNCOUNTED: [&str; 2] = ["/livez", "/readyz"];

/// The headers that state the limit (draft-ietf-httpapi-ratelimit-headers), with their descriptions.
pub(super) const HEADERS: [(&str, &str); 2] = [
    (
        "RateLimit-Policy",
        "The limit that applies to the caller, such as `\"signed-in\";q=600;w=60`: `q` requests in `w` seconds. Absent if \
         the request was not counted.",
    ),
    (
        "RateLimit",
        "What is left of the limit, such as `\"signed-in\";r=598;t=1`: `r` requests now, and all of them again after `t` \
         seconds. Absent if the request was not counted.",
    ),
];

/// A function that counts a request and refuses it above the limit.
pub struct RateLimit(Box<CountRequest>);

type CountRequest = dyn Fn(&HttpRequest) -> Result<(), Problem> + Send + Sync;

impl RateLimit {
    /// Creates a rate limit from a function that returns the problem with which to refuse the request.
    pub fn new(count: impl Fn(&HttpRequest) -> Result<(), Problem> + Send + Sync + 'static) -> Self {
        Self(Box::new(count))
    }

    /// Counts a request, and returns the problem if it exceeds the limit. An application without a rate limit admits
    /// all.
    pub(super) fn check(request: &HttpRequest) -> Result<(), Problem> {
        request.app_data::<web::Data<Self>>().map_or(Ok(()), |limit| limit.0(request))
    }
}

/// A function that returns the address of the client behind the proxies.
pub struct ClientAddress(Box<FindAddress>);

type FindAddress = dyn Fn(&HttpRequest) -> Option<IpAddr> + Send + Sync;

impl ClientAddress {
    /// Creates it from the function.
    pub fn new(find: impl Fn(&HttpRequest) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        Self(Box::new(find))
    }

    /// Returns the address of the client that sent a request, if it is known.
    pub fn of(request: &HttpRequest) -> Option<IpAddr> {
        request.app_data::<web::Data<Self>>().and_then(|address| address.0(request))
    }
}
