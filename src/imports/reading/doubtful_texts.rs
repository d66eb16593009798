//! Asks to confirm texts in which another member can hide: a line that looks like a label, a heading or page furniture, or
//! a text that breaks off. The proposed answer is the text as it was read.

use serde_json::{Value, json};

use super::opening;
use super::text::{SpacedWords, ends_sentence, sentences, strip_bullet, trim};
use super::tick_box;
use super::unknown_words::label_of_line;
use super::welsh::{self, TextLanguage};
use crate::imports::proposal::{Fact, Proposal, ProposedResponse, Question, QuestionCode};

/// The most words of a line that can be a label or a heading inside a text.
const MOST_LABEL_WORDS: usize = 5;
/// The fewest words of a recommendation, and of a text that should end as a sentence does.
const FEWEST_WORDS: usize = 3;
/// The most questions about the texts of one document.
const MOST_QUESTIONS: usize = 400;

/// Words that end no sentence.
const OPEN_ENDS: [&str; 24] = [
    "a", "an", "and", "as", "at", "but", "by", "for", "from", "if", "in", "into", "is", "of", "on", "or", "that",
    "the", "their", "to", "when", "whether", "which", "with",
];

/// Asks about each text of a recommendation or of the response that can contain what does not belong to it.
pub(super) fn ask(proposal: &mut Proposal) {
    let mut asked = Vec::new();
    let mut look = |pointer: String, fact: &Fact<String>, doubt: &dyn Fn(&str) -> Option<String>| {
        let Some(text) = fact.value.as_deref().filter(|_| asked.len() < MOST_QUESTIONS) else { return };
        if proposal.is_asked(&pointer) {
            return;
        }
        if let Some(reason) = doubt(text) {
            let detail = format!("{reason} Is this the whole text, and nothing else?");
            let question = Question::new(QuestionCode::Confirm, pointer, detail);
            asked.push(Question { proposed: Some(json!(text)), from: fact.from.clone(), ..question });
        }
    };
    look("/inspection/title".to_owned(), &proposal.inspection.title, &doubt_of_title);
    for (at, found) in proposal.recommendations.iter().enumerate() {
        look(format!("/recommendations/{at}/text"), &found.text, &doubt_of_recommendation);
    }
    let response = &proposal.response;
    for (at, found) in response.explanations.iter().enumerate() {
        let is_only = at + 1 == response.explanations.len() && at > 0 && at == first_with_paragraphs(response);
        let doubt = |text: &str| {
            let detail = || "Only this explanation, the last one, has several paragraphs.".to_owned();
            doubt_of_response(text).or_else(|| is_only.then(detail))
        };
        look(format!("/response/explanations/{at}/text"), &found.text, &doubt);
        look(format!("/response/explanations/{at}/policing_body"), &found.policing_body, &doubt_of_response);
    }
    for (name, fact) in [
        ("policing_body_comments", &response.policing_body_comments),
        ("chief_officer_comments", &response.chief_officer_comments),
        ("reply_to_chief_officer", &response.reply_to_chief_officer),
    ] {
        look(format!("/response/{name}"), fact, &doubt_of_response);
    }
    asked.extend(doubtful_items(proposal));
    proposal.questions.extend(asked);
}

/// Returns the place of the first explanation with several paragraphs, or the number of explanations.
fn first_with_paragraphs(response: &ProposedResponse) -> usize {
    let has_paragraphs = |fact: &Fact<String>| fact.value.as_deref().is_some_and(|text| text.contains("\n\n"));
    let place = response.explanations.iter().position(|found| has_paragraphs(&found.text));
    place.unwrap_or(response.explanations.len())
}

/// Returns the questions about recommendations that can be none: too short, or with the number of an earlier one.
fn doubtful_items(proposal: &Proposal) -> Vec<Question> {
    let mut asked = Vec::new();
    for (at, found) in proposal.recommendations.iter().enumerate().take(MOST_QUESTIONS) {
        let pointer = format!("/recommendations/{at}/included");
        let Some(text) = found.text.value.as_deref().filter(|_| !proposal.is_asked(&pointer)) else { continue };
        let is_same = |other: &Fact<String>| other.value.is_some() && other.value == found.number.value;
        let is_again = || {
            proposal.recommendations[..at]
                .iter()
                .any(|other| is_same(&other.number) && other.kind.value == found.kind.value)
        };
        let (reason, proposed) = match () {
            () if is_too_short(text) => ("These words are too few for a recommendation.", false),
            () if has_dots(text) => ("This looks like a line of a list of contents.", false),
            () if at < MOST_COMPARED && is_again() => ("An earlier recommendation has the same number.", true),
            () => continue,
        };
        let detail = format!("{reason} Is it a recommendation of the report?");
        let question = Question::new(QuestionCode::Confirm, pointer, detail);
        let options = vec![json!(true), json!(false)];
        asked.push(Question {
            options,
            proposed: Some(Value::Bool(proposed)),
            from: found.text.from.clone(),
            ..question
        });
    }
    asked
}

/// The most recommendations whose numbers are compared with those before them.
const MOST_COMPARED: usize = 300;

fn is_too_short(text: &str) -> bool {
    SpacedWords::new(text).count() < FEWEST_WORDS
}

/// Returns why a title can contain more than the title, or less.
fn doubt_of_title(text: &str) -> Option<String> {
    let is_short = SpacedWords::new(text).count() < FEWEST_WORDS;
    let reason = match () {
        () if starts_with_code(text) => "The title begins with a number or code.",
        () if text.contains('\t') || text.contains("  ") => "The title has a wide gap inside.",
        () if text.contains(" / ") => "The title can be in two languages.",
        () if is_short || text.starts_with(char::is_lowercase) => "The title is short.",
        () if text.ends_with('.') => "The title is a whole sentence.",
        () if welsh::is_welsh(text) => "The title is in Welsh only.",
        () => return None,
    };
    Some(reason.to_owned())
}

/// Returns why a recommendation's text can contain more than the text, or less.
fn doubt_of_recommendation(text: &str) -> Option<String> {
    let is_broken = ends_openly(text);
    doubt(text).or_else(|| is_broken.then(|| "The text seems to break off.".to_owned()))
}

/// Returns why a text of the response can contain more than the text, or less.
fn doubt_of_response(text: &str) -> Option<String> {
    let is_broken = ends_openly(text) || !ends_sentence(text) && SpacedWords::new(text).count() > FEWEST_WORDS;
    doubt(text).or_else(|| is_broken.then(|| "The text does not end as a sentence does.".to_owned()))
}

/// Returns why a text can contain what does not belong to it.
fn doubt(text: &str) -> Option<String> {
    let first = trim(text);
    if first.starts_with(char::is_lowercase) {
        return Some("The text begins in the middle of a sentence.".to_owned());
    }
    if starts_with_code(first) {
        return Some("The text begins with a number or code.".to_owned());
    }
    if is_in_two_languages(first) {
        return Some("The text is in two languages.".to_owned());
    }
    let lines: Vec<&str> = text.lines().map(trim).filter(|line| !line.is_empty()).collect();
    let found = (0..lines.len()).find(|at| is_foreign(&lines, *at))?;
    let line: String = lines[found].chars().take(80).collect();
    Some(format!("The line “{line}” looks like a label, a heading or page furniture."))
}

/// Returns true if some sentences are in Welsh and others in English.
fn is_in_two_languages(text: &str) -> bool {
    let languages = sentences(text).into_iter().map(|range| welsh::language_of(&text[range]));
    let (mut has_welsh, mut has_english) = (false, false);
    for language in languages {
        has_welsh |= language == TextLanguage::Welsh;
        has_english |= language == TextLanguage::English;
    }
    has_welsh && has_english
}

/// Returns true for a line that can belong to another member, or to none.
fn is_foreign(lines: &[&str], at: usize) -> bool {
    let line = lines[at];
    let count = SpacedWords::new(line).count();
    let begins_upper = line.starts_with(char::is_uppercase);
    let is_label = at > 0
        && strip_bullet(line).is_none()
        && label_of_line(line).is_some_and(|(label, _)| SpacedWords::new(label).count() <= FEWEST_WORDS);
    let is_bare_label = line.ends_with(':') && begins_upper && (1..=MOST_LABEL_WORDS).contains(&count);
    let is_heading = begins_upper
        && (1..=MOST_LABEL_WORDS).contains(&count)
        && !ends_sentence(line)
        && !line.ends_with([',', ';', ':'])
        && at.checked_sub(1).is_none_or(|before| ends_sentence(lines[before]))
        && lines.get(at + 1).is_some_and(|next| next.starts_with(char::is_uppercase));
    line.starts_with('>')
        || line.contains('\t')
        || line.contains("   ")
        || has_dots(line)
        || tick_box::choices(line).is_some()
        || is_page_count(line)
        || at > 0 && opening::is_labelled(line)
        || is_label
        || is_bare_label
        || is_heading
}

/// Returns true for the dots of a list of contents.
fn has_dots(line: &str) -> bool {
    line.contains("....") || line.contains("……") || line.contains(". . .")
}

/// Returns true for a line with “1 of 3” or “page 2” at its end or beginning and few other words.
fn is_page_count(line: &str) -> bool {
    let words = SpacedWords::new(line);
    let words: Vec<&str> = words.as_str().split(' ').collect();
    let is_number = |word: &&str| word.len() <= 3 && word.bytes().all(|b| b.is_ascii_digit());
    let is_count = |three: &[&str]| is_number(&three[0]) && three[1] == "of" && is_number(&three[2]);
    let is_page = |two: &[&str]| matches!(two[0], "page" | "tudalen") && is_number(&two[1]);
    words.len() <= 16 && !ends_sentence(line) && (words.windows(3).any(is_count) || words.windows(2).any(is_page))
}

/// Returns true for a text that begins with a number or code, such as `R1`, `A1` or `4.2`.
fn starts_with_code(text: &str) -> bool {
    let Some((first, rest)) = trim(text).split_once([' ', '\t']) else { return false };
    let first = first.trim_end_matches(['.', ':', ')']);
    let letters = first.bytes().take_while(u8::is_ascii_uppercase).count();
    let number = &first[letters..];
    let is_code =
        (1..=3).contains(&letters) && (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let is_parts = letters == 0
        && number.contains('.')
        && number.split('.').all(|part| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    (is_code || is_parts) && trim(rest).starts_with(char::is_uppercase)
}

/// Returns true for a text whose last word ends no sentence.
fn ends_openly(text: &str) -> bool {
    let last = trim(text).rsplit(char::is_whitespace).next().unwrap_or_default().to_lowercase();
    OPEN_ENDS.contains(&last.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_with_lines_of_other_members_are_doubtful() {
        for text in [
            "Visits were made.\nCommissioner’s remark\tGood.",
            "[ ] Not begun [X] Done",
            "It was done.\nProgress: under way",
            "It was done.\nNext steps\nWe will visit.",
            "Response to the report   v1.2   1 of 3\nWharf Road.",
            "> Forces should act.",
            "R1 Within three months, the force should act.",
            "4.2 The force has acted.",
            "and of the other half.",
            "It was done.\nRecommendation 2: The force should act.",
            "Comments ........ 3",
            "Mae'r adroddiad hwn yn deg. This report is fair.",
        ] {
            assert!(doubt(text).is_some(), "{text}");
        }
        for text in [
            "The force should act.",
            "The force should make sure that:\n- officers act; and\n- staff act.",
            "A quarter of the 12 of them have gone.\n\nWe will visit the others.",
            "I welcome this.\n\nThe Chief Constable agrees.",
        ] {
            assert_eq!(doubt_of_response(text), None, "{text}");
        }
        assert!(doubt_of_recommendation("The force should put clocks on the").is_some());
        assert!(doubt_of_response("The force has put clocks on walls").is_some());
        assert!(doubt_of_title("The inspectorates looked at how agencies respond to violence.").is_some());
        assert!(doubt_of_title("A1 Name of report: Paper chase").is_some());
        assert_eq!(doubt_of_title("Paper chase: a national inspection of case files"), None);
    }
}
