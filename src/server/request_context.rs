//! The outermost layer of every request: assigns its id, writes its log line, completes problem documents, and adds
//! the headers that every response has.

use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode, Version};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse};
use tracing::Instrument;
use uuid::Uuid;

use super::compression;
use super::cors::Origins;
use super::limits::RemainingRequests;
use crate::api::{
    HeadRequest, MAX_HEAD_BYTES, MatchedRoute, Problem, ProblemKind, ResponseCache, default_headers, deprecation,
};
use crate::auth::{RequestId, ValidToken};
use crate::operations::DEPRECATED;
use crate::service::Readiness;
use crate::telemetry;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest path in a problem document about a head that is too large.
const MAX_INSTANCE: usize = 1024;

/// Wraps one request.
pub async fn wrap(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let id = request_id(request.headers().get(REQUEST_ID));
    let trace = trace_id(request.headers().get("traceparent")).unwrap_or_default();
    let method = request.method().clone();
    // HEAD is processed as GET. The encoder omits the body by the method that the client sent (RFC 9110 §9.3.2).
    if method == Method::HEAD {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(HeadRequest);
    }
    let span = telemetry::traces::request_span(&method, &id, request.headers());
    let origins = request.app_data::<Data<Origins>>().cloned();
    let readiness = request.app_data::<Data<Readiness>>().cloned();
    let origin = request.headers().get(header::ORIGIN).cloned();
    let refused = refuse_large_head(&request, &id);
    let answered = refused.or_else(|| origins.as_ref()?.preflight(&method, request.headers()));
    // Routing requires the only reference to the request, so what is needed later is read from the response.
    let (mut response, cached_route) = match (answered, ResponseCache::lookup(request.request())) {
        (Some(answered), _) => (request.into_response(answered), None),
        (None, Some((cached, route))) => (request.into_response(cached), Some(route)),
        (None, None) => {
            request.extensions_mut().insert(RequestId(id.as_str().into()));
            let response = next.call(request).instrument(span.clone()).await?.map_into_boxed_body();
            (compression::compress(complete_problem(response, &id)), None)
        }
    };
    let matched_route = || response.request().extensions().get::<MatchedRoute>().map(|matched| matched.0);
    let route = cached_route.or_else(matched_route).unwrap_or("(none)");
    // A cached response already has these headers, and its request had no token.
    let has_token = cached_route.is_none() && add_default_headers(&mut response, &method);
    add_request_headers(&mut response, &id);
    if let Some(origins) = origins {
        origins.add_headers(origin.as_ref(), has_token, response.headers_mut());
    }
    end_stream_by_close(&mut response);
    if readiness.is_some_and(|readiness| readiness.is_draining()) {
        // The client opens its next connection at another instance.
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    let status = response.status().as_u16();
    let duration = began.elapsed();
    telemetry::count_request(&method, route, status, duration);
    telemetry::traces::record_response(&span, &method, route, status);
    deprecation::add_headers(DEPRECATED, &method, route, response.headers_mut());
    let ms = duration.as_secs_f64() * 1000.0;
    tracing::info!(request_id = %id, trace_id = %trace, %method, %route, status, ms, "request completed");
    Ok(response)
}

/// Returns a 431 if the path, the query and the headers are too large together. A head beyond the limits of actix does not
/// get here: actix refuses it without a body, and closes the connection.
fn refuse_large_head(request: &ServiceRequest, id: &str) -> Option<HttpResponse> {
    let line = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len());
    let size = line + headers.sum::<usize>();
    (size > MAX_HEAD_BYTES).then(|| {
        let detail = format!(
            "The path, the query and the headers have {size} bytes; the limit is {MAX_HEAD_BYTES}. Send fewer or shorter \
             headers, or divide the query between several requests."
        );
        let instance = if request.path().len() > MAX_INSTANCE { "/" } else { request.path() };
        Problem::new(ProblemKind::HeadersTooLarge, detail).response(instance, id)
    })
}

/// Ends the body of a stream by closing the connection if the client is of HTTP/1.0, which knows no chunks (RFC 9112
/// section 6.1).
fn end_stream_by_close(response: &mut ServiceResponse<BoxBody>) {
    if response.request().version() >= Version::HTTP_11 || response.response().body().size() != BodySize::Stream {
        return;
    }
    let head = response.response_mut().head_mut();
    head.no_chunking(true);
    head.set_connection_type(ConnectionType::Close);
}

/// Completes a problem document with the path and the id of its request. Writes the internal cause to the log.
fn complete_problem(response: ServiceResponse<BoxBody>, id: &str) -> ServiceResponse<BoxBody> {
    let Some(error) = response.response().error() else { return response };
    let instance = response.request().path();
    let problem = match error.as_error::<Problem>() {
        Some(problem) => {
            if let Some(log) = problem.log() {
                tracing::error!(request_id = %id, %log, "request failed");
            }
            problem.response(instance, id)
        }
        None => {
            let status = error.as_response_error().status_code();
            tracing::warn!(request_id = %id, %error, "request refused before it reached an operation");
            let detail = "The server could not process the request. Check its method, path, headers and body.";
            Problem::new(ProblemKind::of_status(status), detail).response(instance, id)
        }
    };
    response.into_response(problem)
}

/// Adds the headers that every response has. Returns true when the request came with a token.
fn add_default_headers(response: &mut ServiceResponse<BoxBody>, method: &Method) -> bool {
    let has_valid_token = response.request().extensions().get::<ValidToken>().is_some();
    let has_token = has_valid_token || response.request().headers().contains_key(header::AUTHORIZATION);
    let status = response.status();
    // What has a secret in its address is for one person, though it needs no token.
    let is_private = has_token || response.request().path().starts_with("/calendars/");
    // These state the present, so no client may cache them.
    let is_momentary = matches!(response.request().path(), "/livez" | "/readyz" | "/v1/changes");
    let is_cacheable = method.is_safe() && (status == StatusCode::OK || status == StatusCode::NOT_MODIFIED);
    let cache_control = match (is_private, is_cacheable && !is_momentary) {
        (true, _) => "private, no-store",
        (false, true) => default_headers::PUBLIC,
        (false, false) => "no-store",
    };
    default_headers::apply_default_headers(response.headers_mut(), cache_control);
    has_token
}

/// Adds the headers of this one response: the request's id and the caller's remaining requests.
fn add_request_headers(response: &mut ServiceResponse<BoxBody>, id: &str) {
    let remaining = response.request().extensions().get::<RemainingRequests>().copied();
    let headers = response.headers_mut();
    for (name, value) in remaining.into_iter().flat_map(RemainingRequests::headers) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
}

/// Returns the client's id when it has 1 to 64 letters, digits, `-`, `_` or `.`; else a new id.
fn request_id(given: Option<&HeaderValue>) -> String {
    let is_acceptable = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    let given = given.and_then(|value| value.to_str().ok()).filter(is_acceptable);
    given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// Returns the trace id of a W3C `traceparent` header.
fn trace_id(given: Option<&HeaderValue>) -> Option<String> {
    let mut parts = given?.to_str().ok()?.split('-').skip(1);
    let trace = parts.next()?;
    let is_hexadecimal = trace.len() == 32 && trace.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase());
    (is_hexadecimal && trace.bytes().any(|b| b != b'0')).then(|| trace.to_owned())
}
