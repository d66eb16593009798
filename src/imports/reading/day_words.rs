//! The words of days, in English and Welsh.

use chrono::Weekday;

/// The endings of ordinal numbers.
pub(super) const ORDINALS: [&str; 10] = ["st", "nd", "rd", "th", "af", "ail", "ydd", "fed", "eg", "ain"];

/// The names of the months in English, their short forms, and their Welsh names with mutations.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "ionawr"],
    &["february", "feb", "febr", "chwefror"],
    &["march", "mar", "mawrth", "fawrth"],
    &["april", "apr", "ebrill"],
    &["may", "mai", "fai"],
    &["june", "jun", "mehefin", "fehefin"],
    &["july", "jul", "gorffennaf", "orffennaf"],
    &["august", "aug", "awst"],
    &["september", "sep", "sept", "medi", "fedi"],
    &["october", "oct", "hydref"],
    &["november", "nov", "tachwedd", "dachwedd"],
    &["december", "dec", "rhagfyr"],
];

/// Returns the number of a month, from 1.
pub(super) fn month(name: &str) -> Option<u32> {
    let name = name.to_lowercase();
    (1..).zip(MONTHS).find(|(_, names)| names.contains(&name.as_str())).map(|(number, _)| number)
}

/// Returns the weekday of a name. The second level is none for “dydd”, which only announces a Welsh weekday.
#[expect(clippy::option_option, reason = "a word can announce a weekday without naming it")]
pub(super) fn weekday(name: &str) -> Option<Option<Weekday>> {
    Some(Some(match name.to_lowercase().as_str() {
        "monday" | "mon" | "llun" => Weekday::Mon,
        "tuesday" | "tue" | "tues" => Weekday::Tue,
        "wednesday" | "wed" | "weds" | "mercher" => Weekday::Wed,
        "thursday" | "thu" | "thur" | "thurs" => Weekday::Thu,
        "friday" | "fri" | "gwener" => Weekday::Fri,
        "saturday" | "sat" | "sadwrn" => Weekday::Sat,
        "sunday" | "sun" | "sul" => Weekday::Sun,
        "dydd" => return Some(None),
        _ => return None,
    }))
}
