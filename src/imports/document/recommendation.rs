//! Parses the section of recommendations. Each begins with “1. #21912 - text” and continues until the next numbered
//! line. A line that looks like another recommendation is a fault, and never part of the text above it.

use std::collections::HashMap;

use super::fault::{DocumentFault, DocumentFaults};
use super::reader::NumberedLine;
use super::reference::{LeadingReference, is_blank, parse_leading_reference, trim_blanks};

/// A recommendation as printed in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedRecommendation {
    /// The number without the stop or bracket, such as “1” or “3.2”.
    pub number: String,
    /// The reference without the “#”.
    pub reference: String,
    /// The text, with its line breaks and without indentation.
    pub text: String,
    /// The number of the first line, counted from 1.
    pub line: usize,
}

/// Parses the section. An empty section, or “None”, means that the report has no recommendations.
pub(super) fn parse_section(lines: &[NumberedLine<'_>], faults: &mut DocumentFaults) -> Vec<PrintedRecommendation> {
    let mut printed = lines.iter().filter(|line| !trim_blanks(line.text).is_empty());
    if let (Some(only), None) = (printed.next(), printed.next())
        && means_none(only.text)
    {
        return Vec::new();
    }
    let mut found: Vec<PrintedRecommendation> = Vec::new();
    let mut has_begun = false;
    // Text below a line that could not be parsed belongs to that line, so it is not added to a recommendation.
    let mut parsed = true;
    let mut last_number = 0;
    for line in lines {
        let text = trim_blanks(line.text);
        match split_number(text, last_number) {
            Some((number, rest)) => {
                has_begun = true;
                last_number = number.split('.').next().and_then(|n| n.parse().ok()).unwrap_or(0);
                match parse_recommendation(number, rest, line.number) {
                    Ok(recommendation) => found.push(recommendation),
                    Err(fault) => faults.add(line.number, fault),
                }
                parsed = found.last().is_some_and(|last| last.line == line.number);
                if parsed && contains_recommendation(rest.get(1..).unwrap_or("")) {
                    faults.add(line.number, DocumentFault::ReferenceWithoutNumber);
                }
            }
            None if text.starts_with('#') || contains_recommendation(text) => {
                has_begun = true;
                parsed = false;
                faults.add(line.number, DocumentFault::ReferenceWithoutNumber);
            }
            None if !has_begun && !text.is_empty() => {
                faults.add(line.number, DocumentFault::TextBeforeRecommendations);
            }
            None => {
                if let (true, Some(last)) = (parsed, found.last_mut()) {
                    last.text.push('\n');
                    last.text.push_str(text);
                }
            }
        }
    }
    for recommendation in &mut found {
        recommendation.text = trim_blanks(&recommendation.text).to_owned();
    }
    check_duplicates(&found, faults);
    found
}

fn means_none(text: &str) -> bool {
    let words = trim_blanks(text).trim_end_matches('.').to_lowercase();
    matches!(words.as_str(), "none" | "nil" | "n/a" | "not applicable" | "no recommendations")
}

fn parse_recommendation(number: &str, rest: &str, line: usize) -> Result<PrintedRecommendation, DocumentFault> {
    match parse_leading_reference(rest) {
        LeadingReference::None => Err(DocumentFault::NumberWithoutReference),
        LeadingReference::Unclear => Err(DocumentFault::UnclearReference),
        LeadingReference::Reference { reference, dash: false, .. } => {
            Err(DocumentFault::MissingDash(reference.to_owned()))
        }
        LeadingReference::Reference { reference, text, .. } => Ok(PrintedRecommendation {
            number: number.to_owned(),
            reference: reference.to_owned(),
            text: text.to_owned(),
            line,
        }),
    }
}

/// Adds a fault for each empty text, and for each reference or number that appears twice.
fn check_duplicates(found: &[PrintedRecommendation], faults: &mut DocumentFaults) {
    let (mut references, mut numbers) = (HashMap::new(), HashMap::new());
    for PrintedRecommendation { number, reference, text, line } in found {
        if text.is_empty() {
            faults.add(*line, DocumentFault::EmptyRecommendation(reference.clone()));
        }
        if let Some(first) = earlier_line(&mut references, reference, *line) {
            faults.add(*line, DocumentFault::DuplicateReference { reference: reference.clone(), first });
        }
        if let Some(first) = earlier_line(&mut numbers, number, *line) {
            faults.add(*line, DocumentFault::DuplicateNumber { number: number.clone(), first });
        }
    }
}

/// Returns the line on which the value appeared before, and remembers the first line of each value.
fn earlier_line<'t>(first_lines: &mut HashMap<&'t str, usize>, value: &'t str, line: usize) -> Option<usize> {
    let first = *first_lines.entry(value).or_insert(line);
    (first != line).then_some(first)
}

/// Returns the number at the beginning of a line and the text after it, or none for running text.
///
/// “2. ”, “2) ” and “3.2 ” always number a line. A bare “2” does so before “#”, or if 2 is the next number and a
/// sentence begins after it. Otherwise text broken as “within | 28 days” or “by | 30 April” would become a
/// recommendation.
fn split_number(text: &str, last: u32) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (run, rest) = text.split_at(end);
    let number = run.strip_suffix('.').unwrap_or(run);
    // Four digits are a year at the end of a sentence.
    let has_short_parts = number.split('.').all(|part| matches!(part.len(), 1..=3));
    if !has_short_parts {
        return None;
    }
    let (has_stop, after) = match rest.strip_prefix(')') {
        Some(after) => (true, after),
        None => (number.len() < run.len(), rest),
    };
    let value = after.trim_start_matches(is_blank);
    if value.starts_with('#') {
        return Some((number, value));
    }
    let has_space = value.is_empty() || value.len() < after.len();
    let is_next = number.parse() == Ok(last + 1) && value.starts_with(char::is_uppercase);
    let is_number = (has_stop || number.contains('.') || is_next || mentions_reference(value)) && has_space;
    is_number.then_some((number, value))
}

fn mentions_reference(text: &str) -> bool {
    text.match_indices('#').any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
}

/// Returns true if the text contains a reference followed by a dash, as a recommendation does.
fn contains_recommendation(text: &str) -> bool {
    text.match_indices('#')
        .any(|(at, _)| matches!(parse_leading_reference(&text[at..]), LeadingReference::Reference { dash: true, .. }))
}
