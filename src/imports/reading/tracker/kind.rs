//! The kind of a recommendation in the words of a table.

use super::words::normalize;
use crate::recommendations::RecommendationKind;

/// The words for each kind, in English and Welsh.
pub(super) const KINDS: [(RecommendationKind, &[&str]); 3] = [
    (
        RecommendationKind::AreaForImprovement,
        &[
            "areas for improvement",
            "area for improvement",
            "area of improvement",
            "afis",
            "afi",
            "meysydd iw gwella",
            "maes iw wella",
        ],
    ),
    (
        RecommendationKind::CauseOfConcern,
        &[
            "accelerated cause of concern",
            "causes of concern",
            "cause of concern",
            "cause for concern",
            "cocs",
            "coc",
            "achosion pryder",
            "achos pryder",
        ],
    ),
    (
        RecommendationKind::Recommendation,
        &["recommendations", "recommendation", "recs", "rec", "argymhellion", "argymhelliad"],
    ),
];

/// The most bytes of a text that states a kind.
const MAX_LENGTH: usize = 400;

/// Returns the kind that a cell states, and whether the cell says nothing else.
pub(super) fn of_cell(text: &str) -> Option<(RecommendationKind, bool)> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let words = normalize(text);
    match words.as_str() {
        "r" => return Some((RecommendationKind::Recommendation, true)),
        "a" => return Some((RecommendationKind::AreaForImprovement, true)),
        _ => {}
    }
    let (kind, rest) = at_start(&words)?;
    Some((kind, rest.is_empty()))
}

/// Returns the kind that the name of a sheet or the heading of a section states, if it states one only.
pub(super) fn of_heading(text: &str) -> Option<RecommendationKind> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let words = normalize(text);
    let mut found =
        KINDS.iter().filter(|(_, phrases)| phrases.iter().any(|phrase| super::words::contains_phrase(&words, phrase)));
    let (kind, _) = found.next()?;
    found.next().is_none().then_some(*kind)
}

/// Returns the kind at the beginning of normalized words, and the words after it.
pub(super) fn at_start(words: &str) -> Option<(RecommendationKind, &str)> {
    let all = KINDS.iter().flat_map(|(kind, phrases)| phrases.iter().map(|phrase| (*kind, *phrase)));
    all.filter_map(|(kind, phrase)| {
        let rest = words.strip_prefix(phrase)?;
        // `AFI1` has no space before its number.
        let ends = rest.is_empty() || rest.starts_with(|next: char| next == ' ' || next.is_ascii_digit());
        ends.then(|| (kind, rest.trim_start()))
    })
    .next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use RecommendationKind::{AreaForImprovement, CauseOfConcern, Recommendation};

    #[test]
    fn a_cell_states_a_kind() {
        for (text, expected) in [
            ("AFI", Some((AreaForImprovement, true))),
            ("area_for_improvement", Some((AreaForImprovement, true))),
            ("Maes i’w wella", Some((AreaForImprovement, true))),
            ("Cause of concern", Some((CauseOfConcern, true))),
            ("Rec", Some((Recommendation, true))),
            ("Recommendation (national)", Some((Recommendation, false))),
            ("Observation", None),
        ] {
            assert_eq!(of_cell(text), expected, "{text}");
        }
        assert_eq!(of_heading("PEEL AFIs"), Some(AreaForImprovement));
        assert_eq!(of_heading("Recommendations and AFIs"), None);
    }
}
