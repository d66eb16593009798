//! The words of a sentence, and where in it a time for action can stand.

use super::target_words::MODALS;
use super::text::is_blank;

/// A word of a sentence.
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) lower: String,
    /// Whether a comma, a colon or a full stop follows.
    pub(super) ends_clause: bool,
}

pub(super) fn split(sentence: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    let positions = sentence.char_indices().map(|(at, c)| (at, is_blank(c))).chain([(sentence.len(), true)]);
    for (at, blank) in positions {
        match (start, blank) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                let whole = &sentence[from..at];
                let open = whole.trim_start_matches(['(', '“', '"', '‘']);
                let plain = open.trim_end_matches([',', ';', ':', '.', ')', '”', '"']);
                let begin = from + whole.len() - open.len();
                words.push(Word {
                    start: begin,
                    end: begin + plain.len(),
                    lower: plain.to_lowercase(),
                    ends_clause: plain.len() < open.len(),
                });
                start = None;
            }
            _ => {}
        }
    }
    words
}

pub(super) fn word(words: &[Word], at: usize) -> &str {
    words.get(at).map_or("", |word| &word.lower)
}

/// Returns true if the words before a time are those of the duty: nothing, a comma, or “should”.
pub(super) fn follows_duty(words: &[Word], at: usize) -> bool {
    at == 0 || words[at - 1].ends_clause || MODALS.contains(&word(words, at - 1))
}

/// Returns true at the front of a sentence, or directly after the word of a duty, with or without a comma.
pub(super) fn is_front(words: &[Word], at: usize) -> bool {
    at == 0 || MODALS.contains(&word(words, at - 1)) || words[at - 1].ends_clause && at <= 2
}

/// Returns true if the time ends its clause.
pub(super) fn ends_clause(words: &[Word], last: usize) -> bool {
    last + 1 >= words.len() || words[last].ends_clause
}

/// Returns true if “be” and a participle stand before a word, as in “should be done by”.
pub(super) fn is_passive(words: &[Word], at: usize) -> bool {
    (at.saturating_sub(3)..at).any(|before| matches!(word(words, before), "be" | "is" | "are"))
}
