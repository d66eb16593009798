//! Matches the explanations and positions of a proposal with recommendations, by number.

use std::collections::HashMap;

use super::{InspectionChoice, KnownInspection};
use crate::imports::proposal::{Proposal, ProposedRecommendation};
use crate::label;

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

/// The recommendations to which explanations and positions can belong, by number and by reference.
#[derive(Clone, Debug, Default)]
pub struct RecommendationIndex {
    recommendations: Vec<MatchedRecommendation>,
    numbers: HashMap<String, usize>,
    references: HashMap<String, usize>,
}

impl RecommendationIndex {
    /// Creates the index. If two have the same number or reference, the first is found.
    pub fn new(recommendations: impl Iterator<Item = MatchedRecommendation>) -> Self {
        let mut index = Self { recommendations: recommendations.collect(), ..Self::default() };
        for (at, it) in index.recommendations.iter().enumerate() {
            index.numbers.entry(normal_form(&it.number)).or_insert(at);
            if let Some(reference) = &it.reference {
                index.references.entry(normal_form(reference)).or_insert(at);
            }
        }
        index
    }

    /// Returns an index of the recommendations of the registered inspection, or else of those that the proposal
    /// registers, in order.
    pub fn of(proposal: &Proposal, choice: &InspectionChoice) -> Self {
        if let Some(known) = choice.known() {
            return Self::of_record(known);
        }
        let included = proposal.recommendations.iter().filter(|it| is_included(it)).enumerate();
        Self::new(included.map(|(at, it)| MatchedRecommendation {
            // Without a number, a recommendation gets its position in the report.
            number: it.number.get().cloned().unwrap_or_else(|| (at + 1).to_string()),
            reference: it.reference.get().cloned(),
        }))
    }

    /// Returns an index of the recommendations of a registered inspection.
    pub fn of_record(known: &KnownInspection) -> Self {
        let each = known.recommendations.iter();
        Self::new(
            each.map(|it| MatchedRecommendation { number: it.number.clone(), reference: Some(it.reference.clone()) }),
        )
    }

    /// Returns the position of the recommendation with this number or reference. A number that only differs in its
    /// blanks, in its case or in a full stop at its end is the same.
    pub fn position(&self, number: &str) -> Option<usize> {
        let wanted = normal_form(number);
        self.numbers.get(&wanted).or_else(|| self.references.get(&wanted)).copied()
    }

    /// Returns the position of the recommendation with this reference.
    pub fn position_of_reference(&self, reference: &str) -> Option<usize> {
        self.references.get(&normal_form(reference)).copied()
    }

    /// Returns the reference of the recommendation with this number or reference.
    pub fn reference(&self, number: &str) -> Option<&str> {
        self.recommendations.get(self.position(number)?)?.reference.as_deref()
    }
}

fn normal_form(number: &str) -> String {
    label::key(number).trim_end_matches('.').trim_start_matches('#').to_owned()
}
