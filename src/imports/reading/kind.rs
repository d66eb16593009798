//! The kind and the scope of an inspection, from the printed type, the title, and the recommendations.

use super::text::SpacedWords;
use crate::inspections::{InspectionKind as Kind, InspectionScope as Scope};

/// Phrases that name a kind, in a type or a title. The first one in this order wins.
const KINDS: &[(&str, Kind)] = &[
    ("super complaint", Kind::SuperComplaint),
    ("uwch gwyn", Kind::SuperComplaint),
    ("state of policing", Kind::StateOfPolicing),
    ("annual assessment of policing", Kind::StateOfPolicing),
    ("rapid review", Kind::RapidReview),
    ("crime data integrity", Kind::CrimeDataIntegrity),
    ("crime recording", Kind::CrimeDataIntegrity),
    ("crime data", Kind::CrimeDataIntegrity),
    ("revisit", Kind::Revisit),
    ("re visit", Kind::Revisit),
    ("reinspection", Kind::Revisit),
    ("re inspection", Kind::Revisit),
    ("post inspection review", Kind::Revisit),
    ("follow up", Kind::Revisit),
    ("ailymweliad", Kind::Revisit),
    ("peel", Kind::Peel),
    ("commissioned by", Kind::Commissioned),
    ("home secretary commission", Kind::Commissioned),
    ("commissioned inspection", Kind::Commissioned),
];

/// Phrases that name a kind or only a subject. In the title of a national report they do not decide the kind.
const SUBJECTS: &[(&str, Kind)] = &[
    ("child protection", Kind::ChildProtection),
    ("protecting children", Kind::ChildProtection),
    ("amddiffyn plant", Kind::ChildProtection),
    ("police custody", Kind::Custody),
    ("custody suites", Kind::Custody),
    ("custody", Kind::Custody),
    ("y ddalfa", Kind::Custody),
    ("ddalfar heddlu", Kind::Custody),
    ("dalfar heddlu", Kind::Custody),
    ("ddalfa", Kind::Custody),
    ("serious and organised crime", Kind::SeriousOrganisedCrime),
    ("serious organised crime", Kind::SeriousOrganisedCrime),
    ("integrity", Kind::Integrity),
    ("counter corruption", Kind::Integrity),
    ("vetting misconduct", Kind::Integrity),
    ("vetting", Kind::Integrity),
    ("misconduct", Kind::Integrity),
];

/// Phrases of an inspection together with other inspectorates.
const JOINT: [&str; 8] = [
    "joint thematic",
    "joint inspection",
    "joint targeted area",
    "jtai",
    "partner inspection",
    "joint review",
    "criminal justice joint",
    "joint",
];
const THEMATIC: [&str; 4] = ["thematic", "national inspection", "thematig", "national"];

/// Returns the kind that the printed type states.
pub(super) fn kind_of_type(printed: &str) -> Option<Kind> {
    let words = SpacedWords::new(printed);
    if words.contains("thematic") && words.contains_any(&JOINT)
        || words.contains("joint")
        || words.contains("partner inspection")
    {
        return Some(Kind::JointThematic);
    }
    first_of(&words, KINDS)
        .or_else(|| first_of(&words, SUBJECTS))
        .or_else(|| words.contains_any(&THEMATIC).then_some(Kind::NationalThematic))
}

/// Returns the kind that a title states. In a national report, a subject does not decide.
pub(super) fn kind_of_title(title: &str, scope: Option<Scope>) -> Option<Kind> {
    let words = SpacedWords::new(title);
    let is_joint = words.contains_any(&JOINT[..7]);
    let is_thematic = words.contains("thematic") || words.contains("thematig");
    if words.contains_any(&["jtai", "joint targeted area"]) {
        return None;
    }
    let is_national_programme = words.contains("national child protection");
    match () {
        () if is_joint && (is_thematic || scope == Some(Scope::National)) => Some(Kind::JointThematic),
        () if is_national_programme => Some(Kind::ChildProtection),
        () => first_of(&words, KINDS)
            .or_else(|| is_thematic.then_some(Kind::NationalThematic))
            .or_else(|| first_of(&words, SUBJECTS).filter(|_| scope != Some(Scope::National)))
            .or_else(|| is_joint.then_some(Kind::JointThematic)),
    }
}

/// Returns the kind that the words of the recommendations suggest: vetting, misconduct and corruption.
pub(super) fn kind_of_content(text: &str) -> Option<Kind> {
    const INTEGRITY: [&str; 7] = [
        "vetting",
        "misconduct",
        "standards department",
        "counter corruption",
        "corruption",
        "abuse of position",
        "professional standards",
    ];
    let words = SpacedWords::new(text);
    let found = INTEGRITY.iter().filter(|phrase| words.contains(phrase)).count();
    (found >= 2).then_some(Kind::Integrity)
}

/// Returns the kind that the first lines of a document name.
pub(super) fn kind_of_preamble(text: &str) -> Option<Kind> {
    first_of(&SpacedWords::new(text), KINDS).filter(|kind| *kind != Kind::Revisit)
}

fn first_of(words: &SpacedWords, phrases: &[(&str, Kind)]) -> Option<Kind> {
    phrases.iter().find(|(phrase, _)| words.contains(phrase)).map(|(_, kind)| *kind)
}

/// Returns the scope that the printed type states. Returns none if it states none or several.
///
/// A “National Child Protection Inspection” is part of a national programme but examines one force.
pub(super) fn scope_of_type(printed: &str) -> Option<Scope> {
    let words = SpacedWords::new(printed);
    if words.contains("national child protection") {
        return None;
    }
    let all =
        ["national", "cenedlaethol", "all forces", "all police forces", "thematic", "every force", "england and wales"];
    let national = words.contains_any(&all).then_some(Scope::National);
    let regional = words.contains_any(&["regional", "rhanbarthol"]).then_some(Scope::Regional);
    let one = ["force", "local", "peel", "specific", "constabulary", "only", "lleol", "this force", "single force"];
    let force = (words.contains_any(&one) && !words.contains("all forces")).then_some(Scope::Force);
    match (national, regional, force) {
        (Some(scope), None, None) | (None, Some(scope), None) | (None, None, Some(scope)) => Some(scope),
        _ => None,
    }
}

/// Returns the scope that a title suggests: the name of a force, or all forces.
pub(super) fn scope_of_title(title: &str) -> Option<Scope> {
    let words = SpacedWords::new(title);
    if words.contains("national child protection") {
        return Some(Scope::Force);
    }
    if words.contains_any(&["regional", "rhanbarthol"]) {
        return Some(Scope::Regional);
    }
    if names_force(title) {
        return Some(Scope::Force);
    }
    let national = [
        "national",
        "thematic",
        "all forces",
        "how forces",
        "how the police",
        "how police forces",
        "police forces",
        "forces deal",
        "england and wales",
        "state of policing",
        "forces",
        "super complaint",
        "cenedlaethol",
    ];
    if words.contains_any(&national) {
        return Some(Scope::National);
    }
    // An unannounced visit, or a custody inspection, is that of one force.
    let local = [
        "unannounced",
        "revisit",
        "peel",
        "custody suites",
        "custody in",
        "joint targeted area",
        "jtai",
        "re inspection",
        "child protection inspection",
        "in ardudwy",
    ];
    words.contains_any(&local).then_some(Scope::Force)
}

/// Returns true if a text names a force: `X Police`, `X Constabulary`, `Heddlu X`.
pub(super) fn names_force(text: &str) -> bool {
    let parts: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '’' | '\'' | '-')))
        .filter(|part| !part.is_empty())
        .collect();
    let capital = |part: &str| part.starts_with(char::is_uppercase);
    const NO_NAME: [&str; 14] =
        ["The", "Of", "And", "By", "How", "HMICFRS", "HMIC", "National", "An", "A", "In", "Local", "All", "Each"];
    parts.windows(2).any(|pair| {
        let plain = pair[1].trim_end_matches("’s").trim_end_matches("'s").trim_end_matches('’');
        let is_force = matches!(plain, "Police" | "Constabulary" | "POLICE" | "CONSTABULARY");
        is_force && capital(pair[0]) && !NO_NAME.contains(&pair[0]) || pair[0] == "Heddlu" && capital(pair[1])
    }) && !SpacedWords::new(text).contains_any(&["police and crime commissioners", "police forces"])
}

/// Returns the scope that a recommendation suggests by whom it asks to act.
pub(super) fn scope_of_recommendation(text: &str) -> Option<Scope> {
    let words = SpacedWords::new(super::text::first_sentence(text));
    if words.contains_any(&[
        "chief constables",
        "all forces",
        "forces should",
        "forces must",
        "police forces",
        "prif gwnstabliaid",
        "each force",
        "every force",
        "police and prosecutors",
    ]) {
        return Some(Scope::National);
    }
    let one = ["the force", "the constabulary", "this force"];
    (words.contains_any(&one) || names_force(text)).then_some(Scope::Force)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_titles_state_kind_and_scope() {
        assert_eq!(scope_of_type("Force Inspection"), Some(Scope::Force));
        assert_eq!(scope_of_type("Westmoor Constabulary Specific"), Some(Scope::Force));
        assert_eq!(scope_of_type("Cenedlaethol / National"), Some(Scope::National));
        assert_eq!(scope_of_type("National / Local"), None);
        assert_eq!(kind_of_type("National thematic"), Some(Kind::NationalThematic));
        assert_eq!(kind_of_type("Child protection"), Some(Kind::ChildProtection));
        assert_eq!(kind_of_type("Force Inspection"), None);
        for (title, scope, kind) in [
            ("HMICFRS Northmere Police revisit: custody aftercare cause of concern", Scope::Force, Kind::Revisit),
            ("Growing up on bail – a joint thematic inspection of children", Scope::National, Kind::JointThematic),
            (
                "Answering the call – a thematic inspection of emergency contact",
                Scope::National,
                Kind::NationalThematic,
            ),
            ("Custody in Hillport – an unannounced inspection", Scope::Force, Kind::Custody),
            ("PEEL 2021/22 – Westmoor Constabulary", Scope::Force, Kind::Peel),
            ("Tarnbeck Constabulary – Crime Data Integrity re-inspection 2019", Scope::Force, Kind::CrimeDataIntegrity),
        ] {
            assert_eq!(scope_of_title(title), Some(scope), "{title}");
            assert_eq!(kind_of_title(title, Some(scope)), Some(kind), "{title}");
        }
        assert_eq!(scope_of_title("How well Eastvale Police keeps its own house in order"), Some(Scope::Force));
    }
}
