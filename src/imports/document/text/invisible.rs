//! Invisible characters, which a reader does not see, and which hide the words that are searched for.

use super::super::Notice;

/// Counts the invisible characters that are removed from a file.
#[derive(Debug, Default)]
pub struct InvisibleCharacters {
    count: usize,
    directional: usize,
    /// The line or row of the first mark that changes the direction of text.
    first_directional: Option<usize>,
}

impl InvisibleCharacters {
    /// Returns true if the character is invisible, and counts it. `line` is the number of its line or row.
    pub fn is_removed(&mut self, c: char, line: usize) -> bool {
        // Most characters are letters, whose test must be fast.
        if c.is_ascii() {
            return false;
        }
        let is_directional = is_directional(c);
        let is_invisible = crate::label::is_format_character(c);
        self.count += usize::from(is_invisible);
        if is_directional {
            self.directional += 1;
            self.first_directional.get_or_insert(line);
        }
        is_invisible
    }

    /// Returns the text without its invisible characters, and counts them.
    pub fn remove(&mut self, text: &str, line: usize) -> String {
        text.chars().filter(|c| !self.is_removed(*c, line)).collect()
    }

    /// Returns the notice for the person who imports the file, or none if nothing was removed.
    pub fn into_notice(self) -> Option<Notice> {
        let characters = |count| format!("{count} invisible character{}", if count == 1 { "" } else { "s" });
        let (code, detail) = match (self.count, self.first_directional) {
            (0, _) => return None,
            (count, None) => ("invisible_characters", format!("{} were removed from the text.", characters(count))),
            (count, Some(line)) => (
                "right_to_left_marks",
                format!(
                    "{} were removed from the text. {} of them change the direction of the text, the first in line \
                     {line}. Check that the text reads as it was printed.",
                    characters(count),
                    self.directional
                ),
            ),
        };
        Some(Notice { code: code.to_owned(), detail })
    }
}

/// Returns true for a mark, embedding, override or isolate of the Unicode bidirectional algorithm (UAX #9).
fn is_directional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
