//! Builds the recommendations from the items of the lists, and finds which items are answers to them.

use std::collections::HashMap;

use super::addressees::{addressees_of_heading, read_addressees};
use super::context::Section;
use super::duty::{can_be_recommendation, has_duty};
use super::numbers::{Causes, Numbers};
use super::opening::{self, Form};
use super::outline::{Item, PartKind};
use super::state::Reading;
use super::text::{strip_bullet, words};
use super::title;
use super::welsh;
use crate::imports::document::Place;
use crate::imports::proposal::{Addressees, Confidence, Fact, ProposedRecommendation, UnclaimedReason};
use crate::recommendations::Addressee;
use crate::recommendations::RecommendationKind::{self};

/// The items of a document: which part is which recommendation, and which parts answer one.
#[derive(Debug, Default)]
pub(super) struct Items {
    /// The index of the recommendation for the index of a part.
    pub(super) recommendation_of: HashMap<usize, usize>,
    /// The parts that are numbered answers.
    pub(super) answers: Vec<usize>,
    /// The number as printed, and the kind, of each recommendation.
    pub(super) keys: Vec<(Option<String>, RecommendationKind)>,
    /// The recommendation for each printed reference.
    by_reference: HashMap<String, usize>,
}

impl Items {
    /// Returns the recommendation that an answer names by its number and, if it has one, its label.
    pub(super) fn find(&self, item: &Item) -> Option<usize> {
        if let Some(found) = item.reference.as_ref().and_then(|reference| self.by_reference.get(reference)) {
            return Some(*found);
        }
        let number = item.number.as_deref()?;
        if self.keys.iter().all(|(printed, _)| printed.is_none()) {
            // “The second recommendation” of a list without numbers.
            return number
                .parse::<usize>()
                .ok()
                .and_then(|number| number.checked_sub(1))
                .filter(|at| *at < self.keys.len());
        }
        let all: Vec<usize> = (0..self.keys.len()).filter(|at| self.keys[*at].0.as_deref() == Some(number)).collect();
        let kind_fits = |at: &usize| !item.has_label || item.kind.is_none_or(|named| named == self.keys[*at].1);
        let of_list = all.iter().copied().find(|at| item.kind == Some(self.keys[*at].1));
        let fitting = of_list.or_else(|| all.iter().copied().find(kind_fits));
        // “Recommendation 3” can answer an area for improvement, if nothing else has its number.
        fitting.or(if all.len() == 1 { all.first().copied() } else { None })
    }
}

/// An item that is a recommendation.
pub(super) struct Draft {
    pub(super) part: usize,
    pub(super) item: Item,
    pub(super) text: String,
    /// Other parts with the same recommendation: its text in the other language, or a repetition.
    repeated: Vec<usize>,
}

impl Reading<'_> {
    /// Reads the recommendations.
    pub(super) fn read_items(&mut self) -> Items {
        let mut items = Items::default();
        let drafts = self.drafts(&mut items);
        let mut numbers = Numbers::new(&drafts);
        let mut causes = Causes::default();
        for draft in &drafts {
            let index = self.proposal.recommendations.len();
            let kind = draft.item.kind.unwrap_or(RecommendationKind::Recommendation);
            items.recommendation_of.insert(draft.part, index);
            for part in &draft.repeated {
                items.recommendation_of.insert(*part, index);
            }
            items.keys.push((draft.item.number.clone(), kind));
            if let Some(reference) = &draft.item.reference {
                items.by_reference.entry(reference.clone()).or_insert(index);
            }
            let mut found = self.recommendation(draft);
            let place = self.place_of(draft.part);
            let head = self.head_words(draft.part);
            found.number = numbers.next(draft, &place, &head);
            found.cause_of_concern = causes.next(&found, draft, &place, &head);
            self.proposal.recommendations.push(found);
        }
        items
    }

    fn place_of(&self, part: usize) -> Place {
        let part = &self.parts[part];
        let line = part.head.as_ref().map(|(line, _)| *line).or_else(|| part.pieces.first().map(|piece| piece.line));
        line.map(|line| self.claims.place(line).clone()).unwrap_or_default()
    }

    /// Returns the line on which an item opens, as printed.
    fn head_words(&self, part: usize) -> String {
        let part = &self.parts[part];
        let line = part.head.as_ref().map(|(line, _)| *line).or_else(|| part.pieces.first().map(|piece| piece.line));
        line.map(|line| self.claims.lines()[line].text.clone()).unwrap_or_default()
    }

    /// Sets the recommendations and their answers apart.
    fn drafts(&mut self, items: &mut Items) -> Vec<Draft> {
        let all = self.open_parts(|kind| matches!(kind, PartKind::Item(_)));
        let mut drafts: Vec<Draft> = Vec::new();
        let any_question =
            all.iter().any(|part| matches!(&self.parts[*part].kind, PartKind::Item(item) if item.answers.is_none()));
        let mut places: HashMap<(RecommendationKind, String), usize> = HashMap::new();
        for (at, part) in all.iter().copied().enumerate() {
            let PartKind::Item(item) = self.parts[part].kind.clone() else { continue };
            let text = with_lead(&item, self.parts[part].text());
            let kind = item.kind.unwrap_or(RecommendationKind::Recommendation);
            let key = item.number.clone().map(|number| (kind, number));
            let known = key.as_ref().and_then(|key| places.get(key)).copied();
            // “Argymhelliad 1” above “Recommendation 1” is one heading in two languages.
            let next_is_same = all.get(at + 1).is_some_and(|next| {
                *next == part + 1 && matches!(&self.parts[*next].kind, PartKind::Item(next) if next.number == item.number && item.number.is_some())
            });
            if self.parts[part].is_empty() && next_is_same {
                self.is_done[part] = true;
                if let Some((line, words)) = self.parts[part].head.clone() {
                    self.claims.leave(line, &words, UnclaimedReason::Heading);
                }
                continue;
            }
            let answers_section = match item.answers {
                Some(Section::Responses) => true,
                Some(Section::Explanations | Section::Response) => !any_question,
                _ => false,
            };
            let new_in_answers = known.is_none() && answers_section && can_be_recommendation(&text);
            if item.answers.is_some() && !new_in_answers {
                items.answers.push(part);
                continue;
            }
            if let Some(known) = known {
                let earlier = &mut drafts[known];
                let same_words = words(&earlier.text) == words(&text);
                let other_language = welsh::is_welsh(&earlier.text) != welsh::is_welsh(&text);
                if same_words || other_language && !text.is_empty() && !earlier.text.is_empty() {
                    earlier.repeated.push(part);
                    continue;
                }
                if !can_be_recommendation(&text) && earlier.item.list != item.list {
                    items.answers.push(part);
                    continue;
                }
                if !can_be_recommendation(&earlier.text)
                    && can_be_recommendation(&text)
                    && earlier.item.list != item.list
                {
                    // The answers stand before the recommendations.
                    items.answers.push(earlier.part);
                    let repeated = Vec::new();
                    *earlier = Draft { part, item, text, repeated };
                    continue;
                }
            }
            if text.is_empty() && item.number.is_none() {
                continue;
            }
            if let Some(key) = key {
                places.entry(key).or_insert(drafts.len());
            }
            drafts.push(Draft { part, item, text, repeated: Vec::new() });
        }
        // An answer before the recommendations can be replaced late, so the order of the document is restored.
        drafts.sort_by_key(|draft| draft.part);
        drafts
    }

    /// Builds a recommendation from its item.
    fn recommendation(&mut self, draft: &Draft) -> ProposedRecommendation {
        let mut found = ProposedRecommendation { included: Fact::assumed(true), ..ProposedRecommendation::default() };
        let (place, head) = (self.place_of(draft.part), self.head_words(draft.part));
        if let Some((line, _)) = self.parts[draft.part].head.clone() {
            self.claims.take(line);
        }
        let passage = self.take(draft.part);
        let mut texts: Vec<String> = passage.iter().map(|passage| passage.text.clone()).collect();
        for part in &draft.repeated {
            if let Some((line, _)) = self.parts[*part].head.clone() {
                self.claims.take(line);
            }
            if let Some(other) = self.take(*part)
                && words(&other.text) != words(texts.first().map_or("", String::as_str))
            {
                // The label of this text is in no fact.
                if let Some((line, words)) = self.parts[*part].head.clone() {
                    self.claims.leave(line, &words, UnclaimedReason::Heading);
                }
                texts.push(other.text);
            }
        }
        let mut text = without_quotation_marks(with_lead(&draft.item, texts.join("\n")));
        let mut reference = draft.item.reference.clone();
        if let Some((trailing, rest)) = title::trailing_reference(&text)
            && reference.is_none()
        {
            reference = Some(trailing);
            text = rest;
        }
        let text_place = passage.as_ref().map_or_else(|| place.clone(), |passage| passage.place.clone());
        if let Some(both) = welsh::split(&text) {
            found.welsh_text = Fact::printed(both.welsh.clone(), &text_place, &both.welsh);
            text = both.english;
        }
        if let Some(reference) = reference {
            found.reference = Fact::printed(reference, &place, &head);
        }
        if !text.is_empty() {
            let printed = passage.as_ref().map_or(text.clone(), |passage| passage.printed.clone());
            found.text = Fact::printed(text.clone(), &text_place, &printed);
        }
        found.kind = match draft.item.kind {
            Some(kind) => Fact::printed(kind, &place, &head),
            None => Fact::inferred(RecommendationKind::Recommendation, &place, &head),
        };
        // “Areas of concern” can be findings.
        if draft.item.is_doubtful && !has_duty(&text) {
            found.kind.confidence = Confidence::Inferred;
            found.included = Fact::inferred(true, &text_place, &text);
        }
        found.addressees = addressees(draft, &text, &text_place);
        let parts = count_of_parts(&text);
        // “B1” is the number of a paragraph, which can hold several recommendations.
        let is_paragraph = draft.item.number.as_deref().is_some_and(|number| number.starts_with(char::is_alphabetic));
        let is_unnumbered = matches!(draft.item.form, None | Some(Form::Bullet))
            || draft.item.number.is_none()
            || is_paragraph && !draft.item.has_label;
        found.is_one = if parts >= 2 && is_unnumbered && found.reference.value.is_none() {
            Fact::inferred(true, &text_place, &text)
        } else {
            Fact::assumed(true)
        };
        found
    }
}

/// Puts the beginning of the sentence before an item that ends it.
fn with_lead(item: &Item, text: String) -> String {
    match &item.lead {
        Some(lead) => format!("{lead}\n{text}"),
        None => text,
    }
}

/// Removes the marks around a text that is one quotation.
fn without_quotation_marks(text: String) -> String {
    let inner = [('“', '”'), ('"', '"')].iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(*open)?.strip_suffix(*close)?;
        (!inner.contains([*open, *close])).then_some(inner)
    });
    inner.map_or_else(|| text.clone(), str::to_owned)
}

/// Returns the bodies of the list's heading, of the words before a colon (“To the Home Office: …”), or of the subject.
fn addressees(draft: &Draft, text: &str, place: &Place) -> Fact<Addressees> {
    // “Recommendations to others” names nobody, and the text can.
    let unnamed =
        |names: &String| addressees_of_heading(names) == [Addressee::Other] && read_addressees(text).is_some();
    if let Some(names) = draft.item.addressees.as_ref().filter(|names| !unnamed(names)) {
        return Fact::printed(Addressees(addressees_of_heading(names)), place, names);
    }
    if let Some((lead, _)) = text.split_once(':')
        && let Some(names) = ["To ", "For ", "to ", "for "].iter().find_map(|word| lead.strip_prefix(word))
        && names.split_whitespace().count() <= 12
    {
        return Fact::printed(Addressees(addressees_of_heading(names)), place, lead);
    }
    match read_addressees(text) {
        Some(found) => Fact::inferred(Addressees(found), place, super::text::first_sentence(text).trim()),
        None => Fact::default(),
    }
}

/// Returns the number of bullets, letters or numbers inside a text.
fn count_of_parts(text: &str) -> usize {
    let is_part = |line: &&str| {
        strip_bullet(line).is_some()
            || opening::parse(line).is_some_and(|found| matches!(found.form, Form::Letter | Form::Bracket))
    };
    text.lines().skip(1).filter(is_part).count()
}
