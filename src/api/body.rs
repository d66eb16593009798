//! Request bodies as handler arguments: `JsonBody`, validated against the schema that the OpenAPI document publishes,
//! and `TextBody`. Both limit the size of the body.

use std::future::Future;
use std::pin::Pin;

use actix_web::http::{Method, header};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev, web};
use aws_lc_rs::digest;
use futures_util::StreamExt;
use serde_json::json;

use super::idempotency::BodyDigest;
use super::json_schema::{Input, add_input_schema, validate_json};
use super::operation_doc::OperationDoc;
use super::problem::{Fault, Problem, ProblemKind};
use super::signature::Argument;
use super::strict_json;

/// The maximum size of a request head in bytes: the path, the query, and the names and values of the headers.
pub const MAX_HEAD_BYTES: usize = 32 * 1024;

/// The maximum size of a request body in bytes. It is larger than the longest text that a member may have. A text that
/// is too long therefore gets a fault with its pointer, and not a 413.
pub const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;
const _: () = assert!(MAX_BODY_BYTES == 2_097_152, "the detail of the 413 states this number");

/// A JSON request body.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

/// A plain text request body in UTF-8, without its byte order mark.
#[derive(Debug)]
pub struct TextBody(pub String);

type BodyFuture<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

impl<T: Input> FromRequest for JsonBody<T> {
    type Error = Problem;
    type Future = BodyFuture<Self>;
    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let media_type = media_type(request);
        let accepted = media_type == "application/json"
            || (media_type == "application/merge-patch+json" && request.method() == Method::PATCH);
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            if !accepted {
                return Err(unsupported_media_type(&media_type, "application/json"));
            }
            let bytes = read_payload(&request, payload).await?;
            let (value, faults) = strict_json::parse(&bytes)?;
            let valid = validate_json(value, faults)?;
            valid.map(JsonBody).map_err(|faults| faults.into_problem(ProblemKind::Invalid))
        })
    }
}

impl<T: Input> Argument for JsonBody<T> {
    fn describe(doc: &mut OperationDoc) {
        let schema = add_input_schema::<T>(doc);
        let media_types = ["application/json", "application/merge-patch+json"];
        doc.body(if doc.is_patch { &media_types } else { &media_types[..1] }, schema);
        doc.problem(ProblemKind::Invalid);
    }
}

impl FromRequest for TextBody {
    type Error = Problem;
    type Future = BodyFuture<Self>;
    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let media_type = media_type(&request);
            if media_type != "text/plain" {
                return Err(unsupported_media_type(&media_type, "text/plain"));
            }
            let text = String::from_utf8(read_payload(&request, payload).await?).map_err(|error| {
                let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
                let detail = format!("Line {line} is not valid UTF-8.");
                let fault = Fault::body(format!("/{line}"), "not_utf8", detail);
                Problem::with_faults(ProblemKind::Malformed, vec![fault])
            })?;
            Ok(Self(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
        })
    }
}

impl Argument for TextBody {
    fn describe(doc: &mut OperationDoc) {
        doc.body(&["text/plain"], json!({ "type": "string" }));
        doc.problem(ProblemKind::Invalid);
    }
}

/// Returns the media type of the body in lower case and without its parameters, or an empty text without
/// `Content-Type`.
pub(crate) fn media_type(request: &HttpRequest) -> String {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Creates a 415 that names the media type of the request and the accepted ones.
pub(crate) fn unsupported_media_type(media_type: &str, accepted: &str) -> Problem {
    let subject = match media_type {
        "" => "The request has no Content-Type".to_owned(),
        media_type => format!("The request has Content-Type {media_type}"),
    };
    let accept =
        header::HeaderValue::from_str(accepted).unwrap_or(header::HeaderValue::from_static("application/json"));
    Problem::new(ProblemKind::UnsupportedMediaType, format!("{subject}; this operation accepts {accepted}."))
        .header(header::ACCEPT, accept)
}

/// Reads the whole body, and stores its digest in the request for the fingerprint of an idempotent request.
async fn read_payload(request: &HttpRequest, payload: dev::Payload) -> Result<Vec<u8>, Problem> {
    let too_large = || {
        let detail = "The request body is larger than 2,097,152 bytes (2 MiB). Send less in one request.";
        Problem::new(ProblemKind::BodyTooLarge, detail)
    };
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length > MAX_BODY_BYTES) {
        return Err(too_large());
    }
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::new(ProblemKind::UnsupportedMediaType, "Send the request body without Content-Encoding."));
    }
    let mut payload = web::Payload::from_request(request, &mut { payload }).await.map_err(Problem::internal)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            let detail = format!("The request body ended early: {error}. Send the request again.");
            Problem::new(ProblemKind::Malformed, detail)
        })?;
        if bytes.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    let sha256 = digest::digest(&digest::SHA256, &bytes);
    request.extensions_mut().insert(BodyDigest(sha256.as_ref().try_into().map_err(Problem::internal)?));
    Ok(bytes)
}
