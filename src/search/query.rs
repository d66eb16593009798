//! What is asked of a search: words, and what to narrow them by.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};
use chrono::{Datelike, NaiveDate};
use serde_json::json;

use super::model::SearchType;
use crate::api::{Argument, Doc, Fault, Kind, Problem, parameter};
use crate::inspections::InspectionKind;
use crate::vocabulary::WireName;

/// The longest question, in characters.
const LONGEST: usize = 500;
/// How many are answered at the most, and where it is not said how many.
const LIMITS: (i64, i64) = (50, 10);
/// The first year whose records are looked for by themselves; those before it go together.
const FIRST_YEAR: i32 = 2016;

/// A question.
#[derive(Clone, Debug, Default)]
pub struct SearchQuery {
    /// The words, as a search engine takes them: quotes for phrases, `or`, `-` for what is not to be there.
    pub q: String,
    /// These types alone.
    pub types: Option<Vec<String>>,
    /// What binds, or is of, one of these areas alone.
    pub areas: Option<Vec<String>>,
    /// Of inspections of these kinds alone.
    pub kinds: Option<Vec<String>>,
    /// Published after this day.
    pub after: Option<NaiveDate>,
    /// Published before this day.
    pub before: Option<NaiveDate>,
    /// How many at the most.
    pub limit: i64,
}

impl SearchQuery {
    /// Reads the parameters; every fault is told.
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let mut faults = Vec::new();
        let mut given = |name: &str| match parameter(request, name) {
            Ok(Some(value)) if value.contains('\0') => {
                faults.push(Fault::query(name, "nul", "Text cannot hold the character NUL."));
                None
            }
            Ok(Some(value)) if value.is_empty() || value.len() > 4096 => {
                faults.push(Fault::query(name, "wrong_length", "A parameter's value has 1 to 4096 bytes."));
                None
            }
            Ok(value) => value,
            Err(problem) => {
                faults.extend_from_slice(problem.faults());
                None
            }
        };
        let texts = [given("q"), given("type"), given("area"), given("kind")];
        let rest = [given("published_after"), given("published_before"), given("limit")];
        let [q, types, areas, kinds] = texts;
        let [after, before, limit] = rest;
        let mut refuse = |name: &str, code: &'static str, detail: String| faults.push(Fault::query(name, code, detail));
        match &q {
            Some(q) if q.chars().count() > LONGEST => {
                refuse("q", "wrong_length", format!("A question has at most {LONGEST} characters."));
            }
            None if parameter(request, "q").is_ok_and(|q| q.is_none()) => {
                refuse("q", "required", "Say what to search for.".to_owned());
            }
            _ => {}
        }
        let listed = |value: Option<String>| value.map(|it| it.split(',').map(str::to_owned).collect::<Vec<_>>());
        let (types, areas, kinds) = (listed(types), listed(areas), listed(kinds));
        for (name, words, known) in [("type", &types, SearchType::NAMES), ("kind", &kinds, InspectionKind::NAMES)] {
            let unknown = words.iter().flatten().find(|word| !known.contains(&word.as_str()));
            if let Some(word) = unknown {
                refuse(name, "unknown_value", format!("{word:?} is none of: {}.", known.join(", ")));
            }
        }
        let mut day = |name: &str, value: Option<String>| {
            let value = value?;
            let read = value.parse::<NaiveDate>().ok().filter(|date| value.len() == 10 && date.to_string() == value);
            if read.is_none() {
                refuse(name, "wrong_format", "A date is written YYYY-MM-DD.".to_owned());
            }
            read
        };
        let (after, before) = (day("published_after", after), day("published_before", before));
        let limit = match limit.as_deref().map(str::parse::<i64>) {
            None => LIMITS.1,
            Some(Ok(limit)) if (1..=LIMITS.0).contains(&limit) => limit,
            Some(_) => {
                let detail = format!("limit is a whole number from 1 to {}.", LIMITS.0);
                refuse("limit", "out_of_range", detail);
                LIMITS.1
            }
        };
        if !faults.is_empty() {
            return Err(Problem::with_faults(Kind::InvalidParameters, faults));
        }
        Ok(Self { q: q.unwrap_or_default(), types, areas, kinds, after, before, limit })
    }

    /// The facets of what is looked through at a time, comma-separated, the newest first: twice as many months at each step, then
    /// years alike; each of the types alone that are asked for. Each step reads the index of every word; the more there are, the
    /// less is read for words that are common.
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
                steps.push(self.of_types(next).join(","));
                rest = later;
            }
        }
        steps
    }

    fn of_types(&self, periods: &[String]) -> Vec<String> {
        let Some(types) = &self.types else { return periods.to_vec() };
        types.iter().flat_map(|of| periods.iter().map(move |period| format!("{of}/{period}"))).collect()
    }

    /// The facets of the periods that are looked through, the newest first: this year by months, until July the last one too,
    /// others whole, as far as they have days that are asked for.
    fn periods(&self, today: NaiveDate) -> Vec<String> {
        let year = today.year().max(FIRST_YEAR);
        let asked = |first: Option<NaiveDate>, next: Option<NaiveDate>| {
            let over = self.after.zip(next).is_some_and(|(after, next)| next <= after.succ_opt().unwrap_or(after));
            let ahead = self.before.zip(first).is_some_and(|(before, first)| first >= before);
            !over && !ahead
        };
        let first_of = |year, month| NaiveDate::from_ymd_opt(year, month, 1);
        let mut periods = Vec::new();
        // The newest whole year has half a year of months before it at the least.
        let newest = if today.month() > 6 { year - 1 } else { year - 2 }.max(FIRST_YEAR);
        for (of, month) in (newest + 1..=year).rev().flat_map(|of| (1..=12).rev().map(move |month| (of, month))) {
            let next = if month == 12 { first_of(of + 1, 1) } else { first_of(of, month + 1) };
            let begun = first_of(of, month).is_none_or(|first| first <= today);
            if begun && asked(first_of(of, month), next) {
                periods.push(format!("month:{of:04}-{month:02}"));
            }
        }
        for past in (FIRST_YEAR..=newest).rev() {
            let first = first_of(past, 1).filter(|_| past > FIRST_YEAR);
            if asked(first, first_of(past + 1, 1)) {
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
        ready(Self::read(request))
    }
}

impl Argument for SearchQuery {
    fn describe(doc: &mut Doc) {
        let says = "The words to search for, in English or Welsh. Words in quotes are a phrase, `or` stands for either, \
                    and what follows `-` is not to be there.";
        let text =
            |most: usize| json!({ "type": "string", "minLength": 1, "maxLength": most, "pattern": "^[^\\u0000]+$" });
        doc.parameter("query", "q", true, says, text(LONGEST));
        let words = |known: &[&str]| json!({ "type": "string", "enum": known });
        doc.list_parameter("type", "Records of these types.", words(SearchType::NAMES));
        doc.list_parameter("area", "What binds, or is of, one of these areas.", text(4096));
        doc.list_parameter("kind", "Of inspections of these kinds.", words(InspectionKind::NAMES));
        let date = || json!({ "type": "string", "format": "date" });
        doc.parameter("query", "published_after", false, "Published after this day.", date());
        doc.parameter("query", "published_before", false, "Published before this day.", date());
        let limit = json!({ "type": "integer", "minimum": 1, "maximum": LIMITS.0, "default": LIMITS.1 });
        doc.parameter("query", "limit", false, "How many at the most.", limit);
        doc.problem(Kind::InvalidParameters);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn what_is_looked_through_is_every_day_once_and_the_newest_first() {
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
    fn each_step_is_twice_as_far_as_the_one_before() {
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
        let of_types = SearchQuery { types, ..SearchQuery::default() }.steps(day("2017-01-05"));
        assert_eq!(
            of_types,
            ["inspection/month:2017-01,response/month:2017-01", "inspection/year:2016,response/year:2016"]
        );
    }

    #[test]
    fn days_that_are_not_asked_for_are_not_looked_through() {
        let between = |after: &str, before: &str| {
            let question = SearchQuery { after: Some(day(after)), before: Some(day(before)), ..SearchQuery::default() };
            question.periods(day("2019-09-05"))
        };
        assert_eq!(between("2018-12-31", "2019-02-01"), ["month:2019-01"]);
        assert_eq!(between("2018-12-30", "2019-02-02"), ["month:2019-02", "month:2019-01", "year:2018"]);
        assert_eq!(between("2009-01-01", "2010-01-01"), ["year:2016"]);
        assert!(between("2019-09-30", "2019-12-31").is_empty());
    }
}
