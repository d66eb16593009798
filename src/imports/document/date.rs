//! Dates as offices print them: 25/02/2022, 5/2/2022, 25 February 2022, 25th February 2022. Always day first.

use chrono::NaiveDate;
use thiserror::Error;

/// Why a text is no date.
#[derive(Debug, PartialEq, Eq, Error)]
pub(super) enum NotADate {
    #[error("not written as a date")]
    Unreadable,
    #[error("not a day in the calendar")]
    Impossible,
}

/// Reads a text that holds a date and nothing else.
pub(super) fn read(text: &str) -> Result<NaiveDate, NotADate> {
    if text.contains('/') {
        return numeric(text);
    }
    match *text.split_whitespace().collect::<Vec<_>>() {
        [day, month, year] => spelled(day, month, year),
        _ => Err(NotADate::Unreadable),
    }
}

/// Reads `dd/mm/yyyy`.
pub(super) fn numeric(text: &str) -> Result<NaiveDate, NotADate> {
    let mut parts = text.split('/').map(str::trim);
    let (Some(day), Some(month), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(NotADate::Unreadable);
    };
    let day = one_or_two_digits(day).ok_or(NotADate::Unreadable)?;
    let month = one_or_two_digits(month).ok_or(NotADate::Unreadable)?;
    let year = self::year(year).ok_or(NotADate::Unreadable)?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or(NotADate::Impossible)
}

/// Reads a day, the name of a month and a year.
pub(super) fn spelled(day: &str, month: &str, year: &str) -> Result<NaiveDate, NotADate> {
    let ordinal = ["st", "nd", "rd", "th"];
    let digits = ordinal.iter().find_map(|suffix| day.strip_suffix(suffix)).unwrap_or(day);
    let day = one_or_two_digits(digits).ok_or(NotADate::Unreadable)?;
    let month = self::month(month).ok_or(NotADate::Unreadable)?;
    let year = self::year(year).ok_or(NotADate::Unreadable)?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or(NotADate::Impossible)
}

/// The last day of a named month.
pub(super) fn end_of_month(month: &str, year: &str) -> Option<NaiveDate> {
    let (month, year) = (self::month(month)?, self::year(year)?);
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    NaiveDate::from_ymd_opt(year, month, 1)?.pred_opt()
}

/// The last day of a year.
pub(super) fn end_of_year(year: &str) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(self::year(year)?, 12, 31)
}

fn one_or_two_digits(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && matches!(text.len(), 1 | 2);
    if digits { text.parse().ok() } else { None }
}

fn year(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    if digits && !text.starts_with('0') { text.parse().ok() } else { None }
}

fn month(name: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let name = name.to_lowercase();
    (1..).zip(NAMES).find(|(_, full)| *full == name).map(|(number, _)| number)
}
