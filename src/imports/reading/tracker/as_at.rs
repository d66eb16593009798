//! Finds the day of a table in a line such as “As at 31 March 2024”.

use super::super::day::find_days_as;
use super::settings::Settings;
use super::source::AsAt;
use super::words::normalize;
use crate::imports::document::Place;
use crate::imports::proposal::Source;

/// The most bytes of a line that states the day of a table.
const MAX_LENGTH: usize = 300;

/// The words before the day of a table.
const BEFORE: [&str; 18] = [
    "as at",
    "as of",
    "correct at",
    "correct as at",
    "position at",
    "position as at",
    "updated",
    "last updated",
    "updated on",
    "last updated on",
    "date of update",
    "data as at",
    "status at",
    "fel ar",
    "ar",
    "sefyllfa ar",
    "diweddarwyd",
    "diweddarwyd ar",
];

/// Returns the day of a table, and whether the line says nothing else.
pub(super) fn find(text: &str, place: &Place, settings: &Settings) -> Option<(AsAt, bool)> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let found = find_days_as(text, settings.day_format);
    found.iter().find_map(|found| {
        let day = found.day.date()?;
        let before = normalize(&text[..found.start]);
        let phrase =
            BEFORE.iter().filter(|phrase| ends_with_phrase(&before, phrase)).max_by_key(|phrase| phrase.len())?;
        // “ar” is also an ordinary Welsh word, so nothing may stand before it.
        let is_whole = before == *phrase;
        if *phrase == "ar" && !is_whole {
            return None;
        }
        let says_no_more = is_whole && normalize(&text[found.end..]).is_empty();
        Some((AsAt { day, source: Source::new(place, text.trim()) }, says_no_more))
    })
}

fn ends_with_phrase(words: &str, phrase: &str) -> bool {
    words.strip_suffix(phrase).is_some_and(|before| before.is_empty() || before.ends_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_states_the_day_of_the_table() {
        for (text, expected) in [
            ("As at 31 March 2024", Some(("2024-03-31", true))),
            ("(as at 31/03/2024)", Some(("2024-03-31", true))),
            ("HMICFRS tracker – position as at 31.03.24", Some(("2024-03-31", false))),
            ("Last updated: 2024-03-31.", Some(("2024-03-31", true))),
            ("Fel ar 31 Mawrth 2024", Some(("2024-03-31", true))),
            ("Report published 13 Feb 2024", None),
            ("As at March 2024", None),
            ("As at the time of writing", None),
        ] {
            let found = find(text, &Place::default(), &Settings::default());
            let found = found.map(|(as_at, says_no_more)| (as_at.day.to_string(), says_no_more));
            assert_eq!(found.as_ref().map(|(day, no_more)| (day.as_str(), *no_more)), expected, "{text}");
        }
    }
}
