//! The parameter by which a record's history is read back further.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};
use serde_json::json;

use crate::api::{Argument, Doc, Fault, Kind, Problem, parameter};

/// Below which version of the record: `?before=`.
#[derive(Clone, Copy, Debug)]
pub struct HistoryPage(pub Option<i64>);

impl FromRequest for HistoryPage {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let read = |given: String| {
            given.parse().ok().filter(|version| *version > 0).ok_or_else(|| {
                let fault = Fault::query("before", "out_of_range", "A version is a whole number from 1.");
                Problem::with_faults(Kind::InvalidParameters, vec![fault])
            })
        };
        ready(parameter(request, "before").and_then(|given| given.map(read).transpose()).map(Self))
    }
}

impl Argument for HistoryPage {
    fn describe(doc: &mut Doc) {
        let schema = json!({ "type": "integer", "format": "int64", "minimum": 1, "maximum": i64::MAX });
        doc.parameter("query", "before", false, "`next_before` of the page before: events of older versions.", schema);
        doc.problem(Kind::InvalidParameters);
    }
}
