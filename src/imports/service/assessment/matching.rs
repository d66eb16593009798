//! Matches the explanations and positions of a proposal with recommendations, by number.

use super::InspectionChoice;
use crate::imports::proposal::{Proposal, ProposedRecommendation};

/// A recommendation to which an explanation or a position can belong.
#[derive(Clone, Debug)]
pub struct MatchedRecommendation {
    /// The number as a person would cite it.
    pub number: String,
    /// The reference.
    pub reference: Option<String>,
}

/// Returns true unless a person answered that the import does not register the recommendation.
pub fn is_included(recommendation: &ProposedRecommendation) -> bool {
    recommendation.included.get() != Some(&false)
}

/// Returns the recommendations to which explanations can belong, in order: those of the registered inspection, or else
/// those that the proposal registers.
pub fn recommendations_of(proposal: &Proposal, choice: &InspectionChoice) -> Vec<MatchedRecommendation> {
    match choice {
        InspectionChoice::Known(known) => {
            let each = known.recommendations.iter();
            each.map(|it| MatchedRecommendation { number: it.number.clone(), reference: Some(it.reference.clone()) })
                .collect()
        }
        InspectionChoice::New | InspectionChoice::Open => {
            let included = proposal.recommendations.iter().filter(|it| is_included(it)).enumerate();
            included
                .map(|(at, it)| MatchedRecommendation {
                    // Without a number, a recommendation gets its position in the report.
                    number: it.number.get().cloned().unwrap_or_else(|| (at + 1).to_string()),
                    reference: it.reference.get().cloned(),
                })
                .collect()
        }
    }
}

/// Returns the position of the recommendation with this number or reference. A number that only differs in its blanks,
/// in its case or in a full stop at its end is the same.
pub fn position_of(number: &str, recommendations: &[MatchedRecommendation]) -> Option<usize> {
    let wanted = normal_form(number);
    let by_number = recommendations.iter().position(|it| normal_form(&it.number) == wanted);
    by_number.or_else(|| {
        recommendations.iter().position(|it| it.reference.as_deref().is_some_and(|it| normal_form(it) == wanted))
    })
}

fn normal_form(number: &str) -> String {
    let words: Vec<&str> = number.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').trim_start_matches('#').to_lowercase()
}
