//! The numbers of the recommendations of a tracker: each kind is counted apart, and no number stands twice.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use super::identifier::cite;
use super::record::{About, Record};
use crate::imports::proposal::{Confidence, Fact, ProposedRecommendation, QuestionCode};
use crate::recommendations::RecommendationKind;

/// Gives each record its number, and asks about numbers that are missing or stand twice.
pub(super) struct Numbers {
    /// The place of the recommendation with each number.
    places: HashMap<String, String>,
    /// The numbers that the file prints.
    printed: HashSet<String>,
    has_numbers: bool,
    next_free: usize,
    /// Whether the file is about one report. Several reports have the same numbers.
    is_one: bool,
}

impl Numbers {
    /// Creates the numbers of the records, and of the recommendations that were read before them.
    pub fn new(known: &[ProposedRecommendation], records: &mut [Record], is_one: bool) -> Self {
        cite_apart(known, records);
        let numbers = |one: &ProposedRecommendation| one.number.value.clone();
        let has_numbers = records.iter().any(|record| record.recommendation.number.value.is_some());
        let printed: HashSet<String> =
            known.iter().chain(records.iter().map(|record| &record.recommendation)).filter_map(numbers).collect();
        let places = known.iter().filter_map(numbers).map(|number| (number, "the text".to_owned())).collect();
        Self { places, printed, has_numbers, next_free: 1, is_one }
    }

    /// Settles the number of a record.
    pub fn settle(&mut self, record: &mut Record) {
        if record.recommendation.number.value.is_none() {
            let is_asked = record.asks(About::Recommendation("number"));
            let number = self.take_free();
            record.recommendation.number = Fact::assumed(number.clone());
            if self.has_numbers && !is_asked && !record.is_of_template {
                let detail = format!("The row at {} has no number. Which number does the report give it?", record.at);
                let asked = record.ask_without_source(About::Recommendation("number"), QuestionCode::Missing, detail);
                asked.proposed = Some(json!(number));
            }
        }
        let Some(number) = record.recommendation.number.value.clone() else { return };
        match self.places.get(&number) {
            Some(_) if !self.is_one => {}
            Some(other) => {
                let detail = format!(
                    "The recommendations at {other} and at {at} both have the number {number}. Which number does the one at {at} have?",
                    at = record.at
                );
                record.ask_without_source(About::Recommendation("number"), QuestionCode::Contradiction, detail);
            }
            None => drop(self.places.insert(number, record.at.clone())),
        }
    }

    /// Returns the next number that the file does not print.
    fn take_free(&mut self) -> String {
        loop {
            let number = self.next_free.to_string();
            self.next_free += 1;
            if !self.printed.contains(&number) {
                return number;
            }
        }
    }
}

/// Cites areas for improvement and causes of concern as `AFI 1` and `CoC 1`, if another kind has the same number.
fn cite_apart(known: &[ProposedRecommendation], records: &mut [Record]) {
    let mut kinds: HashMap<String, Option<RecommendationKind>> = HashMap::new();
    for one in known.iter().chain(records.iter().map(|record| &record.recommendation)) {
        let Some(number) = one.number.value.clone() else { continue };
        let kind = kinds.entry(number).or_insert(one.kind.value);
        if *kind != one.kind.value {
            *kind = None;
        }
    }
    for record in records {
        let recommendation = &mut record.recommendation;
        let (Some(number), Some(kind)) = (recommendation.number.value.clone(), recommendation.kind.value) else {
            continue;
        };
        if kinds.get(&number) == Some(&None) && kind != RecommendationKind::Recommendation {
            recommendation.number.value = Some(cite(kind, &number));
            recommendation.number.confidence = Confidence::Inferred;
        }
    }
}
