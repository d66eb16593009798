//! Formats of dates and times.

use super::section::split_sections;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date and time of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Moment {
    /// The year.
    pub(in super::super) year: u16,
    /// The month, from 1.
    pub(in super::super) month: u8,
    /// The day, from 1.
    pub(in super::super) day: u8,
    /// The hour.
    pub(in super::super) hour: u8,
    /// The minute.
    pub(in super::super) minute: u8,
    /// The second.
    pub(in super::super) second: u8,
}

/// The parts of a date that a format shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct ShownParts {
    year: bool,
    month: bool,
    day: bool,
    hour: bool,
    minute: bool,
    second: bool,
}

/// Returns the text for a date or a time: YYYY-MM-DD if the format shows the day, the month and the year if it shows
/// only them, and HH:MM if it shows only a time. Without a format that is understood, it is a day.
pub(in super::super) fn render_date(moment: Moment, code: &str) -> String {
    let Moment { year, month, day, hour, minute, second } = moment;
    let name = MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or_default();
    match shown_parts(code) {
        ShownParts { day: false, month: true, year: true, .. } => format!("{name} {year}"),
        ShownParts { day: false, month: true, year: false, hour: false, .. } => name.to_owned(),
        ShownParts { day: false, month: false, year: true, .. } => format!("{year}"),
        ShownParts { day: false, month: false, year: false, second: true, .. } => {
            format!("{hour:02}:{minute:02}:{second:02}")
        }
        ShownParts { day: false, month: false, year: false, hour, minute: shows_minute, .. }
            if hour || shows_minute =>
        {
            format!("{:02}:{minute:02}", moment.hour)
        }
        _ => format!("{year:04}-{month:02}-{day:02}"),
    }
}

fn shown_parts(code: &str) -> ShownParts {
    let first = split_sections(code).and_then(|sections| sections.into_iter().next()).unwrap_or_default();
    let letters = date_letters(&first);
    let mut shown = ShownParts::default();
    for (at, letter) in letters.iter().enumerate() {
        match letter {
            'y' | 'e' => shown.year = true,
            'd' => shown.day = true,
            'h' => shown.hour = true,
            's' => shown.second = true,
            // `m` after hours or before seconds is minutes.
            'm' if at > 0 && letters[at - 1] == 'h' || letters.get(at + 1) == Some(&'s') => shown.minute = true,
            'm' => shown.month = true,
            _ => {}
        }
    }
    shown
}

/// Reads characters up to and including this one, in either case.
fn drop_until(characters: &mut std::str::Chars<'_>, end: char) {
    characters.by_ref().any(|c| c.eq_ignore_ascii_case(&end));
}

/// Returns the letters of a format, each run of the same letter once, without quoted text.
fn date_letters(section: &str) -> Vec<char> {
    let (mut letters, mut last) = (Vec::new(), ' ');
    let mut characters = section.chars();
    while let Some(c) = characters.next() {
        let letter = c.to_ascii_lowercase();
        match c {
            '"' => drop_until(&mut characters, '"'),
            '\\' | '_' | '*' => {
                characters.next();
            }
            '[' => drop_until(&mut characters, ']'),
            // The `m` of AM/PM is no month.
            'A' | 'a' => {
                drop_until(&mut characters, 'P');
                characters.next();
            }
            _ if matches!(letter, 'y' | 'e' | 'm' | 'd' | 'h' | 's') && letter != last => letters.push(letter),
            _ => {}
        }
        last = letter;
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_shown_as_far_as_its_format_shows_it() {
        let moment = Moment { year: 2024, month: 3, day: 5, hour: 14, minute: 30, second: 9 };
        for (code, text) in [
            ("dd/mm/yyyy", "2024-03-05"),
            ("[$-809]dddd, d mmmm yyyy;@", "2024-03-05"),
            ("d-mmm", "2024-03-05"),
            ("dd/mm/yyyy hh:mm", "2024-03-05"),
            ("yyyy-mm-dd\"T\"hh:mm:ss", "2024-03-05"),
            ("mmm-yy", "March 2024"),
            ("mmmm yyyy", "March 2024"),
            ("mmmm", "March"),
            ("yyyy", "2024"),
            ("h:mm AM/PM", "14:30"),
            ("hh:mm", "14:30"),
            ("mm:ss", "14:30:09"),
            ("hh:mm:ss", "14:30:09"),
            ("", "2024-03-05"),
            ("\"day\"", "2024-03-05"),
        ] {
            assert_eq!(render_date(moment, code), text, "{code}");
        }
    }
}
