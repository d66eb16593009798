//! The words that the facts, questions and unclaimed lines of a proposal contain. A line whose words are not among them
//! would be lost without a word.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use super::text::words;
use crate::imports::proposal::Proposal;

/// The length of the sequences of words that are compared.
const LENGTH: usize = 4;
/// The most words of a label, such as `Date of publication:`, that need not be in a fact.
const LABEL_WORDS: usize = 6;
/// The words at the beginning of a line that can be known one by one.
const OPENING_WORDS: usize = 2;
/// The most words elsewhere that need not be in a fact, such as a number.
const LOOSE_WORDS: usize = 1;

/// The sequences of words of the lines that a proposal contains.
pub(super) struct KnownWords {
    /// The sequences that the lines need.
    needed: HashSet<u64>,
    known: HashSet<u64>,
}

/// A line as words, without its label.
struct Words {
    all: Vec<String>,
    /// The number of words of the label.
    label: usize,
}

impl Words {
    fn of(line: &str) -> Self {
        let all = words(line);
        let label = line.find([':', '\t']).map_or(0, |end| words(&line[..end]).len());
        let label = if label <= LABEL_WORDS && label < all.len() { label } else { 0 };
        Self { all, label }
    }

    /// Returns the sequences by which the line is known: of four words each, of its first words alone, and of the words
    /// after the label.
    fn sequences(&self) -> impl Iterator<Item = &[String]> {
        let windows = self.all.windows(LENGTH.min(self.all.len()).max(1));
        let opening = self.all.iter().take(OPENING_WORDS).map(std::slice::from_ref);
        let rest = &self.all[self.label..];
        windows.chain(opening).chain((!rest.is_empty() && rest.len() <= LENGTH).then_some(rest))
    }
}

impl KnownWords {
    /// Looks in a proposal for the words of the lines.
    pub(super) fn of<'l>(proposal: &Proposal, lines: impl Iterator<Item = &'l str>) -> Self {
        let mut needed = HashSet::new();
        for line in lines {
            needed.extend(Words::of(line).sequences().map(hash));
        }
        let mut found = Self { needed, known: HashSet::new() };
        // A proposal that cannot be JSON would fail when it is stored; then no words are known, and all lines are listed.
        found.add(&serde_json::to_value(proposal).unwrap_or_default());
        found
    }

    fn add(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                let words = words(text);
                for start in 0..words.len() {
                    for end in start + 1..=words.len().min(start + LENGTH) {
                        let hash = hash(&words[start..end]);
                        if self.needed.contains(&hash) {
                            self.known.insert(hash);
                        }
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.add(item)),
            Value::Object(members) => {
                members.iter().filter(|(name, _)| *name != "detail").for_each(|(_, value)| self.add(value));
            }
            _ => {}
        }
    }

    /// Returns true if the proposal contains the words of a line, apart from its label.
    pub(super) fn contain_line(&self, line: &str) -> bool {
        let Words { all, label } = Words::of(line);
        let mut is_known = vec![false; all.len()];
        let length = LENGTH.min(all.len());
        for (start, window) in all.windows(length.max(1)).enumerate() {
            if self.known.contains(&hash(window)) {
                is_known[start..start + length].fill(true);
            }
        }
        // A number and a reference stand before the text: “1. #30102 – Within six months”.
        for (at, word) in all.iter().enumerate().take(OPENING_WORDS) {
            is_known[at] |= self.known.contains(&hash(std::slice::from_ref(word)));
        }
        let rest = &all[label..];
        let is_known_after_label = rest.len() <= LENGTH && !rest.is_empty() && self.known.contains(&hash(rest));
        let unknown = is_known.iter().skip(label).filter(|known| !**known).count();
        // A value of a letter or two is in almost any text.
        let is_short = rest.iter().map(|word| word.chars().count()).sum::<usize>() < 4;
        if is_short && !rest.is_empty() {
            return is_known.iter().all(|known| *known) && all.len() > OPENING_WORDS;
        }
        is_known_after_label || all.is_empty() || unknown <= LOOSE_WORDS && unknown < rest.len()
    }
}

fn hash(words: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    words.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::document::Place;
    use crate::imports::proposal::Fact;

    #[test]
    fn a_line_is_known_by_its_words() {
        let mut proposal = Proposal::default();
        proposal.inspection.title =
            Fact::printed("How the force looks after children".to_owned(), &Place::default(), "");
        let lines = [
            ("How the force looks after children", true),
            ("Title of the report: How the force looks after children", true),
            ("1. How the force looks after children", true),
            ("How the force looks after itself and others", false),
            ("Children", true),
            ("Title of the report: Another", false),
        ];
        let known = KnownWords::of(&proposal, lines.iter().map(|(line, _)| *line));
        for (line, is_known) in lines {
            assert_eq!(known.contain_line(line), is_known, "{line}");
        }
    }
}
