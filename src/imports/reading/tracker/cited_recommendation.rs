//! Rows that state no text, and are about a recommendation that the document prints elsewhere: a table of answers or of
//! positions by number.

use super::identifier::cite;
use super::record::Record;
use crate::imports::proposal::{Fact, ProposedRecommendation};

/// Returns the place of the recommendation that a row is about, if the row has no text of its own, and exactly one
/// recommendation has its number or its reference. A hidden or struck row is about none, because a person is asked whether
/// it counts at all.
pub(super) fn find(known: &[ProposedRecommendation], record: &Record) -> Option<usize> {
    let own = &record.recommendation;
    if own.text.from.is_some() || record.is_hidden || record.is_struck {
        return None;
    }
    let fits = |other: &&ProposedRecommendation| match (&own.reference.value, &own.number.value) {
        (Some(reference), _) if other.reference.value.is_some() => other.reference.value.as_ref() == Some(reference),
        (_, Some(number)) => {
            let other_number = other.number.value.as_deref().unwrap_or_default();
            let names_kind = record.has_unstated_kind || own.kind.value.is_none() || own.kind.value == other.kind.value;
            let cited = other.kind.value.map(|kind| cite(kind, other_number));
            names_kind && other_number == number || cited.as_ref() == Some(number)
        }
        _ => false,
    };
    let mut found = known.iter().enumerate().filter(|(_, other)| fits(other)).map(|(at, _)| at);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Puts what a row states of a recommendation into it, where the document states nothing. Other words become notes.
pub(super) fn complete(known: &mut ProposedRecommendation, record: &mut Record) {
    let own = std::mem::take(&mut record.recommendation);
    let notes = [
        take(&mut known.reference, own.reference),
        take(&mut known.target, own.target),
        take(&mut known.addressees, own.addressees),
        take(&mut known.themes, own.themes),
        take(&mut known.cause_of_concern, own.cause_of_concern),
    ];
    for note in notes.into_iter().flatten().filter(|note| !record.notes.contains(note)).collect::<Vec<_>>() {
        record.notes.push(note);
    }
}

/// Moves a fact where there is none. Returns its words if they say something else.
fn take<T: PartialEq>(known: &mut Fact<T>, own: Fact<T>) -> Option<String> {
    if own.value.is_none() || known.value == own.value {
        return None;
    }
    if known.value.is_none() {
        *known = own;
        return None;
    }
    own.from.map(|source| source.text).filter(|text| !text.is_empty())
}
