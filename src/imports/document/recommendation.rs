//! The section of recommendations: “1. #21912 - text”, the text running on until the next numbered line.
//! A line that looks like another recommendation is never taken for the text of the one above it.

use std::collections::HashMap;

use super::fault::{Fault, Faults};
use super::reader::Line;
use super::reference::{Opening, is_blank, opening, trimmed};

/// A recommendation as the document prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedRecommendation {
    /// Its number without the stop or bracket, such as “1” or “3.2”.
    pub number: String,
    /// Its reference without the “#”, opaque.
    pub reference: String,
    /// Its text: lines kept, their indentation not.
    pub text: String,
    /// The line it begins on, counted from 1.
    pub line: usize,
}

/// Reads the section; empty, or “None”, is a report without recommendations.
pub(super) fn read(lines: &[Line<'_>], faults: &mut Faults) -> Vec<PrintedRecommendation> {
    let mut printed = lines.iter().filter(|line| !trimmed(line.text).is_empty());
    if let (Some(only), None) = (printed.next(), printed.next())
        && says_none(only.text)
    {
        return Vec::new();
    }
    let mut found: Vec<PrintedRecommendation> = Vec::new();
    let mut begun = false;
    // Text below a line that could not be read belongs to that line.
    let mut readable = true;
    let mut last_number = 0;
    for line in lines {
        let text = trimmed(line.text);
        match numbered(text, last_number) {
            Some((number, rest)) => {
                begun = true;
                last_number = number.split('.').next().and_then(|n| n.parse().ok()).unwrap_or(0);
                match recommendation(number, rest, line.number) {
                    Ok(recommendation) => found.push(recommendation),
                    Err(fault) => faults.note(line.number, fault),
                }
                readable = found.last().is_some_and(|last| last.line == line.number);
                if readable && holds_another(rest.get(1..).unwrap_or("")) {
                    faults.note(line.number, Fault::ReferenceWithoutNumber);
                }
            }
            None if text.starts_with('#') || holds_another(text) => {
                begun = true;
                readable = false;
                faults.note(line.number, Fault::ReferenceWithoutNumber);
            }
            None if !begun && !text.is_empty() => {
                faults.note(line.number, Fault::TextBeforeRecommendations);
            }
            None => {
                if let (true, Some(last)) = (readable, found.last_mut()) {
                    last.text.push('\n');
                    last.text.push_str(text);
                }
            }
        }
    }
    for recommendation in &mut found {
        recommendation.text = trimmed(&recommendation.text).to_owned();
    }
    check(&found, faults);
    found
}

fn says_none(text: &str) -> bool {
    let words = trimmed(text).trim_end_matches('.').to_lowercase();
    matches!(words.as_str(), "none" | "nil" | "n/a" | "not applicable" | "no recommendations")
}

fn recommendation(number: &str, rest: &str, line: usize) -> Result<PrintedRecommendation, Fault> {
    match opening(rest) {
        Opening::None => Err(Fault::NumberWithoutReference),
        Opening::Unclear => Err(Fault::UnclearReference),
        Opening::Reference { reference, dash: false, .. } => Err(Fault::MissingDash(reference.to_owned())),
        Opening::Reference { reference, text, .. } => Ok(PrintedRecommendation {
            number: number.to_owned(),
            reference: reference.to_owned(),
            text: text.to_owned(),
            line,
        }),
    }
}

fn check(found: &[PrintedRecommendation], faults: &mut Faults) {
    let (mut references, mut numbers) = (HashMap::new(), HashMap::new());
    for PrintedRecommendation { number, reference, text, line } in found {
        if text.is_empty() {
            faults.note(*line, Fault::EmptyRecommendation(reference.clone()));
        }
        if let Some(first) = stands_already(&mut references, reference, *line) {
            faults.note(*line, Fault::DuplicateReference { reference: reference.clone(), first });
        }
        if let Some(first) = stands_already(&mut numbers, number, *line) {
            faults.note(*line, Fault::DuplicateNumber { number: number.clone(), first });
        }
    }
}

/// The line on which it stood first, where it did.
fn stands_already<'t>(first_lines: &mut HashMap<&'t str, usize>, it: &'t str, line: usize) -> Option<usize> {
    let first = *first_lines.entry(it).or_insert(line);
    (first != line).then_some(first)
}

/// The number at the beginning of a line and what follows it; none where the line is running text.
///
/// “2. ”, “2) ” and “3.2 ” always number a line. A bare “2” does before “#”, or where it is the number due next and
/// a sentence begins: text broken as “within | 28 days” or “by | 30 April” goes on.
fn numbered(text: &str, last: u32) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (run, rest) = text.split_at(end);
    let number = run.strip_suffix('.').unwrap_or(run);
    // A number of four digits is a year at the end of a sentence.
    let sound = number.split('.').all(|part| matches!(part.len(), 1..=3));
    if !sound {
        return None;
    }
    let (closed, after) = match rest.strip_prefix(')') {
        Some(after) => (true, after),
        None => (number.len() < run.len(), rest),
    };
    let value = after.trim_start_matches(is_blank);
    if value.starts_with('#') {
        return Some((number, value));
    }
    let spaced = value.is_empty() || value.len() < after.len();
    let due = number.parse() == Ok(last + 1) && value.starts_with(char::is_uppercase);
    let numbers = (closed || number.contains('.') || due || mentions_reference(value)) && spaced;
    numbers.then_some((number, value))
}

fn mentions_reference(text: &str) -> bool {
    text.match_indices('#').any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
}

/// True where a reference followed by a dash, the shape of a recommendation, stands inside the text.
fn holds_another(text: &str) -> bool {
    text.match_indices('#').any(|(at, _)| matches!(opening(&text[at..]), Opening::Reference { dash: true, .. }))
}
