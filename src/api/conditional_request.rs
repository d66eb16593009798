//! Conditional requests (RFC 9110 §13): ETags, `If-None-Match` for reads and `If-Match` for writes.

use std::future::{Ready, ready};

use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder, dev};
use aws_lc_rs::digest;
use serde_json::json;

use super::operation_doc::OperationDoc;
use super::problem::{Fault, Problem, ProblemKind};
use super::signature::Argument;

/// The `ETag` header in the documentation of a response: its name and description.
pub(super) const ETAG_HEADER: (&str, &str) = (
    "ETag",
    "The ETag of this representation. Send it in `If-Match` to change the record, or in `If-None-Match` to read it \
     again only if it has changed.",
);

/// Marks a request whose response will be cached. The response is made in full, and the cache evaluates
/// `If-None-Match`.
#[derive(Clone, Copy, Debug)]
pub(super) struct FullResponseRequired;

/// Returns the ETag of a body, such as `"v7-0123456789abcdef"`: the version of the record, which `If-Match` compares,
/// and a digest of the body, which differs between representations.
pub(super) fn etag(version: Option<i64>, body: &[u8]) -> String {
    let digest = hex::encode(&digest::digest(&digest::SHA256, body).as_ref()[..8]);
    version.map_or_else(|| format!("\"{digest}\""), |version| format!("\"v{version}-{digest}\""))
}

/// Completes a response with its ETag and body, or as a 304 if `If-None-Match` names the ETag.
pub(super) fn respond(
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    etag: String,
    body: Vec<u8>,
) -> HttpResponse {
    let in_full = request.extensions().contains::<FullResponseRequired>();
    if let Some(matching) = matching_etag(request, &etag).filter(|_| !in_full) {
        return response.insert_header((header::ETAG, matching)).status(StatusCode::NOT_MODIFIED).finish();
    }
    response.insert_header((header::ETAG, etag));
    response.body(body)
}

/// Returns the ETag to send with a 304, or `None` if `If-None-Match` does not name this representation (RFC 9110
/// §13.1.2). A client that has a compressed body sends the ETag of the compressed body, and gets the same one back.
pub(super) fn matching_etag<'a>(request: &'a HttpRequest, etag: &'a str) -> Option<&'a str> {
    let values = request.headers().get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    // The ETag of a compressed body is the ETag of the plain body plus the name of the encoding.
    let unquoted = etag.strip_suffix('"');
    let is_compressed = |sent: &str| {
        let sent = ["-br\"", "-gzip\""].iter().find_map(|suffix| sent.strip_suffix(suffix));
        sent.is_some() && sent == unquoted
    };
    let found = values.flat_map(|etags| etags.split(',')).map(str::trim).find(|sent| {
        let sent = sent.strip_prefix("W/").unwrap_or(sent);
        sent == "*" || sent == etag || is_compressed(sent)
    });
    let found = found.filter(|_| request.method().is_safe())?;
    Some(if found == "*" { etag } else { found.strip_prefix("W/").unwrap_or(found) })
}

/// The precondition of a write: `If-Match`, or `If-None-Match: *` for a record that must not exist yet (RFC 9110
/// §13.1). A request without either is refused with 428.
#[derive(Debug)]
pub struct IfMatch(Precondition);

/// The state that the record must have for the write to go ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// `If-Match: *`: the record exists, at any version.
    Any,
    /// `If-Match` with ETags: the record is at one of these versions.
    Versions(Vec<i64>),
    /// `If-Match` with weak ETags alone, which no record matches.
    WeakOnly,
    /// `If-None-Match: *`: the record does not exist.
    None,
}

impl IfMatch {
    /// Returns the precondition that the record exists, at any version, as `If-Match: *` states it.
    pub fn any() -> Self {
        Self(Precondition::Any)
    }

    /// Checks the precondition against the version of an existing record.
    ///
    /// # Errors
    ///
    /// Returns a 412 if the record is at another version.
    pub fn check(&self, stored: i64) -> Result<(), Problem> {
        self.check_or_absent(Some(stored))
    }

    /// Checks the precondition against a record that may not exist, which is `None`.
    ///
    /// # Errors
    ///
    /// Returns a 412 if the record does not meet the precondition.
    pub fn check_or_absent(&self, stored: Option<i64>) -> Result<(), Problem> {
        let detail = match (&self.0, stored) {
            (Precondition::Any, Some(_)) | (Precondition::None, None) => return Ok(()),
            (Precondition::Versions(versions), Some(version)) if versions.contains(&version) => return Ok(()),
            (Precondition::Versions(_), Some(version)) => format!(
                "The record has changed since you read it, and is now at version {version}. Read it again and send its \
                 new ETag in `If-Match`."
            ),
            (Precondition::WeakOnly, Some(version)) => format!(
                "`If-Match` has only weak ETags (`W/…`), which never match (RFC 9110 §8.8.3.2). A proxy that compresses \
                 responses makes ETags weak: turn its compression off. Or send the ETag without `W/`; the record is at \
                 version {version}."
            ),
            (Precondition::None, Some(version)) => format!(
                "The record already exists, at version {version}. Read it and send its ETag in `If-Match` to replace \
                 it."
            ),
            (Precondition::Any | Precondition::Versions(_) | Precondition::WeakOnly, None) => {
                "The record does not exist. Send `If-None-Match: *` instead of `If-Match` to create it.".to_owned()
            }
        };
        Err(Problem::new(ProblemKind::Stale, detail))
    }
}

/// Returns the version in an ETag of this service. Weak ETags never match (RFC 9110 §8.8.3.2).
fn version_of(etag: &str) -> Option<i64> {
    etag.trim().strip_prefix("\"v")?.strip_suffix('"')?.split('-').next()?.parse().ok()
}

/// Returns the precondition of an `If-Match` that lists ETags.
fn precondition(etags: &str) -> Precondition {
    let versions: Vec<i64> = etags.split(',').filter_map(version_of).collect();
    let has_weak = || etags.split(',').any(|etag| etag.trim().starts_with("W/\"v"));
    if versions.is_empty() && has_weak() { Precondition::WeakOnly } else { Precondition::Versions(versions) }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let text = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
        ready(match (text(header::IF_MATCH), text(header::IF_NONE_MATCH)) {
            (Some("*"), _) => Ok(Self(Precondition::Any)),
            (Some(etags), _) => Ok(Self(precondition(etags))),
            (None, Some("*")) => Ok(Self(Precondition::None)),
            (None, _) => {
                let detail = "`If-Match` is required: send the ETag of the record as you last read it.";
                let fault = Fault::header("If-Match", "required", detail);
                Err(Problem::with_faults(ProblemKind::PreconditionRequired, vec![fault]))
            }
        })
    }
}

impl Argument for IfMatch {
    fn describe(doc: &mut OperationDoc) {
        let description = "Makes the write conditional: it goes ahead only if the record still has this ETag. Send the \
                           ETag of the record as you last read it, or `*` for any version.";
        doc.parameter("header", "If-Match", true, description, json!({ "type": "string" }));
        doc.problem(ProblemKind::PreconditionRequired);
        doc.problem(ProblemKind::Stale);
    }
}
