//! The openings of recommendations, areas for improvement and causes of concern: `1.`, `1)`, `#30102 -`, `(#30102)`,
//! `Recommendation 1`, `Rec 1`, `R1`, `AFI 1`, `Cause of concern 2`, and bullets.

use super::item_number::parse_number_mark;
use super::label::{LABELS, parse_answer, parse_bilingual_label, parse_label, parse_ordinal};
use super::multi_item_label;
use super::reference::leading_reference;
use super::text::{SpacedWords, strip_bullet, trim};
use crate::recommendations::RecommendationKind;

/// How an item opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// With the name of its kind, as in “Recommendation 1”.
    Labelled,
    /// With a number and a full stop or a colon.
    Stop,
    /// With a number and a bracket.
    Bracket,
    /// With a letter, as in `a)`.
    Letter,
    /// With a number of parts, such as `2.3`.
    Parts,
    /// With a number that no mark follows.
    Bare,
    /// With a reference, as in `#30102 -`.
    Reference,
    /// With a bullet.
    Bullet,
}

/// The opening of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opening<'t> {
    pub(super) form: Form,
    /// The kind that the label names.
    pub(super) kind: Option<RecommendationKind>,
    /// The number without its marks.
    pub(super) number: Option<String>,
    /// The reference without the “#”.
    pub(super) reference: Option<String>,
    /// The bodies that the label names, as in “Recommendation for all forces: …”.
    pub(super) addressees: Option<String>,
    /// The words in brackets after the label, such as `cause of concern 1`.
    pub(super) note: Option<String>,
    /// The other numbers of a label such as “Recommendations 2 and 3”.
    pub(super) other_numbers: Vec<String>,
    pub(super) rest: &'t str,
}

/// Returns the opening of a line.
pub(super) fn parse(line: &str) -> Option<Opening<'_>> {
    let text = trim(line);
    if let Some(found) = multi_item_label::parse(text) {
        return Some(Opening {
            form: Form::Labelled,
            kind: Some(found.kind),
            number: Some(found.first),
            reference: None,
            addressees: None,
            note: None,
            other_numbers: found.others,
            rest: found.rest,
        });
    }
    if let Some(found) = parse_label(text) {
        return Some(found);
    }
    if let Some(found) = parse_ordinal(text).or_else(|| parse_answer(text)).or_else(|| parse_bilingual_label(text)) {
        return Some(found);
    }
    if let Some((reference, rest)) = leading_reference(text) {
        let inner = parse_label(rest);
        let (kind, number, rest) = inner.map_or((None, None, rest), |inner| (inner.kind, inner.number, inner.rest));
        return Some(Opening {
            form: Form::Reference,
            kind,
            number,
            reference: Some(reference),
            addressees: None,
            note: None,
            other_numbers: Vec::new(),
            rest,
        });
    }
    let found = parse_number_mark(text);
    if let Some(rest) = strip_bullet(text).filter(|_| found.is_none()) {
        let inner = parse(rest).filter(|inner| !matches!(inner.form, Form::Bare | Form::Letter | Form::Bullet));
        return Some(inner.unwrap_or(Opening {
            form: Form::Bullet,
            kind: None,
            number: None,
            reference: None,
            addressees: None,
            note: None,
            other_numbers: Vec::new(),
            rest,
        }));
    }
    let (form, number, rest) = found?;
    if let Some((reference, rest)) = leading_reference(rest) {
        let (kind, rest) = leading_kind(rest);
        return Some(Opening {
            form,
            kind,
            number: Some(number),
            reference: Some(reference),
            addressees: None,
            note: None,
            other_numbers: Vec::new(),
            rest,
        });
    }
    // A list that the document numbers, with numbers printed in its items: “1. Recommendation 3: …”.
    if let Some(inner) = parse_label(rest).filter(|inner| inner.number.is_some()) {
        return Some(inner);
    }
    if let Some((inner_form, inner_number, inner_rest)) = parse_number_mark(rest)
        && inner_number == number
        && inner_form != Form::Bare
    {
        let (reference, rest) = leading_reference(inner_rest).map_or((None, inner_rest), |(r, rest)| (Some(r), rest));
        let (kind, rest) = leading_kind(rest);
        return Some(Opening {
            form,
            kind,
            number: Some(number),
            reference,
            addressees: None,
            note: None,
            other_numbers: Vec::new(),
            rest,
        });
    }
    let (kind, rest) = if parse_label(rest).is_some() { leading_kind(rest) } else { (None, rest) };
    Some(Opening {
        form,
        kind,
        number: Some(number),
        reference: None,
        addressees: None,
        note: None,
        other_numbers: Vec::new(),
        rest,
    })
}

/// Returns true if a text opens with the name of a kind.
pub(super) fn is_labelled(text: &str) -> bool {
    parse_label(trim(text)).is_some()
}

/// Splits off the kind in `Area for improvement: text` or `(Cause of concern) text`.
fn leading_kind(text: &str) -> (Option<RecommendationKind>, &str) {
    if let Some(inner) = text.strip_prefix('(')
        && let Some((words, rest)) = inner.split_once(')')
    {
        let words = SpacedWords::new(words);
        if let Some((_, kind)) = LABELS.iter().find(|(label, _)| label.len() > 2 && words.as_str() == *label) {
            return (Some(*kind), trim(rest));
        }
    }
    match parse_label(text) {
        Some(inner) if inner.number.is_none() && inner.reference.is_none() => (inner.kind, inner.rest),
        _ => (None, text),
    }
}

#[cfg(test)]
#[path = "opening_tests.rs"]
mod tests;
