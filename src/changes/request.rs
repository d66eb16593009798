//! What is asked of the feed: after which change, how many, and how long to wait for one.

use std::future::{Ready, ready};
use std::time::Duration;

use actix_web::{FromRequest, HttpRequest, dev, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::api::{Argument, Doc, Fault, Kind, Problem, SealingKey, parameter};

/// How long a reader can be made to wait.
const LONGEST: u64 = 30;

/// Seals positions, so that they tell nobody how much happens, and cannot be made up.
#[derive(Debug)]
pub struct Places(SealingKey);

impl Places {
    /// With a key made from the service's secret.
    pub fn new(secret: &[u8]) -> Self {
        Self(SealingKey::new(secret, "section55 changes v1"))
    }

    /// A position as readers send it back.
    pub fn close(&self, position: i64) -> String {
        URL_SAFE_NO_PAD.encode(self.0.close(b"", &position.to_be_bytes()))
    }

    fn open(&self, sealed: &str) -> Option<i64> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        self.0.open(b"", &sealed)?.try_into().ok().map(i64::from_be_bytes)
    }
}

/// Where to begin.
#[derive(Clone, Copy, Debug)]
pub enum After {
    /// After this position; 0 is before the first.
    Position(i64),
    /// After what there is now.
    Latest,
}

/// A question to the feed.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Where to begin.
    pub after: After,
    /// How long to wait where there is nothing yet.
    pub wait: Duration,
    /// How many changes at the most.
    pub limit: i64,
}

impl Asked {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let places = request.app_data::<web::Data<Places>>().ok_or_else(|| Problem::internal("no key of places"))?;
        let mut faults = Vec::new();
        let after = match parameter(request, "after")?.as_deref() {
            None => After::Position(0),
            Some("latest") => After::Latest,
            Some(sealed) => After::Position(places.open(sealed).unwrap_or_else(|| {
                let detail = "This is neither `latest` nor a `next_cursor` of this feed.";
                faults.push(Fault::query("after", "bad_cursor", detail));
                0
            })),
        };
        let mut number = |name: &'static str, least: u64, most: u64, usual: u64| match parameter(request, name)? {
            None => Ok::<_, Problem>(usual),
            Some(given) => Ok(given.parse().ok().filter(|it| (least..=most).contains(it)).unwrap_or_else(|| {
                let detail = format!("{name} is a whole number from {least} to {most}.");
                faults.push(Fault::query(name, "out_of_range", detail));
                usual
            })),
        };
        let (wait, limit) = (number("wait", 0, LONGEST, 0)?, number("limit", 1, 200, 50)?);
        if !faults.is_empty() {
            return Err(Problem::with_faults(Kind::InvalidParameters, faults));
        }
        Ok(Self { after, wait: Duration::from_secs(wait), limit: limit.cast_signed() })
    }
}

impl FromRequest for Asked {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for Asked {
    fn describe(doc: &mut Doc) {
        let says = "`next_cursor` of the page before; `latest` begins after what there is now. Without it, the feed is read \
                    from its beginning.";
        doc.parameter("query", "after", false, says, json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" }));
        let says = "Seconds to wait for a change where there is none yet; then the page is empty.";
        let schema = json!({ "type": "integer", "minimum": 0, "maximum": LONGEST, "default": 0 });
        doc.parameter("query", "wait", false, says, schema);
        let schema = json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 });
        doc.parameter("query", "limit", false, "How many at the most.", schema);
        doc.problem(Kind::InvalidParameters);
    }

    fn patience() -> Duration {
        Duration::from_secs(LONGEST)
    }
}
