//! Characters, words and sentences, as all stages of the reading understand them.

use std::ops::Range;

/// Returns true for white space, and for the invisible characters that word processors insert.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// Returns true for characters that have no width, such as marks of the direction of writing.
pub(super) fn is_invisible(c: char) -> bool {
    crate::label::is_format_character(c)
}

/// Removes blanks at both ends.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// Puts single spaces between words, and removes blanks at both ends and invisible characters.
pub(super) fn collapse(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns true for the hyphen and all dashes.
pub(super) fn is_dash(c: char) -> bool {
    c == '-' || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Returns true for the marks that begin an item of a list.
pub(super) fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '◦'
            | '▪'
            | '▫'
            | '●'
            | '○'
            | '■'
            | '□'
            | '‣'
            | '⁃'
            | '∙'
            | '·'
            | '*'
            | '→'
            | '➔'
            | '»'
            | '➢'
            | '►'
            | '✓'
            | '➤'
    ) || matches!(c, '\u{f0a7}' | '\u{f0b7}' | '\u{f0d8}')
}

/// Returns the text after a bullet, or none if the text does not begin with one. A dash is a bullet before a blank.
pub(super) fn strip_bullet(text: &str) -> Option<&str> {
    let text = trim(text);
    let mut characters = text.chars();
    let first = characters.next()?;
    let rest = characters.as_str();
    let is_item = is_bullet(first) && !rest.starts_with('*')
        || (is_dash(first) || matches!(first, 'o' | '§')) && rest.starts_with([' ', '\t', '\u{a0}']);
    (is_item && !trim(rest).is_empty()).then(|| trim(rest))
}

/// Returns the lower-case words of a text. “&” becomes “and”; apostrophes are removed.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        match c {
            '’' | '‘' | '\'' | '`' => {}
            _ if is_invisible(c) => {}
            _ if c.is_alphanumeric() => word.extend(c.to_lowercase()),
            _ => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                if c == '&' {
                    words.push("and".to_owned());
                }
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// A text as lower-case words with one space around each, so that only whole words are compared.
#[derive(Clone, Debug)]
pub(super) struct SpacedWords(String);

impl SpacedWords {
    pub(super) fn new(text: &str) -> Self {
        Self(format!(" {} ", words(text).join(" ")))
    }

    /// Returns true if the text contains the words of the phrase, one after the other.
    pub(super) fn contains(&self, phrase: &str) -> bool {
        self.position(phrase).is_some()
    }

    /// Returns true if the text contains any of the phrases.
    pub(super) fn contains_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.contains(phrase))
    }

    /// Returns true if the text begins with the phrase.
    pub(super) fn starts_with(&self, phrase: &str) -> bool {
        self.position(phrase) == Some(0)
    }

    /// Returns the place of the phrase, which orders phrases by their appearance.
    pub(super) fn position(&self, phrase: &str) -> Option<usize> {
        self.0.find(&format!(" {phrase} "))
    }

    /// Returns the place of the last appearance of the phrase.
    pub(super) fn last_position(&self, phrase: &str) -> Option<usize> {
        self.0.rfind(&format!(" {phrase} "))
    }

    /// Returns the number of words.
    pub(super) fn count(&self) -> usize {
        self.0.split_whitespace().count()
    }

    /// Returns the words with single spaces between them.
    pub(super) fn as_str(&self) -> &str {
        self.0.trim()
    }
}

/// Abbreviations whose full stop ends no sentence.
const ABBREVIATIONS: [&str; 22] = [
    "mr", "mrs", "ms", "dr", "st", "rt", "hon", "sir", "no", "nos", "rec", "recs", "para", "paras", "e.g", "i.e",
    "etc", "vs", "approx", "dept", "supt", "insp",
];

/// Returns the sentences of a paragraph as byte ranges. Each range includes the blanks after the sentence.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if !matches!(c, '.' | '!' | '?') {
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some((next, _)) = characters.next_if(|(_, c)| matches!(c, '”' | '"' | '’' | '\'' | ')')) {
            end = next + text[next..].chars().next().map_or(1, char::len_utf8);
        }
        let after = &text[end..];
        let next_word = after.trim_start_matches(is_blank);
        let has_gap = next_word.len() < after.len();
        let begins = next_word.chars().next().is_none_or(|c| !c.is_lowercase());
        if has_gap && begins && !(c == '.' && ends_with_abbreviation(&text[start..at])) {
            let next = text.len() - next_word.len();
            found.push(start..next);
            start = next;
        }
    }
    if start < text.len() {
        found.push(start..text.len());
    }
    found
}

/// Returns true if the text ends with an abbreviation or an initial, such as “Mr” or “D”.
fn ends_with_abbreviation(text: &str) -> bool {
    let last = text.rsplit(|c: char| is_blank(c) || c == '(').next().unwrap_or_default();
    let is_initial = last.chars().count() == 1 && last.chars().all(char::is_uppercase) && last != "I";
    is_initial || ABBREVIATIONS.contains(&last.to_lowercase().as_str())
}

/// Returns the first sentence.
pub(super) fn first_sentence(text: &str) -> &str {
    sentences(text).first().map_or(text, |range| &text[range.clone()])
}

/// Returns true if the text ends as a sentence does.
pub(super) fn ends_sentence(text: &str) -> bool {
    let text = trim(text).trim_end_matches(['”', '"', '’', '\'', ')', ']']);
    text.ends_with(['.', '!', '?', '…'])
}

/// Returns true if the text announces what follows.
pub(super) fn ends_with_colon(text: &str) -> bool {
    trim(text).trim_end_matches([' ', '-', '–', '—']).ends_with(':')
}

/// Removes the marks of bold words inside a line, as in `**Report:** title`.
pub(super) fn without_bold_marks(text: &str) -> String {
    if trim(text).starts_with("**") && text.matches("**").count() == 2 {
        text.replace("**", "")
    } else {
        text.to_owned()
    }
}

/// Removes marks that a text uses for bold words or headings, as in `**Title**` or `## Title`.
pub(super) fn strip_marks(text: &str) -> &str {
    let mut text = trim(text);
    if text.starts_with("##") || text.starts_with("# ") {
        let rest = text.trim_start_matches('#');
        // “# 30102” is a reference.
        if rest.starts_with(' ') && !trim(rest).starts_with(|c: char| c.is_ascii_digit()) {
            text = trim(rest);
        }
    }
    for mark in ["***", "**", "__"] {
        if let Some(inner) = text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)) {
            return trim(inner);
        }
    }
    text
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
