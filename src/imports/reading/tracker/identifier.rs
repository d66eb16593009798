//! The number and the reference of a recommendation, in a cell such as `AFI 1`, `Rec 2`, `3.10` or `#21912`.

use super::kind;
use super::words::normalize;
use crate::recommendations::RecommendationKind;

/// The most digits of a number before its first point. A longer one is a reference.
const MAX_DIGITS: usize = 3;
/// The most bytes of an identifier.
const MAX_LENGTH: usize = 120;

/// What a cell says of a recommendation's number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identifier {
    /// The number as a person would cite it.
    pub number: Option<String>,
    /// The source's reference.
    pub reference: Option<String>,
    /// The kind.
    pub kind: Option<RecommendationKind>,
}

/// Parses the cell of a column of numbers or references.
pub(super) fn parse(text: &str) -> Identifier {
    let mut identifier = Identifier::default();
    if text.len() > MAX_LENGTH {
        return Identifier { reference: Some(text.to_owned()), ..identifier };
    }
    for part in text.split(['(', ')', ';', ',', '\n', '|']).flat_map(|part| part.split(" / ")).map(str::trim) {
        if part.is_empty() {
            continue;
        }
        let found = parse_part(part);
        identifier.number = identifier.number.or(found.number);
        identifier.kind = identifier.kind.or(found.kind);
        identifier.reference = identifier.reference.or(found.reference);
    }
    identifier
}

/// Returns true for a cell with the number of a recommendation and nothing else, such as `3`, `AFI 2` or `Rec 1 (#21912)`.
pub(super) fn is_number(text: &str) -> bool {
    const MOST_BYTES: usize = 40;
    text.len() <= MOST_BYTES && parse(text).number.is_some()
}

fn parse_part(text: &str) -> Identifier {
    let plain = text.trim_end_matches(['.', ':', ')', ']']).trim_start_matches(['[', '(']);
    let (hashed, plain) = plain.strip_prefix('#').map_or((false, plain), |rest| (true, rest.trim()));
    if let Some(number) = number(plain).filter(|_| !hashed) {
        return Identifier { number: Some(number), ..Identifier::default() };
    }
    if let Some((kind, number)) = kind_and_number(plain) {
        let number = number.map(|number| cite(kind, &number));
        // “CoC 1.1” is a recommendation of the first cause of concern.
        let is_part = number.as_ref().is_some_and(|number| number.contains('.'));
        let kind = Some(kind).filter(|kind| *kind != RecommendationKind::CauseOfConcern || !is_part);
        return Identifier { number, kind, reference: None };
    }
    Identifier { reference: Some(plain.to_owned()), ..Identifier::default() }
}

/// Returns a number as a person would cite it. Areas for improvement and causes of concern are counted apart.
pub(super) fn cite(kind: RecommendationKind, number: &str) -> String {
    match kind {
        RecommendationKind::Recommendation => number.to_owned(),
        RecommendationKind::AreaForImprovement => format!("AFI {number}"),
        RecommendationKind::CauseOfConcern => format!("CoC {number}"),
    }
}

/// Returns the kind and the number of `AFI 1`, `Rec. no 2` or `R3`.
fn kind_and_number(text: &str) -> Option<(RecommendationKind, Option<String>)> {
    let at = text.find(|letter: char| letter.is_ascii_digit()).unwrap_or(text.len());
    let (before, digits) = text.split_at(at);
    let words = normalize(before);
    let words = ["number", "no", "rhif"].iter().find_map(|word| words.strip_suffix(word)).unwrap_or(&words).trim_end();
    let kind = match kind::at_start(words) {
        Some((kind, "")) => kind,
        _ if words == "r" && !digits.is_empty() => RecommendationKind::Recommendation,
        _ => return None,
    };
    if digits.is_empty() {
        return Some((kind, None));
    }
    number(digits).map(|number| (kind, Some(number)))
}

/// Returns a number such as `1`, `3.10` or `2a`.
fn number(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.strip_suffix(|last: char| last.is_ascii_alphabetic()).unwrap_or(text);
    // “C1” and “A12” are numbers of a list. “R3” names the kind.
    let is_letter = |first: char| first.is_ascii_uppercase() && first != 'R';
    let digits = digits.strip_prefix(is_letter).unwrap_or(digits);
    let mut parts = digits.split('.');
    let first = parts.next()?;
    let is_number =
        |part: &str| (1..=MAX_DIGITS).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_valid = is_number(first) && parts.all(is_number) && digits.split('.').count() <= 4;
    is_valid.then(|| text.to_owned())
}

/// The number and kind before the text of a recommendation, and the text after them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prefix<'t> {
    pub identifier: Identifier,
    pub rest: &'t str,
}

/// Splits a text such as `AFI 1: The force should …`. Returns none if no number or kind stands before the text.
pub(super) fn split_prefix(text: &str) -> Option<Prefix<'_>> {
    let (label, rest) = label_of(text)?;
    let rest = rest.trim_start_matches([':', '.', ')', '-', '–', '—', ' ', '\n', '\t']);
    let identifier = parse_part(label.trim());
    let is_label = identifier.reference.is_none() || label.trim().starts_with('#');
    // “3.2 per cent of …” does not begin with a number.
    (is_label && !rest.is_empty() && rest.chars().next().is_some_and(|first| !first.is_lowercase()))
        .then_some(Prefix { identifier, rest })
}

/// Returns the words before the first separator, and the text after them.
fn label_of(text: &str) -> Option<(&str, &str)> {
    let head_end = text.char_indices().nth(45).map_or(text.len(), |(at, _)| at);
    let head = &text[..head_end];
    let separator = head.char_indices().find(|(at, letter)| {
        let next = text[at + letter.len_utf8()..].chars().next();
        match letter {
            ':' | '\n' | '–' | '—' | ')' => *at > 0,
            '.' => next.is_none_or(char::is_whitespace),
            '-' => next == Some(' '),
            _ => false,
        }
    });
    let number_alone = || {
        let (first, _) = head.split_once([' ', '\t'])?;
        number(first).filter(|number| number.contains('.')).map(|_| (first, &text[first.len() + 1..]))
    };
    number_alone().or_else(|| separator.map(|(at, _)| (&text[..at], &text[at..])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use RecommendationKind::{AreaForImprovement, CauseOfConcern, Recommendation};

    fn of(number: Option<&str>, reference: Option<&str>, kind: Option<RecommendationKind>) -> Identifier {
        Identifier { number: number.map(str::to_owned), reference: reference.map(str::to_owned), kind }
    }

    #[test]
    fn a_cell_gives_number_reference_and_kind() {
        for (text, expected) in [
            ("1", of(Some("1"), None, None)),
            ("3.10", of(Some("3.10"), None, None)),
            ("2a", of(Some("2a"), None, None)),
            ("AFI 1", of(Some("AFI 1"), None, Some(AreaForImprovement))),
            ("afi1", of(Some("AFI 1"), None, Some(AreaForImprovement))),
            ("Area for improvement 2", of(Some("AFI 2"), None, Some(AreaForImprovement))),
            ("Rec 2", of(Some("2"), None, Some(Recommendation))),
            ("Rec. No. 12", of(Some("12"), None, Some(Recommendation))),
            ("R3", of(Some("3"), None, Some(Recommendation))),
            ("CoC 1", of(Some("CoC 1"), None, Some(CauseOfConcern))),
            ("AFI", of(None, None, Some(AreaForImprovement))),
            ("21912", of(None, Some("21912"), None)),
            ("#21912", of(None, Some("21912"), None)),
            ("Rec 1 (#21912)", of(Some("1"), Some("21912"), Some(Recommendation))),
            ("21912 / AFI 4", of(Some("AFI 4"), Some("21912"), Some(AreaForImprovement))),
            ("HMI/2023/014", of(None, Some("HMI/2023/014"), None)),
            ("CUST-001", of(None, Some("CUST-001"), None)),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn a_number_stands_before_a_text() {
        for (text, number, rest) in [
            ("AFI 1: The force should act.", Some("AFI 1"), "The force should act."),
            ("Recommendation 2\nThe force should act.", Some("2"), "The force should act."),
            ("3.10 The force should act.", Some("3.10"), "The force should act."),
            ("1. The force should act.", Some("1"), "The force should act."),
            ("2) The force should act.", Some("2"), "The force should act."),
            ("Area for improvement – The force should act.", None, "The force should act."),
        ] {
            let prefix = split_prefix(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((prefix.identifier.number.as_deref(), prefix.rest), (number, rest), "{text}");
        }
        for text in
            ["The force should: act.", "3.2 per cent", "Custody – the force should act.", "43 forces should act.", ""]
        {
            assert_eq!(split_prefix(text), None, "{text}");
        }
    }
}
