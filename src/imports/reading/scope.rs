//! The kind and the scope of the inspection, from the printed type, and else from the title and the recommendations.

use serde_json::json;

use super::context::Section;
use super::kind;
use super::outline::PartKind;
use super::state::Reading;
use super::text::{SpacedWords, collapse};
use super::tick_box;
use super::welsh;
use crate::imports::document::Place;
use crate::imports::proposal::{Fact, QuestionCode, UnclaimedReason};
use crate::inspections::{InspectionKind, InspectionScope};
use crate::vocabulary::WireName;

/// What the fields of the type say.
#[derive(Default)]
struct PrintedType {
    /// The words, with their place.
    printed: Vec<(String, Place)>,
    is_unclear: bool,
}

impl Reading<'_> {
    /// Reads the kind and the scope.
    pub(super) fn read_kind_and_scope(&mut self) {
        let printed = self.read_types();
        self.read_scope(&printed);
        self.read_kind(&printed);
        self.leave_other_types();
    }

    /// Lists the types that neither the kind nor the scope comes from, such as the same type in another language.
    fn leave_other_types(&mut self) {
        let inspection = &self.proposal.inspection;
        let sources = [inspection.kind.from.clone(), inspection.scope.from.clone()];
        for part in 0..self.parts.len() {
            if matches!(self.parts[part].kind, PartKind::Field(Section::InspectionType)) {
                let is_source = |text: &str| {
                    sources.iter().flatten().any(|from| from.text.contains(text) || text.contains(&from.text))
                };
                let printed = self.claims.printed(&self.parts[part]);
                let text = collapse(&self.parts[part].text());
                if let Some(piece) = self.parts[part].pieces.first().filter(|_| !is_source(&text)) {
                    self.claims.leave(piece.line, &printed, UnclaimedReason::FormField);
                }
            }
        }
    }

    fn read_types(&mut self) -> PrintedType {
        let mut found = PrintedType::default();
        for part in self.open_parts(|kind| matches!(kind, PartKind::Field(Section::InspectionType))) {
            let text = self.parts[part].text();
            let place =
                self.parts[part].pieces.first().map(|piece| self.claims.place(piece.line).clone()).unwrap_or_default();
            match tick_box::choices(&text) {
                Some(choices) => {
                    let ticked: Vec<String> =
                        choices.iter().filter(|choice| choice.is_ticked).map(|choice| choice.label.clone()).collect();
                    found.is_unclear |= ticked.is_empty();
                    found.printed.extend(ticked.into_iter().map(|label| (label, place.clone())));
                    self.take(part);
                    for piece in self.parts[part].pieces.clone() {
                        let has_other = tick_box::choices(&piece.text)
                            .is_none_or(|choices| choices.iter().any(|choice| !choice.is_ticked));
                        if has_other {
                            self.claims.leave(piece.line, &piece.text, UnclaimedReason::FormField);
                        }
                    }
                }
                None => {
                    let printed = collapse(&text);
                    let is_choice =
                        self.parts[part].head.as_ref().is_some_and(|(_, head)| head.to_lowercase().contains("delete"))
                            || printed.to_lowercase().contains("delete as appropriate");
                    // A form that was not filled in states nothing.
                    if is_choice && printed.contains('/') {
                        found.is_unclear = true;
                        self.leave(part, UnclaimedReason::FormField);
                    } else if let Some(passage) = self.take(part) {
                        found.printed.push((printed, passage.place));
                    }
                }
            }
        }
        found.printed.sort_by_key(|(text, _)| welsh::is_welsh(text));
        found
    }

    fn read_scope(&mut self, types: &PrintedType) {
        // A column of a table can state it.
        if self.proposal.inspection.scope.value.is_some() {
            return;
        }
        let stated: Vec<_> = types
            .printed
            .iter()
            .filter_map(|(text, place)| {
                let scope =
                    kind::scope_of_type(text).or_else(|| kind::names_force(text).then_some(InspectionScope::Force))?;
                Some((scope, text, place))
            })
            .collect();
        // “PEEL” and “All forces”: the words that name forces decide.
        let decisive = stated.iter().find(|(_, text, _)| !text.to_lowercase().starts_with("peel")).or(stated.first());
        if let Some((scope, text, place)) =
            decisive.map(|(scope, text, place)| (*scope, (*text).clone(), (*place).clone()))
        {
            self.proposal.inspection.scope = Fact::printed(scope, &place, &text);
            let title = self.proposal.inspection.title.value.clone().unwrap_or_default();
            if kind::scope_of_title(&title).is_some_and(|of_title| of_title != scope) {
                let detail =
                    "The printed type and the title suggest different forces. Which forces did the inspection examine?";
                let question = self.ask(QuestionCode::Contradiction, "/inspection/scope", detail);
                question.with_options(InspectionScope::NAMES.iter().map(|name| json!(name)));
                question.with_proposed(json!(scope)).with_words(&place, &text);
            }
            return;
        }
        let title = self.proposal.inspection.title.value.clone().unwrap_or_default();
        let from_title = kind::scope_of_title(&title);
        let texts: Vec<&str> =
            self.proposal.recommendations.iter().filter_map(|found| found.text.value.as_deref()).collect();
        let mut from_texts = texts.iter().filter_map(|text| kind::scope_of_recommendation(text));
        let first = from_texts.next();
        let agree = first.is_some() && from_texts.all(|scope| Some(scope) == first);
        // The words to other bodies say nothing; chief constables in the plural are those of all forces.
        let from_headings = self.parts.iter().any(|part| {
            matches!(&part.kind, PartKind::Item(item) if item.addressees.as_deref().is_some_and(|names| names.to_lowercase().contains("chief constables")))
        });
        let from_texts = first.filter(|_| agree).or(from_headings.then_some(InspectionScope::National));
        let scope = from_title.or(from_texts);
        let printed = types.printed.first().cloned();
        let (words, place) = match &printed {
            Some((text, place)) => (text.clone(), place.clone()),
            None => (title.clone(), self.proposal.inspection.title.from.clone().unwrap_or_default().place),
        };
        if let Some(scope) = scope {
            self.proposal.inspection.scope = Fact::inferred(scope, &place, &words);
        }
        let is_stated = scope == Some(InspectionScope::National) && title.to_lowercase().contains("national");
        if is_stated && (from_texts.is_none() || from_texts == scope) {
            return;
        }
        let code = if scope.is_some() { QuestionCode::Confirm } else { QuestionCode::Missing };
        let detail =
            "The file does not print which forces the inspection examined. Is it national, regional, or of one force?";
        let question = self
            .ask(code, "/inspection/scope", detail)
            .with_options(InspectionScope::NAMES.iter().map(|name| json!(name)));
        question.with_words(&place, &words);
        question.proposed = scope.map(|scope| json!(scope));
    }

    fn read_kind(&mut self, types: &PrintedType) {
        if self.proposal.inspection.kind.value.is_some() {
            return;
        }
        let scope = self.proposal.inspection.scope.value;
        let stated = types.printed.iter().find_map(|(text, place)| Some((kind::kind_of_type(text)?, text, place)));
        let title = self.proposal.inspection.title.clone();
        let title_words = title.value.clone().unwrap_or_default();
        // The label of a title can name the kind: “Super-complaint: Nowhere to turn”.
        let label = title.from.as_ref().map(|from| from.text.clone()).unwrap_or_default();
        let from_title = kind::kind_of_title(&title_words, scope).or_else(|| kind::kind_of_title(&label, scope));
        // “National” alone leaves the kind to a title such as “joint thematic inspection”.
        if let Some((kind, text, place)) = stated {
            let is_general = kind == InspectionKind::NationalThematic;
            let kind =
                from_title.filter(|_| is_general).filter(|kind| *kind != InspectionKind::Custody).unwrap_or(kind);
            self.proposal.inspection.kind = Fact::printed(kind, place, text);
            return;
        }
        let place = title.from.unwrap_or_default().place;
        if let Some(kind) = from_title {
            self.proposal.inspection.kind = Fact::inferred(kind, &place, &title_words);
            return;
        }
        if let Some((text, place)) = types.printed.first()
            && scope == Some(InspectionScope::Force)
            && kind::scope_of_type(text).is_some()
        {
            self.proposal.inspection.kind = Fact::inferred(InspectionKind::ForceSpecific, place, text);
            let mut lines = self.claims.lines().iter().filter(|line| line.left_out.is_none());
            let said = lines.find(|line| SpacedWords::new(&line.text).contains("commissioned"));
            if let Some((place, words)) = said.map(|line| (line.place.clone(), line.text.clone())) {
                let detail = "The file says that somebody commissioned something. Which kind of inspection is it?";
                self.ask(QuestionCode::Confirm, "/inspection/kind", detail)
                    .with_options(InspectionKind::NAMES.iter().map(|name| json!(name)))
                    .with_proposed(json!(InspectionKind::ForceSpecific))
                    .with_words(&place, &words);
            }
            return;
        }
        let content: Vec<&str> =
            self.claims.lines().iter().filter(|line| line.left_out.is_none()).map(|line| line.text.as_str()).collect();
        // The boxes of a form name the types that are not ticked too.
        let preamble = content[..content.len().min(25)].iter().filter(|line| tick_box::choices(line).is_none());
        let preamble = preamble.copied().collect::<Vec<_>>().join("\n");
        let from_scope = match scope {
            Some(InspectionScope::National) => Some(InspectionKind::NationalThematic),
            Some(InspectionScope::Force) => Some(InspectionKind::ForceSpecific),
            _ => None,
        };
        let proposed =
            kind::kind_of_content(&content.join("\n")).or_else(|| kind::kind_of_preamble(&preamble)).or(from_scope);
        if let Some(kind) = proposed {
            self.proposal.inspection.kind = Fact::inferred(kind, &place, &title_words);
        }
        let code = if proposed.is_some() { QuestionCode::Confirm } else { QuestionCode::Missing };
        let detail = "The file does not print the type of inspection. Which kind of inspection is it?";
        let question = self
            .ask(code, "/inspection/kind", detail)
            .with_options(InspectionKind::NAMES.iter().map(|name| json!(name)));
        question.proposed = proposed.map(|kind| json!(kind));
    }
}
