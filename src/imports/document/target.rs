//! Infers the target of a recommendation from its first words, such as “By 30 April 2023, …”. A time elsewhere in the
//! text, or one that depends on something other than the report, is not a target.

use chrono::NaiveDate;

use super::date;
use crate::recommendations::{self, TargetKind};

/// The target of a recommendation, inferred from its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InferredTarget {
    /// The kind of the target.
    pub kind: TargetKind,
    /// The words of the target.
    pub printed: Option<String>,
    /// The last day, if the words name one. A month or a year means its last day.
    pub on: Option<NaiveDate>,
}

/// Infers the target from the beginning of a recommendation's text.
pub fn infer_target(text: &str) -> InferredTarget {
    let words: Vec<Word<'_>> = text.split_whitespace().take(MAX_WORDS).map(Word::new).collect();
    immediate(&words).or_else(|| by_date(&words)).or_else(|| within(&words)).unwrap_or(InferredTarget {
        kind: TargetKind::None,
        printed: None,
        on: None,
    })
}

/// The number of words from the beginning of a text that can be a target.
const MAX_WORDS: usize = 20;

/// A word, without the punctuation mark that ends its clause.
struct Word<'t> {
    plain: &'t str,
    lower: String,
    ends_clause: bool,
}

impl<'t> Word<'t> {
    fn new(word: &'t str) -> Self {
        let plain = word.trim_end_matches([',', ';', ':', '.']);
        let ends_clause = plain.len() < word.len();
        Self { plain, lower: plain.to_lowercase(), ends_clause }
    }
}

fn inferred(kind: TargetKind, words: &[Word<'_>], on: Option<NaiveDate>) -> Option<InferredTarget> {
    let printed: Vec<&str> = words.iter().map(|word| word.plain).collect();
    Some(InferredTarget { kind, printed: Some(printed.join(" ")), on })
}

/// Returns the first clause: up to a punctuation mark, or the whole text if it is short.
fn first_clause<'w, 't>(words: &'w [Word<'t>]) -> Option<&'w [Word<'t>]> {
    let end = words.iter().position(|word| word.ends_clause).map(|last| last + 1);
    let whole = (words.len() < MAX_WORDS).then_some(words.len());
    end.or(whole).map(|end| &words[..end])
}

// “Immediately after arrest, …” and “Immediately available …” set no target, so the whole clause must match.
fn immediate(words: &[Word<'_>]) -> Option<InferredTarget> {
    let clause = first_clause(words)?;
    let lower: Vec<&str> = clause.iter().map(|word| word.lower.as_str()).collect();
    match *lower {
        ["immediately"] | ["with", "immediate", "effect"] => inferred(TargetKind::Immediate, clause, None),
        _ => None,
    }
}

// No comma is needed after a date.
fn by_date(words: &[Word<'_>]) -> Option<InferredTarget> {
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
    // A comma between the parts means that they are not a date.
    let no_comma_within = |parts: usize| {
        let before_last = words.get(at..at + parts - 1);
        before_last.is_some_and(|parts| parts.iter().all(|word| !word.ends_clause))
    };
    let day = || date::parse_spelled(first, second, third).ok().filter(|_| no_comma_within(3));
    let numeric = || date::parse_numeric(first).ok();
    let month = || date::end_of_month(first, second).filter(|_| no_comma_within(2));
    let year = || date::end_of_year(first);
    let (on, length) = if end_of == 0 {
        let on = day().map(|on| (on, 3)).or_else(|| numeric().map(|on| (on, 1)));
        on.or_else(|| month().map(|on| (on, 2)))?
    } else {
        month().map(|on| (on, 2)).or_else(|| year().map(|on| (on, 1)))?
    };
    inferred(TargetKind::ByDate, &words[..at + length], Some(on))
}

const UNITS: [&str; 8] = ["day", "days", "week", "weeks", "month", "months", "year", "years"];
const WORDS_FOR_THE_REPORT: [&str; 14] = [
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

// “Within 12 months of joining, …” is a rule for every officer, and not a target of the recommendation.
fn within(words: &[Word<'_>]) -> Option<InferredTarget> {
    let clause = first_clause(words)?;
    let lower: Vec<&str> = clause.iter().map(|word| word.lower.as_str()).collect();
    let rest = lower.strip_prefix(&["within"])?;
    let rest = rest.strip_prefix(&["the", "next"]).unwrap_or(rest);
    let (number, rest) = rest.split_first()?;
    let rest = rest.strip_prefix(&["working"]).unwrap_or(rest);
    let (unit, rest) = rest.split_first()?;
    let is_period = recommendations::parse_number(number).is_some() && UNITS.contains(unit);
    let counts_from_report = match rest.split_first() {
        None => true,
        Some((&("of" | "from" | "after"), to)) => {
            let required = ["report", "publication", "inspection", "published", "publishing"];
            to.iter().all(|word| WORDS_FOR_THE_REPORT.contains(word))
                && to.iter().any(|word| required.contains(word) || word.starts_with("report"))
        }
        Some(_) => false,
    };
    (is_period && counts_from_report).then(|| inferred(TargetKind::Within, clause, None))?
}
