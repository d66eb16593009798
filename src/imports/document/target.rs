//! By when a recommendation is to be met, from its opening words alone: “By 30 April 2023, …”.
//! A time named anywhere else, or tied to something other than the report, is no target.

use chrono::NaiveDate;

use super::date;
use crate::recommendations::{self, TargetKind};

/// By when a recommendation is to be met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// How it says so.
    pub kind: TargetKind,
    /// The words themselves.
    pub printed: Option<String>,
    /// The last day, where the words name one; a month or year means its last day.
    pub on: Option<NaiveDate>,
}

/// Reads the target from the beginning of a recommendation's text.
pub fn target(text: &str) -> Target {
    let words: Vec<WireName<'_>> = text.split_whitespace().take(LONGEST).map(WireName::of).collect();
    immediate(&words).or_else(|| by_date(&words)).or_else(|| within(&words)).unwrap_or(Target {
        kind: TargetKind::None,
        printed: None,
        on: None,
    })
}

const LONGEST: usize = 20;

/// A word without the mark that ends its clause.
struct WireName<'t> {
    plain: &'t str,
    lower: String,
    ends_clause: bool,
}

impl<'t> WireName<'t> {
    fn of(word: &'t str) -> Self {
        let plain = word.trim_end_matches([',', ';', ':', '.']);
        let ends_clause = plain.len() < word.len();
        Self { plain, lower: plain.to_lowercase(), ends_clause }
    }
}

fn found(kind: TargetKind, words: &[WireName<'_>], on: Option<NaiveDate>) -> Option<Target> {
    let printed: Vec<&str> = words.iter().map(|word| word.plain).collect();
    Some(Target { kind, printed: Some(printed.join(" ")), on })
}

/// The first clause: up to a comma, or the whole text where it is no longer than a clause.
fn clause<'w, 't>(words: &'w [WireName<'t>]) -> Option<&'w [WireName<'t>]> {
    let end = words.iter().position(|word| word.ends_clause).map(|last| last + 1);
    let whole = (words.len() < LONGEST).then_some(words.len());
    end.or(whole).map(|end| &words[..end])
}

// “Immediately after arrest, …” and “Immediately available …” set no target, so the comma counts.
fn immediate(words: &[WireName<'_>]) -> Option<Target> {
    let clause = clause(words)?;
    let lower: Vec<&str> = clause.iter().map(|word| word.lower.as_str()).collect();
    match *lower {
        ["immediately"] | ["with", "immediate", "effect"] => found(TargetKind::Immediate, clause, None),
        _ => None,
    }
}

// A date closes itself; no comma is needed after it.
fn by_date(words: &[WireName<'_>]) -> Option<Target> {
    if words.first()?.lower != "by" || words[0].ends_clause {
        return None;
    }
    let lower = |at: usize| words.get(at).map_or("", |word| word.lower.as_str());
    let end_of = match (lower(1), lower(2), lower(3)) {
        ("the", "end", "of") => 3,
        ("end", "of", _) => 2,
        _ => 0,
    };
    let at = 1 + end_of;
    let (first, second, third) = (lower(at), lower(at + 1), lower(at + 2));
    // A comma between the parts of a date breaks it off.
    let joined = |parts: usize| {
        let before_last = words.get(at..at + parts - 1);
        before_last.is_some_and(|parts| parts.iter().all(|word| !word.ends_clause))
    };
    let day = || date::spelled(first, second, third).ok().filter(|_| joined(3));
    let numeric = || date::numeric(first).ok();
    let month = || date::end_of_month(first, second).filter(|_| joined(2));
    let year = || date::end_of_year(first);
    let (on, length) = if end_of == 0 {
        let on = day().map(|on| (on, 3)).or_else(|| numeric().map(|on| (on, 1)));
        on.or_else(|| month().map(|on| (on, 2)))?
    } else {
        month().map(|on| (on, 2)).or_else(|| year().map(|on| (on, 1)))?
    };
    found(TargetKind::ByDate, &words[..at + length], Some(on))
}

const UNITS: [&str; 8] = ["day", "days", "week", "weeks", "month", "months", "year", "years"];
const OF_THE_REPORT: [&str; 14] = [
    "the",
    "this",
    "our",
    "its",
    "date",
    "of",
    "publication",
    "publishing",
    "published",
    "being",
    "report",
    "report’s",
    "report's",
    "inspection",
];

// “Within 12 months of joining, …” is a rule for every officer, not a date for the recommendation.
fn within(words: &[WireName<'_>]) -> Option<Target> {
    let clause = clause(words)?;
    let lower: Vec<&str> = clause.iter().map(|word| word.lower.as_str()).collect();
    let rest = lower.strip_prefix(&["within"])?;
    let rest = rest.strip_prefix(&["the", "next"]).unwrap_or(rest);
    let (number, rest) = rest.split_first()?;
    let rest = rest.strip_prefix(&["working"]).unwrap_or(rest);
    let (unit, rest) = rest.split_first()?;
    let measured = recommendations::number(number).is_some() && UNITS.contains(unit);
    let tied = match rest.split_first() {
        None => true,
        Some((&("of" | "from" | "after"), to)) => {
            let named = ["report", "publication", "inspection", "published", "publishing"];
            to.iter().all(|word| OF_THE_REPORT.contains(word))
                && to.iter().any(|word| named.contains(word) || word.starts_with("report"))
        }
        Some(_) => false,
    };
    (measured && tied).then(|| found(TargetKind::Within, clause, None))?
}
