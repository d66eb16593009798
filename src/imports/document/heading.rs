//! The six headings of the template. A heading is a whole line, or the text before the first colon of a line. Case,
//! indentation and spacing do not matter. The same words inside a sentence are not a heading.

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
    /// All headings, in the order of the template.
    pub(super) const ALL: [Self; 6] =
        [Self::Title, Self::Published, Self::InspectionType, Self::KeyFindings, Self::Recommendations, Self::Response];

    /// Returns the heading as the template prints it.
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

    /// Returns the heading in a line, and the text after it on the same line.
    pub(super) fn from_line(line: &str) -> Option<(Self, &str)> {
        let (words, value) = line.split_once(':').unwrap_or((line, ""));
        // A longer line is prose, for which the comparison below would be slow.
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
            _ if is_response_heading(words) => Self::Response,
            _ => return None,
        };
        Some((heading, value))
    }
}

const OFFICE_HOLDERS: [&str; 14] = [
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
const WORDS_BETWEEN_OFFICE_HOLDERS: [&str; 14] = [
    "the", "and", "of", "for", "police", "fire", "crime", "policing", "chief", "deputy", "common", "office", "joint",
    "local",
];
const REPORT_WORDS: [&str; 4] = ["report", "reports", "recommendation", "recommendations"];
const WORDS_BETWEEN_REPORT_WORDS: [&str; 10] =
    ["the", "this", "and", "its", "of", "inspection", "inspectorate", "inspectorates", "hmicfrs", "findings"];

/// Returns true for the names of office holders and “response”, which “to” and the report or its recommendations can
/// follow. If no office holder is named, the report or its recommendations must be.
fn is_response_heading(words: &str) -> bool {
    let printed = split_words(words);
    let lower: Vec<String> = printed.iter().map(|word| word.to_lowercase()).collect();
    let Some(at) = lower.iter().position(|w| w == "response" || w == "responses") else {
        return false;
    };
    let has = |list: &[&str], word: &String| list.contains(&word.as_str());
    let before = &lower[..at];
    let after = &lower[at + 1..];

    // In “Mayor of West Yorkshire”, the name of an area comes after “of”. It can also come after “for”.
    let area_from = before.iter().position(|w| w == "of" || w == "for");
    let only_names = before.iter().enumerate().all(|(i, word)| {
        has(&OFFICE_HOLDERS, word)
            || has(&WORDS_BETWEEN_OFFICE_HOLDERS, word)
            || area_from.is_some_and(|from| i > from) && printed[i].starts_with(|c: char| c.is_uppercase())
    });
    let has_office_holder = before.iter().any(|word| has(&OFFICE_HOLDERS, word));

    let subject = match after.split_first() {
        None => return has_office_holder && only_names,
        Some((to, rest)) if to == "to" => rest,
        Some(_) => return false,
    };
    let names_report = subject.iter().any(|word| has(&REPORT_WORDS, word))
        && subject.iter().all(|word| has(&REPORT_WORDS, word) || has(&WORDS_BETWEEN_REPORT_WORDS, word));
    names_report && only_names && (has_office_holder || before.is_empty())
}

/// Splits a text into words. “&” becomes “and”; commas, brackets and apostrophes are removed.
fn split_words(text: &str) -> Vec<String> {
    text.replace('&', " and ")
        .split(|c: char| is_blank(c) || c == ',' || c == '/')
        .map(|word| word.replace(['(', ')', '’', '‘', '\''], ""))
        .filter(|word| !word.is_empty())
        .collect()
}
