//! What stands before every operation and may turn a request away, its caller known.

use actix_web::{HttpRequest, web};

use super::problem::Problem;

/// What may turn a request away.
pub struct RateLimit(Box<Ask>);

type Ask = dyn Fn(&HttpRequest) -> Result<(), Problem> + Send + Sync;

impl RateLimit {
    /// A gate that asks this of every request.
    pub fn new(ask: impl Fn(&HttpRequest) -> Result<(), Problem> + Send + Sync + 'static) -> Self {
        Self(Box::new(ask))
    }

    /// Whether a request may pass the gate of its application, where there is one.
    pub(super) fn pass(request: &HttpRequest) -> Result<(), Problem> {
        request.app_data::<web::Data<Self>>().map_or(Ok(()), |gate| gate.0(request))
    }
}
