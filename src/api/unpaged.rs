//! All of a list: the list's own filters and order, without pages. Read batch by batch in one snapshot, see `db::walk`.

use std::future::{Ready, ready};
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{FromRequest, HttpRequest, dev};
use serde_json::json;

use super::describe::Doc;
use super::list::{Field, Listing, Query};
use super::problem::{Kind, Problem};
use super::signature::Argument;

/// How far all of a list has been read.
#[derive(Debug, Default)]
pub struct ScanStart(AtomicBool);

impl ScanStart {
    /// Whether this is where reading begins; true once.
    pub fn begins(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}

/// A list asked for as a whole: what a page is asked by is not there to be asked.
#[derive(Debug)]
pub struct Unpaged<L>(pub Query<L>);

impl<L: Listing> FromRequest for Unpaged<L> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Query::read(request).map(|mut query| {
            query.walk = Some(ScanStart::default());
            Self(query)
        }))
    }
}

impl<L: Listing> Argument for Unpaged<L> {
    fn describe(doc: &mut Doc) {
        describe_question::<L>(doc);
        doc.problem(Kind::InvalidParameters);
    }
}

/// A list's filters alone: for what is counted, not listed.
#[derive(Debug)]
pub struct FiltersOnly<L>(pub Query<L>);

impl<L: Listing> FromRequest for FiltersOnly<L> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Query::read(request).map(Self))
    }
}

impl<L: Listing> Argument for FiltersOnly<L> {
    fn describe(doc: &mut Doc) {
        describe_filters::<L>(doc);
        doc.problem(Kind::InvalidParameters);
    }
}

/// The filters and the order of a list, as query parameters.
pub(super) fn describe_question<L: Listing>(doc: &mut Doc) {
    describe_filters::<L>(doc);
    let keys: Vec<String> = L::SORTS.iter().flat_map(|(name, ..)| [(*name).to_owned(), format!("-{name}")]).collect();
    doc.list_parameter(
        "sort",
        &format!("The order; `-` descends, and a key stands in it once. Without it: `{}`.", L::DEFAULT),
        json!({ "type": "string", "enum": keys }),
    );
}

fn describe_filters<L: Listing>(doc: &mut Doc) {
    for (name, field, _, says) in L::FILTERS {
        let schema = |kind: &str| json!({ "type": kind });
        // As long as a filter's value may be, and no NUL.
        let text = || json!({ "type": "string", "minLength": 1, "maxLength": 4096, "pattern": "^[^\\u0000]+$" });
        let formatted = |format: &str| json!({ "type": "string", "format": format });
        match field {
            Field::Texts => doc.list_parameter(name, says, text()),
            Field::Words(known) => doc.list_parameter(name, says, json!({ "type": "string", "enum": known })),
            Field::Text => doc.parameter("query", name, false, says, text()),
            Field::Date => doc.parameter("query", name, false, says, formatted("date")),
            Field::Instant => doc.parameter("query", name, false, says, formatted("date-time")),
            Field::Id => doc.parameter("query", name, false, says, formatted("uuid")),
            Field::Flag => doc.parameter("query", name, false, says, schema("boolean")),
        }
    }
}
