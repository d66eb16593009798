//! Builds the explanations from the answers under the recommendations, and from numbered answers elsewhere.

use std::collections::BTreeMap;

use serde_json::json;

use super::branch;
use super::claims::Passage;
use super::context::Section;
use super::item_answers::Answers;
use super::items::Items;
use super::outline::{Item, PartKind};
use super::questions::list_of;
use super::state::Reading;
use super::text::trim;
use crate::imports::document::Place;
use crate::imports::proposal::{Fact, ProposedExplanation, QuestionCode, ResponseRole, UnclaimedReason};
use crate::responses::Branch;
use crate::vocabulary::WireName;

impl Reading<'_> {
    /// Reads the explanations.
    pub(super) fn read_explanations(&mut self, items: &Items) {
        let mut found: BTreeMap<(usize, String), Answers> = BTreeMap::new();
        let mut by_force = None;
        let mut is_unlabelled = None;
        for part in 0..self.parts.len() {
            if self.is_done[part] {
                continue;
            }
            let (index, number, section) = match &self.parts[part].kind {
                PartKind::Answer { item, section, is_labelled } => {
                    let Some(index) = items
                        .recommendation_of
                        .get(item)
                        .copied()
                        .or_else(|| self.recommendation_of_answer(items, *item))
                    else {
                        continue;
                    };
                    if !is_labelled {
                        is_unlabelled.get_or_insert(part);
                    }
                    (Some(index), None, *section)
                }
                PartKind::Item(item) if items.answers.contains(&part) => {
                    (items.find(item), item.number.clone(), item.answers.unwrap_or(Section::Response))
                }
                _ => continue,
            };
            // An answer that names no recommendation explains none.
            if index.is_none() && number.as_deref().unwrap_or_default().is_empty() {
                self.leave(part, UnclaimedReason::NotRecognised);
                continue;
            }
            let head = self.parts[part].head.clone();
            let is_item = matches!(self.parts[part].kind, PartKind::Item(_));
            let targets = self.targets(items, part, index, number);
            let Some(passage) = self.take(part) else { continue };
            if let (true, Some((line, _))) = (is_item, &head) {
                self.claims.take(*line);
            }
            let shared = (targets.len() > 1)
                .then(|| list_of(&targets.iter().map(|(_, number)| number.clone()).collect::<Vec<_>>()));
            let label = head.as_ref().map(|(_, words)| words.clone()).unwrap_or_default();
            for (index, key_number) in targets {
                let answers = found.entry((index.unwrap_or(usize::MAX), key_number.clone())).or_default();
                // Only the first label is among the words of the fact.
                if let (true, Some((line, words))) = (is_item && !answers.number.is_empty(), &head) {
                    self.claims.leave(*line, words, UnclaimedReason::Heading);
                }
                answers.number = key_number;
                answers.shared.clone_from(&shared);
                answers.has_reference |= index
                    .and_then(|index| self.proposal.recommendations.get(index))
                    .is_some_and(|recommendation| recommendation.reference.value.is_some());
                let is_of_force = answers.add(section, &label, passage.clone());
                if is_of_force {
                    by_force.get_or_insert((passage.place.clone(), passage.printed.clone()));
                }
            }
        }
        for ((index, _), answers) in found {
            self.explanation(answers, index == usize::MAX);
        }
        self.ask_about_answers(by_force, is_unlabelled);
    }

    /// Returns the recommendations that an answer is for, each with the number under which its explanation stands.
    fn targets(
        &self,
        items: &Items,
        part: usize,
        index: Option<usize>,
        number: Option<String>,
    ) -> Vec<(Option<usize>, String)> {
        let key = |index: Option<usize>, number: String| {
            let known = index.and_then(|index| self.proposal.recommendations.get(index));
            (index, known.map_or(number, |known| known.number.value.clone().unwrap_or_default()))
        };
        let mut targets = vec![key(index, number.unwrap_or_default())];
        if let PartKind::Item(item) = &self.parts[part].kind {
            let others = item.other_numbers.iter().map(|number| {
                let other = Item { number: Some(number.clone()), ..item.clone() };
                key(items.find(&other), number.clone())
            });
            targets.extend(others);
        }
        targets
    }

    /// Returns the recommendation of an answer under an item that is itself a numbered answer.
    fn recommendation_of_answer(&self, items: &Items, item: usize) -> Option<usize> {
        match &self.parts[item].kind {
            PartKind::Item(item) => items.find(item),
            _ => None,
        }
    }

    fn explanation(&mut self, mut answers: Answers, is_unknown: bool) {
        let at = self.proposal.response.explanations.len();
        for (label, passage) in std::mem::take(&mut answers.unknown) {
            let detail = format!(
                "Who writes under “{label}”? The words were read as {}.",
                if answers.texts.is_empty() { "the answer" } else { "the policing body's" }
            );
            let member = if answers.texts.is_empty() { "text" } else { "policing_body" };
            let question = self.ask(QuestionCode::Role, format!("/response/explanations/{at}/{member}"), detail);
            question.with_proposed(passage.text.clone()).with_words(&passage.place, &passage.printed);
            if answers.texts.is_empty() { answers.texts.push(passage) } else { answers.body.push(passage) }
        }
        // Without an answer of the force, the policing body's words are the explanation.
        let mut body = std::mem::take(&mut answers.body);
        if answers.texts.is_empty() && !answers.begins_with_status {
            answers.texts = std::mem::take(&mut body);
        }
        let only_status = answers.texts.is_empty();
        for (label, status) in std::mem::take(&mut answers.statuses) {
            let label = trim(label.trim_end_matches([':', ' ']));
            let text = if only_status { status.text.clone() } else { format!("{label}: {}", status.text) };
            answers.texts.push(Passage { text, ..status });
        }
        let Some(first) = answers.texts.first().cloned() else { return };
        let text = answers.texts.iter().map(|passage| passage.text.as_str()).collect::<Vec<_>>().join("\n");
        let mut explanation = ProposedExplanation {
            number: answers.number.clone(),
            text: Fact::printed(text.clone(), &first.place, &text),
            ..ProposedExplanation::default()
        };
        if let Some(words) = body.first() {
            let text = body.iter().map(|passage| passage.text.as_str()).collect::<Vec<_>>().join("\n");
            explanation.policing_body = Fact::printed(text, &words.place, &words.printed);
        }
        let proposed = branch::propose(&text);
        let stated = answers
            .branch
            .filter(|(branch, ..)| proposed.is_none_or(|proposed| proposed == *branch) || answers.has_reference);
        match stated {
            Some((branch, place, label)) if answers.has_reference => {
                explanation.branch = Fact::printed(branch, &place, &label);
            }
            stated => {
                let proposed = stated.map(|(branch, ..)| branch).or(proposed);
                if let Some(branch) = proposed {
                    explanation.branch = Fact::inferred(branch, &first.place, &first.printed);
                }
                self.ask_branch(at, &answers.number, proposed, &first.place, &first.printed);
            }
        }
        if let Some(numbers) = &answers.shared {
            let detail =
                format!("The file prints one answer to {numbers}. Is it the whole answer to {}?", answers.number);
            self.ask(QuestionCode::Confirm, format!("/response/explanations/{at}/text"), detail)
                .with_proposed(text.clone())
                .with_words(&first.place, &first.printed);
        }
        if is_unknown && !self.proposal.recommendations.is_empty() {
            let detail = format!(
                "The file answers recommendation {}, but has no recommendation with this number. What is the answer's text to be?",
                answers.number
            );
            let question = self.ask(QuestionCode::Contradiction, format!("/response/explanations/{at}/text"), detail);
            question.with_words(&first.place, &first.printed);
        }
        self.proposal.response.explanations.push(explanation);
    }

    /// Proposes the branches of the explanations that come from a table. `own` is the number of the others.
    pub(super) fn complete_explanations(&mut self, own: usize) {
        let mut first = None;
        for at in own..self.proposal.response.explanations.len() {
            let found = &self.proposal.response.explanations[at];
            let (Some(text), None) = (found.text.value.clone(), found.branch.value) else { continue };
            let (number, from) = (found.number.clone(), found.text.from.clone().unwrap_or_default());
            let proposed = branch::propose(&text);
            if let Some(branch) = proposed {
                self.proposal.response.explanations[at].branch = Fact::inferred(branch, &from.place, &from.text);
            }
            self.ask_branch(at, &number, proposed, &from.place, &from.text);
            first.get_or_insert((from.place, from.text));
        }
        if self.proposal.response.force_answers_are.value.is_none() {
            self.ask_about_answers(first, None);
        }
    }

    fn ask_branch(&mut self, at: usize, number: &str, proposed: Option<Branch>, place: &Place, printed: &str) {
        let detail = format!(
            "Does the answer to recommendation {number} tell of action taken, of action proposed, or why there is none?"
        );
        let code = if proposed.is_some() { QuestionCode::Confirm } else { QuestionCode::Missing };
        let question = self.ask(code, format!("/response/explanations/{at}/branch"), detail);
        question.with_options(Branch::NAMES.iter().map(|name| json!(name))).with_words(place, printed);
        question.proposed = proposed.map(|branch| json!(branch));
    }

    fn ask_about_answers(&mut self, by_force: Option<(Place, String)>, unlabelled: Option<usize>) {
        let words = by_force.or_else(|| {
            let line = self.parts[unlabelled?].pieces.first()?.line;
            Some((self.claims.place(line).clone(), self.claims.lines()[line].text.clone()))
        });
        let Some((place, printed)) = words else { return };
        self.proposal.response.force_answers_are = Fact::inferred(ResponseRole::Explanations, &place, &printed);
        let detail = "Are the answers under the recommendations the explanations of the response, or the chief officer's comments?";
        let question = self.ask(QuestionCode::Role, "/response/force_answers_are", detail);
        question
            .with_options(ResponseRole::NAMES.iter().map(|name| json!(name)))
            .with_proposed("explanations")
            .with_words(&place, &printed);
    }
}
