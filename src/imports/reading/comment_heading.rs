//! Headings of comments and answers: an office holder and what they write, such as “PCC comments”, “Commissioner’s
//! response”, “What the Chief Constable says”, or “My answer to recommendation 3”.

use super::cited_item;
use super::context::Section;
use super::heading_words::{BETWEEN, BODY_HOLDERS, CHIEF_HOLDERS, STATEMENTS};
use super::text::{is_blank, words};

/// A heading of comments or answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CommentHeading {
    pub(super) section: Section,
    /// The number of the recommendation that the heading names.
    pub(super) item: Option<String>,
}

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    Body,
    Chief,
    Both,
    Unnamed,
}

/// A word as printed and in lower case.
struct Word {
    lower: String,
    is_name: bool,
}

/// Returns the heading of comments or answers that consists of these words.
pub(super) fn parse(text: &str) -> Option<CommentHeading> {
    // “What does the Chief Constable say?”
    let text = text.trim_end_matches('?');
    if text.contains(['“', '"', '?', '!']) {
        return None;
    }
    let text = without_item_numbers(text);
    let (text, item) = cited_item::split(text).map_or((text, None), |(words, item)| (words, Some(item)));
    let all = split(text);
    if let Some(section) = office_holder_alone(&all) {
        return item.is_none().then_some(CommentHeading { section, item });
    }
    let at = all.iter().rposition(|word| STATEMENTS.contains(&word.lower.as_str()) && !word.is_name)?;
    if all.len() > 14 || !all.iter().all(|word| is_allowed(word, &all)) {
        return None;
    }
    // “Response to the Chief Constable’s comments”: the first statement is what is written.
    let first = all.iter().position(|word| STATEMENTS.contains(&word.lower.as_str())).unwrap_or(at);
    let to = all.iter().skip(first).position(|word| word.lower == "to").map(|to| first + to);
    let (before, after) = to.map_or((&all[..], &[][..]), |to| (&all[..to], &all[to..]));
    let (writer, reader) = (holder(before), holder(after));
    let names_report =
        after.iter().any(|word| word.lower.starts_with("report") || word.lower.starts_with("recommendation"));
    let names_inspections =
        after.iter().any(|word| word.lower.starts_with("inspection") || word.lower.starts_with("hmic"));
    // “Response to HMICFRS inspections of X” is the title of the whole document.
    if names_inspections && !names_report || after.iter().any(|word| word.is_name) {
        return Some(CommentHeading { section: Section::Structure, item: None });
    }
    let is_reply = matches!(all[first].lower.as_str(), "reply" | "response" | "comments" | "ymateb");
    let is_action = matches!(all[at].lower.as_str(), "action" | "actions");
    let section = match (writer, reader) {
        (Holder::Body | Holder::Unnamed, Holder::Chief | Holder::Both) if is_reply && to.is_some() => Section::Reply,
        (Holder::Body, Holder::Body) if is_reply && to.is_some() && !names_report => Section::Reply,
        _ if is_action && writer != Holder::Chief => return None,
        (Holder::Body, _) => Section::PolicingBodyComments,
        (Holder::Chief, _) => Section::ChiefOfficerComments,
        (Holder::Both, _) => Section::JointComments,
        (Holder::Unnamed, _) => unnamed(&all, names_report)?,
    };
    let closes = all.iter().any(|word| matches!(word.lower.as_str(), "closing" | "concluding" | "conclusion"));
    let section = if closes && section == Section::PolicingBodyComments { Section::Conclusion } else { section };
    Some(CommentHeading { section, item })
}

/// Returns the section of a heading that names nobody.
fn unnamed(all: &[Word], names_report: bool) -> Option<Section> {
    let has = |words: &[&str]| all.iter().any(|word| words.contains(&word.lower.as_str()));
    let is_response = has(&["response", "ymateb", "answer", "reply"]);
    let only = all.len() <= 2 || names_report;
    if is_response && only {
        return Some(Section::Response);
    }
    (has(&["comments", "sylwadau", "remarks", "observations"]) && all.len() <= 3)
        .then_some(Section::PolicingBodyComments)
}

/// Removes the numbers in “to recommendations 3 and 4” or “to AFIs 1-3”.
fn without_item_numbers(text: &str) -> &str {
    const NAMES: [&str; 5] = ["recommendations", "afis", "areas for improvement", "recs", "argymhellion"];
    let is_number_part = |c: char| c.is_ascii_digit() || is_blank(c) || matches!(c, ',' | '-' | '–' | '&');
    let mut rest = text;
    loop {
        let shorter = rest.trim_end_matches(is_number_part);
        let shorter = [" and", " to", " a"].iter().find_map(|word| shorter.strip_suffix(word)).unwrap_or(shorter);
        if shorter.len() == rest.len() {
            break;
        }
        rest = shorter;
    }
    let lower = rest.to_lowercase();
    if NAMES.iter().any(|name| lower.ends_with(name)) { rest } else { text }
}

fn split(text: &str) -> Vec<Word> {
    let text = text.replace('&', " and ");
    let parts = text.split(|c: char| is_blank(c) || matches!(c, ',' | '/' | '(' | ')' | '-' | '–'));
    let mut found = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        let Some(lower) = words(part).into_iter().next() else { continue };
        // “Westmoor’s” and “Commissioner’s” are the same words without the genitive.
        let known = |word: &str| {
            BETWEEN.contains(&word)
                || STATEMENTS.contains(&word)
                || BODY_HOLDERS.contains(&word)
                || CHIEF_HOLDERS.contains(&word)
        };
        let lower = match lower.strip_suffix('s') {
            Some(stem) if !known(&lower) && known(stem) => stem.to_owned(),
            _ => lower,
        };
        let is_name = !known(&lower) && part.starts_with(char::is_uppercase);
        found.push(Word { lower, is_name });
    }
    found
}

/// Returns true for the words of such a heading. A name is that of an area, so a holder or a police force is near it.
fn is_allowed(word: &Word, all: &[Word]) -> bool {
    let known = |word: &str| {
        BETWEEN.contains(&word)
            || STATEMENTS.contains(&word)
            || BODY_HOLDERS.contains(&word)
            || CHIEF_HOLDERS.contains(&word)
    };
    if word.is_name {
        return all.iter().filter(|word| word.is_name).count() <= 4;
    }
    known(&word.lower)
}

/// Returns who the words name.
fn holder(all: &[Word]) -> Holder {
    let lower: Vec<&str> = all.iter().map(|word| word.lower.as_str()).collect();
    let mut chief = lower.iter().any(|word| CHIEF_HOLDERS.contains(word) && *word != "chief" && *word != "heddlu");
    chief |= lower.windows(2).any(|pair| matches!(*pair, ["chief", "officer"] | ["yr", "heddlu"]));
    // “X Police” is a force, and “Police and Crime Commissioner” is not.
    chief |= all.windows(2).any(|pair| pair[0].is_name && matches!(pair[1].lower.as_str(), "police"))
        && !lower.windows(2).any(|pair| matches!(*pair, ["police", "and" | "fire" | "crime"]));
    chief |= lower.windows(2).enumerate().any(|(at, pair)| {
        *pair == ["the", "police"] && !lower.get(at + 2).is_some_and(|next| matches!(*next, "and" | "fire" | "crime"))
    });
    // The Commissioner of Police is a chief officer.
    let chief_commissioner = lower.windows(3).any(|three| *three == ["commissioner", "of", "police"]);
    let body = lower.iter().any(|word| BODY_HOLDERS.contains(word)) && !chief_commissioner;
    match (body, chief || chief_commissioner) {
        (true, true) => Holder::Both,
        (true, false) => Holder::Body,
        (false, true) => Holder::Chief,
        (false, false) => Holder::Unnamed,
    }
}

/// Returns the section for the name of an office holder alone, such as “Chief Constable” or “PCC”.
fn office_holder_alone(all: &[Word]) -> Option<Section> {
    let lower: Vec<&str> = all.iter().map(|word| word.lower.as_str()).collect();
    match *lower.as_slice() {
        ["pcc" | "pfcc" | "commissioner"] | ["the", "commissioner" | "mayor" | "pcc"] => {
            Some(Section::PolicingBodyComments)
        }
        ["chief", "constable"]
        | ["the", "chief", "constable"]
        | ["force" | "constabulary"]
        | ["the", "force" | "constabulary"] => Some(Section::ChiefOfficerComments),
        _ => None,
    }
}
