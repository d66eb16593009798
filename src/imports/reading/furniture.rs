//! Finds the lines that belong to a page or to a web page, and not to the document: page numbers, markings, repeated
//! headers and footers, menus. A sentence that a page break interrupts is marked as continued.

use std::collections::HashMap;

use super::furniture_words::{LINK_BEGINNINGS, LINKS, MARKING_LABELS, MARKINGS};
use super::lines::TextLine;
use super::opening;
use super::page_number::{ends_with_page_count, is_number_between_dashes, strip_page_number};
use super::text::{SpacedWords, collapse, ends_sentence, is_dash, strip_bullet};
use crate::imports::proposal::UnclaimedReason::{Navigation, PageFurniture};

/// How far from a page break, in lines with words, a repeated header or footer can stand.
const LINES_AT_BREAK: usize = 4;

/// Marks the lines that are no part of the document, and the lines that continue a sentence after a page break.
pub(super) fn mark_furniture(lines: &mut [TextLine]) {
    for line in lines.iter_mut().filter(|line| !line.is_blank()) {
        if is_page_line(&line.text) || ends_with_page_count(&line.text) || is_contents_line(&line.text) {
            line.left_out = Some(PageFurniture);
        } else if is_navigation(&line.text) {
            line.left_out = Some(Navigation);
        }
    }
    mark_bare_numbers(lines);
    mark_numbered_footers(lines);
    mark_between_pages(lines);
    mark_repeated(lines);
    mark_links_at_end(lines);
    mark_continued(lines);
}

/// Returns true for a marking, a page number, or both in one line.
fn is_page_line(text: &str) -> bool {
    // Some word processors space the letters of “P a g e”.
    let joined = text.replace("P a g e", "Page").replace("p a g e", "page");
    let text = joined.as_str();
    if is_number_between_dashes(text) {
        return true;
    }
    let words = SpacedWords::new(text);
    if words.count() > 16 || words.count() == 0 {
        return false;
    }
    let mut rest: Vec<&str> = words.as_str().split(' ').collect();
    let mut has_page = strip_page_number(&mut rest);
    let mut phrase = rest.join(" ");
    for label in MARKING_LABELS {
        if let Some(marking) = phrase.strip_prefix(label) {
            phrase = marking.trim().to_owned();
        }
    }
    let is_marking = MARKINGS.contains(&phrase.as_str());
    // A longer footer ends with the number of the page: “Response to HMICFRS | Page 2 of 4”.
    has_page =
        has_page && (phrase.is_empty() || is_marking || text.contains(['|', '\t', '–', '-']) || text.contains("   "));
    is_marking || has_page
}

/// Returns true for a line of a list of contents: words, dots and the number of a page.
fn is_contents_line(text: &str) -> bool {
    let plain = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &text[plain.len()..];
    let dots = plain.trim_end().trim_end_matches(['.', '…', ' ']);
    let leader = &plain[dots.len()..];
    let count = leader.chars().map(|c| if c == '…' { 3 } else { usize::from(c == '.') }).sum::<usize>();
    (1..=3).contains(&number.len()) && count >= 2 && leader.starts_with([' ', '.', '…']) && !dots.is_empty()
}

/// Marks a number that stands alone at a page break, such as `2` or `- 2 -`.
fn mark_bare_numbers(lines: &mut [TextLine]) {
    let printed: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].is_blank()).collect();
    let has_pages = printed.iter().any(|at| lines[*at].begins_page);
    for (position, at) in printed.iter().enumerate() {
        let plain: String = lines[*at].text.chars().filter(|c| !is_dash(*c) && !c.is_whitespace()).collect();
        let is_number = (1..=3).contains(&plain.len()) && plain.bytes().all(|b| b.is_ascii_digit());
        let breaks = |at: usize| lines[at].begins_page || lines[at].left_out == Some(PageFurniture);
        let next = printed.get(position + 1).is_none_or(|next| breaks(*next));
        let at_break = next && has_pages;
        let before = position > 0 && lines[printed[position - 1]].left_out == Some(PageFurniture) && breaks(*at);
        if is_number && (at_break || before || lines[*at].begins_page) {
            lines[*at].left_out = Some(PageFurniture);
        }
    }
}

/// Marks the same line with the number of each page after a gap, such as `www.office.example      2`.
fn mark_numbered_footers(lines: &mut [TextLine]) {
    let mut pages: HashMap<String, Vec<(usize, u32)>> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        let plain = line.text.trim_end_matches(|c: char| c.is_ascii_digit());
        let has_gap = ["   ", "\t", "| "].iter().any(|gap| plain.ends_with(gap));
        let number = line.text[plain.len()..].parse().ok().filter(|number| *number < 1000);
        if let (true, Some(number)) = (has_gap, number) {
            pages.entry(collapse(plain)).or_default().push((at, number));
        }
    }
    for places in pages.into_values() {
        let is_counted = places.windows(2).all(|pair| pair[1].1 == pair[0].1 + 1);
        if places.len() > 1 && is_counted {
            places.iter().for_each(|(at, _)| lines[*at].left_out = Some(PageFurniture));
        }
    }
}

/// Marks the lines between the number of a page and the beginning of the next one.
fn mark_between_pages(lines: &mut [TextLine]) {
    const MOST_LINES: usize = 2;
    let printed: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].is_blank() || lines[*at].begins_page).collect();
    for position in 0..printed.len() {
        if lines[printed[position]].left_out != Some(PageFurniture) {
            continue;
        }
        let between = &printed[position + 1..];
        let next = between.iter().take(MOST_LINES + 1).position(|at| lines[*at].begins_page);
        for at in &between[..next.unwrap_or(0)] {
            if !ends_sentence(&lines[*at].text)
                && SpacedWords::new(&lines[printed[position]].text).contains_any(&["page", "tudalen"])
            {
                lines[*at].left_out.get_or_insert(PageFurniture);
            }
        }
    }
}

/// Marks lines that stand at two or more page breaks, apart from their numbers.
fn mark_repeated(lines: &mut [TextLine]) {
    let printed: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].is_blank()).collect();
    // The number of the page at the end can differ.
    let key = |line: &TextLine| {
        let plain = line.text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '|' | '-' | '–'));
        collapse(plain).to_lowercase()
    };
    let is_break = |at: usize| lines[at].begins_page || lines[at].left_out == Some(PageFurniture);
    let breaks: Vec<usize> =
        printed.iter().enumerate().filter(|(_, at)| is_break(**at)).map(|(position, _)| position).collect();
    if breaks.is_empty() {
        return;
    }
    let mut near: Vec<bool> = vec![false; printed.len()];
    for position in &breaks {
        near[position.saturating_sub(LINES_AT_BREAK)..printed.len().min(position + LINES_AT_BREAK)].fill(true);
    }
    near[..LINES_AT_BREAK.min(printed.len())].fill(true);
    near[printed.len().saturating_sub(LINES_AT_BREAK)..].fill(true);
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (position, at) in printed.iter().enumerate().filter(|(position, _)| near[*position]) {
        let key = key(&lines[*at]);
        // “Recommendation 2” and “Recommendation 3” differ by their numbers only.
        let opens_item =
            opening::is_labelled(&lines[*at].text) || opening::is_labelled(&format!("{}:", lines[*at].text));
        if key.chars().count() >= 8
            && !opens_item
            && !ends_sentence(&lines[*at].text)
            && strip_bullet(&lines[*at].text).is_none()
        {
            places.entry(key).or_default().push(position);
        }
    }
    let adjoins = |position: usize| {
        let next = [position.wrapping_sub(1), position, position + 1];
        position == 0 || position + 1 == printed.len() || next.iter().any(|at| breaks.binary_search(at).is_ok())
    };
    for positions in places.values() {
        // A page break stands between each two appearances.
        let is_far =
            |pair: &[usize]| breaks.partition_point(|at| *at < pair[0]) < breaks.partition_point(|at| *at <= pair[1]);
        // “PCC comment” can stand near several page breaks. A header adjoins each of them.
        let is_label = || positions.iter().any(|at| super::heading::is_answer_label(&lines[printed[*at]].text));
        if positions.len() < 2
            || !positions.windows(2).all(is_far)
            || is_label() && !positions.iter().all(|at| adjoins(*at))
        {
            continue;
        }
        // The first appearance, at the beginning of the document, can be its title, so it stays. A title has no columns.
        let has_columns = lines[printed[positions[0]]].text.contains("   ");
        let kept = usize::from(positions[0] < LINES_AT_BREAK && !has_columns);
        for position in positions.iter().skip(kept) {
            lines[printed[*position]].left_out.get_or_insert(PageFurniture);
        }
    }
}

fn is_navigation(text: &str) -> bool {
    let words = SpacedWords::new(text);
    if LINKS.contains(&words.as_str()) || text.starts_with('©') {
        return true;
    }
    if words.count() <= 60 && LINK_BEGINNINGS.iter().any(|beginning| words.starts_with(beginning)) {
        return true;
    }
    // A link to a file: “Full response (PDF, 210 KB)”.
    if is_file_link(text) {
        return true;
    }
    // A line of links: “News | Contact us”, “Home > News > Responses”.
    let parts: Vec<&str> = text.split(['|', '>', '»', '›', '·']).collect();
    let is_link = |part: &&str| LINKS.contains(&SpacedWords::new(part).as_str());
    parts.len() > 1 && parts.iter().any(is_link) && !ends_sentence(text) && words.count() <= 30
}

/// Returns true for a line that ends with the format and the size of a file in brackets.
fn is_file_link(text: &str) -> bool {
    const FORMATS: [&str; 8] = ["pdf", "docx", "doc", "odt", "xlsx", "word", "rtf", "html"];
    let Some((_, inner)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('(')) else { return false };
    let words = SpacedWords::new(inner);
    let names_size = || words.as_str().ends_with("kb") || words.as_str().ends_with("mb");
    words.count() <= 6 && words.contains_any(&FORMATS) && (words.count() == 1 || names_size())
}

/// Marks short lines between links at the end of the document.
fn mark_links_at_end(lines: &mut [TextLine]) {
    let printed: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].is_blank()).collect();
    let first = printed.iter().rposition(|at| lines[*at].left_out.is_none() && ends_sentence(&lines[*at].text));
    let tail = &printed[first.map_or(0, |at| at + 1)..];
    let Some(link) = tail.iter().position(|at| {
        lines[*at].left_out == Some(Navigation)
            && SpacedWords::new(&lines[*at].text).contains_any(&["related", "share", "contact us"])
    }) else {
        return;
    };
    for at in &tail[link..] {
        lines[*at].left_out.get_or_insert(Navigation);
    }
}

/// Marks each line that continues a sentence after lines that were left out.
fn mark_continued(lines: &mut [TextLine]) {
    let mut before: Option<usize> = None;
    let mut left_out_between = false;
    for at in 0..lines.len() {
        if lines[at].is_blank() {
            left_out_between |= lines[at].begins_page;
            continue;
        }
        if lines[at].left_out.is_some() {
            left_out_between = true;
            continue;
        }
        left_out_between |= lines[at].begins_page;
        if let (Some(before), true) = (before, left_out_between) {
            let open = !ends_sentence(&lines[before].text) && !lines[before].text.ends_with([':', ';']);
            let begins_lower = lines[at].text.starts_with(|c: char| c.is_lowercase());
            lines[at].continues = open && (begins_lower || is_unfinished(&lines[before].text));
        }
        before = Some(at);
        left_out_between = false;
    }
}

/// Returns true if a line ends with a word that no sentence ends with, such as “lost in”.
fn is_unfinished(text: &str) -> bool {
    const WORDS: [&str; 26] = [
        "the", "a", "an", "and", "or", "of", "in", "on", "at", "to", "for", "from", "by", "with", "that", "which",
        "is", "are", "was", "were", "has", "have", "will", "should", "our", "their",
    ];
    let last = text.rsplit(' ').next().unwrap_or_default();
    WORDS.contains(&last)
}

#[cfg(test)]
#[path = "furniture_tests.rs"]
mod tests;
