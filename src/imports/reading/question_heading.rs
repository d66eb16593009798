//! Headings and form labels that are questions, such as “When was it published?” or “What has the force done about it?”.

use super::context::Section;
use super::text::SpacedWords;

/// The most words of such a heading.
const MOST_WORDS: usize = 14;

const FORCE: [&str; 8] =
    ["force", "forces", "constabulary", "police", "chief constable", "chief officer", "officers", "heddlu"];
const BODY: [&str; 9] =
    ["commissioner", "pcc", "pfcc", "opcc", "mayor", "we", "deputy mayor", "policing body", "comisiynydd"];
const INSPECTORS: [&str; 9] = [
    "inspectors",
    "inspectorate",
    "inspectorates",
    "hmicfrs",
    "hmic",
    "the report",
    "the inspection",
    "report",
    "inspection",
];

/// The words for what somebody does or says.
const ACTS: [&str; 19] = [
    "do",
    "done",
    "doing",
    "respond",
    "responds",
    "responded",
    "responding",
    "act",
    "acted",
    "acting",
    "change",
    "changed",
    "reply",
    "replied",
    "think",
    "thinks",
    "say",
    "says",
    "said",
];

/// Returns the section that a question begins. The question mark can be absent.
pub(super) fn find(text: &str) -> Option<Section> {
    // The value of a form field can follow on the line.
    if text.trim_end_matches('?').contains(|c: char| matches!(c, '?' | ':' | '\t') || c.is_ascii_digit()) {
        return None;
    }
    let words = SpacedWords::new(text);
    if words.count() > MOST_WORDS || words.count() < 3 {
        return None;
    }
    let has = |phrases: &[&str]| words.contains_any(phrases);
    let starts = |phrases: &[&str]| phrases.iter().any(|phrase| words.starts_with(phrase));
    if starts(&["when", "what date", "what day", "on what date", "on what day", "on which day", "on which date"]) {
        return day(&words);
    }
    if starts(&["is it", "is this", "was it", "does it", "which forces", "who does it"])
        && has(&["national", "local", "all forces", "every force", "one force", "forces", "apply to"])
    {
        return Some(Section::InspectionType);
    }
    if starts(&["who", "which inspectorate", "which inspectorates"])
        && has(&["inspected", "inspectorate", "inspectorates", "wrote the report"])
    {
        return Some(Section::Inspectorates);
    }
    if !starts(&["what", "which", "how"]) {
        return None;
    }
    let names_kind = has(&["kind of", "type of", "sort of", "category of"]);
    if names_kind && has(&["report", "inspection", "review"]) {
        return Some(Section::InspectionType);
    }
    let names_report =
        has(&["was inspected", "is it called", "is the report called", "was the report called", "is the title"])
            || starts(&["which report", "which inspection", "what report", "what inspection"]);
    if names_report {
        return Some(Section::Title);
    }
    let asks = has(&["recommend", "recommended", "recommendations"]);
    let is_told = has(&[
        "asked of",
        "asked to do",
        "asked for",
        "told to do",
        "ask for",
        "ask us",
        "ask the force",
        "need to do",
    ]);
    if asks && (has(&INSPECTORS) || has(&["recommended"])) {
        return Some(Section::Recommendations);
    }
    if is_told {
        return Some(Section::Responses);
    }
    if !has(&ACTS) {
        return None;
    }
    match (has(&FORCE), has(&BODY)) {
        (true, false) => Some(Section::ChiefOfficerComments),
        (false, true) => Some(Section::PolicingBodyComments),
        // “What did the inspectors say about the force?” is about the findings.
        (false, false) if has(&INSPECTORS) && has(&["say", "says", "said"]) => Some(Section::KeyFindings),
        _ => None,
    }
}

/// Returns the section of a question about one recommendation, without the words that cite it: “What will be done”.
pub(super) fn find_about_item(text: &str) -> Option<Section> {
    let words = SpacedWords::new(text);
    let asks = ["what", "how"].iter().any(|word| words.starts_with(word));
    if !asks || words.count() > MOST_WORDS || !words.contains_any(&ACTS) {
        return None;
    }
    Some(match (words.contains_any(&FORCE), words.contains_any(&BODY)) {
        (true, false) => Section::ChiefOfficerComments,
        (false, true) => Section::PolicingBodyComments,
        _ => Section::Response,
    })
}

/// Returns the section of a question about a day.
fn day(words: &SpacedWords) -> Option<Section> {
    let is_published =
        words.contains_any(&["published", "publication", "come out", "came out", "released", "issued", "appear"]);
    let is_response = words.contains_any(&["response", "reply", "answer", "we", "our", "us", "form"]);
    let is_due = words.contains_any(&["due", "needed", "deadline", "must", "required", "expected"]);
    match (is_due, is_response, is_published) {
        (true, ..) => Some(Section::FormField),
        (_, true, _)
            if words.contains_any(&["sent", "signed", "made", "given", "published", "completed", "submitted"]) =>
        {
            Some(Section::Dated)
        }
        (_, false, true) => Some(Section::Published),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_begins_a_section() {
        for (text, section) in [
            ("When was it published?", Some(Section::Published)),
            ("When did the report come out?", Some(Section::Published)),
            ("When did we send our response, and when was it published?", Some(Section::Dated)),
            ("When is the reply due?", Some(Section::FormField)),
            ("Is it national or local?", Some(Section::InspectionType)),
            ("What kind of report?", Some(Section::InspectionType)),
            ("What was inspected?", Some(Section::Title)),
            ("What did the inspectors recommend?", Some(Section::Recommendations)),
            ("What was asked of police forces?", Some(Section::Responses)),
            ("What has our force done about it?", Some(Section::ChiefOfficerComments)),
            ("How is the Commissioner responding", Some(Section::PolicingBodyComments)),
            ("What is happening in the control room?", None),
            ("What the force and the Commissioner will do", None),
            ("Who answers the telephone at night?", None),
        ] {
            assert_eq!(find(text), section, "{text}");
        }
    }
}
