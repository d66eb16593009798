//! The token of a request whose response lasts longer than other responses, such as a stream of events.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Duration;

use actix_web::{FromRequest, HttpRequest, dev, web};

use super::authentication::bearer_token;
use super::token::{LEEWAY, Verifier};
use crate::api::{Argument, OperationDoc, Problem};
use crate::clock::Clock;

/// The token of such a request, which the response verifies again before it shows anything more. A request without a token
/// stays valid.
pub struct OngoingCall {
    token: Option<(Arc<Verifier>, String)>,
    clock: web::Data<Clock>,
}

impl OngoingCall {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let missing = |name: &str| Problem::internal(format!("the application's data has no {name}"));
        let clock = request.app_data::<web::Data<Clock>>().ok_or_else(|| missing("clock"))?.clone();
        let verifier = request.app_data::<web::Data<Verifier>>().ok_or_else(|| missing("verifier"))?;
        let token = bearer_token(request)?.map(|token| (verifier.clone().into_inner(), token.to_owned()));
        Ok(Self { token, clock })
    }

    /// Returns true while a new request with this token would be accepted: it has not expired, and its issuer still has the
    /// key.
    pub fn is_valid(&self) -> bool {
        self.token.as_ref().is_none_or(|(verifier, token)| verifier.verify(token, self.clock.now()).is_ok())
    }

    /// Returns the time until the token is refused because it has expired; none without a token.
    pub fn time_left(&self) -> Option<Duration> {
        let (verifier, token) = self.token.as_ref()?;
        let now = self.clock.now();
        let expires_at = verifier.verify(token, now).map(|claims| claims.expires_at + LEEWAY);
        Some(expires_at.ok().and_then(|at| (at - now).to_std().ok()).unwrap_or_default())
    }
}

impl FromRequest for OngoingCall {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for OngoingCall {
    fn describe(_: &mut OperationDoc) {}
}
