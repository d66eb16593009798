//! The query parameter `as_of`: a read as of an earlier time. `Db::read_as_of` runs the queries of the
//! present against the views of schema `past`.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::api::{
    Argument, DateOrInstant, Fault, NOT_A_DATE_OR_INSTANT, OperationDoc, Problem, ProblemKind, parameter,
};
use crate::auth::Call;
use crate::calendar::{london_end, to_microseconds};

/// The query parameter `as_of`: an instant, or a date for the end of that day in London.
#[derive(Clone, Copy, Debug)]
pub struct AsOf(Option<DateTime<Utc>>);

impl AsOf {
    /// Returns the call as of the earlier time, or `None` without `as_of`.
    ///
    /// # Errors
    /// 401 without a token, and 400 if `as_of` is in the future.
    pub fn resolve(self, call: Option<&Call>) -> Result<Option<Call>, Problem> {
        let Some(at) = self.0 else { return Ok(None) };
        let Some(call) = call else {
            return Err(Problem::new(
                ProblemKind::Unauthenticated,
                "`as_of` needs a token. Send it as `Authorization: Bearer TOKEN`, or leave `as_of` out.",
            ));
        };
        // A date means the end of that day. Today has not ended yet, so `as_of` with today's date reads the present.
        if at > call.at && crate::calendar::london_date(at) > call.today() {
            return Err(wrong_value("`as_of` must not be in the future."));
        }
        Ok(Some(Call { at: at.min(call.at), ..call.clone() }))
    }
}

fn wrong_value(detail: &str) -> Problem {
    Problem::with_faults(ProblemKind::InvalidParameters, vec![Fault::query("as_of", "wrong_value", detail)])
}

fn parse(given: &str) -> Option<DateTime<Utc>> {
    Some(match DateOrInstant::parse(given)? {
        DateOrInstant::Day(day) => london_end(day),
        DateOrInstant::Instant(at) => to_microseconds(at),
    })
}

impl FromRequest for AsOf {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(parameter(request, "as_of").and_then(|given| {
            let at = given.map(|given| parse(&given).ok_or_else(|| wrong_value(NOT_A_DATE_OR_INSTANT))).transpose()?;
            if at.is_some() && parameter(request, "q")?.is_some() {
                let detail = "`q` searches the present record only. Send either `q` or `as_of`.";
                let fault = Fault::query("q", "not_with_as_of", detail);
                return Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]));
            }
            Ok(Self(at))
        }))
    }
}

impl Argument for AsOf {
    fn describe(doc: &mut OperationDoc) {
        let description = "Returns the records as of an earlier time: an instant, or a date for the end of that day in \
                           London. Needs a token. Leaves out other areas' records and `allowed_actions`. Cannot be \
                           combined with `q` or `expand`.";
        doc.parameter(
            "query",
            "as_of",
            false,
            description,
            json!({ "title": "DateOrInstant", "type": "string", "anyOf": [{ "format": "date" }, { "format": "date-time" }] }),
        );
        doc.problem(ProblemKind::InvalidParameters);
    }
}
