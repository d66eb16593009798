//! Conditional requests (RFC 9110 §13) and range requests (§14) for a file: which of its bytes the response has. The
//! ETag of a file is its SHA-256 digest.

use std::future::{Ready, ready};
use std::ops::Range;

use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};
use serde_json::json;

use crate::api::{Argument, HeadRequest, OperationDoc, Problem, ProblemKind};

/// The request's `Range`, `If-Range` and `If-None-Match` headers, and whether its method is HEAD.
#[derive(Clone, Debug, Default)]
pub struct RangeRequest {
    range: Option<String>,
    if_range: Option<String>,
    if_none_match: Vec<String>,
    is_head: bool,
}

/// The part of a file that a response has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// No bytes, because the caller has this version (304).
    NotModified,
    /// The headers without the bytes (HEAD).
    HeadersOnly,
    /// The whole file (200).
    WholeFile,
    /// One range of bytes (206).
    ByteRange(Range<u64>),
    /// No bytes, because the range lies beyond the file (416).
    NotSatisfiable,
}

impl Selection {
    /// Returns the range of bytes to send, for a file of `size` bytes. Returns `None` if no bytes are sent.
    pub fn bytes(&self, size: u64) -> Option<Range<u64>> {
        match self {
            Self::WholeFile => Some(0..size),
            Self::ByteRange(range) => Some(range.clone()),
            Self::NotModified | Self::HeadersOnly | Self::NotSatisfiable => None,
        }
    }
}

/// Returns a file's strong ETag.
pub(super) fn etag(sha256: &str) -> String {
    format!("\"{sha256}\"")
}

impl RangeRequest {
    /// Returns the part to send of a file with this digest and `size` bytes.
    pub fn select(&self, sha256: &str, size: u64) -> Selection {
        let etag = etag(sha256);
        // If-None-Match uses weak comparison (RFC 9110 §13.1.2).
        if self.if_none_match.iter().any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag) {
            return Selection::NotModified;
        }
        if self.is_head {
            return Selection::HeadersOnly;
        }
        // If-Range uses strong comparison (§13.1.5). A date never matches, because files have no Last-Modified.
        if self.if_range.as_ref().is_some_and(|validator| *validator != etag) {
            return Selection::WholeFile;
        }
        self.range.as_deref().and_then(|range| select_range(range, size)).unwrap_or(Selection::WholeFile)
    }
}

/// Returns the bytes that a Range header selects. Returns `None` if the header must be ignored: it has another unit,
/// several ranges, or is malformed.
pub(super) fn select_range(header: &str, size: u64) -> Option<Selection> {
    let (unit, range) = header.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let range = match (first, last) {
        ("", suffix) => size.saturating_sub(position(suffix)?)..size,
        (first, "") => position(first)?..size,
        (first, last) => {
            let (first, last) = (position(first)?, position(last)?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(size)
        }
    };
    Some(if range.is_empty() { Selection::NotSatisfiable } else { Selection::ByteRange(range) })
}

/// Parses digits. A number that does not fit becomes `u64::MAX`, which lies beyond every file.
fn position(digits: &str) -> Option<u64> {
    let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    number.then(|| digits.parse().unwrap_or(u64::MAX))
}

impl FromRequest for RangeRequest {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let all = |name| -> Vec<String> {
            let values = request.headers().get_all(name).filter_map(|value| value.to_str().ok());
            values.map(|value| value.trim().to_owned()).collect()
        };
        // A header that is sent twice is a list, and a list of ranges is ignored.
        let range = Some(all(header::RANGE).join(",")).filter(|range| !range.is_empty());
        let if_range = Some(all(header::IF_RANGE).join(",")).filter(|validator| !validator.is_empty());
        let if_none_match = all(header::IF_NONE_MATCH);
        let if_none_match = if_none_match.iter().flat_map(|etags| etags.split(','));
        let if_none_match = if_none_match.map(|etag| etag.trim().to_owned()).collect();
        let is_head = request.extensions().contains::<HeadRequest>();
        ready(Ok(Self { range, if_range, if_none_match, is_head }))
    }
}

impl Argument for RangeRequest {
    fn describe(doc: &mut OperationDoc) {
        let text = || json!({ "type": "string" });
        let description = "The range of bytes to return (RFC 9110 §14.2), such as `bytes=0-1023`. The service ignores \
                           several ranges, and units other than bytes, and returns the whole file.";
        doc.parameter("header", "Range", false, description, text());
        let description =
            "The ETag of the version that `Range` is for. If the file has another ETag, the whole file is returned.";
        doc.parameter("header", "If-Range", false, description, text());
        doc.problem(ProblemKind::RangeNotSatisfiable);
    }
}
