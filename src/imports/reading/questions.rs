//! Completes the recommendations with targets and addressees, and asks what the words of the file do not settle.

use std::collections::HashSet;

use serde_json::json;

use super::addressees::read_addressees;
use super::duty::{has_duty, states_none};
use super::state::Reading;
use super::target::read_target;
use super::text::{SpacedWords, ends_sentence};
use super::welsh;
use crate::imports::proposal::{Addressees, Confidence, Fact, Language, QuestionCode};
use crate::inspections::InspectionScope;
use crate::recommendations::{Addressee, RecommendationKind, RecommendationTarget, TargetKind};
use crate::vocabulary::WireName;

impl Reading<'_> {
    /// Reads the targets of all recommendations, also of those in tables, and their addressees where the text names them.
    pub(super) fn complete_recommendations(&mut self) {
        let published_on = self.published_on();
        let scope = self.proposal.inspection.scope.value;
        for at in 0..self.proposal.recommendations.len() {
            let found = &self.proposal.recommendations[at];
            let text = found.text.value.clone().unwrap_or_default();
            let place = found.text.from.clone().unwrap_or_default().place;
            if found.target.value.is_none() && !text.is_empty() {
                let read = read_target(&text, published_on);
                let printed = read.target.text.clone();
                self.proposal.recommendations[at].target = match &printed {
                    Some(printed) => Fact::printed(read.target.clone(), &place, printed),
                    None => Fact::assumed(RecommendationTarget { kind: TargetKind::None, text: None, on: None }),
                };
                // “…, within four weeks of the report, …” can be a wait for somebody else.
                let is_inside = printed.as_deref().filter(|printed| !text.starts_with(*printed));
                let within = is_inside.filter(|_| read.target.kind == TargetKind::Within).map(str::to_owned);
                let immediately = (printed.is_none() && mentions_immediately(&text)).then(|| "immediately".to_owned());
                if let Some(unclear) = read.unclear.or(within).or(immediately) {
                    let detail = format!("Does “{unclear}” set a time for action? If so, give its kind and its day.");
                    let question =
                        self.ask(QuestionCode::UnclearTarget, format!("/recommendations/{at}/target"), detail);
                    question.with_proposed(json!(read.target)).with_words(&place, &unclear);
                }
            }
            let found = &mut self.proposal.recommendations[at];
            if found.addressees.value.is_none() && found.addressees.confidence == Confidence::Missing {
                if let Some(bodies) = read_addressees(&text) {
                    found.addressees =
                        Fact::inferred(Addressees(bodies), &place, super::text::first_sentence(&text).trim());
                } else if scope == Some(InspectionScope::Force) {
                    found.addressees = Fact::assumed(Addressees(vec![Addressee::ChiefConstables]));
                } else if found.kind.value != Some(RecommendationKind::CauseOfConcern) {
                    let detail = "The text does not say who should act. To which bodies is it addressed?";
                    let question = self.ask(QuestionCode::Missing, format!("/recommendations/{at}/addressees"), detail);
                    question.with_options(Addressee::NAMES.iter().map(|name| json!(name))).with_words(&place, &text);
                }
            }
        }
    }

    /// Asks about each recommendation. `own` is the number of those that do not come from a table.
    pub(super) fn ask_about_recommendations(&mut self, own: usize) {
        for at in 0..self.proposal.recommendations.len() {
            let found = self.proposal.recommendations[at].clone();
            let from = found.text.from.clone().or_else(|| found.number.from.clone()).unwrap_or_default();
            let pointer = |member: &str| format!("/recommendations/{at}/{member}");
            let number = found.number.value.clone().unwrap_or_default();
            if found.reference.value.is_none() {
                let detail =
                    format!("The file prints no reference for recommendation {number}. Which reference has it?");
                self.ask(QuestionCode::Missing, pointer("reference"), detail).with_words(&from.place, &from.text);
            }
            if at >= own {
                continue;
            }
            if found.number.confidence == Confidence::Inferred {
                let detail =
                    format!("The file does not print this number. Is “{number}” the number of the recommendation?");
                let question = self.ask(QuestionCode::Confirm, pointer("number"), detail);
                question.with_proposed(number.clone()).with_words(&from.place, &from.text);
            }
            if found.kind.confidence == Confidence::Inferred {
                let detail = format!(
                    "The file does not say what {number} is: a recommendation, an area for improvement or a cause of concern."
                );
                let question = self.ask(QuestionCode::Confirm, pointer("kind"), detail);
                let options = RecommendationKind::NAMES.iter().map(|name| json!(name));
                question.with_options(options).with_words(&from.place, &from.text);
                question.proposed = found.kind.value.map(|kind| json!(kind));
            }
            if found.included.from.is_some() {
                let detail = format!("No label says that {number} is a cause of concern. Is it one, or a finding?");
                let question = self.ask(QuestionCode::Confirm, pointer("included"), detail);
                question.with_options([json!(true), json!(false)]).with_words(&from.place, &from.text);
            }
            if found.text.value.is_none() {
                let detail = format!("The file has no text for recommendation {number}. What is its text?");
                self.ask(QuestionCode::Missing, pointer("text"), detail).with_words(&from.place, &from.text);
            }
            if found.text.value.as_deref().is_some_and(|text| !ends_sentence(text) && !has_duty(text)) {
                let detail =
                    format!("The text of {number} is no sentence that asks somebody to act. Is it the whole text?");
                self.ask(QuestionCode::Confirm, pointer("text"), detail).with_words(&from.place, &from.text);
            } else if found.text.value.as_deref().is_some_and(|text| text.contains('\t')) {
                let detail = format!("The text of recommendation {number} contains a table. Is it complete?");
                self.ask(QuestionCode::Confirm, pointer("text"), detail).with_words(&from.place, &from.text);
            }
            if found.is_one.from.is_some() {
                let detail =
                    format!("Recommendation {number} has several parts. Is it one recommendation, or several?");
                let question = self.ask(QuestionCode::OneOrSeveral, pointer("is_one"), detail);
                question
                    .with_options([json!(true), json!(false)])
                    .with_proposed(true)
                    .with_words(&from.place, &from.text);
            }
        }
        self.ask_about_causes(own);
    }

    /// Asks to which cause a recommendation belongs, if several causes stand before it.
    fn ask_about_causes(&mut self, own: usize) {
        let recommendations = &self.proposal.recommendations[..own];
        let causes: Vec<String> = recommendations
            .iter()
            .filter(|found| found.kind.value == Some(RecommendationKind::CauseOfConcern))
            .filter_map(|found| found.number.value.clone())
            .collect();
        let first =
            recommendations.iter().position(|found| found.kind.value == Some(RecommendationKind::CauseOfConcern));
        let Some(first) = first.filter(|_| causes.len() > 1) else { return };
        let open: Vec<usize> = (first..own)
            .filter(|at| {
                let found = &recommendations[*at];
                found.kind.value == Some(RecommendationKind::Recommendation) && found.cause_of_concern.value.is_none()
            })
            .collect();
        for at in open {
            let detail = "To which cause of concern does this recommendation belong?";
            let options: Vec<_> = causes.iter().map(|number| json!(number)).collect();
            self.ask(QuestionCode::Missing, format!("/recommendations/{at}/cause_of_concern"), detail)
                .with_options(options);
        }
    }

    /// Asks about the inspection and the response as a whole.
    pub(super) fn ask_about_whole(&mut self, is_tracker: bool) {
        let inspection = &self.proposal.inspection;
        let has_question = |pointer: &str| self.proposal.questions.iter().any(|question| question.pointer == pointer);
        let mut missing = Vec::new();
        if inspection.reference.value.is_none() {
            missing.push((
                "/inspection/reference",
                "The file prints no reference of the inspection. Which reference has it?",
            ));
        }
        if inspection.title.value.is_none() && !has_question("/inspection/title") {
            missing.push(("/inspection/title", "The file prints no title of the report. What is its title?"));
        }
        if inspection.published_on.value.is_none() && !has_question("/inspection/published_on") {
            missing.push((
                "/inspection/published_on",
                "The file does not print the day of publication. On which day was the report published?",
            ));
        }
        for (pointer, detail) in missing {
            self.ask(QuestionCode::Missing, pointer, detail);
        }
        self.ask_about_explanations(is_tracker);
        self.ask_about_language();
        if self.proposal.is_one_document.value.is_none()
            && !self.proposal.questions.iter().any(|question| question.pointer == "/is_one_document")
        {
            self.proposal.is_one_document = Fact::assumed(true);
        }
    }

    fn ask_about_explanations(&mut self, is_tracker: bool) {
        let explained: HashSet<&str> =
            self.proposal.response.explanations.iter().map(|found| found.number.as_str()).collect();
        let open: Vec<String> = self
            .proposal
            .recommendations
            .iter()
            .filter(|found| found.kind.value != Some(RecommendationKind::CauseOfConcern))
            .filter_map(|found| found.number.value.clone())
            .filter(|number| !explained.contains(number.as_str()))
            .collect();
        let response = &self.proposal.response;
        let has_response = response.policing_body_comments.value.is_some()
            || response.chief_officer_comments.value.is_some()
            || !explained.is_empty();
        if self.proposal.recommendations.is_empty() && self.mentions_recommendations() {
            let detail = "The file speaks of recommendations or areas for improvement, but none was recognised. Add them, or confirm that there are none.";
            let question = self.ask(QuestionCode::NoExplanation, "/response/explanations_complete", detail);
            question.with_options([json!(true)]);
            return;
        }
        if open.is_empty() {
            self.proposal.response.explanations_complete = Fact::assumed(true);
            return;
        }
        // A tracker without a response explains nothing.
        if is_tracker && !has_response {
            return;
        }
        let detail = format!(
            "The file has no explanation for {}. Add it, or confirm that the file has no further explanations.",
            list_of(&open)
        );
        let question = self.ask(QuestionCode::NoExplanation, "/response/explanations_complete", detail);
        question.with_options([json!(true)]);
    }

    /// Returns true if a line names recommendations, and does not say that there are none.
    fn mentions_recommendations(&self) -> bool {
        self.claims.lines().iter().filter(|line| line.left_out.is_none()).any(|line| {
            let words = SpacedWords::new(&line.text);
            let names = [
                "recommendation",
                "recommendations",
                "afi",
                "afis",
                "area for improvement",
                "areas for improvement",
                "cause of concern",
                "causes of concern",
            ];
            words.contains_any(&names) && !states_none(&line.text)
        })
    }

    fn ask_about_language(&mut self) {
        let recommendations = &self.proposal.recommendations;
        let both = recommendations.iter().find(|found| found.welsh_text.value.is_some());
        let response = &self.proposal.response;
        let comments = [&response.policing_body_comments, &response.chief_officer_comments];
        let texts = comments.into_iter().chain(response.explanations.iter().map(|found| &found.text));
        let bilingual = texts
            .filter_map(|fact| Some((fact.value.as_deref()?, fact.from.clone()?)))
            .find(|(text, _)| welsh::split(text).is_some());
        let from = both.and_then(|found| found.welsh_text.from.clone()).or(bilingual.map(|(_, from)| from));
        if let Some(from) = from {
            let proposed = self.context.profile.language.unwrap_or(Language::English);
            self.proposal.response.language = Fact::inferred(proposed, &from.place, &from.text);
            let detail = "The file has texts in Welsh and in English. Which language is that of the recommendations in the record?";
            let question = self.ask(QuestionCode::Language, "/response/language", detail);
            question
                .with_options(Language::NAMES.iter().map(|name| json!(name)))
                .with_proposed(json!(proposed))
                .with_words(&from.place, &from.text);
        } else if recommendations.iter().any(|found| found.text.value.as_deref().is_some_and(welsh::is_welsh)) {
            self.proposal.response.language = Fact::assumed(Language::Welsh);
        }
    }
}

/// Returns true for “We recommend that the force immediately reviews …”, where the word can set a time for the action.
fn mentions_immediately(text: &str) -> bool {
    let words = SpacedWords::new(super::text::first_sentence(text));
    let others = ["immediately after", "immediately before", "immediately available", "immediately following"];
    words.contains("immediately")
        && words.contains_any(&["recommend", "recommends", "recommended"])
        && !words.contains_any(&others)
}

/// Returns numbers as words: `1`, `1 and 2`, `1, 2 and 3`. A long list is cut.
pub(in crate::imports) fn list_of(numbers: &[String]) -> String {
    const MOST: usize = 12;
    if numbers.len() > MOST {
        return format!("{} and {} more", numbers[..MOST].join(", "), numbers.len() - MOST);
    }
    match numbers {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
