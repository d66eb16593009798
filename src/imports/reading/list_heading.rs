//! Headings of lists of recommendations, areas for improvement and causes of concern, such as “Recommendations for
//! chief constables” or “Vetting AFIs (2)”.

use super::addressees::is_only_bodies;
use super::context::Section;
use super::text::{SpacedWords, collapse};

/// The words for each kind of list. Longer phrases stand first.
const LISTS: [(&str, Section); 24] = [
    ("areas for improvement afis", Section::AreasForImprovement),
    ("areas for improvement", Section::AreasForImprovement),
    ("area for improvement", Section::AreasForImprovement),
    ("areas of improvement", Section::AreasForImprovement),
    ("areas needing improvement", Section::AreasForImprovement),
    ("afis", Section::AreasForImprovement),
    ("afi", Section::AreasForImprovement),
    ("meysydd iw gwella", Section::AreasForImprovement),
    ("meysydd ar gyfer gwella", Section::AreasForImprovement),
    ("meysydd i wella", Section::AreasForImprovement),
    ("maes iw wella", Section::AreasForImprovement),
    ("causes of concern", Section::CausesOfConcern),
    ("cause of concern", Section::CausesOfConcern),
    ("areas of concern", Section::CausesOfConcern),
    ("achosion pryder", Section::CausesOfConcern),
    ("achosion o bryder", Section::CausesOfConcern),
    ("achos pryder", Section::CausesOfConcern),
    ("achos o bryder", Section::CausesOfConcern),
    ("recommendation s", Section::Recommendations),
    ("recommendations", Section::Recommendations),
    ("recommendation", Section::Recommendations),
    ("recs", Section::Recommendations),
    ("argymhellion", Section::Recommendations),
    ("argymhelliad", Section::Recommendations),
];

/// Words that can stand before a list's name.
const BEFORE: &[&str] = &[
    "the",
    "hmicfrs",
    "hmicfrss",
    "hmics",
    "hmic",
    "national",
    "local",
    "force",
    "forces",
    "key",
    "new",
    "all",
    "list",
    "of",
    "report",
    "reports",
    "inspection",
    "inspectorates",
    "inspectors",
    "summary",
    "joint",
    "identified",
    "relevant",
    "other",
    "a",
    "an",
    "two",
    "three",
    "four",
    "five",
    "one",
];

/// Words that can stand after a list's name.
const AFTER: &[&str] = &[
    "made",
    "identified",
    "by",
    "hmicfrs",
    "hmic",
    "from",
    "the",
    "report",
    "inspection",
    "in",
    "of",
    "this",
    "inspectors",
    "inspectorate",
    "are",
    "were",
    "as",
    "follows",
    "listed",
    "below",
    "and",
    "relevant",
    "set",
    "out",
    "raised",
    "action",
    "actions",
    "taken",
    "force",
    "forces",
];

/// Returns the list that a heading begins, and the bodies that it names. `is_set_apart` is true if a number or a note
/// shows that the line is a heading.
pub(super) fn find(text: &str, is_set_apart: bool) -> Option<(Section, Option<String>)> {
    let words = SpacedWords::new(text);
    let phrase = words.as_str();
    if let Some(bodies) = bodies_alone(text) {
        return Some((Section::Recommendations, Some(bodies)));
    }
    if words.starts_with("what")
        && words.count() <= 9
        && (phrase.ends_with("to improve") || phrase.ends_with("needs improving"))
    {
        return Some((Section::Responses, None));
    }
    // “Recommendation and area for improvement” begins a list of both.
    let mut rest = format!(" {phrase} ");
    let mut names = 0;
    for (name, _) in LISTS {
        let spaced = format!(" {name} ");
        while let Some(at) = rest.find(&spaced) {
            rest.replace_range(at..at + spaced.len(), " ");
            names += 1;
        }
    }
    if names >= 2
        && !text.contains('/')
        && rest
            .split_whitespace()
            .all(|word| matches!(word, "and" | "the" | "hmicfrs" | "hmicfrss" | "s" | "or" | "of"))
    {
        return Some((Section::Responses, None));
    }
    // “Vetting AFIs” ends with the list; “Recommendations for X” begins with it.
    let (name, section) = LISTS.iter().find(|(name, _)| words.contains(name))?;
    let (before, after) = format!(" {phrase} ")
        .split_once(&format!(" {name} "))
        .map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned()))?;
    if after
        .split(' ')
        .any(|word| matches!(word, "recommendations" | "improvement" | "concern" | "responses" | "response"))
    {
        return None;
    }
    let known_before = before.split_whitespace().all(|word| BEFORE.contains(&word));
    if known_before && let Some(bodies) = bodies_after(text, &after) {
        return Some((*section, Some(bodies)));
    }
    let known_after = after.split_whitespace().all(|word| AFTER.contains(&word));
    // A subject before the name, such as “Vetting AFIs”, is a heading if the line looks like one.
    let subject = before.split_whitespace().count();
    let is_plural = name.ends_with('s');
    let begins_upper = text.starts_with(|c: char| c.is_uppercase());
    let subject_allowed = known_before
        || (is_set_apart || begins_upper) && is_plural && subject <= 4 && after.is_empty() && !has_verb(&before);
    (known_after && subject_allowed).then_some((*section, None))
}

/// Returns true for words of a sentence.
fn has_verb(words: &str) -> bool {
    const VERBS: [&str; 24] = [
        "is", "are", "was", "were", "has", "have", "had", "made", "makes", "make", "accept", "accepts", "welcome",
        "welcomes", "i", "we", "there", "with", "these", "no", "given", "take", "agree", "response",
    ];
    words.split_whitespace().any(|word| VERBS.contains(&word))
}

/// Returns the bodies in “for chief constables” after the name of a list.
fn bodies_after(text: &str, after: &str) -> Option<String> {
    const LEADS: [&str; 14] = [
        "for ",
        "to ",
        "addressed to ",
        "directed at ",
        "aimed at ",
        "directed to ",
        "made to ",
        "i ",
        "ar gyfer ",
        "relevant to ",
        "relating to ",
        "that apply to ",
        "which apply to ",
        "applicable to ",
    ];
    let lead = LEADS.iter().find(|lead| after.starts_with(**lead))?;
    let count = after[lead.len()..].split_whitespace().count();
    if count == 0 || count > 12 {
        return None;
    }
    let lower = collapse(text);
    let printed: Vec<&str> = lower.split(' ').collect();
    Some(printed[printed.len().saturating_sub(count)..].join(" "))
}

/// Returns the bodies in a line such as “For the Crown Prosecution Service” or “Chief constables”.
fn bodies_alone(text: &str) -> Option<String> {
    let text = collapse(text);
    let rest = ["For ", "To ", "FOR ", "TO "].iter().find_map(|lead| text.strip_prefix(lead));
    if let Some(rest) = rest {
        return is_only_bodies(rest).then(|| rest.to_owned());
    }
    let words = SpacedWords::new(&text);
    let several = ["chief constables", "police forces", "police and crime commissioners", "forces"];
    let is_bodies = several.contains(&words.as_str())
        || words.as_str() == "the home office"
        || words.as_str() == "the college of policing";
    (is_bodies && text.starts_with(|c: char| c.is_uppercase())).then_some(text)
}
