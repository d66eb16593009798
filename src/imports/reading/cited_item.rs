//! The recommendation that a heading cites at its end: “to recommendation 3”, “on AFI 2”, “about the first
//! recommendation”.

use super::label;
use super::text::trim;

/// The words for the first numbers.
const ORDINALS: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
];

/// The names of kinds after an ordinal.
const KINDS: [&str; 3] = ["recommendation", "area for improvement", "cause of concern"];

/// Splits off “to recommendation 3” or “about the second area for improvement” at the end. Returns the words before it,
/// and the number.
pub(super) fn split(text: &str) -> Option<(&str, String)> {
    // The places in a text in small letters are those of the text only if the lengths agree.
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return None;
    }
    let at = [" to ", " on ", " for ", " about "].iter().filter_map(|lead| {
        let at = lower.rfind(lead)?;
        // “for” is part of the name of a kind.
        let at = if lower[at..].starts_with(" for improvement") { lower[..at].rfind(lead)? } else { at };
        Some((at, at + lead.len()))
    });
    at.filter_map(|(at, end)| Some((&text[..at], number(&text[end..])?))).next()
}

fn number(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let ordinal = trim(lower.strip_prefix("the ").unwrap_or(&lower));
    if let Some((word, kind)) = ordinal.split_once(' ')
        && let Some(at) = ORDINALS.iter().position(|ordinal| *ordinal == word)
        && KINDS.contains(&kind)
    {
        return Some((at + 1).to_string());
    }
    let is_bare_on = text.starts_with(|c: char| c.is_ascii_digit());
    label::parse_label(text).filter(|found| found.rest.is_empty() && !is_bare_on).and_then(|found| found.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_cites_a_recommendation() {
        for (text, words, number) in [
            ("My answer to recommendation 3", "My answer", "3"),
            ("Force response to AFI 2", "Force response", "2"),
            ("What will be done about the first recommendation", "What will be done", "1"),
            ("Our response to the second area for improvement", "Our response", "2"),
            ("Comments on area for improvement 4", "Comments", "4"),
        ] {
            assert_eq!(split(text), Some((words, number.to_owned())), "{text}");
        }
        for text in ["Response to the report", "Comments on the recommendations", "Plans for 2024", "What is planned"] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
