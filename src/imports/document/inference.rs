//! What a document does not say but implies: whom the inspection was of, and of which kind it was.
//! Pure functions of the printed words; where the words are unclear they say so.

use super::reference::is_blank;
use crate::inspections::{InspectionKind as Kind, InspectionScope as Scope};

/// Kinds that a title or a type names outright; the first that is named wins.
const NAMED: [(&str, Kind); 13] = [
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

/// Kinds that are also mere subjects: in the title of a national report they do not make the kind.
const SUBJECTS: [(&str, Kind); 6] = [
    ("child protection", Kind::ChildProtection),
    ("custody", Kind::Custody),
    ("serious and organised crime", Kind::SeriousOrganisedCrime),
    ("serious organised crime", Kind::SeriousOrganisedCrime),
    ("integrity", Kind::Integrity),
    ("counter corruption", Kind::Integrity),
];

/// Whom the inspection was of, from its printed type; none where the type does not say, or says two things.
///
/// A “National Child Protection Inspection” is one of a national programme and looks at one force: not to be told.
pub fn scope(inspection_type: &str) -> Option<Scope> {
    let words = Words::of(inspection_type);
    if words.have("national child protection") {
        return None;
    }
    let national = words.have("national").then_some(Scope::National);
    let regional = words.have("regional").then_some(Scope::Regional);
    let force = ["force", "local", "peel"].iter().any(|word| words.have(word));
    let force = force.then_some(Scope::Force);
    match (national, regional, force) {
        (Some(scope), None, None) | (None, Some(scope), None) | (None, None, Some(scope)) => Some(scope),
        _ => None,
    }
}

/// The kind of the inspection: what the type names, else what the title names, else what the scope leaves.
pub fn kind(inspection_type: &str, title: &str) -> Kind {
    let (type_words, title_words) = (Words::of(inspection_type), Words::of(title));
    let scope = scope(inspection_type);
    let joint = |words: &Words| words.have("joint thematic") || words.have("joint inspection");
    let of_scope = || match scope {
        _ if type_words.have("joint") => Some(Kind::JointThematic),
        Some(Scope::National) if joint(&title_words) => Some(Kind::JointThematic),
        Some(Scope::National) => Some(Kind::NationalThematic),
        _ => None,
    };
    type_words
        .first(&NAMED)
        .or_else(|| type_words.first(&SUBJECTS))
        .or_else(|| title_words.first(&NAMED))
        .or_else(of_scope)
        .or_else(|| title_words.first(&SUBJECTS))
        .or_else(|| joint(&title_words).then_some(Kind::JointThematic))
        .or_else(|| (scope == Some(Scope::Force)).then_some(Kind::ForceSpecific))
        .unwrap_or(Kind::Other)
}

/// A text as lower-case words with one space around each, so that whole words are compared.
struct Words(String);

impl Words {
    fn of(text: &str) -> Self {
        let letters = text.to_lowercase().replace(is_blank, " ").replace(['’', '\''], "");
        let words = letters.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut spaced = String::from(" ");
        for word in words {
            spaced.push_str(word);
            spaced.push(' ');
        }
        Self(spaced)
    }

    fn have(&self, phrase: &str) -> bool {
        self.0.contains(&format!(" {phrase} "))
    }

    fn first(&self, named: &[(&str, Kind)]) -> Option<Kind> {
        let found = named.iter().find(|(phrase, _)| self.have(phrase));
        found.map(|(_, kind)| *kind)
    }
}
