//! The query parameters of the change feed, and the key that encrypts its cursors.

use std::future::{Ready, ready};
use std::time::Duration;

use actix_web::{FromRequest, HttpRequest, dev, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::api::{Argument, Fault, OperationDoc, Problem, ProblemKind, SealingKey, parameter};

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

    /// Returns the cursor of a position.
    pub fn encrypt(&self, position: i64) -> String {
        URL_SAFE_NO_PAD.encode(self.0.seal(b"", &position.to_be_bytes()))
    }

    /// Returns the position of a cursor, or `None` if this key did not encrypt it.
    fn decrypt(&self, cursor: &str) -> Option<i64> {
        let sealed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        self.0.open(b"", &sealed)?.try_into().ok().map(i64::from_be_bytes)
    }
}

/// The point at which a page begins.
#[derive(Clone, Copy, Debug)]
pub enum FeedStart {
    /// After this position. 0 is before the first change.
    Position(i64),
    /// After the last change that there is now.
    Latest,
}

/// The query of one page of the feed.
#[derive(Clone, Copy, Debug)]
pub struct FeedQuery {
    /// The point at which the page begins.
    pub after: FeedStart,
    /// The longest time to wait for a first change.
    pub wait: Duration,
    /// The largest number of changes.
    pub limit: i64,
}

impl FeedQuery {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let key = request
            .app_data::<web::Data<FeedCursorKey>>()
            .ok_or_else(|| Problem::internal("the application has no key for the cursors of the change feed"))?;
        let mut faults = Vec::new();
        let after = match parameter(request, "after")?.as_deref() {
            None => FeedStart::Position(0),
            Some("latest") => FeedStart::Latest,
            Some(cursor) => FeedStart::Position(key.decrypt(cursor).unwrap_or_else(|| {
                let detail = "`after` must be `latest` or a `next_cursor` of this feed.";
                faults.push(Fault::query("after", "bad_cursor", detail));
                0
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
        if !faults.is_empty() {
            return Err(Problem::with_faults(ProblemKind::InvalidParameters, faults));
        }
        Ok(Self { after, wait: Duration::from_secs(wait), limit: limit.cast_signed() })
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
        let description = "Returns only changes after this cursor: `next_cursor` of the previous page, or `latest` \
                           for changes from now on. Without it, the feed begins with its first change.";
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
