//! The title of the report: cleaned of references, of “HMICFRS:” and of “Commissioner’s response to HMICFRS report:”.

use super::day::find_days;
use super::reference;
use super::text::{SpacedWords, collapse, ends_sentence, is_dash, trim};

/// A title with what stood around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Title {
    pub(super) title: String,
    pub(super) reference: Option<String>,
}

/// Cleans the value of a title's field.
pub(super) fn clean(printed: &str) -> Title {
    let mut text = collapse(printed);
    let mut reference = None;
    if let Some((found, rest)) = reference::leading_reference(&text).map(|(found, rest)| (found, rest.to_owned()))
        && !rest.is_empty()
    {
        reference = Some(found);
        text = rest;
    }
    if let Some((found, rest)) = trailing_reference(&text) {
        reference.get_or_insert(found);
        text = rest;
    }
    text = strip_published(&text);
    // “Subject: PCC response – “TITLE”” has two prefixes.
    for _ in 0..3 {
        let Some(rest) = strip_prefix(&text).map(str::to_owned) else { break };
        text = rest;
    }
    Title { title: strip_quotes(&text).to_owned(), reference }
}

/// Splits off `(#30101)`, `(Ref: 30101)` or `[30101]` at the end.
pub(super) fn trailing_reference(text: &str) -> Option<(String, String)> {
    let text = trim(text);
    let plain = text.trim_end_matches('.');
    let close = plain.chars().next_back().filter(|c| matches!(c, ')' | ']'))?;
    let open = plain.rfind(if close == ')' { '(' } else { '[' })?;
    let reference = reference::bracketed_reference(trim(&plain[open + 1..plain.len() - 1]))?;
    let stop = if text.len() > plain.len() && !ends_sentence(&text[..open]) { "." } else { "" };
    Some((reference, format!("{}{stop}", trim(&text[..open]))))
}

/// Removes “(published 13 Feb 2024)” and “, published on 1 August 2024” from the end.
pub(super) fn strip_published(text: &str) -> String {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return text.to_owned();
    }
    let marks = [
        "(published",
        "; report date",
        ", report date",
        "(report date",
        "; date of report",
        "; date published",
        "– report date",
        "(hmicfrs,",
        "(hmic,",
        "(report published",
        ", published",
        "(cyhoeddwyd",
        "– published",
        "- published",
        "which was published",
        "(date",
    ];
    let at = marks.iter().filter_map(|mark| lower.rfind(mark)).min();
    match at {
        Some(at) if !find_days(&text[at..]).is_empty() => {
            trim(&text[..at]).trim_end_matches([',', '–', '-', ' ']).to_owned()
        }
        _ => text.to_owned(),
    }
}

fn strip_quotes(text: &str) -> &str {
    let text = trim(text);
    for (open, close) in [('“', '”'), ('"', '"'), ('‘', '’')] {
        if let Some(inner) = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close))
            && !inner.contains(open)
        {
            return trim(inner);
        }
    }
    text
}

/// Returns the text after “HMICFRS:” or “Commissioner’s response to HMICFRS report:”.
pub(super) fn strip_prefix(text: &str) -> Option<&str> {
    // The shortest words before a colon that name a report or a response and nothing of its subject.
    for (at, c) in text.char_indices() {
        let is_mark = c == ':' || is_dash(c) && text[..at].ends_with(' ') && text[at + c.len_utf8()..].starts_with(' ');
        if !is_mark {
            continue;
        }
        let rest = trim(&text[at + c.len_utf8()..]);
        let words = SpacedWords::new(&text[..at]);
        if rest.is_empty() {
            return None;
        }
        let answers = words.count() <= 8 && words.contains_any(&["response", "responses", "ymateb"]);
        let names_report = SpacedWords::new(rest).contains_any(&[
            "inspection",
            "thematic",
            "peel",
            "revisit",
            "review",
            "report on",
            "super complaint",
        ]);
        let is_statement =
            answers && super::comment_heading::parse(&text[..at]).is_some() && SpacedWords::new(rest).count() >= 2;
        if is_prefix(&words, c == ':') || answers && names_report || is_statement {
            return Some(rest);
        }
        if c == ':' {
            return None;
        }
    }
    None
}

fn is_prefix(words: &SpacedWords, is_colon: bool) -> bool {
    const ALONE: [&str; 22] = [
        "hmicfrs",
        "hmic",
        "hmicfrs report",
        "hmic report",
        "hmicfrs inspection",
        "report",
        "re",
        "subject",
        "hmicfrs thematic report",
        "hmicfrs thematic inspection",
        "inspection report",
        "hmicfrs inspection report",
        "hmicfrs publication",
        "hmicfrs joint inspection",
        "title",
        "hmicfrs thematic",
        "the report",
        "super complaint",
        "hmicfrs national thematic report",
        "your report",
        "the above report",
        "hmicfrs letter",
    ];
    // The report is named after the response: “response to HMICFRS report”. In “inspection of the response to rape” the
    // response is the subject.
    let text = format!(" {} ", words.as_str());
    let answered = ["response", "responses", "respond", "reply", "ymateb"]
        .iter()
        .filter_map(|word| text.find(&format!(" {word} ")).map(|at| at + word.len() + 1))
        .min()
        .map(|at| SpacedWords::new(&text[at..]));
    let is_response = answered.as_ref().is_some_and(|rest| rest.contains_any(&["to", "i"]))
        && words.count() <= 20
        && !words.contains_any(&["recommendation", "recommendations"]);
    let names_report = answered.is_some_and(|rest| {
        rest.contains_any(&["report", "inspection", "hmicfrs", "hmic", "adroddiad", "review", "super complaint"])
    }) || text.ends_with(" to ");
    is_colon && is_response && names_report || ALONE.contains(&words.as_str())
}

#[cfg(test)]
#[path = "title_tests.rs"]
mod tests;
