//! Parses dates as policing bodies print them: 25/02/2022, 5/2/2022, 25 February 2022, 25th February 2022. The day is
//! always first.

use chrono::NaiveDate;
use thiserror::Error;

/// The reason why a text is not a date.
#[derive(Debug, PartialEq, Eq, Error)]
pub(super) enum DateError {
    #[error("not written as a date")]
    Unreadable,
    #[error("not a day in the calendar")]
    Impossible,
}

/// Parses a text that contains a date and nothing else.
pub(super) fn parse(text: &str) -> Result<NaiveDate, DateError> {
    if text.contains('/') {
        return parse_numeric(text);
    }
    match *text.split_whitespace().collect::<Vec<_>>() {
        [day, month, year] => parse_spelled(day, month, year),
        _ => Err(DateError::Unreadable),
    }
}

/// Parses `dd/mm/yyyy`.
pub(super) fn parse_numeric(text: &str) -> Result<NaiveDate, DateError> {
    let mut parts = text.split('/').map(str::trim);
    let (Some(day), Some(month), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(DateError::Unreadable);
    };
    let day = parse_day_or_month(day).ok_or(DateError::Unreadable)?;
    let month = parse_day_or_month(month).ok_or(DateError::Unreadable)?;
    let year = parse_year(year).ok_or(DateError::Unreadable)?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or(DateError::Impossible)
}

/// Parses a day, the name of a month and a year.
pub(super) fn parse_spelled(day: &str, month: &str, year: &str) -> Result<NaiveDate, DateError> {
    let ordinal = ["st", "nd", "rd", "th"];
    let digits = ordinal.iter().find_map(|suffix| day.strip_suffix(suffix)).unwrap_or(day);
    let day = parse_day_or_month(digits).ok_or(DateError::Unreadable)?;
    let month = parse_month(month).ok_or(DateError::Unreadable)?;
    let year = parse_year(year).ok_or(DateError::Unreadable)?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or(DateError::Impossible)
}

/// Returns the last day of a named month.
pub(super) fn end_of_month(month: &str, year: &str) -> Option<NaiveDate> {
    let (month, year) = (parse_month(month)?, parse_year(year)?);
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    NaiveDate::from_ymd_opt(year, month, 1)?.pred_opt()
}

/// Returns the last day of a year.
pub(super) fn end_of_year(year: &str) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(parse_year(year)?, 12, 31)
}

fn parse_day_or_month(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && matches!(text.len(), 1 | 2);
    if digits { text.parse().ok() } else { None }
}

fn parse_year(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    if digits && !text.starts_with('0') { text.parse().ok() } else { None }
}

fn parse_month(name: &str) -> Option<u32> {
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
    (1..).zip(NAMES).find(|(_, month)| *month == name).map(|(number, _)| number)
}
