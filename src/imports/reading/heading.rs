//! Headings of sections and form fields: by synonyms, in English or Welsh or both, with or without a number, a colon,
//! or a value on the same line.

use super::cited_item;
use super::comment_heading::{self, CommentHeading};
use super::context::{Profile, Section};
use super::day::find_days_as;
use super::duty::is_prose;
use super::heading_parts::{strip_note, strip_number};
use super::heading_words::HEADINGS;
use super::list_heading;
use super::question_heading;
use super::text::{SpacedWords, is_dash, trim, words};
use super::welsh;

/// The most characters and words of a heading.
const MOST_CHARACTERS: usize = 140;
const MOST_WORDS: usize = 18;

/// A heading in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    /// The section that begins.
    pub(super) section: Section,
    /// The number of the heading, such as `2` or `2.2`.
    pub(super) number: Option<String>,
    /// The words in brackets, such as `letter of 5 March 2024`.
    pub(super) note: Option<String>,
    /// The bodies that a heading of recommendations names.
    pub(super) addressees: Option<String>,
    /// The number of the recommendation that the heading names, as in “Response to recommendation 2”.
    pub(super) item: Option<String>,
    /// The byte at which the value after the heading begins; the length of the line if there is none.
    pub(super) value_at: usize,
    /// Whether the heading could also be words of a sentence, because no mark sets it apart.
    pub(super) is_bare: bool,
}

/// Returns the heading at the beginning of a line.
pub(super) fn find(line: &str, profile: &Profile) -> Option<Heading> {
    // A web page opens its sections by a link: “Open: what the Commissioner says”.
    for link in ["Open: ", "Show: ", "Expand: "] {
        if let Some(rest) = line.strip_prefix(link) {
            return find(rest, profile).map(|found| Heading { value_at: found.value_at + link.len(), ..found });
        }
    }
    let end = line.char_indices().nth(MOST_CHARACTERS).map_or(line.len(), |(at, _)| at);
    let head = &line[..end];
    let mut splits: Vec<(usize, usize, bool)> = Vec::new();
    if end == line.len() {
        splits.push((line.len(), line.len(), false));
    }
    for (at, c) in head
        .char_indices()
        .filter(|(at, c)| matches!(c, ':' | '\t' | '?' | '☒' | '☐' | '☑' | '□' | '✓' | '✔') || is_box(&head[*at..]))
        .take(3)
    {
        let keep = matches!(c, '☒' | '☐' | '☑' | '□' | '✓' | '✔' | '[');
        splits.push((at, if keep { at } else { at + c.len_utf8() }, false));
    }
    if let Some(at) = head.find("   ").or_else(|| head.find("  ")) {
        splits.push((at, at, false));
    }
    for (at, c) in head.char_indices().filter(|(at, c)| is_dash(*c) && head[..*at].ends_with(' ')).take(2) {
        splits.push((at, at + c.len_utf8(), true));
    }
    if let Some(end) = type_with_boxes(head) {
        splits.push((end, end, false));
    }
    if let Some(heading) = chief_officer_in_capitals(line) {
        return Some(heading);
    }
    if let Some(heading) = before_day(line, profile) {
        return Some(heading);
    }
    splits.sort_unstable();
    // A whole line comes first, then the shortest words.
    splits.sort_by_key(|(at, _, _)| *at != line.len());
    splits.into_iter().find_map(|(words_end, value_at, is_dash)| {
        let found = classify(&line[..words_end], profile)?;
        if is_dash && !allows_dash(found.section) {
            return None;
        }
        let value_at =
            value_at + line[value_at..].len() - line[value_at..].trim_start_matches([' ', '\t', ':', '\u{a0}']).len();
        let is_bare = words_end == line.len() && !line.trim_end().ends_with(':');
        Some(Heading { value_at, is_bare, ..found })
    })
}

/// Returns the label of “CC: We have acted.”. In a letter, “cc:” names those who get a copy.
fn chief_officer_in_capitals(line: &str) -> Option<Heading> {
    let value = line.strip_prefix("CC:").filter(|value| is_prose(value))?;
    let value_at = line.len() - value.trim_start().len();
    let section = Section::ChiefOfficerComments;
    Some(Heading { section, number: None, note: None, addressees: None, item: None, value_at, is_bare: false })
}

/// Returns the heading before a day that ends the line, as in “Report issued 2 November 2022”.
fn before_day(line: &str, profile: &Profile) -> Option<Heading> {
    if line.len() > MOST_CHARACTERS || line.contains(['\t', ':']) {
        return None;
    }
    let found = find_days_as(line, profile.day_format).into_iter().next()?;
    let words = trim(&line[..found.start]);
    let words = words.strip_suffix(" on").unwrap_or(words);
    if words.is_empty() || !trim(&line[found.end..]).is_empty() {
        return None;
    }
    let heading = classify(words, profile)?;
    // “Published 27 March 2024” at the end of a page is the day of the page.
    let names_report = SpacedWords::new(words).contains_any(&["report", "inspection", "hmicfrs", "hmic", "adroddiad"]);
    let is_day = match heading.section {
        Section::Published => names_report,
        Section::Dated | Section::FormField => true,
        _ => false,
    };
    (is_day && heading.number.is_none()).then_some(Heading { value_at: found.start, is_bare: false, ..heading })
}

/// Returns the end of “Inspection type” before choices with tick boxes, if nothing else sets the words apart.
fn type_with_boxes(line: &str) -> Option<usize> {
    const TYPES: [&str; 4] = ["type of inspection", "inspection type", "kind of inspection", "type of report"];
    let has_box = line.contains(['☒', '☐', '☑', '□', '✓', '✔'])
        || line.contains("[x]")
        || line.contains("(X)")
        || line.contains("(x)")
        || line.contains("[X]");
    let is_type = |name: &&&str| line.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
    TYPES.iter().find(|name| has_box && is_type(name)).map(|name| name.len())
}

/// Returns true for a tick box in square brackets.
fn is_box(text: &str) -> bool {
    ["[ ]", "[x]", "[X]", "[]", "[✓]"].iter().any(|mark| text.starts_with(mark))
}

/// Returns true for sections whose heading can be followed by a dash and a value.
fn allows_dash(section: Section) -> bool {
    use Section::{
        ActionProposed, ActionTaken, ChiefOfficerComments, NoAction, PolicingBodyComments, Published, Signature,
        Status, Title,
    };
    matches!(
        section,
        Title
            | Published
            | ActionTaken
            | ActionProposed
            | NoAction
            | Status
            | ChiefOfficerComments
            | PolicingBodyComments
            | Signature
    )
}

/// Returns the section of a text that is a heading and nothing else.
pub(super) fn find_whole(text: &str, profile: &Profile) -> Option<Section> {
    classify(trim(text).trim_end_matches(':'), profile).map(|heading| heading.section)
}

/// Returns true for a label of an answer under a recommendation, such as “Force response: …”.
pub(super) fn is_answer_label(line: &str) -> bool {
    find(line, &Profile::default()).is_some_and(|heading| is_answer_section(heading.section))
}

/// Returns true for sections that can answer the recommendation above them.
pub(super) fn is_answer_section(section: Section) -> bool {
    matches!(
        section,
        Section::ChiefOfficerComments
            | Section::PolicingBodyComments
            | Section::JointComments
            | Section::Response
            | Section::Status
            | Section::ActionTaken
            | Section::ActionProposed
            | Section::NoAction
    )
}

/// Returns the heading that consists of these words.
fn classify(printed: &str, profile: &Profile) -> Option<Heading> {
    let (number, rest) = strip_number(trim(printed));
    let (rest, note) = strip_note(trim(rest).trim_end_matches([':', '\t', ' ']));
    let rest = trim(rest);
    let rest = [" no.", " ref."]
        .iter()
        .find_map(|end| rest.to_lowercase().ends_with(end).then(|| &rest[..rest.len() - 1]))
        .unwrap_or(rest);
    if rest.is_empty() || rest.ends_with(['.', ';', ',']) || words(rest).len() > MOST_WORDS {
        return None;
    }
    let heading = |section| Heading {
        section,
        number: number.clone(),
        note: note.clone(),
        addressees: None,
        item: None,
        value_at: 0,
        is_bare: false,
    };
    if let Some(section) = simple(rest, profile) {
        return Some(heading(section));
    }
    // Words before and after a colon are no heading together.
    if rest.contains(':') {
        return None;
    }
    if let Some((section, addressees)) = list_heading::find(rest, note.is_some() || number.is_some()) {
        return Some(Heading { addressees, ..heading(section) });
    }
    // “Northmere Police told us on (c)”.
    if let (Some(item), Some(words)) = (&note, rest.strip_suffix(" on").or_else(|| rest.strip_suffix(" to")))
        && item.len() <= 3
        && let Some(CommentHeading { section, item: None }) = comment_heading::parse(words)
    {
        return Some(Heading { item: Some(item.clone()), note: None, ..heading(section) });
    }
    if let Some(CommentHeading { section, item }) = comment_heading::parse(rest) {
        return Some(Heading { item, ..heading(section) });
    }
    if let Some((words, item)) = cited_item::split(rest.trim_end_matches('?'))
        && let Some(section) = question_heading::find_about_item(words)
    {
        return Some(Heading { item: Some(item), ..heading(section) });
    }
    if let Some(section) = question_heading::find(rest) {
        return Some(heading(section));
    }
    // The same heading in two languages.
    let parts: Vec<&str> =
        rest.split(" / ").flat_map(|part| part.split(['|', '\t'])).map(trim).filter(|part| !part.is_empty()).collect();
    if let [first, second] = parts[..] {
        let (of_first, of_second) = (classify(first, profile), classify(second, profile));
        let is_other_language = |text: &str| welsh::is_welsh(text) && !text.contains(|c: char| c.is_ascii_digit());
        let is_bilingual = match (&of_first, &of_second) {
            (Some(_), Some(_)) => true,
            (None, Some(_)) => is_other_language(first),
            (Some(_), None) => is_other_language(second),
            (None, None) => false,
        };
        let found = of_second.or(of_first).filter(|_| is_bilingual)?;
        return Some(Heading {
            number: number.clone().or(found.number.clone()),
            note: note.clone().or(found.note.clone()),
            ..found
        });
    }
    None
}

fn simple(text: &str, profile: &Profile) -> Option<Section> {
    let words = SpacedWords::new(text);
    let words = words.as_str();
    let known = profile.headings.iter().find(|(_, headings)| {
        headings.iter().any(|heading| SpacedWords::new(heading).as_str() == words && !words.is_empty())
    });
    if let Some((section, _)) = known {
        return Some(*section);
    }
    let known = HEADINGS.iter().find(|(_, headings)| headings.contains(&words)).map(|(section, _)| *section);
    known.or_else(|| {
        // “Action taken by the constabulary”.
        let by_force =
            ["action taken by", "actions taken by"].iter().any(|words_before| words.starts_with(words_before));
        if by_force && words.split(' ').count() <= 7 {
            return Some(Section::ActionTaken);
        }
        let is_words = !text.contains(|c: char| c == ':' || c.is_ascii_digit());
        let is_field = is_words && words.starts_with("date ") && words.split(' ').count() <= 6 && names_response(words)
            || words.starts_with("signed on behalf") && words.split(' ').count() <= 8;
        if !is_field {
            return None;
        }
        Some(if words.starts_with("date") { Section::Dated } else { Section::Signature })
    })
}

/// Returns true for words such as “date form completed”, and not for those about the report or a deadline.
fn names_response(words: &str) -> bool {
    let has = |any: &[&str]| words.split(' ').any(|word| any.contains(&word));
    has(&["response", "form", "signed", "completed", "submitted", "sent", "approved"])
        && (!has(&["report", "inspection", "due", "deadline", "received", "target", "action", "required", "by"])
            || has(&["response"]))
}

#[cfg(test)]
#[path = "heading_tests.rs"]
mod tests;
