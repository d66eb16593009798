//! Authenticates a request: reads its `Authorization` header, verifies the token once, and stores the result for the
//! rest of the request.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, web};
use chrono::{DateTime, NaiveDate, Utc};

use super::actor::Actor;
use super::sightings::Sightings;
use super::token::{TokenError, Verifier};
use crate::api::{Problem, ProblemKind};
use crate::calendar::london_date;
use crate::clock::Clock;

/// The id of a request, as the response, the log and the audit log state it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub Arc<str>);

/// One call of the service by an authenticated actor.
#[derive(Clone, Debug)]
pub struct Call {
    /// The actor.
    pub actor: Actor,
    /// When the call was received.
    pub at: DateTime<Utc>,
    /// The id of the request.
    pub request_id: RequestId,
}

impl Call {
    /// Returns the date of the call in London.
    pub fn today(&self) -> NaiveDate {
        london_date(self.at)
    }
}

/// Marks a request whose token was accepted. The outermost layer sets cache headers by it.
#[derive(Clone, Copy, Debug)]
pub struct ValidToken;

/// Returns 401 with a `WWW-Authenticate` header.
pub(super) fn unauthenticated(detail: &str, challenge: &'static str) -> Problem {
    Problem::new(ProblemKind::Unauthenticated, detail)
        .header(header::WWW_AUTHENTICATE, header::HeaderValue::from_static(challenge))
}

/// Returns the call that a request makes; none when it has no token. The token is verified once for each request.
pub(super) fn authenticate(request: &HttpRequest) -> Result<Option<Call>, Problem> {
    if let Some(call) = request.extensions().get::<Call>() {
        return Ok(Some(call.clone()));
    }
    let Some(token) = bearer_token(request)? else { return Ok(None) };
    let missing = |name: &str| Problem::internal(format!("the application's data has no {name}"));
    let verifier = request.app_data::<web::Data<Verifier>>().ok_or_else(|| missing("verifier"))?;
    let at = received_at(request)?;
    let claims = verifier.verify(token, at).map_err(|error| {
        tracing::info!(reason = %error, "token refused");
        match error {
            TokenError::KeysNotLoaded => Problem::unavailable(error, 5),
            error => refuse_token(&error.hint()),
        }
    })?;
    let request_id = request.extensions().get::<RequestId>().cloned().ok_or_else(|| missing("request id"))?;
    let call = Call { actor: Actor::from_claims(claims), at, request_id };
    if let Some(sightings) = request.app_data::<web::Data<Sightings>>() {
        sightings.note(&call);
    }
    request.extensions_mut().insert(call.clone());
    request.extensions_mut().insert(ValidToken);
    Ok(Some(call))
}

/// Returns the bearer token of a request; none when it has no `Authorization` header (RFC 6750 section 2.1).
pub(super) fn bearer_token(request: &HttpRequest) -> Result<Option<&str>, Problem> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let Some(authorization) = headers.next() else { return Ok(None) };
    if headers.next().is_some() {
        return Err(refuse_token("The request has more than one Authorization header. Send one."));
    }
    let text = authorization.to_str().map_err(|_| {
        refuse_token("The Authorization header is not ASCII. Send it as `Authorization: Bearer TOKEN`.")
    })?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim_start_matches(' '))),
        _ => Err(refuse_token(
            "The Authorization header is not a bearer token. Send it as `Authorization: Bearer TOKEN`.",
        )),
    }
}

fn refuse_token(detail: &str) -> Problem {
    unauthenticated(detail, "Bearer error=\"invalid_token\"")
}

/// Waits until the keys of the token's issuer have been fetched again, if the token names a key that is not among
/// them: the issuer may have just added it. Returns true if the token must be verified again.
pub(super) async fn await_new_key(request: &HttpRequest) -> bool {
    let verifier = request.app_data::<web::Data<Verifier>>();
    match (bearer_token(request), verifier) {
        (Ok(Some(token)), Some(verifier)) => verifier.fetch_missing_key(token).await,
        _ => false,
    }
}

/// Returns the instant of the request. It is read from the clock once and is then the same for the whole request.
pub(super) fn received_at(request: &HttpRequest) -> Result<DateTime<Utc>, Problem> {
    if let Some(at) = request.extensions().get::<DateTime<Utc>>() {
        return Ok(*at);
    }
    let clock = request.app_data::<web::Data<Clock>>();
    let at = clock.ok_or_else(|| Problem::internal("the application's data has no clock"))?.now();
    request.extensions_mut().insert(at);
    Ok(at)
}
