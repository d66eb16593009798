//! Puts the lines of a wrapped paragraph together, in formats whose lines are those of the page. A line that could have
//! held the next word was ended on purpose, and stays.

use super::context::{DayFormat, Profile};
use super::heading;
use super::lines::TextLine;
use super::opening::{self, Form};
use super::outline::is_broken_word;
use super::published;
use super::signature;
use super::text::{ends_sentence, is_bullet};
use super::unknown_words;
use crate::imports::document::LineStyle;

/// The widest line of a wrapped document, in characters. Longer lines are whole paragraphs.
const WIDEST: usize = 130;
/// The shortest line that can be a full one.
const SHORTEST_FULL: usize = 40;

/// Joins wrapped lines to the first line of their paragraph. The other lines become blank.
pub(super) fn unwrap_lines(lines: &mut [TextLine], has_paragraphs: bool, profile: &Profile) {
    let width = width_of(lines);
    let mut first: Option<usize> = None;
    // The last printed line of the paragraph, because the joined text is longer than a line.
    let mut last_line = String::new();
    for at in 0..lines.len() {
        if lines[at].is_blank() {
            // A page break inside a sentence can have blank lines around it.
            if lines[at + 1..]
                .iter()
                .find(|line| !line.is_blank() && line.left_out.is_none())
                .is_none_or(|line| !line.continues)
            {
                first = None;
            }
            continue;
        }
        if lines[at].left_out.is_some() {
            continue;
        }
        let text = lines[at].text.clone();
        if let Some(to) = first
            && (lines[at].continues
                || !has_paragraphs
                    && at > to
                    && is_wrapped(&last_line, &text, width)
                    && can_go_on(&lines[to], &lines[at], profile))
        {
            if lines[to].wrapped.is_empty() {
                let whole = (lines[to].place.clone(), lines[to].text.clone());
                lines[to].wrapped.push(whole);
            }
            let place = lines[at].place.clone();
            lines[to].wrapped.push((place, text.clone()));
            let joined = &mut lines[to].text;
            if is_broken_word(joined, &text) {
                joined.pop();
            } else {
                joined.push(' ');
            }
            joined.push_str(&text);
            lines[at].text.clear();
            lines[at].continues = false;
        } else {
            first = Some(at);
        }
        last_line = text;
    }
}

/// Returns the width at which the document's lines are wrapped, or none if most text stands in longer lines.
fn width_of(lines: &[TextLine]) -> Option<usize> {
    let mut lengths: Vec<usize> =
        lines.iter().filter(|line| line.left_out.is_none()).map(|line| line.text.chars().count()).collect();
    lengths.retain(|length| *length > 0);
    lengths.sort_unstable();
    let longest = *lengths.last()?;
    // A few long lines, such as addresses on the web, do not decide.
    let typical = lengths[(lengths.len() - 1) * 97 / 100];
    // In a wrapped document many lines are about as long as the longest.
    let full = lengths.iter().filter(|length| **length * 10 >= typical * 9).count();
    let is_wrapped = full >= 3 && full * 12 >= lengths.len();
    (typical <= WIDEST && longest >= SHORTEST_FULL && is_wrapped).then_some(typical)
}

/// Returns true if the next line continues this one.
fn is_wrapped(line: &str, next: &str, width: Option<usize>) -> bool {
    let length = line.chars().count();
    if line.contains(['\t', '☒', '☐'])
        || next.contains(['\t', '☒', '☐'])
        || line.ends_with([':', ';', '.', '!', '?'])
        || ends_sentence(line)
    {
        // A sentence can end at the end of a full line, but the next sentence can also be a paragraph of its own.
        return false;
    }
    if next.starts_with(|c: char| c.is_lowercase()) {
        return length >= SHORTEST_FULL || line.ends_with(',');
    }
    let first_word = next.split(' ').next().map_or(0, |word| word.chars().count());
    width.is_some_and(|width| length >= SHORTEST_FULL && length + 1 + first_word > width * 9 / 10)
}

/// Returns true if neither line is an item, a heading or a signature of its own.
fn can_go_on(line: &TextLine, next: &TextLine, profile: &Profile) -> bool {
    let begins_lower = next.text.starts_with(|c: char| c.is_lowercase());
    let opens = opening::parse(&next.text)
        .is_some_and(|found| !(found.form == Form::Bare || begins_lower && found.form != Form::Letter));
    let begins_with_day = ["Published", "Publication", "HMICFRS", "HMIC", "Report", "Date", "Cyhoeddwyd"]
        .iter()
        .any(|word| next.text.starts_with(word));
    let is_day = begins_with_day
        && next.text.chars().count() <= 60
        && published::in_prose(&next.text, DayFormat::DayFirst).is_some();
    let is_heading = |text: &str| heading::find(text, profile).is_some();
    // A heading with its value on the line can be wrapped; a heading alone cannot.
    let ends_heading = heading::find(&line.text, profile).is_some_and(|found| found.value_at >= line.text.len());
    let is_styled = line.style == LineStyle::Heading || next.style == LineStyle::Heading;
    // Two lines with a label each are no paragraph.
    let has_label = unknown_words::is_field(&line.text) || heading::find(&line.text, profile).is_some();
    let is_label = !begins_lower && unknown_words::is_field(&next.text) && has_label;
    !opens
        && !is_label
        && !is_day
        && !next.text.starts_with(is_bullet)
        && !ends_heading
        && (begins_lower || !is_heading(&next.text))
        && !is_styled
        && !signature::is_closing(&next.text)
        && !signature::is_salutation(&line.text)
        && !line.text.ends_with(" |")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::document::Place;

    fn unwrapped(text: &str) -> Vec<String> {
        let line = |text: &str| TextLine {
            place: Place::default(),
            text: text.to_owned(),
            style: LineStyle::Text,
            begins_page: false,
            begins_paragraph: false,
            left_out: None,
            continues: false,
            wrapped: Vec::new(),
        };
        let mut lines: Vec<TextLine> = text.lines().map(line).collect();
        unwrap_lines(&mut lines, false, &Profile::default());
        lines.into_iter().map(|line| line.text).filter(|text| !text.is_empty()).collect()
    }

    #[test]
    fn wrapped_lines_are_joined_and_others_stay() {
        let text = "The Commissioner has read the report and has asked the chief constable\nWhat will be done about each of its recommendations, and by what day.\n1. By 31 March 2024, the force should make sure that every officer\nReads the list of cor-\nruption risks.\n2. The force should stop.\nInspection title: An inspection of how the force looks after everyone\nwho calls\nDate published: 3 May 2024\nThe Home Secretary\nHome Office";
        assert_eq!(
            unwrapped(text),
            [
                "The Commissioner has read the report and has asked the chief constable What will be done about each of its recommendations, and by what day.",
                "1. By 31 March 2024, the force should make sure that every officer Reads the list of cor-",
                "ruption risks.",
                "2. The force should stop.",
                "Inspection title: An inspection of how the force looks after everyone who calls",
                "Date published: 3 May 2024",
                "The Home Secretary",
                "Home Office",
            ]
        );
    }
}
