//! References of inspections and recommendations: `#30102`, `(#30102)`, `Ref: 30102`.

use super::text::{is_blank, is_dash, trim};

/// Parses `#30102 - `, `#30102: `, `(#30102) `, `[#30102] ` at the beginning of a text. A dash or a colon follows, or
/// the brackets set the reference apart.
pub(super) fn leading_reference(text: &str) -> Option<(String, &str)> {
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some(inner) = text.strip_prefix(open)
            && let Some(end) = inner.find(close).filter(|end| *end <= 60)
            && let Some(reference) = bracketed_reference(trim(&inner[..end]))
        {
            let rest = inner[end + 1..].trim_start_matches(|c: char| is_blank(c) || is_dash(c) || c == ':');
            return Some((reference, rest));
        }
    }
    // “32011: By …” has the reference of an inspectorate without its mark.
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        let end = text.find(|c: char| !c.is_ascii_digit()).filter(|end| (5..=8).contains(end))?;
        let blanks = text[end..].trim_start_matches(is_blank);
        let value = blanks.trim_start_matches(|c: char| is_dash(c) || c == ':');
        let has_mark = value.len() < blanks.len() && value.starts_with(' ');
        return has_mark.then(|| (text[..end].to_owned(), trim(value)));
    }
    let after = text.strip_prefix('#')?.trim_start_matches(is_blank);
    let (reference, rest) = reference_word(after)?;
    let blanks = rest.trim_start_matches(is_blank);
    let value = blanks.trim_start_matches(|c: char| is_dash(c) || c == ':');
    let has_mark = value.len() < blanks.len();
    (has_mark || blanks.is_empty() || blanks.len() < rest.len()).then(|| (reference, trim(value)))
}

/// Splits a reference from the text after it. A reference has a digit. A hyphen or colon is part of it in `D-2021-1` and
/// `office:kent/2024-01`, but not in `#21912-Forces should`.
fn reference_word(text: &str) -> Option<(String, &str)> {
    let (mut end, mut has_letter) = (0, false);
    for (at, c) in text.char_indices() {
        let next = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        let joins = matches!(c, '-' | ':') && (next.is_ascii_digit() || has_letter && next.is_ascii_alphabetic());
        if !(c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '.') || joins) {
            break;
        }
        has_letter |= c.is_ascii_alphabetic();
        end = at + c.len_utf8();
    }
    let word = text[..end].trim_end_matches(['.', '/', '_']);
    let is_reference = word.len() <= 40
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.starts_with(|c: char| c.is_ascii_alphanumeric());
    is_reference.then(|| (word.to_owned(), &text[word.len()..]))
}

/// Parses the words in brackets as a reference: `#30102`, `Ref: 30102`, `30102`.
pub(super) fn bracketed_reference(words: &str) -> Option<String> {
    let lower = words.to_lowercase();
    let label = ["reference number", "reference no", "reference", "ref no", "ref.", "ref", "hmicfrs ref", "id"];
    let labelled = label.iter().find(|label| lower.starts_with(**label)).map(|label| &words[label.len()..]);
    let marked = words.starts_with('#');
    let rest = trim(labelled.unwrap_or(words).trim_start_matches(['.', ':', ' ', '#']));
    let (reference, after) = reference_word(rest)?;
    let is_long_number = reference.len() >= 5 && reference.bytes().all(|b| b.is_ascii_digit());
    (after.is_empty() && (marked || labelled.is_some() || is_long_number)).then_some(reference)
}

#[cfg(test)]
mod tests {
    use super::leading_reference;

    #[test]
    fn a_reference_may_have_hyphens_and_colons_inside() {
        for (text, expected) in [
            ("#30102 - The force should", Some(("30102", "The force should"))),
            ("#30102: The force should", Some(("30102", "The force should"))),
            ("#21912-Forces should", Some(("21912", "Forces should"))),
            ("#D-2021-1 A joint inspection", Some(("D-2021-1", "A joint inspection"))),
            ("#office:kent/2024-01/AFI1 - The force", Some(("office:kent/2024-01/AFI1", "The force"))),
            ("#2021-05 – The force", Some(("2021-05", "The force"))),
            ("# and more", None),
        ] {
            let found = leading_reference(text);
            let found = found.as_ref().map(|(reference, rest)| (reference.as_str(), *rest));
            assert_eq!(found, expected, "{text}");
        }
    }
}
