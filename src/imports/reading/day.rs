//! Days in every plain form: `13 Feb 2024`, `Thursday, 13 July 2023`, `2024-02-13`, `13.02.24`, `13 Medi 2023`.

use chrono::{Datelike, NaiveDate};

use super::context::DayFormat;
use super::day_words::{ORDINALS, month, weekday};
use super::text::{is_blank, is_dash, trim};

/// What a text says about a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParsedDay {
    /// A day.
    Day(NaiveDate),
    /// A day whose printed weekday is another one.
    WrongWeekday(NaiveDate),
    /// Only a month.
    Month {
        /// The year.
        year: i32,
        /// The month, from 1.
        month: u32,
    },
    /// Only a year.
    Year(i32),
    /// A date that the calendar does not have.
    Impossible,
}

impl ParsedDay {
    /// Returns the day, if the text states one without doubt.
    pub fn date(self) -> Option<NaiveDate> {
        match self {
            Self::Day(date) => Some(date),
            _ => None,
        }
    }

    /// Returns the last day that the text can mean: that of the month or of the year.
    pub fn last_day(self) -> Option<NaiveDate> {
        match self {
            Self::Day(date) | Self::WrongWeekday(date) => Some(date),
            Self::Month { year, month } => {
                let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                NaiveDate::from_ymd_opt(year, month, 1)?.pred_opt()
            }
            Self::Year(year) => NaiveDate::from_ymd_opt(year, 12, 31),
            Self::Impossible => None,
        }
    }
}

/// A day inside a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundDay {
    /// The byte at which the day begins.
    pub start: usize,
    /// The byte after the day.
    pub end: usize,
    /// The day.
    pub day: ParsedDay,
}

/// Parses a text that is a day and nothing else. The same day in two languages can stand on both sides of a slash.
pub fn parse_day(text: &str) -> Option<ParsedDay> {
    parse_day_as(text, DayFormat::DayFirst)
}

/// Parses a text that is a day and nothing else, with the day and month of numbers in this order.
pub fn parse_day_as(text: &str, format: DayFormat) -> Option<ParsedDay> {
    let text = trim(text).trim_end_matches(['.', ',', ';']);
    if let Some(found) = find_days_as(text, format).first()
        && trim(&text[..found.start]).is_empty()
    {
        let rest = trim(&text[found.end..]);
        if rest.is_empty() {
            return Some(found.day);
        }
        if let Some(other) = rest.strip_prefix(['/', '|', '(']) {
            let other = parse_day_as(trim(other).trim_end_matches(')'), format)?;
            return (other == found.day).then_some(other);
        }
    }
    let is_year = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let year: i32 = text.parse().ok().filter(|_| is_year)?;
    (1900..2200).contains(&year).then_some(ParsedDay::Year(year))
}

/// Returns the days and months anywhere in a text, in their order. A year alone is not found.
pub fn find_days(text: &str) -> Vec<FoundDay> {
    find_days_as(text, DayFormat::DayFirst)
}

/// Returns the days and months anywhere in a text, with the day and month of numbers in this order.
pub fn find_days_as(text: &str, format: DayFormat) -> Vec<FoundDay> {
    let tokens = tokens(text);
    let mut found: Vec<FoundDay> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match day_at(&tokens[at..], format) {
            Some((length, day)) => {
                found.push(FoundDay { start: tokens[at].start, end: tokens[at + length - 1].end, day });
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// A run of letters or digits.
#[derive(Debug)]
struct Token<'t> {
    start: usize,
    end: usize,
    text: &'t str,
    /// What stands between this token and the next.
    gap: Gap,
}

/// What stands between two tokens of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    Blank,
    Comma,
    Slash,
    Dot,
    Dash,
    Nothing,
    Other,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((start, first)) = characters.next() {
        if !first.is_alphanumeric() {
            continue;
        }
        let is_digit = first.is_ascii_digit();
        let mut end = start + first.len_utf8();
        while let Some((at, c)) = characters.next_if(|(_, c)| c.is_alphanumeric() && c.is_ascii_digit() == is_digit) {
            end = at + c.len_utf8();
        }
        if let Some(last) = tokens.last_mut() {
            last.gap = gap(&text[last.end..start]);
        }
        tokens.push(Token { start, end, text: &text[start..end], gap: Gap::Other });
    }
    tokens
}

fn gap(between: &str) -> Gap {
    let mark = trim(between);
    let spaced = mark.len() < between.len();
    match mark {
        "" if between.is_empty() => Gap::Nothing,
        "" | "." if spaced => Gap::Blank,
        "," => Gap::Comma,
        "/" => Gap::Slash,
        "." => Gap::Dot,
        _ if mark.chars().count() == 1 && mark.chars().all(is_dash) && !spaced => Gap::Dash,
        _ if between.chars().all(|c| is_blank(c) || matches!(c, '.' | ',')) => Gap::Comma,
        _ => Gap::Other,
    }
}

/// Returns the date at the beginning of the tokens, and the number of its tokens.
fn day_at(tokens: &[Token<'_>], format: DayFormat) -> Option<(usize, ParsedDay)> {
    let first = tokens.first()?;
    if let Some(weekday) = weekday(first.text).filter(|_| matches!(first.gap, Gap::Blank | Gap::Comma | Gap::Dot)) {
        let mut skipped = 1;
        // Welsh prints “Dydd Iau”; English can print “Thursday the 13th”.
        while matches!(tokens.get(skipped)?.text.to_lowercase().as_str(), "the" | "iau") {
            skipped += 1;
        }
        let (length, day) = day_without_weekday(&tokens[skipped..], format)?;
        let day = match (day, weekday) {
            (ParsedDay::Day(date), Some(weekday)) if date.weekday() != weekday => ParsedDay::WrongWeekday(date),
            (day @ (ParsedDay::Day(_) | ParsedDay::Impossible), _) => day,
            _ => return None,
        };
        return Some((skipped + length, day));
    }
    day_without_weekday(tokens, format)
}

fn day_without_weekday(tokens: &[Token<'_>], format: DayFormat) -> Option<(usize, ParsedDay)> {
    numeric(tokens, format).or_else(|| day_month_year(tokens)).or_else(|| month_first(tokens))
}

/// Parses `13/02/2024`, `13.02.24`, `13-2-2024`, `2024-02-13`.
fn numeric(tokens: &[Token<'_>], format: DayFormat) -> Option<(usize, ParsedDay)> {
    let [a, b, c, ..] = tokens else { return None };
    if a.gap != b.gap || !matches!(a.gap, Gap::Slash | Gap::Dot | Gap::Dash) {
        return None;
    }
    // A fourth part makes it the number of a section or a version.
    if c.gap == a.gap && tokens.get(3).is_some_and(|next| number(next.text).is_some()) {
        return None;
    }
    let (a, b, c) = (a.text, b.text, c.text);
    let (_, middle, _) = (number(a)?, number(b)?, number(c)?);
    let (year, month, day) = match (a.len(), b.len(), c.len()) {
        (4, 1 | 2, 1 | 2) => (a, middle, number(c)?),
        (1 | 2, 1 | 2, 2 | 4) if format == DayFormat::MonthFirst => (c, number(a)?, middle),
        (1 | 2, 1 | 2, 2 | 4) => (c, middle, number(a)?),
        _ => return None,
    };
    let year = full_year(year)?;
    Some((3, NaiveDate::from_ymd_opt(year, month, day).map_or(ParsedDay::Impossible, ParsedDay::Day)))
}

/// Parses `13 Feb 2024`, `31st October 2023`, `13eg o Fedi 2023`, `13 of July, 2023`.
fn day_month_year(tokens: &[Token<'_>]) -> Option<(usize, ParsedDay)> {
    let day = tokens.first().filter(|token| token.text.len() <= 2)?;
    let number = number(day.text)?;
    let mut at = 1;
    let mut before = day.gap;
    if before == Gap::Nothing && ORDINALS.contains(&tokens.get(1)?.text.to_lowercase().as_str()) {
        before = tokens[1].gap;
        at = 2;
    }
    // “2nd day of December 2020”.
    if before == Gap::Blank && tokens.get(at)?.text.eq_ignore_ascii_case("day") {
        at += 1;
    }
    if before == Gap::Blank && matches!(tokens.get(at)?.text.to_lowercase().as_str(), "of" | "o") {
        at += 1;
    }
    let joined = |gap| matches!(gap, Gap::Blank | Gap::Dash | Gap::Dot | Gap::Slash | Gap::Nothing | Gap::Comma);
    let name = tokens.get(at).filter(|_| joined(before))?;
    let month = month(name.text)?;
    let year = tokens.get(at + 1).filter(|_| joined(name.gap))?;
    let year = full_year(year.text)?;
    Some((at + 2, NaiveDate::from_ymd_opt(year, month, number).map_or(ParsedDay::Impossible, ParsedDay::Day)))
}

/// Parses `February 2024` and `February 13, 2024`.
fn month_first(tokens: &[Token<'_>]) -> Option<(usize, ParsedDay)> {
    let name = tokens.first()?;
    let month = month(name.text)?;
    let next = tokens.get(1)?;
    if matches!(name.gap, Gap::Blank | Gap::Comma | Gap::Dash) && next.text.len() == 4 {
        return Some((2, ParsedDay::Month { year: full_year(next.text)?, month }));
    }
    let day = number(next.text).filter(|_| next.text.len() <= 2 && name.gap == Gap::Blank)?;
    let has_ordinal = next.gap == Gap::Nothing && ORDINALS.contains(&tokens.get(2)?.text.to_lowercase().as_str());
    let last = if has_ordinal { 2 } else { 1 };
    let year = tokens.get(last + 1).filter(|year| year.text.len() == 4)?;
    if !matches!(tokens[last].gap, Gap::Comma | Gap::Blank) {
        return None;
    }
    let year = full_year(year.text)?;
    Some((last + 2, NaiveDate::from_ymd_opt(year, month, day).map_or(ParsedDay::Impossible, ParsedDay::Day)))
}

fn number(text: &str) -> Option<u32> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Returns a year of four digits, or of two digits in this century.
fn full_year(text: &str) -> Option<i32> {
    let year = i32::try_from(number(text)?).ok()?;
    match text.len() {
        4 if (1900..2200).contains(&year) => Some(year),
        2 => Some(2000 + year),
        _ => None,
    }
}

#[cfg(test)]
#[path = "day_tests.rs"]
mod tests;
