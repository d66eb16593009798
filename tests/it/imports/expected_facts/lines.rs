//! Checks that no line of a document is lost.

use serde_json::Value;

use super::record::{Record, normalised, texts_of};

/// The most words of a label, such as `Date of publication:`, that need not be in the record.
const LABEL_WORDS: usize = 6;

/// Returns the lines of the text that are in no fact's value or place, in no question, and not unclaimed.
pub fn every_line_is_accounted_for(import: &Value, text: &str) -> Vec<String> {
    let record = Record(import);
    let mut known = Vec::new();
    for (_, fact) in record.facts() {
        known.extend(texts_of(&fact["value"]));
        known.extend(fact["from"]["text"].as_str());
    }
    known.extend(record.questions().filter_map(|question| question["from"]["text"].as_str()));
    known.extend(["columns", "rows"].iter().flat_map(|member| texts_of(&import[*member])));
    known.extend(import["unclaimed"].as_array().into_iter().flatten().filter_map(|line| line["text"].as_str()));
    let known: Vec<String> = known.into_iter().map(|text| normalised(text.trim_end_matches('…'))).collect();
    // The record joins lines and cells, so that a line can be in several texts.
    let is_known = |part: &str| {
        known.iter().any(|text| text.contains(part) || text.len() > 200 && part.starts_with(text.as_str()))
    };
    let places = places_of(&record, import);
    let text = text.replace("\r\n", "\n");
    let mut lost = Vec::new();
    for (number, line) in (1..).zip(text.split(['\n', '\r', '\u{c}', '\u{b}', '\u{2028}', '\u{2029}'])) {
        let whole = normalised(line);
        let is_claimed = places.iter().any(|(place, words)| *place == number && whole.contains(words.as_str()));
        // A cell such as `No.` is in almost any text.
        let least = if line.contains('\t') { 3 } else { 1 };
        let is_accounted_for = |part: &str| {
            let without_number =
                part.split_once(' ').filter(|(first, _)| is_opening(first)).map_or(part, |(_, rest)| rest);
            part.chars().filter(|c| c.is_alphanumeric()).count() < least
                || is_known(part)
                || is_known(without_number)
                || are_parts_known(part, &is_known)
        };
        if !is_claimed {
            lost.extend(cells_of(line).map(normalised).filter(|part| !is_accounted_for(part)));
        }
    }
    lost
}

/// Returns the cells of a line. A spreadsheet puts quotation marks around a cell with line breaks.
fn cells_of(line: &str) -> impl Iterator<Item = &str> {
    let has_cells = line.contains('\t');
    line.split('\t').map(move |cell| if has_cells { cell.trim_matches('"') } else { cell })
}

/// Returns the numbers of the lines that facts and questions name, with their words there.
fn places_of(record: &Record, import: &Value) -> Vec<(u64, String)> {
    let facts = record.facts().into_iter().map(|(_, fact)| &fact["from"]);
    let lists = ["questions", "unclaimed"].into_iter().flat_map(|list| import[list].as_array().into_iter().flatten());
    let lists = lists.map(|item| if item["from"].is_null() { item } else { &item["from"] });
    let place = |from: &Value| Some((from["line"].as_u64()?, normalised(from["text"].as_str()?)));
    facts.chain(lists).filter_map(place).filter(|(_, words)| words.len() >= 4).collect()
}

/// Returns true for a number or mark that opens an item, such as `2.1` or `(a)`.
fn is_opening(word: &str) -> bool {
    let is_mark = |c: char| "().[]-–•☒☐☑✓✗:>".contains(c);
    word.len() <= 8
        && word.chars().filter(|c| c.is_alphabetic()).count() <= 1
        && word.chars().all(|c| c.is_ascii_alphanumeric() || is_mark(c))
}

/// Returns true if each part of a line is known, and at least one part is. A short label need not be.
fn are_parts_known(line: &str, is_known: &dyn Fn(&str) -> bool) -> bool {
    let mut parts = Vec::new();
    let mut start = 0;
    for (index, mark) in line.match_indices([':', '.', '(', ')', ';', '–', '-', '“', '”', '?', '/', '|', '☒', '☐', '#'])
    {
        parts.push(&line[start..index]);
        start = index + mark.len();
    }
    parts.push(&line[start..]);
    let parts: Vec<&str> = parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_short = |part: &str| part.split(' ').count() <= LABEL_WORDS;
    // A part such as `1` is in almost any text.
    let is_telling = |part: &str| part.len() >= 4;
    // A part can begin with a bullet, which the texts are compared without.
    let is_known = |part: &str| is_known(part) || is_known(&normalised(part));
    parts.iter().all(|part| is_short(part) || is_known(part))
        && parts.iter().any(|part| is_telling(part) && is_known(part))
}
