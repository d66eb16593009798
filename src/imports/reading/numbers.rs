//! The numbers of recommendations, as a person would cite them, and the causes of concern that they belong to.

use std::collections::{HashMap, HashSet};

use super::items::Draft;
use super::opening::Form;
use super::text::{SpacedWords, words};
use crate::imports::document::Place;
use crate::imports::proposal::{Fact, ProposedRecommendation};
use crate::recommendations::RecommendationKind::{self, AreaForImprovement, CauseOfConcern};

/// The numbers of a document's recommendations.
pub(super) struct Numbers {
    /// The numbers that the document prints.
    printed: HashSet<String>,
    /// The printed numbers that items of different kinds share.
    clashes: HashSet<String>,
    /// The numbers that were given so far.
    taken: HashSet<String>,
    /// The highest number that was given so far, and the highest that the document prints.
    highest: (u32, u32),
    /// The last number that was tried for each prefix.
    tried: HashMap<String, u32>,
}

impl Numbers {
    pub(super) fn new(drafts: &[Draft]) -> Self {
        let mut kinds: HashMap<&str, RecommendationKind> = HashMap::new();
        let mut clashes = HashSet::new();
        for draft in drafts {
            let Some(number) = &draft.item.number else { continue };
            let kind = draft.item.kind.unwrap_or(RecommendationKind::Recommendation);
            if *kinds.entry(number).or_insert(kind) != kind {
                clashes.insert(number.clone());
            }
        }
        let printed: HashSet<String> = drafts.iter().filter_map(|draft| draft.item.number.clone()).collect();
        let highest = printed.iter().filter_map(|number| number.parse().ok()).max().unwrap_or(0);
        Self { printed, clashes, taken: HashSet::new(), highest: (0, highest), tried: HashMap::new() }
    }

    /// Returns the number as a person would cite it. A recommendation without one gets the next number.
    pub(super) fn next(&mut self, draft: &Draft, place: &Place, head: &str) -> Fact<String> {
        let (cited, is_printed) = self.cited(draft);
        if let Ok(number) = cited.parse() {
            self.highest.0 = self.highest.0.max(number);
        }
        self.taken.insert(cited.clone());
        if is_printed { Fact::printed(cited, place, head) } else { Fact::inferred(cited, place, head) }
    }

    /// Returns the number, and whether the document prints it so.
    fn cited(&mut self, draft: &Draft) -> (String, bool) {
        let prefix = match draft.item.kind {
            Some(AreaForImprovement) => Some("AFI"),
            Some(CauseOfConcern) => Some("Cause of concern"),
            _ => None,
        };
        if let Some(number) = &draft.item.number {
            let cited = match prefix {
                Some(prefix) if self.clashes.contains(number) => format!("{prefix} {number}"),
                _ => number.clone(),
            };
            // Two recommendations with one number cannot both have it.
            if self.taken.contains(&cited) {
                return (self.first_free(&cited, |at| format!("{cited} ({})", at + 1)), false);
            }
            // “8.1” can be the number of a section.
            let is_section = draft.item.form == Some(Form::Parts) && draft.item.reference.is_none();
            let is_printed = cited == *number && !is_section;
            return (cited, is_printed);
        }
        let next = (self.highest.0 + 1).to_string();
        if !self.printed.contains(&next) {
            return (next, false);
        }
        let cited = match prefix {
            Some(prefix) => self.first_free(prefix, |at| format!("{prefix} {at}")),
            None => (self.highest.0.max(self.highest.1) + 1).to_string(),
        };
        (cited, false)
    }

    /// Returns the first of the numbers that no recommendation has.
    fn first_free(&mut self, key: &str, number: impl Fn(u32) -> String) -> String {
        let tried = self.tried.entry(key.to_owned()).or_insert(0);
        loop {
            *tried += 1;
            let number = number(*tried);
            if !self.taken.contains(&number) && !self.printed.contains(&number) {
                return number;
            }
        }
    }
}

/// The causes of concern so far, to which the next recommendations can belong.
#[derive(Default)]
pub(super) struct Causes {
    current: Vec<String>,
    /// Whether a recommendation followed the last cause.
    is_followed: bool,
    printed: HashMap<String, String>,
}

impl Causes {
    /// Returns the cause of concern of the next recommendation.
    pub(super) fn next(
        &mut self,
        found: &ProposedRecommendation,
        draft: &Draft,
        place: &Place,
        head: &str,
    ) -> Fact<String> {
        let number = found.number.value.clone().unwrap_or_default();
        match found.kind.value {
            Some(CauseOfConcern) => {
                if self.is_followed {
                    self.current.clear();
                    self.is_followed = false;
                }
                if let Some(printed) = &draft.item.number {
                    self.printed.insert(printed.clone(), number.clone());
                }
                self.current.push(number);
                Fact::default()
            }
            Some(AreaForImprovement) => {
                self.current.clear();
                self.is_followed = false;
                Fact::default()
            }
            _ => {
                self.is_followed = true;
                let named = draft
                    .item
                    .note
                    .as_deref()
                    .filter(|note| SpacedWords::new(note).contains_any(&["cause of concern", "coc"]));
                if let Some(note) = named {
                    let last = words(note).pop().unwrap_or_default();
                    if let Some(cause) = self.printed.get(&last).cloned().or_else(|| self.current.first().cloned()) {
                        return Fact::printed(cause, place, note);
                    }
                }
                match self.current.as_slice() {
                    [only] => Fact::inferred(only.clone(), place, head),
                    _ => Fact::default(),
                }
            }
        }
    }
}
