//! The template's six headings, and when a line is one: the whole line, or what stands before its first colon.
//! Case, indentation and spacing do not matter; a heading's words inside a sentence do not make a heading.

use super::reference::is_blank;

/// A heading of the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heading {
    Title,
    Published,
    InspectionType,
    KeyFindings,
    Recommendations,
    Response,
}

impl Heading {
    /// Every heading, in the template's order.
    pub(super) const ALL: [Self; 6] =
        [Self::Title, Self::Published, Self::InspectionType, Self::KeyFindings, Self::Recommendations, Self::Response];

    /// The heading as the template prints it.
    pub(super) fn printed(self) -> &'static str {
        match self {
            Self::Title => "Inspection Title",
            Self::Published => "Date Published",
            Self::InspectionType => "Type of Inspection",
            Self::KeyFindings => "Key Findings",
            Self::Recommendations => "Recommendations",
            Self::Response => "PCC & Chief Constable Response",
        }
    }

    /// The heading of a line, with what stands after it on the same line.
    pub(super) fn of(line: &str) -> Option<(Self, &str)> {
        let (words, value) = line.split_once(':').unwrap_or((line, ""));
        // A longer line is prose; this spares it the comparison below.
        if words.chars().filter(|c| !is_blank(*c)).count() > 200 {
            return None;
        }
        let letters: String = words.chars().filter(|c| !is_blank(*c)).flat_map(char::to_lowercase).collect();
        let heading = match letters.as_str() {
            "inspectiontitle" => Self::Title,
            "datepublished" => Self::Published,
            "typeofinspection" => Self::InspectionType,
            "keyfindings" => Self::KeyFindings,
            "recommendations" | "recommendation(s)" => Self::Recommendations,
            _ if heads_response(words) => Self::Response,
            _ => return None,
        };
        Some((heading, value))
    }
}

const HOLDERS: [&str; 14] = [
    "pcc",
    "pfcc",
    "mopac",
    "pccs",
    "pfccs",
    "mopacs",
    "commissioner",
    "commissioners",
    "mayor",
    "mayors",
    "constable",
    "constables",
    "council",
    "officer",
];
const BETWEEN_HOLDERS: [&str; 14] = [
    "the", "and", "of", "for", "police", "fire", "crime", "policing", "chief", "deputy", "common", "office", "joint",
    "local",
];
const SUBJECTS: [&str; 4] = ["report", "reports", "recommendation", "recommendations"];
const BETWEEN_SUBJECTS: [&str; 10] =
    ["the", "this", "and", "its", "of", "inspection", "inspectorate", "inspectorates", "hmicfrs", "findings"];

/// Holders of office, then “response”, then nothing or “to” and the report or its recommendations.
/// Without a holder of office the report or its recommendations must be named.
fn heads_response(words: &str) -> bool {
    let printed = plain_words(words);
    let lower: Vec<String> = printed.iter().map(|word| word.to_lowercase()).collect();
    let Some(at) = lower.iter().position(|w| w == "response" || w == "responses") else {
        return false;
    };
    let has = |list: &[&str], word: &String| list.contains(&word.as_str());
    let before = &lower[..at];
    let after = &lower[at + 1..];

    // “Mayor of West Yorkshire”: after “of” or “for” the name of an area may stand.
    let place_from = before.iter().position(|w| w == "of" || w == "for");
    let named = before.iter().enumerate().all(|(i, word)| {
        has(&HOLDERS, word)
            || has(&BETWEEN_HOLDERS, word)
            || place_from.is_some_and(|from| i > from) && printed[i].starts_with(|c: char| c.is_uppercase())
    });
    let held = before.iter().any(|word| has(&HOLDERS, word));

    let subject = match after.split_first() {
        None => return held && named,
        Some((to, rest)) if to == "to" => rest,
        Some(_) => return false,
    };
    let reported = subject.iter().any(|word| has(&SUBJECTS, word))
        && subject.iter().all(|word| has(&SUBJECTS, word) || has(&BETWEEN_SUBJECTS, word));
    reported && named && (held || before.is_empty())
}

/// The words with “&” as “and”, and without commas, brackets and the possessive's apostrophe.
fn plain_words(text: &str) -> Vec<String> {
    text.replace('&', " and ")
        .split(|c: char| is_blank(c) || c == ',' || c == '/')
        .map(|word| word.replace(['(', ')', '’', '‘', '\''], ""))
        .filter(|word| !word.is_empty())
        .collect()
}
