//! A filter's value, read as the list's table says; and a moment.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use uuid::Uuid;

use super::list::Field;

/// A filter's value.
#[derive(Clone, Debug, PartialEq)]
pub enum FilterValue {
    /// One text.
    Text(String),
    /// Some texts.
    Texts(Vec<String>),
    /// A civil date.
    Date(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
    /// An id.
    Id(Uuid),
    /// Some ids.
    Ids(Vec<Uuid>),
    /// true or false.
    Flag(bool),
}

impl From<Uuid> for FilterValue {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

impl From<bool> for FilterValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// Reads what was given for a filter; a code and a detail where it cannot be that.
pub(super) fn read_value(field: Field, given: &str) -> Result<FilterValue, (&'static str, String)> {
    let texts = || given.split(',').map(str::to_owned).collect::<Vec<_>>();
    if given.is_empty() || given.len() > 4096 {
        return Err(("wrong_length", "A filter's value has 1 to 4096 bytes.".into()));
    }
    if given.contains('\0') {
        return Err(("nul", "Text cannot hold the character NUL.".into()));
    }
    match field {
        Field::Text => Ok(FilterValue::Text(given.to_owned())),
        Field::Texts => Ok(FilterValue::Texts(texts())),
        Field::Words(known) => match texts().into_iter().find(|word| !known.contains(&word.as_str())) {
            Some(word) => Err(("unknown_value", format!("{word:?} is none of: {}.", known.join(", ")))),
            None => Ok(FilterValue::Texts(texts())),
        },
        Field::Date => match given.parse::<NaiveDate>() {
            // Written as we would write it, and so with four digits of the year.
            Ok(date) if given.len() == 10 && date.to_string() == given => Ok(FilterValue::Date(date)),
            _ => Err(("wrong_format", "A date is written YYYY-MM-DD.".into())),
        },
        Field::Instant => match given.parse::<DateTime<Utc>>() {
            // Years of four digits (RFC 3339 §5.6): the calendar here goes further, PostgreSQL's not as far.
            Ok(at) if (0..=9999).contains(&at.year()) => Ok(FilterValue::Instant(at)),
            _ => Err(("wrong_format", "An instant is written as RFC 3339 says, such as 2026-11-24T09:30:00Z.".into())),
        },
        Field::Id => given.parse().map(FilterValue::Id).map_err(|_| ("wrong_format", "An id is a UUID.".into())),
        Field::Flag => {
            given.parse().map(FilterValue::Flag).map_err(|_| ("wrong_type", "This is true or false.".into()))
        }
    }
}

/// A day or an instant, of years that PostgreSQL can hold with a day to spare.
#[derive(Clone, Copy, Debug)]
pub enum DateOrInstant {
    /// A civil date.
    Day(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
}

/// What is told of a moment that is none.
pub const NOT_A_DATE_OR_INSTANT: &str = "An instant is written as RFC 3339 says, a date YYYY-MM-DD.";

impl DateOrInstant {
    /// Reads `YYYY-MM-DD`, or an instant as RFC 3339 writes it.
    pub fn read(given: &str) -> Option<Self> {
        if let Ok(day) = given.parse::<NaiveDate>() {
            return (given.len() == 10 && (1..=9998).contains(&day.year())).then_some(Self::Day(day));
        }
        given.parse::<DateTime<Utc>>().ok().filter(|at| (1..=9998).contains(&at.year())).map(Self::Instant)
    }
}
