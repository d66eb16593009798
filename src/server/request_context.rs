//! What every request passes through, outermost: its id, its log line, problems made out to it, and the headers that
//! every answer carries.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use tracing::Instrument;
use uuid::Uuid;

use super::compression;
use super::cors::Origins;
use super::deprecation::{self, DEPRECATED};
use super::limits::Left;
use crate::api::{BodyLeftOut, Kind, MatchedRoute, Problem, ResponseCache, default_headers};
use crate::auth::{RequestId, SignedIn};
use crate::telemetry;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The layer itself.
pub async fn wrap(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let id = request_id(request.headers().get(REQUEST_ID));
    let trace = trace_id(request.headers().get("traceparent")).unwrap_or_default();
    let method = request.method().clone();
    // HEAD is GET without its body, which the encoder leaves out by the method the client sent (RFC 9110 §9.3.2).
    if method == Method::HEAD {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(BodyLeftOut);
    }
    let span = telemetry::traces::request(&method, &id, request.headers());
    let origins = request.app_data::<Data<Origins>>().cloned();
    let origin = request.headers().get(header::ORIGIN).cloned();
    let preflight = origins.as_ref().and_then(|origins| origins.preflight(&method, request.headers()));
    // Until it is routed a request must have no second holder, so what comes back is what is looked at.
    let (mut answer, kept) = match (preflight, ResponseCache::lookup(request.request())) {
        (Some(told), _) => (request.into_response(told), None),
        (None, Some((kept, path))) => (request.into_response(kept), Some(path)),
        (None, None) => {
            request.extensions_mut().insert(RequestId(id.as_str().into()));
            let answer = next.call(request).instrument(span.clone()).await?.map_into_boxed_body();
            (compression::apply(made_out(answer, &id)), None)
        }
    };
    let routed = || answer.request().extensions().get::<MatchedRoute>().map(|routed| routed.0);
    let route = kept.or_else(routed).unwrap_or("(none)");
    let with_token = kept.is_none() && apply_default_headers(&mut answer, &method);
    dress_alone(&mut answer, &id);
    if let Some(origins) = origins {
        origins.apply_default_headers(origin.as_ref(), with_token, answer.headers_mut());
    }
    let status = answer.status().as_u16();
    let took = began.elapsed();
    telemetry::answered(&method, route, status, took);
    telemetry::traces::answered(&span, &method, route, status);
    deprecation::apply_default_headers(DEPRECATED, &method, route, answer.headers_mut());
    let ms = took.as_secs_f64() * 1000.0;
    tracing::info!(request_id = %id, trace_id = %trace, %method, %route, status, ms, "answered");
    Ok(answer)
}

/// A failure's document, made out to its request; what the client is not told goes to the log.
fn made_out(answer: ServiceResponse<BoxBody>, id: &str) -> ServiceResponse<BoxBody> {
    let Some(error) = answer.response().error() else { return answer };
    let instance = answer.request().path();
    let problem = match error.as_error::<Problem>() {
        Some(problem) => {
            if let Some(log) = problem.log() {
                tracing::error!(request_id = %id, %log, "failed");
            }
            problem.answer(instance, id)
        }
        None => {
            let status = error.as_response_error().status_code();
            tracing::warn!(request_id = %id, %error, "failed below the service");
            Problem::new(Kind::of_status(status), "The request could not be handled.").answer(instance, id)
        }
    };
    answer.into_response(problem)
}

/// The headers that every answer carries; tells whether the request came with a token. What is kept has them already, and
/// was asked for without one.
fn apply_default_headers(answer: &mut ServiceResponse<BoxBody>, method: &Method) -> bool {
    let signed_in = answer.request().extensions().get::<SignedIn>().is_some();
    let with_token = signed_in || answer.request().headers().contains_key(header::AUTHORIZATION);
    let status = answer.status();
    // How it is now, and what comes next, are asked anew each time.
    let passing = matches!(answer.request().path(), "/livez" | "/readyz" | "/v1/changes");
    let readable = method.is_safe() && (status == StatusCode::OK || status == StatusCode::NOT_MODIFIED);
    let cache = match (with_token, readable && !passing) {
        (true, _) => "private, no-store",
        (false, true) => default_headers::PUBLIC,
        (false, false) => "no-store",
    };
    default_headers::apply_default_headers(answer.headers_mut(), cache);
    with_token
}

/// The headers of this answer alone: its id, and what is left to the caller.
fn dress_alone(answer: &mut ServiceResponse<BoxBody>, id: &str) {
    let left = answer.request().extensions().get::<Left>().copied();
    let headers = answer.headers_mut();
    for (name, value) in left.into_iter().flat_map(Left::headers) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
}

/// The client's own id where it is sane, else a new one.
fn request_id(given: Option<&HeaderValue>) -> String {
    let sane = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    let given = given.and_then(|value| value.to_str().ok()).filter(sane);
    given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// The trace a W3C `traceparent` names.
fn trace_id(given: Option<&HeaderValue>) -> Option<String> {
    let mut parts = given?.to_str().ok()?.split('-').skip(1);
    let trace = parts.next()?;
    let hexadecimal = trace.len() == 32 && trace.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase());
    (hexadecimal && trace.bytes().any(|b| b != b'0')).then(|| trace.to_owned())
}
