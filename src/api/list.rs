//! Lists: filters, order and keyset cursors, declared once per resource as a table from which the OpenAPI parameters,
//! the parser, the errors and the SQL are all made.

use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::{FromRequest, HttpRequest, dev, web};
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::json;

use super::describe::Doc;
use super::extract::{flag, parameters};
use super::filter_value::{FilterValue, read_value};
use super::problem::{Fault, Kind, Problem};
use super::signature::Argument;
use super::unpaged::{ScanStart, describe_question};

/// What one filter takes.
#[derive(Clone, Copy, Debug)]
pub enum Field {
    /// One text, compared whole.
    Text,
    /// Texts, comma-separated: any of them.
    Texts,
    /// Words of a closed list, comma-separated: any of them.
    Words(&'static [&'static str]),
    /// A civil date.
    Date,
    /// An instant.
    Instant,
    /// An id.
    Id,
    /// true or false.
    Flag,
}

/// A filter: name, type, the SQL it stands for with `$` in the value's place, and what it means.
pub type Filter = (&'static str, Field, &'static str, &'static str);

/// A sort key: name, the SQL expression (never null), and the SQL type its text is cast back to.
pub type Sort = (&'static str, &'static str, &'static str);

/// A list of a resource, as data.
pub trait Listing: 'static {
    /// Its filters.
    const FILTERS: &'static [Filter];
    /// What it can be sorted by; `id` always comes last.
    const SORTS: &'static [Sort];
    /// The order without `sort`, such as `-published_on,reference`.
    const DEFAULT: &'static str;
}

/// What a caller asks of a list.
#[derive(Debug)]
pub struct Query<L> {
    /// How many at the most, 1 to 200.
    pub limit: usize,
    /// Whether to count them all.
    pub count: bool,
    /// The SQL of each filter given, with its value.
    pub filters: Vec<(&'static str, FilterValue)>,
    /// The order: each key, and whether it descends.
    pub order: Vec<(&'static Sort, bool)>,
    /// The keys and id of the last record seen.
    pub after: Option<Vec<String>>,
    /// Set where all of the list is read, each page beginning where the one before ended.
    pub walk: Option<ScanStart>,
    seal: Option<SealingKey>,
    of: PhantomData<L>,
}

/// One page of a list.
#[derive(Debug, Serialize)]
pub struct PageItems<T> {
    pub(super) items: Vec<T>,
    pub(super) next_cursor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) total: Option<i64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) total_capped: bool,
}

/// How far a list is counted.
pub const MOST_COUNTED: i64 = 10_000;

impl<T> PageItems<T> {
    /// The same page with each item made into something else.
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> PageItems<U> {
        let Self { items, next_cursor, total, total_capped } = self;
        PageItems { items: items.into_iter().map(make).collect(), next_cursor, total, total_capped }
    }
}

/// Where the next page begins: the sort keys and the id of the last record, as text.
pub type Cursor = Vec<String>;

/// The key that makes cursors tamper-proof, shared by all instances of the service.
#[derive(Clone, Debug)]
pub struct CursorKey(hmac::Key);

impl CursorKey {
    /// Derives the key from the service's secret.
    pub fn new(secret: &[u8]) -> Self {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
        Self(hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&secret, b"section55 cursor v1").as_ref()))
    }
}

/// Binds a cursor to the list it is of.
#[derive(Clone, Debug)]
struct SealingKey {
    key: CursorKey,
    question: [u8; 32],
}

impl SealingKey {
    fn close(&self, cursor: &Cursor) -> String {
        let text = serde_json::to_vec(cursor).unwrap_or_default();
        let mark = self.mark(&text);
        URL_SAFE_NO_PAD.encode([&mark.as_ref()[..16], &text].concat())
    }

    fn open(&self, sealed: &str) -> Option<Cursor> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (mark, text) = bytes.split_at_checked(16)?;
        aws_lc_rs::constant_time::verify_slices_are_equal(mark, &self.mark(text).as_ref()[..16]).ok()?;
        serde_json::from_slice(text).ok()
    }

    fn mark(&self, text: &[u8]) -> hmac::Tag {
        hmac::sign(&self.key.0, &[self.question.as_slice(), text].concat())
    }
}

impl<L: Listing> Query<L> {
    /// The page made of rows and their cursors; one row more than the limit says that there is another page.
    pub fn page<T>(&self, mut rows: Vec<(T, Cursor)>, total: Option<i64>) -> PageItems<T> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let last = rows.last().filter(|_| more);
        let next_cursor = last.zip(self.seal.as_ref()).map(|((_, cursor), seal)| seal.close(cursor));
        let total_capped = total.is_some_and(|total| total > MOST_COUNTED);
        let total = total.map(|total| total.min(MOST_COUNTED));
        PageItems { items: rows.into_iter().map(|(item, _)| item).collect(), next_cursor, total, total_capped }
    }

    /// Limits the list beside the query's own filters: to what lies below the path's record, or is the caller's own.
    pub fn within(&mut self, sql: &'static str, value: impl Into<FilterValue>) {
        self.filters.push((sql, value.into()));
    }

    pub(super) fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let key = request.app_data::<web::Data<CursorKey>>().ok_or_else(|| Problem::internal("no cursor key"))?;
        let given = parameters(request)?;
        let find = |name: &str| given.iter().find_map(|(given, value)| (given == name).then_some(value.as_str()));
        let mut faults = Vec::new();
        let mut filters = Vec::new();
        for (name, field, sql, _) in L::FILTERS {
            match find(name).map(|value| read_value(*field, value)) {
                Some(Ok(value)) => filters.push((*sql, value)),
                Some(Err((code, detail))) => faults.push(Fault::query(name, code, detail)),
                None => {}
            }
        }
        let limit = match find("limit").map(str::parse::<usize>) {
            None => 50,
            Some(Ok(limit @ 1..=200)) => limit,
            Some(_) => {
                faults.push(Fault::query("limit", "out_of_range", "limit is a whole number from 1 to 200."));
                50
            }
        };
        let order = ordered::<L>(find("sort").unwrap_or(L::DEFAULT), &mut faults);
        let count = flag(request, "count").unwrap_or_else(|problem| {
            faults.extend_from_slice(problem.faults());
            false
        });
        let mut question = digest::Context::new(&digest::SHA256);
        // The path names the list, and the record it lies below.
        question.update(request.path().as_bytes());
        for (sql, value) in &filters {
            question.update(format!("{sql}\0{value:?}\0").as_bytes());
        }
        // A page as of one instant does not go on as of another.
        question.update(format!("{:?}\0", find("as_of")).as_bytes());
        for (key, descends) in &order {
            question.update(format!("{}\0{descends}\0", key.0).as_bytes());
        }
        let question = question.finish().as_ref().try_into().map_err(Problem::internal)?;
        let seal = SealingKey { key: key.as_ref().clone(), question };
        let after = find("cursor").and_then(|sealed| {
            let opened = seal.open(sealed).filter(|cursor| cursor.len() == order.len() + 1);
            if opened.is_none() {
                let detail = "This cursor was altered, or is of a list with other filters or another order.";
                faults.push(Fault::query("cursor", "bad_cursor", detail));
            }
            opened
        });
        if !faults.is_empty() {
            return Err(Problem::with_faults(Kind::InvalidParameters, faults));
        }
        Ok(Self { limit, count, filters, order, after, walk: None, seal: Some(seal), of: PhantomData })
    }

    /// What the program itself asks: by these conditions, in the list's own order, without pages.
    pub fn asking(filters: Vec<(&'static str, FilterValue)>, limit: usize) -> Self {
        let order = ordered::<L>(L::DEFAULT, &mut Vec::new());
        Self { limit, count: false, filters, order, after: None, walk: None, seal: None, of: PhantomData }
    }
}

/// The order that `sort` names.
fn ordered<L: Listing>(sort: &str, faults: &mut Vec<Fault>) -> Vec<(&'static Sort, bool)> {
    let mut order: Vec<(&'static Sort, bool)> = Vec::new();
    for part in sort.split(',') {
        let (name, descends) = part.strip_prefix('-').map_or((part, false), |name| (name, true));
        match L::SORTS.iter().find(|(known, ..)| *known == name) {
            Some(key) if order.iter().all(|(other, _)| other.0 != key.0) => order.push((key, descends)),
            Some(_) => faults.push(Fault::query("sort", "not_unique", format!("{name} stands in sort twice."))),
            None => {
                let known: Vec<&str> = L::SORTS.iter().map(|(known, ..)| *known).collect();
                let detail = format!("The list cannot be sorted by {name:?}, but by: {}.", known.join(", "));
                faults.push(Fault::query("sort", "unknown_value", detail));
            }
        }
    }
    order
}

impl<L: Listing> FromRequest for Query<L> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl<L: Listing> Argument for Query<L> {
    fn describe(doc: &mut Doc) {
        describe_question::<L>(doc);
        let limit = json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 });
        doc.parameter("query", "limit", false, "How many at the most.", limit);
        let cursor = json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" });
        doc.parameter("query", "cursor", false, "`next_cursor` of the page before.", cursor);
        let count = json!({ "type": "boolean", "default": false });
        doc.parameter("query", "count", false, "Also count them, up to 10,000, as `total`.", count);
        doc.problem(Kind::InvalidParameters);
    }
}
