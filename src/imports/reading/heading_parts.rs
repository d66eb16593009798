//! The number before the words of a heading, and the words in brackets after them.

use super::text::{collapse, is_dash, trim};

/// Splits off the number of a heading: `1.`, `2.2`, `Section A:`, `A.`, `A1`, `(1)`.
pub(super) fn strip_number(text: &str) -> (Option<String>, &str) {
    let lower = text.to_lowercase();
    if lower.starts_with("section ") || lower.starts_with("part ") {
        let mut parts = text.splitn(3, [' ', ':']);
        let (_, letter, rest) = (parts.next(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if letter.len() <= 2 && !trim(rest).is_empty() {
            let rest = trim(rest).trim_start_matches(|c: char| is_dash(c) || matches!(c, ':' | ' '));
            return (Some(letter.to_owned()), rest);
        }
    }
    let plain = text.trim_start_matches('(');
    let end = plain.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(plain.len());
    let (run, rest) = plain.split_at(end);
    let digits = run.trim_end_matches('.');
    if !digits.is_empty() && digits.len() <= 6 && digits.starts_with(|c: char| c.is_ascii_digit()) {
        let rest = rest.trim_start_matches(')');
        if rest.starts_with([' ', '\t', '\u{a0}']) {
            return (Some(digits.to_owned()), trim(rest));
        }
    }
    // “A1  Name of report” is a field of part A. “R1” is a recommendation.
    if let Some((code, rest)) = text.split_once([' ', '\t'])
        && matches!(code.len(), 2 | 3)
        && code.starts_with(|c: char| c.is_ascii_uppercase() && c != 'R')
        && code[1..].bytes().all(|b| b.is_ascii_digit())
        && !trim(rest).is_empty()
    {
        return (Some(code.to_owned()), trim(rest));
    }
    if let Some((roman, rest)) = text.split_once(['.', ')'])
        && matches!(roman, "II" | "III" | "IV" | "VI" | "VII" | "VIII" | "IX")
        && rest.starts_with(' ')
    {
        return (Some(roman.to_owned()), trim(rest));
    }
    let mut characters = text.chars();
    if let (Some(letter), Some('.' | ')')) = (characters.next(), characters.next())
        && letter.is_ascii_uppercase()
        && characters.as_str().starts_with(' ')
    {
        return (Some(letter.to_string()), trim(characters.as_str()));
    }
    (None, text)
}

/// Splits off words in brackets at the end.
pub(super) fn strip_note(text: &str) -> (&str, Option<String>) {
    let Some(inner) = text.strip_suffix(')') else { return (text, None) };
    match inner.rfind('(') {
        // “Recommendation(s)” has no note.
        Some(at) if inner[..at].ends_with([' ', '\u{a0}']) => (trim(&inner[..at]), Some(collapse(&inner[at + 1..]))),
        Some(at) if inner[at + 1..].eq_ignore_ascii_case("s") => (&text[..at], None),
        _ => (text, None),
    }
}
