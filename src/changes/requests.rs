//! The query parameters of the change feed, and the key that encrypts its cursors.

use std::future::{Ready, ready};
use std::net::IpAddr;
use std::time::Duration;

use actix_web::{FromRequest, HttpRequest, dev, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use uuid::Uuid;

use crate::api::{
    Argument, ClientAddress, Fault, ListOrder, OperationDoc, Problem, ProblemKind, SealingKey, accepts_event_stream,
    parameter,
};

/// The longest time that a request can wait for a change, in seconds.
const MAX_WAIT: u64 = 30;

/// The key that encrypts positions into cursors. A cursor does not reveal how many changes there are, and cannot be
/// forged.
#[derive(Debug)]
pub struct FeedCursorKey(SealingKey);

impl FeedCursorKey {
    /// Derives the key from the service's secret.
    pub fn new(secret: &[u8]) -> Self {
        Self(SealingKey::new(secret, "section55 changes v1"))
    }

    /// Returns the cursor of what a reader has reached.
    pub fn encrypt(&self, reached: &FeedPosition) -> String {
        let FeedPosition { position, epoch, event } = reached;
        let event = event.map(Uuid::into_bytes).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(self.seal(&[&position.to_be_bytes()[..], &epoch.to_be_bytes(), &event].concat()))
    }

    /// Encrypts the content of a cursor.
    pub(super) fn seal(&self, content: &[u8]) -> Vec<u8> {
        self.0.seal(b"", content)
    }

    /// Returns what the reader of a cursor has reached, or `None` if this key did not encrypt it. A cursor of an earlier
    /// version has the position alone.
    pub(super) fn decrypt(&self, cursor: &str) -> Option<FeedPosition> {
        let opened = self.0.open(b"", &URL_SAFE_NO_PAD.decode(cursor).ok()?)?;
        let (position, rest) = opened.split_first_chunk()?;
        let position = i64::from_be_bytes(*position);
        if rest.is_empty() {
            return Some(FeedPosition { position, ..FeedPosition::BEGINNING });
        }
        let (epoch, event) = rest.split_first_chunk()?;
        let event = Uuid::from_slice(event).ok()?;
        let event = Some(event).filter(|event| !event.is_nil());
        Some(FeedPosition { position, epoch: i32::from_be_bytes(*epoch), event })
    }
}

/// What a reader of the feed has reached. The position alone cannot tell whether the database was restored since: the same
/// position may then hold another change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedPosition {
    /// The position of the last change that the reader has passed. 0 is before the first change.
    pub position: i64,
    /// The epoch of the audit log that was open when the reader passed it.
    pub epoch: i32,
    /// The id of the event of that change. `None` before the first change, and in a cursor of an earlier version.
    pub event: Option<Uuid>,
}

impl FeedPosition {
    /// Before the first change.
    pub const BEGINNING: Self = Self { position: 0, epoch: 0, event: None };
}

/// The point at which a page begins.
#[derive(Clone, Copy, Debug)]
pub enum FeedStart {
    /// After what a reader has reached.
    Position(FeedPosition),
    /// After the last change that there is now.
    Latest,
}

/// The form in which a reader wants the feed.
#[derive(Clone, Copy, Debug)]
pub enum FeedForm {
    /// One page.
    Page,
    /// A stream of events.
    Stream {
        /// What a client that resumes has reached.
        resumed: Option<FeedPosition>,
        /// The address of the client, if it is known.
        address: Option<IpAddr>,
    },
}

impl FeedForm {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        if !accepts_event_stream(request) {
            return Ok(Self::Page);
        }
        let (mut faults, key) = (Vec::new(), cursor_key(request)?);
        let last = request.headers().get(LAST_EVENT_ID).filter(|value| !value.is_empty());
        let resumed = last.and_then(|value| value.to_str().ok().and_then(|cursor| key.decrypt(cursor)));
        if last.is_some() && resumed.is_none() {
            let detail = "`Last-Event-ID` must be the `id` of an event of this feed. Leave it out to begin at `after`.";
            faults.push(Fault::header(LAST_EVENT_ID, "bad_cursor", detail));
        }
        if ListOrder::read(request, ListOrder::OldestFirst)? == ListOrder::NewestFirst {
            let detail =
                "A stream of events has the oldest change first. Leave out `order`, or accept `application/json`.";
            faults.push(Fault::query("order", "not_with_stream", detail));
        }
        if !faults.is_empty() {
            return Err(Problem::with_faults(ProblemKind::InvalidParameters, faults));
        }
        Ok(Self::Stream { resumed, address: ClientAddress::of(request) })
    }
}

impl FromRequest for FeedForm {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for FeedForm {
    fn describe(doc: &mut OperationDoc) {
        let description = "With `Accept: text/event-stream`, resumes the stream after the event with this `id`, instead of at \
                           `after`. Browsers send it themselves when they connect again.";
        let schema = json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" });
        doc.parameter("header", LAST_EVENT_ID, false, description, schema);
    }
}

/// The header by which a client resumes a stream.
const LAST_EVENT_ID: &str = "Last-Event-ID";

fn cursor_key(request: &HttpRequest) -> Result<&FeedCursorKey, Problem> {
    let key = request.app_data::<web::Data<FeedCursorKey>>();
    key.map(|key| key.get_ref())
        .ok_or_else(|| Problem::internal("the application has no key for the cursors of the change feed"))
}

/// The query of one page of the feed.
#[derive(Clone, Copy, Debug)]
pub struct FeedQuery {
    /// The order of the changes.
    pub order: ListOrder,
    /// The point at which the page begins.
    pub after: FeedStart,
    /// The longest time to wait for a first change.
    pub wait: Duration,
    /// The largest number of changes.
    pub limit: i64,
}

impl FeedQuery {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let key = cursor_key(request)?;
        let mut faults = Vec::new();
        let order = ListOrder::read(request, ListOrder::OldestFirst)?;
        let after = match parameter(request, "after")?.as_deref() {
            None if order == ListOrder::OldestFirst => FeedStart::Position(FeedPosition::BEGINNING),
            None | Some("latest") => FeedStart::Latest,
            Some(cursor) => FeedStart::Position(key.decrypt(cursor).unwrap_or_else(|| {
                let detail = "`after` must be `latest` or a `next_cursor` of this feed.";
                faults.push(Fault::query("after", "bad_cursor", detail));
                FeedPosition::BEGINNING
            })),
        };
        let mut number = |name: &'static str, min: u64, max: u64, default: u64| match parameter(request, name)? {
            None => Ok::<_, Problem>(default),
            Some(given) => Ok(given.parse().ok().filter(|it| (min..=max).contains(it)).unwrap_or_else(|| {
                let detail = format!("`{name}` must be a whole number from {min} to {max}.");
                faults.push(Fault::query(name, "out_of_range", detail));
                default
            })),
        };
        let (wait, limit) = (number("wait", 0, MAX_WAIT, 0)?, number("limit", 1, 200, 50)?);
        if wait > 0 && order == ListOrder::NewestFirst {
            let detail = "`wait` and `order=desc` exclude each other: the newest change is there already. To wait for the \
                          next one, send `newest_cursor` of the page as `after`, without `order`.";
            faults.push(Fault::query("wait", "not_with_order", detail));
        }
        if !faults.is_empty() {
            return Err(Problem::with_faults(ProblemKind::InvalidParameters, faults));
        }
        Ok(Self { order, after, wait: Duration::from_secs(wait), limit: limit.cast_signed() })
    }
}

impl FromRequest for FeedQuery {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for FeedQuery {
    fn describe(doc: &mut OperationDoc) {
        ListOrder::OldestFirst.describe_as_default(
            doc,
            "The order of the changes: `asc` for oldest first, `desc` for newest first. `desc` and `wait` exclude each \
             other.",
        );
        let description = "Returns only what follows this cursor in the order of the page: `next_cursor` of the previous \
                           page, or `latest` for changes from now on. Without it, the feed begins with its first change, \
                           or with `order=desc` with its last.";
        doc.parameter("query", "after", false, description, json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" }));
        let description =
            "Waits up to this number of seconds if there is no change yet. Without a change, the page is empty.";
        let schema = json!({ "type": "integer", "minimum": 0, "maximum": MAX_WAIT, "default": 0 });
        doc.parameter("query", "wait", false, description, schema);
        let schema = json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 });
        doc.parameter("query", "limit", false, "Limits the page to this number of changes.", schema);
        doc.problem(ProblemKind::InvalidParameters);
    }

    fn extra_time() -> Duration {
        Duration::from_secs(MAX_WAIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_holds_what_its_reader_has_reached() {
        let key = FeedCursorKey::new(b"a secret");
        for event in [None, Some(Uuid::from_u128(0x0019_2d3e_0000_7000_8000_0000_0000_0001))] {
            let reached = FeedPosition { position: 1 << 40, epoch: 7, event };
            assert_eq!(key.decrypt(&key.encrypt(&reached)), Some(reached));
        }
        let of_earlier_version = URL_SAFE_NO_PAD.encode(key.0.seal(b"", &5_i64.to_be_bytes()));
        let expected = FeedPosition { position: 5, epoch: 0, event: None };
        assert_eq!(key.decrypt(&of_earlier_version), Some(expected));
        for length in [0, 7, 9, 12, 27, 29] {
            let other = URL_SAFE_NO_PAD.encode(key.0.seal(b"", &vec![1; length]));
            assert_eq!(key.decrypt(&other), None, "{length}");
        }
    }
}
