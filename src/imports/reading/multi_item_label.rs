//! The openings of answers to several recommendations at once: `R2 and R3: text`, `Recommendations 2, 3 and 5: text`,
//! `Recommendations 1 to 4: text`.

use super::item_number::item_number;
use super::label::{LABELS, strip_joined, strip_word};
use super::text::{is_blank, is_dash, trim};
use crate::recommendations::RecommendationKind;

/// The labels in the plural, which name a kind only before several numbers.
const PLURALS: [(&str, RecommendationKind); 6] = [
    ("recommendations", RecommendationKind::Recommendation),
    ("argymhellion", RecommendationKind::Recommendation),
    ("areas for improvement", RecommendationKind::AreaForImprovement),
    ("afis", RecommendationKind::AreaForImprovement),
    ("causes of concern", RecommendationKind::CauseOfConcern),
    ("recs", RecommendationKind::Recommendation),
];

/// The most recommendations of a range.
const MOST_NUMBERS: u32 = 50;

/// A label with several numbers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MultiItemLabel<'t> {
    pub(super) kind: RecommendationKind,
    pub(super) first: String,
    pub(super) others: Vec<String>,
    /// The text after the label.
    pub(super) rest: &'t str,
}

/// Returns the label at the beginning of a line. A mark or the end of the line must follow the numbers, so that the words
/// of a sentence (“Recommendations 2 and 3 were met”) are no label.
pub(super) fn parse(text: &str) -> Option<MultiItemLabel<'_>> {
    let (kind, after) = strip_label(text, true)?;
    let (first, mut rest) = numeric(after.trim_start_matches(is_blank))?;
    let mut numbers = vec![first];
    while let Some((is_range, after)) = strip_separator(rest) {
        let after = strip_label(after, false).map_or(after, |(_, after)| after.trim_start_matches(is_blank));
        let Some((number, after)) = numeric(after) else { break };
        if is_range {
            numbers.extend(between(numbers.last()?, &number)?);
        }
        numbers.push(number);
        rest = after;
    }
    let rest = rest.trim_start_matches(is_blank);
    let value = rest.strip_prefix(':').or_else(|| rest.strip_prefix(is_dash)).or_else(|| rest.strip_prefix('.'));
    let value = if rest.is_empty() { rest } else { trim(value?) };
    let mut numbers = numbers.into_iter();
    let first = numbers.next()?;
    let others: Vec<String> = numbers.collect();
    (!others.is_empty()).then_some(MultiItemLabel { kind, first, others, rest: value })
}

/// Removes the name of a kind, such as “Recommendation”, from a label. The names in the plural can only stand before the
/// first number.
fn strip_label(text: &str, is_first: bool) -> Option<(RecommendationKind, &str)> {
    let singular = LABELS.iter().filter(|(label, _)| *label != "on");
    PLURALS.iter().filter(|_| is_first).chain(singular).find_map(|(label, kind)| {
        let after = strip_word(text, label).or_else(|| strip_joined(text, label))?;
        Some((*kind, after))
    })
}

fn numeric(text: &str) -> Option<(String, &str)> {
    item_number(text).filter(|(number, _)| number.starts_with(|c: char| c.is_ascii_digit()))
}

/// Removes what stands between two numbers. Returns true with it for the middle of a range.
fn strip_separator(text: &str) -> Option<(bool, &str)> {
    let is_spaced = text.starts_with(is_blank);
    let text = text.trim_start_matches(is_blank);
    for word in ["and", "a", "ac"] {
        if let Some(rest) = strip_word(text, word).filter(|_| is_spaced) {
            return Some((false, rest.trim_start_matches(is_blank)));
        }
    }
    if let Some(rest) = strip_word(text, "to").filter(|_| is_spaced) {
        return Some((true, rest.trim_start_matches(is_blank)));
    }
    if let Some(rest) = text.strip_prefix([',', '&']) {
        let rest = rest.trim_start_matches(is_blank);
        let rest = strip_word(rest, "and").map_or(rest, |rest| rest.trim_start_matches(is_blank));
        return Some((false, rest));
    }
    // “2–4” is a range, and “2 – In use since May” is a number and its text.
    let rest = text.strip_prefix(is_dash)?;
    rest.starts_with(|c: char| c.is_ascii_digit()).then_some((true, rest))
}

/// Returns the numbers between two others.
fn between(first: &str, last: &str) -> Option<Vec<String>> {
    let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
    (first < last && last - first <= MOST_NUMBERS).then(|| (first + 1..last).map(|number| number.to_string()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_several_numbers() {
        for (text, numbers, rest) in [
            ("R2 and R3: Both were finished.", &["2", "3"][..], "Both were finished."),
            ("Recommendations 2, 3 and 5 – We agree.", &["2", "3", "5"], "We agree."),
            ("Recommendations 1 to 4: Done.", &["1", "2", "3", "4"], "Done."),
            ("AFIs 1-3: Done.", &["1", "2", "3"], "Done."),
            ("Recommendation 2 & Recommendation 3", &["2", "3"], ""),
            ("Argymhellion 1 a 2: Gwnaed.", &["1", "2"], "Gwnaed."),
        ] {
            let found = parse(text).unwrap_or_else(|| panic!("{text}"));
            let all: Vec<&str> = std::iter::once(&found.first).chain(&found.others).map(String::as_str).collect();
            assert_eq!((all.as_slice(), found.rest), (numbers, rest), "{text}");
        }
    }

    #[test]
    fn one_number_and_sentences_are_no_such_label() {
        for text in [
            "R2: Finished.",
            "Recommendations: 5",
            "Recommendations 2 and 3 were met in May.",
            "Recommendation 2 – 3 officers were trained.",
            "Recommendation 2 and the others: text",
            "Recommendations 4 to 2: text",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
