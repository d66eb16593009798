//! The openings of items with the name of their kind: `Recommendation 1`, `AFI 2: text`, `Recommendation – text`.

use super::item_number::item_number;
use super::opening::{Form, Opening};
use super::reference::{bracketed_reference, leading_reference};
use super::text::{is_blank, is_dash, trim};
use crate::recommendations::RecommendationKind;
use RecommendationKind::{AreaForImprovement as Area, CauseOfConcern as Cause, Recommendation as Rec};

/// The labels. Longer ones stand first.
pub(super) const LABELS: [(&str, RecommendationKind); 16] = [
    ("area for improvement", Area),
    ("areas for improvement", Area),
    ("cause of concern", Cause),
    ("recommendation", Rec),
    ("argymhelliad", Rec),
    ("maes i’w wella", Area),
    ("maes i'w wella", Area),
    ("maes ar gyfer gwella", Area),
    ("achos pryder", Cause),
    ("achos o bryder", Cause),
    ("afi", Area),
    ("coc", Cause),
    ("recs", Rec),
    ("rec", Rec),
    ("on", Rec),
    ("r", Rec),
];

/// Words that can stand before a label.
const BEFORE_LABEL: [&str; 10] =
    ["national ", "force ", "local ", "hmicfrs ", "inspectorate ", "joint ", "the ", "new ", "peel ", "vetting "];

/// Returns the opening of “First recommendation: text”.
pub(super) fn parse_ordinal(text: &str) -> Option<Opening<'_>> {
    const ORDINALS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    let text = strip_word(text, "the").map_or(text, str::trim_start);
    let (number, rest) = (1..).zip(ORDINALS).find_map(|(number, word)| Some((number, strip_word(text, word)?)))?;
    let label = parse_label(rest.trim_start()).filter(|label| label.number.is_none() && label.addressees.is_none())?;
    Some(Opening { number: Some(number.to_string()), ..label })
}

/// Returns the opening of an answer in a sentence: “On recommendation 2, we have …”.
pub(super) fn parse_answer(text: &str) -> Option<Opening<'_>> {
    const LEADS: [&str; 8] = [
        "on ",
        "regarding ",
        "in relation to ",
        "in response to ",
        "with regard to ",
        "in respect of ",
        "as to ",
        "for ",
    ];
    let lower = text.get(..40.min(text.len())).unwrap_or(text).to_lowercase();
    let lead = LEADS.iter().find(|lead| lower.starts_with(**lead))?;
    let rest = text.get(lead.len()..)?;
    let end = rest.find([',', ':']).filter(|end| *end <= 40)?;
    let label = parse_label(&rest[..end]).filter(|found| found.rest.is_empty() && found.number.is_some())?;
    let value = trim(&rest[end + 1..]);
    (!value.is_empty()).then_some(Opening { rest: value, ..label })
}

/// Returns the opening with the name of a kind: `Recommendation 1: text`. A label without a number needs a colon.
pub(super) fn parse_label(text: &str) -> Option<Opening<'_>> {
    let mut at = text;
    for before in BEFORE_LABEL {
        if let Some(rest) = strip_word(at, before.trim_end())
            && LABELS.iter().any(|(label, _)| label.len() > 2 && strip_word(rest.trim_start(), label).is_some())
        {
            at = rest.trim_start();
        }
    }
    let (label, kind, after) = LABELS.iter().find_map(|(label, kind)| {
        let after = strip_word(at, label).or_else(|| strip_joined(at, label))?;
        Some((*label, *kind, after))
    })?;
    let mut rest = after.trim_start_matches(['.', ' ', '\t', '\u{a0}']);
    for word in ["number", "no.", "no", "number:", "#"] {
        if let Some(shorter) = strip_word(rest, word)
            && shorter.trim_start_matches(['.', ' ', ':']).starts_with(|c: char| c.is_ascii_digit())
        {
            rest = shorter.trim_start_matches(['.', ' ', ':']);
        }
    }
    let short = matches!(label, "r" | "on");
    // “R1 Within three months, …” is clear; “R 1” is not.
    let is_joined = strip_joined(at, label).is_some();
    // “Recommendation: 1” is a heading with its number.
    let colon_number = rest.strip_prefix(':').map(trim).filter(|value| is_number_alone(value));
    if let Some(number) = colon_number {
        return Some(opening_of(kind, Some(number.to_owned()), None, None, ""));
    }
    if let Some((number, after)) = item_number(rest) {
        return labelled(kind, number, after, (short, is_joined));
    }
    // “AFI (1): text”.
    if let Some((number, after)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')'))
        && is_number_alone(number)
    {
        return labelled(kind, number.to_owned(), after, (short, false));
    }
    if short {
        return None;
    }
    if let Some((reference, rest)) = leading_reference(rest) {
        return Some(opening_of(kind, None, Some(reference), None, rest));
    }
    // Without a number, the label needs a colon and a text: “Cause of concern: The force …”.
    let dashed = || {
        let value = rest.strip_prefix(is_dash).filter(|value| value.starts_with(' ')).map(trim)?;
        value.starts_with(char::is_uppercase).then_some(value)
    };
    // “Recommendation for all forces: …”.
    let for_bodies = || {
        let names = strip_word(rest, "for").or_else(|| strip_word(rest, "to"))?;
        let (names, value) = names.split_once(':')?;
        (names.split_whitespace().count() <= 12).then(|| (trim(names).to_owned(), trim(value)))
    };
    if let Some((names, value)) = for_bodies() {
        return (!value.is_empty() && !value.contains("http"))
            .then(|| Opening { addressees: Some(names), ..opening_of(kind, None, None, None, value) });
    }
    let value = rest.strip_prefix(':').map(trim).or_else(dashed)?;
    (!value.is_empty() && label != "recs" && label != "areas for improvement")
        .then(|| opening_of(kind, None, None, None, value))
}

fn opening_of<'t>(
    kind: RecommendationKind,
    number: Option<String>,
    reference: Option<String>,
    note: Option<String>,
    rest: &'t str,
) -> Opening<'t> {
    Opening {
        form: Form::Labelled,
        kind: Some(kind),
        number,
        reference,
        addressees: None,
        note,
        other_numbers: Vec::new(),
        rest,
    }
}

/// Returns the opening after a label and its number.
fn labelled(
    kind: RecommendationKind,
    number: String,
    after: &str,
    (short, is_joined): (bool, bool),
) -> Option<Opening<'_>> {
    let mut rest = after.trim_start_matches(is_blank);
    let mut reference = None;
    let mut note = None;
    let mut addressees = None;
    if let Some((words, after)) = in_brackets(rest) {
        reference = bracketed_reference(words);
        // “Recommendation 1 [for chief constables]”.
        addressees = strip_word(words, "for").or_else(|| strip_word(words, "to")).map(|names| trim(names).to_owned());
        note = (reference.is_none() && addressees.is_none()).then(|| words.to_owned());
        rest = after.trim_start_matches(is_blank);
    } else if let Some((found, after)) = leading_reference(rest) {
        return Some(opening_of(kind, Some(number), Some(found), None, after));
    }
    // “Recommendation 1 of 5”.
    if let Some(of) = strip_word(rest, "of").or_else(|| strip_word(rest, "o"))
        && let Some((_, after)) = item_number(of.trim_start())
    {
        rest = after.trim_start_matches(is_blank);
    }
    if rest.is_empty() {
        return (!short || note.is_none())
            .then(|| Opening { addressees, ..opening_of(kind, Some(number), reference, note, rest) })
            .filter(|_| !short);
    }
    let value = rest.trim_start_matches(|c: char| matches!(c, ':' | '.' | ')' | '|') || is_dash(c));
    let has_mark = value.len() < rest.len();
    let value = trim(value);
    if has_mark {
        // “Recommendation 1 (#30102) – Action taken: text” keeps its label for the answers.
        if let Some((found, after)) = leading_reference(value) {
            return Some(Opening { addressees, ..opening_of(kind, Some(number), Some(found), note, after) });
        }
        return Some(Opening { addressees, ..opening_of(kind, Some(number), reference, note, value) });
    }
    // Without a mark, a sentence must begin: “Recommendation 1 By 31 March …”, not “Recommendation 1 has been met”.
    let begins = value.starts_with(|c: char| c.is_uppercase()) && (!short || is_joined);
    (begins || reference.is_some())
        .then(|| Opening { addressees, ..opening_of(kind, Some(number), reference, note, value) })
}

/// Returns the words in brackets at the beginning of a text, and the text after them.
fn in_brackets(text: &str) -> Option<(&str, &str)> {
    const MOST_BYTES: usize = 120;
    let (inner, close) =
        text.strip_prefix('(').map(|inner| (inner, ')')).or_else(|| Some((text.strip_prefix('[')?, ']')))?;
    let end = inner.find(close).filter(|end| *end <= MOST_BYTES)?;
    Some((trim(&inner[..end]), &inner[end + 1..]))
}

/// Returns the opening in two languages: “Argymhelliad 1 / Recommendation 1”.
pub(super) fn parse_bilingual_label(text: &str) -> Option<Opening<'_>> {
    let at = text.find(['/', '|', '\t'])?;
    let (first, second) = (parse_label(trim(&text[..at])), parse_label(trim(&text[at + 1..])));
    let (first, second) = (first?, second?);
    (first.rest.is_empty() && first.number == second.number && first.number.is_some()).then_some(second)
}

/// Removes a word from the beginning of a text, whatever its case. The word ends there.
pub(super) fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len())?;
    let rest = &text[word.len()..];
    (head.to_lowercase() == word && !rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

/// Removes a short label that touches its number, as in `R1` or `AFI1`.
pub(super) fn strip_joined<'t>(text: &'t str, label: &str) -> Option<&'t str> {
    let head = text.get(..label.len())?;
    let rest = &text[label.len()..];
    let is_label = label.len() <= 3 && label != "on" && head == label.to_uppercase();
    (is_label && rest.starts_with(|c: char| c.is_ascii_digit())).then_some(rest)
}

fn is_number_alone(text: &str) -> bool {
    (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}
