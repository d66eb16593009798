//! Times for action, such as “By 31 March 2024” or “within three months”, in the first sentence of a recommendation.
//! Words that name a time and are not understood are returned, so that a person is asked.

use chrono::NaiveDate;

use super::day::{FoundDay, ParsedDay, find_days};
use super::target_clause::{Word, ends_clause, follows_duty, is_front, is_passive, split, word};
use super::target_words::{
    self as list, BEGINNINGS_OF_BY, COUNTS_FROM_REPORT, IMMEDIATE, NOT_IMMEDIATE_BEFORE, ONGOING, TIME_WORDS, UNITS,
    URGENT,
};
use super::text::first_sentence;
use crate::recommendations::{RecommendationTarget, TargetKind, end_of_period, parse_number};

/// The target of a recommendation, as its text states it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetReading {
    /// The target.
    pub target: RecommendationTarget,
    /// Words that name a time and were not understood, or were understood with doubt.
    pub unclear: Option<String>,
}

/// Reads the target in the first sentence of a text. A period is counted from the day of publication.
pub fn read_target(text: &str, published_on: Option<NaiveDate>) -> TargetReading {
    let sentence = lead(text);
    let words = split(sentence);
    let days = find_days(sentence);
    let mut read = TargetReading::default();
    let mut at = 0;
    while at < words.len() {
        let Some(found) = time_at(sentence, &words, &days, at) else {
            at += 1;
            continue;
        };
        let printed = sentence[words[at].start..found.end].trim_end_matches([',', ';', ':', '.', ' ']);
        let is_first = read.target.kind == TargetKind::None;
        match found.kind {
            Some(kind) if is_first => {
                let period = found.period.as_deref().unwrap_or(printed);
                let on = match kind {
                    TargetKind::Within => published_on.and_then(|on| end_of_period(period, on)),
                    _ => found.on,
                };
                read.target = RecommendationTarget { kind, text: Some(printed.to_owned()), on };
                if found.is_doubtful {
                    read.unclear.get_or_insert_with(|| printed.to_owned());
                }
            }
            // A second time in the sentence, or words that were not understood.
            _ => {
                read.unclear.get_or_insert_with(|| printed.to_owned());
            }
        }
        at = words.iter().position(|word| word.start >= found.end).unwrap_or(words.len());
    }
    read
}

/// Returns the first sentence, without the items that it introduces.
fn lead(text: &str) -> &str {
    // A longer sentence is no sentence.
    const MOST_CHARACTERS: usize = 2_000;
    let end = text.char_indices().nth(MOST_CHARACTERS).map_or(text.len(), |(at, _)| at);
    let sentence = first_sentence(&text[..end]);
    let items =
        sentence.match_indices(':').find(|(at, _)| sentence[at + 1..].trim_start_matches(' ').starts_with('\n'));
    items.map_or(sentence, |(at, _)| &sentence[..=at])
}

/// A time in a sentence. Its words begin at the word that was asked about.
struct FoundTime {
    /// The byte after the words.
    end: usize,
    /// The kind; none if the words name a time but not one for this recommendation.
    kind: Option<TargetKind>,
    on: Option<NaiveDate>,
    is_doubtful: bool,
    /// The period in English words, if it is printed in Welsh.
    period: Option<String>,
}

/// Returns the time that begins at a word, if there is one.
fn time_at(sentence: &str, words: &[Word], days: &[FoundDay], at: usize) -> Option<FoundTime> {
    let immediate = list::longest_match(&IMMEDIATE, |index| word(words, at + index));
    if let Some(length) = immediate {
        return immediately(words, at, length);
    }
    if let Some(length) = list::longest_match(&ONGOING, |index| word(words, at + index)) {
        let found = FoundTime {
            end: words[at + length - 1].end,
            kind: Some(TargetKind::Ongoing),
            on: None,
            period: None,
            is_doubtful: false,
        };
        return Some(found);
    }
    if let Some(length) = list::longest_match(&URGENT, |index| word(words, at + index)) {
        return Some(FoundTime {
            end: words[at + length - 1].end,
            kind: None,
            on: None,
            period: None,
            is_doubtful: true,
        });
    }
    within(words, at).or_else(|| by(sentence, words, days, at))
}

// “Immediately after arrest” and “immediately available” set no time for the action.
fn immediately(words: &[Word], at: usize, length: usize) -> Option<FoundTime> {
    let last = at + length - 1;
    let next = word(words, last + 1);
    let sets_time = follows_duty(words, at) || ends_clause(words, last);
    if !sets_time || !words[last].ends_clause && NOT_IMMEDIATE_BEFORE.contains(&next) {
        return None;
    }
    Some(FoundTime {
        end: words[last].end,
        kind: Some(TargetKind::Immediate),
        on: None,
        period: None,
        is_doubtful: false,
    })
}

// “Within 12 months of joining” is a rule for every officer, and no time for the action.
fn within(words: &[Word], at: usize) -> Option<FoundTime> {
    let (welsh, mut next) = match (word(words, at), word(words, at + 1)) {
        ("within" | "in" | "over", _) => (false, at + 1),
        ("o", "fewn") => (true, at + 2),
        _ => return None,
    };
    let is_next = (word(words, next), word(words, next + 1)) == ("the", "next");
    if word(words, at) != "within" && !welsh && !is_next {
        return None;
    }
    next += if is_next { 2 } else { 0 };
    let is_period = |at: usize| {
        let count = word(words, at);
        let count = if welsh { list::welsh_number(count) } else { parse_number(count) };
        count.filter(|_| !words[at].ends_clause)
    };
    let count = if next < words.len() { is_period(next) } else { None };
    let working = usize::from(word(words, next + 1) == "working" || word(words, next + 1) == "calendar");
    let unit = next + 1 + working;
    if count.is_none() || !UNITS.contains(&word(words, unit)) {
        return unclear_time(words, at);
    }
    if ends_clause(words, unit) || word(words, unit + 1).is_empty() {
        let period =
            count.filter(|_| welsh).map(|count| format!("within {count} {}", list::english_unit(word(words, unit))));
        let found = accepted_period(words, at, unit);
        // “answer each request within two working days” can be a standard of service, so a person is asked.
        let is_doubtful = found.is_doubtful || !is_front(words, at);
        return Some(FoundTime { period, is_doubtful, ..found });
    }
    if matches!(word(words, unit + 1), "of" | "from" | "after" | "following") {
        let end = (unit + 2..words.len()).find(|at| words[*at].ends_clause).unwrap_or(words.len() - 1);
        let after: Vec<&str> = (unit + 2..=end).map(|at| word(words, at)).collect();
        let length = after.iter().take_while(|word| COUNTS_FROM_REPORT.contains(word)).count();
        let names_report = after[..length].iter().any(|word| list::names_report(word));
        if names_report {
            return Some(accepted_period(words, at, unit + 1 + length));
        }
        return Some(FoundTime { end: words[end].end, kind: None, on: None, period: None, is_doubtful: true });
    }
    // “should within three months publish …” and “Within three months forces should …”.
    let kind = follows_duty(words, at).then_some(TargetKind::Within);
    Some(FoundTime { end: words[unit].end, kind, on: None, period: None, is_doubtful: false })
}

fn accepted_period(words: &[Word], at: usize, last: usize) -> FoundTime {
    // “officers who left within two years” says nothing about the action, so a person decides.
    let is_doubtful =
        !follows_duty(words, at) && at > 0 && list::is_participle(word(words, at - 1)) && !is_passive(words, at);
    let kind = (!is_doubtful).then_some(TargetKind::Within);
    FoundTime { end: words[last].end, kind, on: None, period: None, is_doubtful }
}

fn by(sentence: &str, words: &[Word], days: &[FoundDay], at: usize) -> Option<FoundTime> {
    let length = list::longest_match(&BEGINNINGS_OF_BY, |index| word(words, at + index))?;
    let is_before = word(words, at) == "before";
    let mut next = at + length;
    let end_of = match (word(words, next), word(words, next + 1), word(words, next + 2)) {
        ("the", "end", "of") => 3,
        ("end", "of", _) => 2,
        _ => 0,
    };
    next += end_of;
    let start = words.get(next)?.start;
    let found = days.iter().find(|day| day.start == start).copied();
    let year = || {
        let found = super::day::parse_day(word(words, next))?;
        matches!(found, ParsedDay::Year(_)).then(|| FoundDay { start, end: words[next].end, day: found })
    };
    let Some(day) = found.or_else(|| year().filter(|_| end_of > 0)) else { return unclear_time(words, at) };
    let last = words.iter().rposition(|word| word.start < day.end).unwrap_or(next);
    let on = match day.day {
        ParsedDay::Month { year, month } if is_before && end_of == 0 => {
            NaiveDate::from_ymd_opt(year, month, 1)?.pred_opt()
        }
        day if is_before && end_of == 0 => day.last_day().and_then(|on| on.pred_opt()),
        day => day.last_day(),
    };
    let repeats = matches!(word(words, last + 1), "each" | "every") && !words[last].ends_clause;
    let states_duty = follows_duty(words, at) || ends_clause(words, last) || is_emphasis(words, last);
    let about_something_else =
        at > 0 && !follows_duty(words, at) && list::is_participle(word(words, at - 1)) && !is_passive(words, at);
    let kind = (states_duty && !repeats && !about_something_else && on.is_some()).then_some(TargetKind::ByDate);
    let clear_day = matches!(day.day, ParsedDay::Day(_) | ParsedDay::Month { .. } | ParsedDay::Year(_));
    // “Before 1 May” can mean that day or the day before it.
    let is_doubtful = kind.is_none() || !clear_day || is_before && end_of == 0;
    debug_assert!(sentence.is_char_boundary(day.end));
    Some(FoundTime { end: day.end, kind, on, period: None, is_doubtful })
}

/// Returns true for “at the latest” after a day, or for the words of the duty.
fn is_emphasis(words: &[Word], last: usize) -> bool {
    let next = word(words, last + 1);
    (next, word(words, last + 2), word(words, last + 3)) == ("at", "the", "latest")
        || matches!(next, "the" | "all" | "forces" | "chief" | "each" | "every" | "and" | "to" | "at")
}

/// Returns the words of a time that were not understood: up to the last word for a time in the clause.
fn unclear_time(words: &[Word], at: usize) -> Option<FoundTime> {
    const MOST_WORDS: usize = 8;
    let end = (at..words.len().min(at + MOST_WORDS)).find(|at| words[*at].ends_clause);
    let end = end.unwrap_or_else(|| (words.len() - 1).min(at + MOST_WORDS - 1));
    let is_time = |at: &usize| {
        let word = word(words, *at);
        TIME_WORDS.contains(&word) || matches!(super::day::parse_day(word), Some(ParsedDay::Year(_)))
    };
    let last = (at + 1..=end).rev().find(is_time)?;
    // “in the next year” of something else is left, as are “by” and “in” far from a time.
    let near = (at + 1..=last).find(is_time)? - at <= 6;
    let states_duty = follows_duty(words, at) || ends_clause(words, last);
    (near && states_duty).then(|| FoundTime {
        end: words[last].end,
        kind: None,
        on: None,
        period: None,
        is_doubtful: true,
    })
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
