//! Infers the scope and the kind of an inspection, which a document does not state but implies. Pure functions of the
//! printed text. Where the text is unclear, the result is none.

use super::reference::is_blank;
use crate::inspections::{InspectionKind as Kind, InspectionScope as Scope};

/// Phrases that name a kind, in a type or a title. The first phrase in the text wins.
const KIND_PHRASES: [(&str, Kind); 13] = [
    ("super complaint", Kind::SuperComplaint),
    ("state of policing", Kind::StateOfPolicing),
    ("rapid review", Kind::RapidReview),
    ("revisit", Kind::Revisit),
    ("re visit", Kind::Revisit),
    ("reinspection", Kind::Revisit),
    ("re inspection", Kind::Revisit),
    ("post inspection review", Kind::Revisit),
    ("crime data integrity", Kind::CrimeDataIntegrity),
    ("peel", Kind::Peel),
    ("commissioned by", Kind::Commissioned),
    ("home secretary commission", Kind::Commissioned),
    ("commissioned inspection", Kind::Commissioned),
];

/// Phrases that name a kind or only a subject. In the title of a national report they do not decide the kind.
const SUBJECT_PHRASES: [(&str, Kind); 6] = [
    ("child protection", Kind::ChildProtection),
    ("custody", Kind::Custody),
    ("serious and organised crime", Kind::SeriousOrganisedCrime),
    ("serious organised crime", Kind::SeriousOrganisedCrime),
    ("integrity", Kind::Integrity),
    ("counter corruption", Kind::Integrity),
];

/// Infers the scope from the printed type. Returns none if the type names no scope, or more than one.
///
/// A “National Child Protection Inspection” is part of a national programme but examines one force, so its scope is
/// unclear.
pub fn infer_scope(inspection_type: &str) -> Option<Scope> {
    let words = SpacedWords::new(inspection_type);
    if words.contains("national child protection") {
        return None;
    }
    let national = words.contains("national").then_some(Scope::National);
    let regional = words.contains("regional").then_some(Scope::Regional);
    let force = ["force", "local", "peel"].iter().any(|word| words.contains(word));
    let force = force.then_some(Scope::Force);
    match (national, regional, force) {
        (Some(scope), None, None) | (None, Some(scope), None) | (None, None, Some(scope)) => Some(scope),
        _ => None,
    }
}

/// Infers the kind: from the type, else from the title, else from the scope.
pub fn infer_kind(inspection_type: &str, title: &str) -> Kind {
    let (type_words, title_words) = (SpacedWords::new(inspection_type), SpacedWords::new(title));
    let scope = infer_scope(inspection_type);
    let joint = |words: &SpacedWords| words.contains("joint thematic") || words.contains("joint inspection");
    let from_scope = || match scope {
        _ if type_words.contains("joint") => Some(Kind::JointThematic),
        Some(Scope::National) if joint(&title_words) => Some(Kind::JointThematic),
        Some(Scope::National) => Some(Kind::NationalThematic),
        _ => None,
    };
    type_words
        .first_kind(&KIND_PHRASES)
        .or_else(|| type_words.first_kind(&SUBJECT_PHRASES))
        .or_else(|| title_words.first_kind(&KIND_PHRASES))
        .or_else(from_scope)
        .or_else(|| title_words.first_kind(&SUBJECT_PHRASES))
        .or_else(|| joint(&title_words).then_some(Kind::JointThematic))
        .or_else(|| (scope == Some(Scope::Force)).then_some(Kind::ForceSpecific))
        .unwrap_or(Kind::Other)
}

/// A text as lower-case words with one space around each, so that only whole words are compared.
struct SpacedWords(String);

impl SpacedWords {
    fn new(text: &str) -> Self {
        let letters = text.to_lowercase().replace(is_blank, " ").replace(['’', '\''], "");
        let words = letters.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut spaced = String::from(" ");
        for word in words {
            spaced.push_str(word);
            spaced.push(' ');
        }
        Self(spaced)
    }

    fn contains(&self, phrase: &str) -> bool {
        self.0.contains(&format!(" {phrase} "))
    }

    fn first_kind(&self, phrases: &[(&str, Kind)]) -> Option<Kind> {
        let found = phrases.iter().find(|(phrase, _)| self.contains(phrase));
        found.map(|(_, kind)| *kind)
    }
}
