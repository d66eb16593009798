//! The forms in which a document prints its headings: numbered, in capitals, as questions, or styled by the file. A line in
//! the same form is a heading too, whatever its words are.

use std::collections::HashMap;

use super::day;
use super::outline::{Token, TokenKind};
use super::text::{SpacedWords, ends_sentence, trim};

/// The most words and characters of a heading.
const MOST_WORDS: usize = 10;
const MOST_CHARACTERS: usize = 80;

/// How the number of a heading is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum NumberForm {
    /// `5. Financial implications`.
    Stop,
    /// `5 Financial implications`.
    Bare,
    /// `E. Scrutiny`.
    Letter,
    /// `IV. Scrutiny`.
    Roman,
}

/// The forms of the headings that are known by their words.
#[derive(Debug, Default)]
pub(super) struct HeadingForms {
    capitals: usize,
    questions: usize,
    styled: usize,
    /// The known headings in small letters without a number.
    plain: usize,
    /// The number of the last heading of each form.
    last: HashMap<NumberForm, u32>,
}

impl HeadingForms {
    /// Counts the forms of the known headings that stand on lines of their own.
    pub(super) fn of(tokens: &[Token]) -> Self {
        let mut forms = Self::default();
        for token in tokens {
            let TokenKind::Heading(heading) = &token.kind else { continue };
            if heading.value_at < token.text.len() {
                continue;
            }
            forms.styled += usize::from(token.is_styled);
            if is_in_capitals(&token.text) {
                forms.capitals += 1;
            } else if token.text.ends_with('?') {
                forms.questions += 1;
            } else if numbers_of(&token.text).is_empty() {
                forms.plain += 1;
            }
        }
        forms
    }

    /// Remembers the number of a heading.
    pub(super) fn add(&mut self, text: &str) {
        self.last.extend(numbers_of(text));
    }

    /// Returns true if a line that is no known heading has the form of the document's headings.
    pub(super) fn fit(&self, tokens: &[Token], at: usize) -> bool {
        let token = &tokens[at];
        let text = trim(&token.text);
        let has_text_below = tokens.get(at + 1).is_some();
        let is_short = SpacedWords::new(text).count() <= MOST_WORDS && text.chars().count() <= MOST_CHARACTERS;
        let is_question = text.ends_with('?');
        let is_open = is_question || !ends_sentence(text) && !text.ends_with([',', ';']);
        // “3 April 2024” is no heading.
        let is_day = day::parse_day(text).is_some();
        if !has_text_below || !is_short || !is_open || is_day || text.contains(['\t', '“', '"']) {
            return false;
        }
        let numbers = numbers_of(text);
        if !numbers.is_empty() {
            let follows =
                |(form, number): &(NumberForm, u32)| self.last.get(form).is_some_and(|last| *number == last + 1);
            return numbers.iter().any(follows) || is_in_capitals(text) && self.capitals > 0;
        }
        let after_text =
            token.after_blank || at.checked_sub(1).is_none_or(|before| ends_sentence(&tokens[before].text));
        let are_all_in_capitals = self.capitals > 1 || self.capitals == 1 && self.plain == 0;
        after_text
            && (is_in_capitals(text) && are_all_in_capitals
                || is_question && self.questions > 0 && token.after_blank
                || token.is_styled && self.styled > 0)
    }
}

/// Returns the number of a heading in each form that it can have. “I.” is a letter or a Roman number.
fn numbers_of(text: &str) -> Vec<(NumberForm, u32)> {
    const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
    let begins = |rest: &str| rest.starts_with([' ', '\t']) && trim(rest).starts_with(|c: char| c.is_uppercase());
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let with_mark = rest.strip_prefix(['.', ')']).is_some_and(begins);
    let mut found = Vec::new();
    if let Some(number) = word.parse().ok().filter(|_| word.len() <= 2) {
        if rest.strip_prefix('.').is_some_and(begins) {
            found.push((NumberForm::Stop, number));
        } else if begins(rest) {
            found.push((NumberForm::Bare, number));
        }
    }
    if let (Some(number), true) = ((1..).zip(ROMAN).find(|(_, roman)| *roman == word), with_mark) {
        found.push((NumberForm::Roman, number.0));
    }
    if let ([letter], true) = (word.as_bytes(), with_mark)
        && letter.is_ascii_uppercase()
    {
        found.push((NumberForm::Letter, u32::from(*letter)));
    }
    found
}

/// Returns true for words in capitals. A short word such as “AFI” can be an abbreviation.
pub(super) fn is_in_capitals(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 4 && !text.contains(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_headings_have_forms() {
        assert_eq!(numbers_of("5. Financial implications"), [(NumberForm::Stop, 5)]);
        assert_eq!(numbers_of("4 Oversight"), [(NumberForm::Bare, 4)]);
        assert_eq!(numbers_of("B. Scrutiny"), [(NumberForm::Letter, 66)]);
        assert_eq!(numbers_of("IV. Scrutiny"), [(NumberForm::Roman, 4)]);
        assert_eq!(numbers_of("V. Money"), [(NumberForm::Roman, 5), (NumberForm::Letter, 86)]);
        for text in ["4.1 Oversight", "2023 was hard", "4 of 5 calls", "A good report", "R1. Text"] {
            assert!(numbers_of(text).is_empty(), "{text}");
        }
    }
}
