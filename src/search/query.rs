//! The parameters of a search, and the periods that a search goes through step by step.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};
use chrono::{Datelike, NaiveDate};
use serde_json::json;

use super::model::SearchType;
use crate::api::{Argument, Fault, OperationDoc, Problem, ProblemKind, parameter};
use crate::inspections::InspectionKind;
use crate::label;
use crate::vocabulary::WireName;

/// The most characters that `q` may have.
const MAX_CHARACTERS: usize = 500;
/// The greatest value of `limit`, and its default.
const LIMITS: (i64, i64) = (50, 10);
/// The first year with a facet of its own. All earlier years belong to its facet.
const FIRST_YEAR: i32 = 2016;

/// The parameters of a search.
#[derive(Clone, Debug, Default)]
pub struct SearchQuery {
    /// The words, in the syntax of a search engine: quotes for a phrase, `or`, and `-` before a word to exclude.
    pub q: String,
    /// Only records of these types.
    pub types: Option<Vec<String>>,
    /// Only records that bind, or belong to, one of these areas.
    pub areas: Option<Vec<String>>,
    /// Only records of inspections of these kinds.
    pub kinds: Option<Vec<String>>,
    /// Only records published after this day.
    pub after: Option<NaiveDate>,
    /// Only records published before this day.
    pub before: Option<NaiveDate>,
    /// The most hits to return.
    pub limit: i64,
}

impl SearchQuery {
    /// Parses the parameters, or returns all faults at once.
    fn parse(request: &HttpRequest) -> Result<Self, Problem> {
        let mut faults = Vec::new();
        let mut value_of = |name: &str| match parameter(request, name) {
            Ok(Some(value)) if value.contains('\0') => {
                faults.push(Fault::query(name, "nul", format!("`{name}` contains the character NUL. Remove it.")));
                None
            }
            Ok(Some(value)) if value.is_empty() || value.len() > 4096 => {
                faults.push(Fault::query(
                    name,
                    "wrong_length",
                    format!("`{name}` has {} bytes; it must have 1 to 4096.", value.len()),
                ));
                None
            }
            Ok(value) => value,
            Err(problem) => {
                faults.extend_from_slice(problem.faults());
                None
            }
        };
        let texts = [value_of("q"), value_of("type"), value_of("area"), value_of("kind")];
        let rest = [value_of("published_after"), value_of("published_before"), value_of("limit")];
        let [q, types, areas, kinds] = texts;
        let [after, before, limit] = rest;
        let mut refuse = |name: &str, code: &'static str, detail: String| faults.push(Fault::query(name, code, detail));
        match &q {
            Some(q) if q.chars().count() > MAX_CHARACTERS => {
                refuse(
                    "q",
                    "wrong_length",
                    format!("`q` has {} characters; it must have at most {MAX_CHARACTERS}.", q.chars().count()),
                );
            }
            None if parameter(request, "q").is_ok_and(|q| q.is_none()) => {
                refuse("q", "required", "`q` is required: send the words to search for.".to_owned());
            }
            _ => {}
        }
        let split = |value: Option<String>| value.map(|it| it.split(',').map(str::to_owned).collect::<Vec<_>>());
        let (types, areas, kinds) = (split(types), split(areas), split(kinds));
        let areas = areas.map(|areas| areas.iter().map(|area| label::key(area)).collect::<Vec<_>>());
        for (name, values, known) in [("type", &types, SearchType::NAMES), ("kind", &kinds, InspectionKind::NAMES)] {
            let unknown = values.iter().flatten().find(|value| !known.contains(&value.as_str()));
            if let Some(value) = unknown {
                refuse(
                    name,
                    "unknown_value",
                    format!("`{name}` has the value {value:?}; it must be one of: {}.", known.join(", ")),
                );
            }
        }
        let mut date = |name: &str, value: Option<String>| {
            let value = value?;
            let date = value.parse::<NaiveDate>().ok().filter(|date| value.len() == 10 && date.to_string() == value);
            if date.is_none() {
                refuse(name, "wrong_format", format!("`{name}` is {value:?}; it must be a date such as 2022-02-25."));
            }
            date
        };
        let (after, before) = (date("published_after", after), date("published_before", before));
        let limit = match limit.as_deref().map(str::parse::<i64>) {
            None => LIMITS.1,
            Some(Ok(limit)) if (1..=LIMITS.0).contains(&limit) => limit,
            Some(_) => {
                let detail = format!("`limit` must be a whole number from 1 to {}.", LIMITS.0);
                refuse("limit", "out_of_range", detail);
                LIMITS.1
            }
        };
        if !faults.is_empty() {
            return Err(Problem::with_faults(ProblemKind::InvalidParameters, faults));
        }
        Ok(Self { q: q.unwrap_or_default(), types, areas, kinds, after, before, limit })
    }

    /// Returns the steps of the search, the newest first. Each step is a comma-separated list of facets: a period, and
    /// the type if the query names types. A step has twice as many months as the one before; the years follow in the
    /// same way. Each step reads the index for every word. Small first steps end the search early if the words are
    /// common.
    pub fn steps(&self, today: NaiveDate) -> Vec<String> {
        let periods = self.periods(today);
        let (months, years) = periods.split_at(periods.iter().filter(|it| it.starts_with("month")).count());
        let mut steps = Vec::new();
        for mut rest in [months, years] {
            for step in 0.. {
                let (next, later) = rest.split_at(rest.len().min(1 << step));
                if next.is_empty() {
                    break;
                }
                steps.push(self.facets(next).join(","));
                rest = later;
            }
        }
        steps
    }

    fn facets(&self, periods: &[String]) -> Vec<String> {
        let Some(types) = &self.types else { return periods.to_vec() };
        types.iter().flat_map(|name| periods.iter().map(move |period| format!("{name}/{period}"))).collect()
    }

    /// Returns the periods of the search, the newest first. This year is divided into months, and until the end of June
    /// last year too. Earlier years are whole. A period without a day between `after` and `before` is left out.
    fn periods(&self, today: NaiveDate) -> Vec<String> {
        let year = today.year().max(FIRST_YEAR);
        let overlaps = |first: Option<NaiveDate>, next: Option<NaiveDate>| {
            let too_old = self.after.zip(next).is_some_and(|(after, next)| next <= after.succ_opt().unwrap_or(after));
            let too_new = self.before.zip(first).is_some_and(|(before, first)| first >= before);
            !too_old && !too_new
        };
        let first_of = |year, month| NaiveDate::from_ymd_opt(year, month, 1);
        let mut periods = Vec::new();
        // At least six single months come before the newest whole year.
        let newest = if today.month() > 6 { year - 1 } else { year - 2 }.max(FIRST_YEAR);
        for (of, month) in (newest + 1..=year).rev().flat_map(|of| (1..=12).rev().map(move |month| (of, month))) {
            let next = if month == 12 { first_of(of + 1, 1) } else { first_of(of, month + 1) };
            let has_begun = first_of(of, month).is_none_or(|first| first <= today);
            if has_begun && overlaps(first_of(of, month), next) {
                periods.push(format!("month:{of:04}-{month:02}"));
            }
        }
        for past in (FIRST_YEAR..=newest).rev() {
            let first = first_of(past, 1).filter(|_| past > FIRST_YEAR);
            if overlaps(first, first_of(past + 1, 1)) {
                periods.push(format!("year:{past}"));
            }
        }
        periods
    }
}

impl FromRequest for SearchQuery {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::parse(request))
    }
}

impl Argument for SearchQuery {
    fn describe(doc: &mut OperationDoc) {
        let q = "The words to search for, in English or Welsh. Quotes make a phrase, `or` accepts either word, and `-` \
                 excludes the word after it.";
        let text =
            |most: usize| json!({ "type": "string", "minLength": 1, "maxLength": most, "pattern": "^[^\\u0000]+$" });
        doc.parameter("query", "q", true, q, text(MAX_CHARACTERS));
        let one_of = |known: &[&str]| json!({ "type": "string", "enum": known });
        doc.list_parameter("type", "Returns only records of these types.", one_of(SearchType::NAMES));
        doc.list_parameter("area", "Returns only records that bind, or belong to, one of these areas.", text(4096));
        doc.list_parameter(
            "kind",
            "Returns only records of inspections of these kinds.",
            one_of(InspectionKind::NAMES),
        );
        let date = || json!({ "type": "string", "format": "date" });
        doc.parameter("query", "published_after", false, "Returns only records published after this day.", date());
        doc.parameter("query", "published_before", false, "Returns only records published before this day.", date());
        let limit = json!({ "type": "integer", "minimum": 1, "maximum": LIMITS.0, "default": LIMITS.1 });
        doc.parameter("query", "limit", false, "Sets the maximum number of hits.", limit);
        doc.problem(ProblemKind::InvalidParameters);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("the text is a date")
    }

    #[test]
    fn the_periods_cover_every_day_once_and_the_newest_come_first() {
        let all = SearchQuery::default().periods(day("2019-07-05"));
        assert_eq!(all[..2], ["month:2019-07", "month:2019-06"]);
        assert_eq!(all[6..], ["month:2019-01", "year:2018", "year:2017", "year:2016"]);
        let all = SearchQuery::default().periods(day("2019-02-05"));
        assert_eq!(all[..3], ["month:2019-02", "month:2019-01", "month:2018-12"]);
        assert_eq!(all[13..], ["month:2018-01", "year:2017", "year:2016"]);
        assert_eq!(SearchQuery::default().periods(day("2014-03-05")), ["year:2016"]);
        assert_eq!(SearchQuery::default().periods(day("2017-01-05")), ["month:2017-01", "year:2016"]);
    }

    #[test]
    fn each_step_has_twice_as_many_periods_as_the_one_before() {
        assert_eq!(
            SearchQuery::default().steps(day("2020-07-05")),
            [
                "month:2020-07",
                "month:2020-06,month:2020-05",
                "month:2020-04,month:2020-03,month:2020-02,month:2020-01",
                "year:2019",
                "year:2018,year:2017",
                "year:2016",
            ]
        );
        assert_eq!(SearchQuery::default().steps(day("2014-03-05")), ["year:2016"]);
        let types = Some(vec!["inspection".to_owned(), "response".to_owned()]);
        let steps = SearchQuery { types, ..SearchQuery::default() }.steps(day("2017-01-05"));
        assert_eq!(
            steps,
            ["inspection/month:2017-01,response/month:2017-01", "inspection/year:2016,response/year:2016"]
        );
    }

    #[test]
    fn periods_outside_the_dates_of_the_query_are_left_out() {
        let between = |after: &str, before: &str| {
            let query = SearchQuery { after: Some(day(after)), before: Some(day(before)), ..SearchQuery::default() };
            query.periods(day("2019-09-05"))
        };
        assert_eq!(between("2018-12-31", "2019-02-01"), ["month:2019-01"]);
        assert_eq!(between("2018-12-30", "2019-02-02"), ["month:2019-02", "month:2019-01", "year:2018"]);
        assert_eq!(between("2009-01-01", "2010-01-01"), ["year:2016"]);
        assert!(between("2019-09-30", "2019-12-31").is_empty());
    }
}
