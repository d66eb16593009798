//! Words as they are compared: in small letters, without punctuation, with one space between them.

use super::super::text;

/// Returns a text as it is compared. An apostrophe joins the letters around it, and “&” is “and”.
pub(super) fn normalize(text: &str) -> String {
    text::words(text).join(" ")
}

/// Returns true if normalized words contain a normalized phrase.
pub(super) fn contains_phrase(words: &str, phrase: &str) -> bool {
    words.match_indices(phrase).any(|(at, _)| {
        let (before, after) = (&words[..at], &words[at + phrase.len()..]);
        (before.is_empty() || before.ends_with(' ')) && (after.is_empty() || after.starts_with(' '))
    })
}

/// The names of the months in English and Welsh, with their short forms.
#[rustfmt::skip]
const MONTHS: [&str; 42] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "ionawr", "chwefror",
    "mawrth", "ebrill", "mai", "mehefin", "gorffennaf", "awst", "medi", "hydref", "tachwedd", "rhagfyr", "q1", "q2", "q3",
    "q4", "quarter", "chwarter",
];

/// Returns true if a normalized word can be part of a date.
pub(super) fn is_part_of_date(word: &str) -> bool {
    let digits = word.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    let ordinal = ["", "st", "nd", "rd", "th"].contains(&&word[digits.len()..]);
    MONTHS.contains(&word) || (!digits.is_empty() && ordinal && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_case_and_punctuation() {
        assert_eq!(normalize("  Target\ndate: "), "target date");
        assert_eq!(normalize("Owner & lead"), "owner and lead");
        assert_eq!(normalize("Maes i’w wella"), "maes iw wella");
        assert!(contains_phrase("not on track", "on track"));
        assert!(!contains_phrase("incomplete", "complete"));
        assert!(is_part_of_date("31st") && is_part_of_date("mawrth") && !is_part_of_date("status"));
    }
}
