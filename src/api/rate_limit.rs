//! The rate limit that every operation checks. The application registers the function that counts requests.

use actix_web::{HttpRequest, web};

use super::problem::Problem;

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
