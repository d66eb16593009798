//! Reads the cell of a column of days. A text that names no day, such as `TBC`, is no fault.

use chrono::{Days, NaiveDate};

use super::super::context::DayFormat;
use super::super::day::{ParsedDay, find_days_as, parse_day_as};
use super::words::normalize;

/// What the cell of a column of days says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CellDay {
    /// A day, as printed.
    Printed(NaiveDate),
    /// A day that follows from the text, such as the day number of a spreadsheet. `says_more` is true if the text has
    /// more than the day.
    Inferred { day: NaiveDate, says_more: bool },
    /// Words that name no day, such as `TBC`.
    NoDay,
    /// A day that a person must settle: why, and the days that are possible.
    Unclear { why: &'static str, options: Vec<NaiveDate>, proposed: Option<NaiveDate> },
}

/// The words that may stand beside a day without changing it.
#[rustfmt::skip]
const BESIDE: [&str; 14] = [
    "by", "before", "due", "on", "target", "end", "the", "of", "to", "complete", "erbyn", "completed", "completion", "date",
];

/// The day numbers of spreadsheets that are read as days: 1982 to 2064.
const DAY_NUMBERS: std::ops::RangeInclusive<u64> = 30_000..=60_000;

/// The most bytes of the cell of a column of days.
const MAX_LENGTH: usize = 500;

/// Reads the cell of a column of days. `is_mixed` is true if another cell of the column has its month first.
pub(super) fn read(text: &str, format: DayFormat, is_mixed: bool) -> CellDay {
    let text = without_time(text.trim());
    if text.len() > MAX_LENGTH {
        return CellDay::Unclear { why: "is not a day that the service can read", options: Vec::new(), proposed: None };
    }
    if let Some(day) = day_number(text) {
        return CellDay::Inferred { day, says_more: false };
    }
    if let Some(parsed) = parse_day_as(text, format) {
        return of_parsed(parsed, text, format, is_mixed);
    }
    // `Dec-24` is a month in a spreadsheet, and can also be a day of this year.
    if let Some(last_day) = month_with_short_year(text) {
        return CellDay::Unclear { why: "has no day of the month", options: Vec::new(), proposed: Some(last_day) };
    }
    let found = find_days_as(text, format);
    match found.as_slice() {
        [] if text.bytes().any(|byte| byte.is_ascii_digit()) => {
            CellDay::Unclear { why: "is not a day that the service can read", options: Vec::new(), proposed: None }
        }
        [] => CellDay::NoDay,
        [one] => {
            let around = normalize(&format!("{} {}", &text[..one.start], &text[one.end..]));
            let is_end = around.split(' ').any(|word| word == "end") && matches!(one.day, ParsedDay::Month { .. });
            let says_more = !around.split(' ').all(|word| word.is_empty() || BESIDE.contains(&word));
            match (one.day, one.day.last_day()) {
                (_, Some(day)) if is_end => CellDay::Inferred { day, says_more },
                _ => match of_parsed(one.day, &text[one.start..one.end], format, is_mixed) {
                    CellDay::Printed(day) => CellDay::Inferred { day, says_more },
                    other => other,
                },
            }
        }
        several => {
            let mut options: Vec<NaiveDate> = several.iter().filter_map(|found| found.day.last_day()).collect();
            options.dedup();
            CellDay::Unclear { why: "names several days", options, proposed: None }
        }
    }
}

/// Returns the last day of a month such as `Dec-24`.
fn month_with_short_year(text: &str) -> Option<NaiveDate> {
    let (month, year) = text.split_once(['-', ' ', '\'', '’'])?;
    let is_short = year.len() == 2 && year.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = is_short.then(|| parse_day_as(&format!("{month} 20{year}"), DayFormat::DayFirst))??;
    matches!(parsed, ParsedDay::Month { .. }).then(|| parsed.last_day())?
}

fn of_parsed(parsed: ParsedDay, text: &str, format: DayFormat, is_mixed: bool) -> CellDay {
    let other = other_order(text, format);
    match parsed {
        ParsedDay::Day(day) => match other.filter(|other| is_mixed && *other != day) {
            Some(other) => CellDay::Unclear {
                why: "can have the day or the month first, because another day of the column has the month first",
                options: vec![day, other],
                proposed: None,
            },
            None => CellDay::Printed(day),
        },
        ParsedDay::WrongWeekday(day) => CellDay::Unclear {
            why: "names a weekday that disagrees with the day",
            options: Vec::new(),
            proposed: Some(day),
        },
        ParsedDay::Month { .. } | ParsedDay::Year(_) => {
            CellDay::Unclear { why: "has no day of the month", options: Vec::new(), proposed: parsed.last_day() }
        }
        ParsedDay::Impossible => CellDay::Unclear {
            why: "is a day that the calendar does not have",
            options: other.into_iter().collect(),
            proposed: other,
        },
    }
}

/// Returns the day of a date in numbers, such as `03/04/2024`, with the day and month in the other order.
fn other_order(text: &str, format: DayFormat) -> Option<NaiveDate> {
    let other = match format {
        DayFormat::DayFirst => DayFormat::MonthFirst,
        DayFormat::MonthFirst => DayFormat::DayFirst,
    };
    let is_in_numbers = text.chars().all(|letter| !letter.is_alphabetic());
    parse_day_as(text, other).filter(|_| is_in_numbers)?.date()
}

/// Returns true if the text is a day only with the day and month in the other order.
pub(super) fn is_in_other_order(text: &str, format: DayFormat) -> bool {
    let text = without_time(text.trim());
    text.len() <= 20 && parse_day_as(text, format) == Some(ParsedDay::Impossible) && other_order(text, format).is_some()
}

/// Returns the day of a spreadsheet's day number, counted from 30 December 1899.
fn day_number(text: &str) -> Option<NaiveDate> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let number: u64 = whole.parse().ok().filter(|number| whole.len() == 5 && DAY_NUMBERS.contains(number))?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(number))
}

/// Removes the time of midnight that a spreadsheet writes after a day.
fn without_time(text: &str) -> &str {
    [" 00:00:00", "T00:00:00", " 00:00", "T00:00:00Z"].iter().find_map(|time| text.strip_suffix(time)).unwrap_or(text)
}

/// The most lines of an update whose days are read.
const MAX_ENTRIES: usize = 200;

/// Returns the day that leads an update, as in `25/03/24: Order placed`, and whether it is the only one. In an update
/// with several dated lines it is the latest.
pub(super) fn day_of_update(text: &str, format: DayFormat) -> Option<(NaiveDate, bool)> {
    let mut days = text.lines().take(MAX_ENTRIES).filter_map(|line| {
        let line = line.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        let head_end = line.char_indices().nth(60).map_or(line.len(), |(at, _)| at);
        let head = &line[..head_end];
        let found = find_days_as(head, format).into_iter().next()?;
        let before = normalize(&head[..found.start]);
        let leads = ["", "update", "updated", "as at", "as of", "update as at", "at", "position at", "position as at"];
        leads.contains(&before.as_str()).then(|| found.day.date())?
    });
    let first = days.next()?;
    let (latest, count) = days.fold((first, 1), |(latest, count), day| (latest.max(day), count + 1));
    Some((latest, count == 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a value")
    }

    fn read_cell(text: &str) -> CellDay {
        read(text, DayFormat::DayFirst, false)
    }

    #[test]
    fn a_day_is_read_and_other_words_are_no_fault() {
        for text in ["30/04/2024", "2024-04-30", "30 April 2024", "2024-04-30 00:00:00"] {
            assert_eq!(read_cell(text), CellDay::Printed(day("2024-04-30")), "{text}");
        }
        assert_eq!(read_cell("45382"), CellDay::Inferred { day: day("2024-03-31"), says_more: false });
        assert_eq!(read_cell("By 30/04/2024"), CellDay::Inferred { day: day("2024-04-30"), says_more: false });
        assert_eq!(read_cell("30/04/2024 – on track"), CellDay::Inferred { day: day("2024-04-30"), says_more: true });
        assert_eq!(read_cell("End of June 2024"), CellDay::Inferred { day: day("2024-06-30"), says_more: false });
        for text in ["TBC", "n/a", "Ongoing", "-", "To be confirmed"] {
            assert_eq!(read_cell(text), CellDay::NoDay, "{text}");
        }
    }

    #[test]
    fn an_unclear_day_is_asked_about() {
        let unclear = |text| match read_cell(text) {
            CellDay::Unclear { options, proposed, .. } => (options, proposed),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(unclear("13/25/2024"), (vec![], None));
        assert_eq!(unclear("03/25/2024"), (vec![day("2024-03-25")], Some(day("2024-03-25"))));
        assert_eq!(unclear("June 2024"), (vec![], Some(day("2024-06-30"))));
        assert_eq!(unclear("Dec-24"), (vec![], Some(day("2024-12-31"))));
        assert_eq!(unclear("Q1 24/25"), (vec![], None));
        assert_eq!(unclear("31/01/24 revised 30/04/24").0, [day("2024-01-31"), day("2024-04-30")]);
        let mixed = read("03/04/2024", DayFormat::DayFirst, true);
        assert!(matches!(mixed, CellDay::Unclear { options, .. } if options == [day("2024-04-03"), day("2024-03-04")]));
        assert_eq!(read("25/04/2024", DayFormat::DayFirst, true), CellDay::Printed(day("2024-04-25")));
    }

    #[test]
    fn a_day_that_leads_an_update_is_its_day() {
        let of = |text| day_of_update(text, DayFormat::DayFirst);
        assert_eq!(of("25/03/24: Order placed."), Some((day("2024-03-25"), true)));
        assert_eq!(of("Order placed; first site done 25/03/24."), None);
        assert_eq!(of("01/02/24 – begun\n15/03/24 – done"), Some((day("2024-03-15"), false)));
        assert_eq!(of("[12 May 2024] Done"), Some((day("2024-05-12"), true)));
    }
}
