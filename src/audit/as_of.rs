//! What the service knew at an instant: `?as_of=`. What was known then is read by the questions of the present, put to the
//! views of schema `past` (`Db::read_then`).

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::api::{Argument, DateOrInstant, Doc, Fault, Kind, NOT_A_DATE_OR_INSTANT, Problem, parameter};
use crate::auth::Call;
use crate::calendar::{london_end, to_microseconds};

/// As of which instant: `?as_of=`, an instant, or a date for the end of that day in London.
#[derive(Clone, Copy, Debug)]
pub struct AsOf(Option<DateTime<Utc>>);

impl AsOf {
    /// The call as it would have been made then; none where the present is asked for. What is still to come is not known.
    pub fn then(self, call: Option<&Call>) -> Result<Option<Call>, Problem> {
        let Some(at) = self.0 else { return Ok(None) };
        let Some(call) = call else {
            return Err(Problem::new(Kind::Unauthenticated, "What was known when is told to who has a token."));
        };
        // The end of today is not past yet; what is known until now is all that can be.
        if at > call.at && crate::calendar::london_date(at) > call.today() {
            return Err(wrong("That is still to come."));
        }
        Ok(Some(Call { at: at.min(call.at), ..call.clone() }))
    }
}

fn wrong(detail: &str) -> Problem {
    Problem::with_faults(Kind::InvalidParameters, vec![Fault::query("as_of", "wrong_value", detail)])
}

fn read(given: &str) -> Option<DateTime<Utc>> {
    Some(match DateOrInstant::read(given)? {
        DateOrInstant::Day(day) => london_end(day),
        DateOrInstant::Instant(at) => to_microseconds(at),
    })
}

impl FromRequest for AsOf {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(parameter(request, "as_of").and_then(|given| {
            let wrong = || wrong(NOT_A_DATE_OR_INSTANT);
            let at = given.map(|given| read(&given).ok_or_else(wrong)).transpose()?;
            if at.is_some() && parameter(request, "q")?.is_some() {
                let detail = "Words are looked for in what there is now, and not with as_of.";
                let fault = Fault::query("q", "not_with_as_of", detail);
                return Err(Problem::with_faults(Kind::InvalidParameters, vec![fault]));
            }
            Ok(Self(at))
        }))
    }
}

impl Argument for AsOf {
    fn describe(doc: &mut Doc) {
        let says = "What the service knew then, out of the log: an instant, or a date for the end of that day in London. \
                    For who has a token; what another area keeps to itself is not told, nor what can be done with it. Not with `q` or `expand`.";
        doc.parameter(
            "query",
            "as_of",
            false,
            says,
            json!({ "type": "string", "anyOf": [{ "format": "date" }, { "format": "date-time" }] }),
        );
        doc.problem(Kind::InvalidParameters);
    }
}
