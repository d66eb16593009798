//! What of a file a reader wants: all of it, a range (RFC 9110 §14), or only to know whether it has changed (§13). Our
//! entity tags are the digests of the bytes.

use std::future::{Ready, ready};
use std::ops::Range;

use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};
use serde_json::json;

use crate::api::{Argument, BodyLeftOut, Doc, Kind, Problem};

/// What the request's headers say of the part it wants.
#[derive(Clone, Debug, Default)]
pub struct RangeRequest {
    range: Option<String>,
    if_range: Option<String>,
    known: Vec<String>,
    without_body: bool,
}

/// What will be sent of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Nothing: the caller has it (304).
    Unchanged,
    /// Its headers alone (HEAD).
    Described,
    /// All of it (200).
    Whole,
    /// These bytes of it (206).
    Part(Range<u64>),
    /// Nothing: there are no such bytes (416).
    NotSatisfiable,
}

impl Selection {
    /// The bytes that will leave, of a file of this size; none where none will.
    pub fn bytes(&self, size: u64) -> Option<Range<u64>> {
        match self {
            Self::Whole => Some(0..size),
            Self::Part(range) => Some(range.clone()),
            Self::Unchanged | Self::Described | Self::NotSatisfiable => None,
        }
    }
}

/// A file's strong entity tag.
pub(super) fn tag(sha256: &str) -> String {
    format!("\"{sha256}\"")
}

impl RangeRequest {
    /// What will be sent of a file with this digest and of this size in bytes.
    pub fn of(&self, sha256: &str, size: u64) -> Selection {
        let tag = tag(sha256);
        // Weak comparison (RFC 9110 §13.1.2).
        if self.known.iter().any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag) {
            return Selection::Unchanged;
        }
        if self.without_body {
            return Selection::Described;
        }
        // Strong comparison (§13.1.5); a date is never ours.
        if self.if_range.as_ref().is_some_and(|held| *held != tag) {
            return Selection::Whole;
        }
        self.range.as_deref().and_then(|range| select(range, size)).unwrap_or(Selection::Whole)
    }
}

/// The one range that a Range header asks for; none where it is to be ignored: another unit, several, malformed.
fn select(header: &str, size: u64) -> Option<Selection> {
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
    Some(if range.is_empty() { Selection::NotSatisfiable } else { Selection::Part(range) })
}

/// A number of digits alone; one too large for us lies beyond every file.
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
        // A header that stands twice is a list, and several ranges are ignored.
        let range = Some(all(header::RANGE).join(",")).filter(|range| !range.is_empty());
        let if_range = Some(all(header::IF_RANGE).join(",")).filter(|held| !held.is_empty());
        let known = all(header::IF_NONE_MATCH);
        let known = known.iter().flat_map(|tags| tags.split(',')).map(|known| known.trim().to_owned()).collect();
        let without_body = request.extensions().contains::<BodyLeftOut>();
        ready(Ok(Self { range, if_range, known, without_body }))
    }
}

impl Argument for RangeRequest {
    fn describe(doc: &mut Doc) {
        let text = || json!({ "type": "string" });
        let says = "One range of bytes, as RFC 9110 §14.2 says; several, or another unit, are ignored.";
        doc.parameter("header", "Range", false, says, text());
        let says = "The ETag that the range is of; where the file has another, all of it comes.";
        doc.parameter("header", "If-Range", false, says, text());
        doc.problem(Kind::RangeNotSatisfiable);
    }
}
