//! The values of filters: their types, and how they are parsed from a query parameter.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use uuid::Uuid;

use crate::label;

/// The maximum length of a filter's value in bytes.
pub(super) const MAX_LENGTH: usize = 4096;

/// The maximum number of ids in a filter.
const MAX_IDS: usize = 100;

/// The type of value that a filter accepts.
#[derive(Clone, Copy, Debug)]
pub enum FilterType {
    /// A text, which must match exactly.
    Text,
    /// A comma-separated list of texts, of which one must match.
    Texts,
    /// A comma-separated list of labels, of which one must match. The condition compares their keys.
    Labels,
    /// A comma-separated list of values from these, of which one must match.
    OneOf(&'static [&'static str]),
    /// A civil date.
    Date,
    /// An instant.
    Instant,
    /// An id.
    Id,
    /// A comma-separated list of ids, of which one must match.
    Ids,
    /// `true` or `false`.
    Flag,
    /// A comma-separated list of ids of people, or `me` for the caller, of which one must match. The condition compares
    /// texts.
    People,
}

/// The value of a filter.
#[derive(Clone, Debug, PartialEq)]
pub enum FilterValue {
    /// A text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// A civil date.
    Date(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
    /// An id.
    Id(Uuid),
    /// Several ids.
    Ids(Vec<Uuid>),
    /// `true` or `false`.
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

/// Parses the value of a filter, or returns the code and detail of the fault.
pub(super) fn parse_filter(filter: FilterType, text: &str) -> Result<FilterValue, (&'static str, String)> {
    let texts = || text.split(',').map(str::to_owned).collect::<Vec<_>>();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return Err(("wrong_length", format!("The value must have 1 to {MAX_LENGTH} bytes.")));
    }
    if text.contains('\0') {
        return Err(("nul", "Text must not contain the character NUL.".into()));
    }
    match filter {
        FilterType::Text => Ok(FilterValue::Text(text.to_owned())),
        FilterType::Texts => Ok(FilterValue::Texts(texts())),
        FilterType::Labels => Ok(FilterValue::Texts(text.split(',').map(label::key).collect())),
        FilterType::OneOf(accepted) => match texts().into_iter().find(|item| !accepted.contains(&item.as_str())) {
            Some(item) => Err(("unknown_value", format!("{item:?} must be one of: {}.", accepted.join(", ")))),
            None => Ok(FilterValue::Texts(texts())),
        },
        FilterType::Date => match text.parse::<NaiveDate>() {
            // Only the form that the service writes is accepted, so the year has four digits.
            Ok(date) if text.len() == 10 && date.to_string() == text => Ok(FilterValue::Date(date)),
            _ => Err(("wrong_format", "The date must have the form YYYY-MM-DD.".into())),
        },
        FilterType::Instant => match parse_instant(text) {
            // The year has four digits (RFC 3339 §5.6). chrono accepts years that PostgreSQL cannot store.
            Some(at) if (0..=9999).contains(&at.year()) => Ok(FilterValue::Instant(at)),
            _ => Err((
                "wrong_format",
                "The instant must have the form of RFC 3339, such as 2026-11-24T09:30:00Z.".into(),
            )),
        },
        FilterType::Id => {
            text.parse().map(FilterValue::Id).map_err(|_| ("wrong_format", "The id must be a UUID.".into()))
        }
        FilterType::Ids => match text.split(',').map(Uuid::parse_str).collect::<Result<Vec<_>, _>>() {
            Ok(ids) if ids.len() > MAX_IDS => Err(("too_many", format!("The list must have at most {MAX_IDS} ids."))),
            Ok(ids) => Ok(FilterValue::Ids(ids)),
            Err(_) => Err(("wrong_format", "Each id must be a UUID.".into())),
        },
        FilterType::People => match text.split(',').map(parse_person).collect::<Option<Vec<_>>>() {
            Some(people) if people.len() <= MAX_IDS => Ok(FilterValue::Texts(people)),
            Some(_) => Err(("too_many", format!("The list must have at most {MAX_IDS} ids."))),
            None => Err(("wrong_format", "Each value must be the id of a person, or `me`.".into())),
        },
        FilterType::Flag => {
            text.parse().map(FilterValue::Flag).map_err(|_| ("wrong_type", "The value must be true or false.".into()))
        }
    }
}

/// Returns `me`, or the id of a person in its canonical form.
fn parse_person(text: &str) -> Option<String> {
    if text == "me" { Some(text.to_owned()) } else { Uuid::parse_str(text).ok().map(|id| id.to_string()) }
}

/// Parses an instant of a query (RFC 3339). A `+` that the client did not percent-encode arrives as a blank, so a blank
/// before the offset counts as `+`.
pub fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let is_offset = |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    let written = match text.rsplit_once(' ') {
        Some((local, offset)) if is_offset(offset) && local.contains(['T', 't', ' ']) => format!("{local}+{offset}"),
        _ => text.to_owned(),
    };
    written.parse().ok()
}

/// A civil date or an instant. The year is limited so that PostgreSQL can store the date and the day after it.
#[derive(Clone, Copy, Debug)]
pub enum DateOrInstant {
    /// A civil date.
    Day(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
}

/// The detail of the fault for a text that is neither a date nor an instant.
pub const NOT_A_DATE_OR_INSTANT: &str =
    "The value must be a date of the form YYYY-MM-DD, or an instant of the form of RFC 3339.";

impl DateOrInstant {
    /// Parses `YYYY-MM-DD` or an RFC 3339 instant.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(day) = text.parse::<NaiveDate>() {
            return (text.len() == 10 && (1..=9998).contains(&day.year())).then_some(Self::Day(day));
        }
        parse_instant(text).filter(|at| (1..=9998).contains(&at.year())).map(Self::Instant)
    }
}

#[cfg(test)]
mod tests {
    use super::parse_instant;

    #[test]
    fn an_instant_is_read_with_its_plus_as_a_blank() {
        for (written, read) in [
            ("2026-01-01T00:00:00Z", Some("2026-01-01T00:00:00Z")),
            ("2026-01-01t00:00:00z", Some("2026-01-01T00:00:00Z")),
            ("2026-01-01T00:00:00+01:00", Some("2025-12-31T23:00:00Z")),
            ("2026-01-01T00:00:00 01:00", Some("2025-12-31T23:00:00Z")),
            ("2026-01-01T00:00:00.125 01:00", Some("2025-12-31T23:00:00.125Z")),
            ("2026-01-01 00:00:00 01:00", Some("2025-12-31T23:00:00Z")),
            ("2026-01-01T00:00:00-01:00", Some("2026-01-01T01:00:00Z")),
            ("2026-01-01T00:00:00", None),
            ("2026-01-01 01:00", None),
            ("2026-01-01", None),
        ] {
            let read = read.map(|read| read.parse().expect("an instant"));
            assert_eq!(parse_instant(written), read, "{written}");
        }
    }
}
