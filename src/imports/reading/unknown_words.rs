//! Lines that look like headings or labels, in words that no list has. What stands under them is asked.

use super::outline::{Token, TokenKind};
use super::text::{SpacedWords, ends_sentence, strip_bullet, trim};

/// The most words of a label or a heading that is not known.
const MOST_LABEL_WORDS: usize = 6;
const MOST_HEADING_WORDS: usize = 10;

/// Returns the label before the first colon of a line, as in “Update from the beat: The system …”, and the byte at which
/// its value begins.
pub(super) fn label_of(text: &str) -> Option<(&str, usize)> {
    let (label, value) = text.split_once(':')?;
    let label = trim(label);
    let count = SpacedWords::new(label).count();
    let is_label = label.starts_with(|c: char| c.is_uppercase())
        && (1..=MOST_LABEL_WORDS).contains(&count)
        && !label.contains(['.', ',', ';', '“', '"', '(']);
    let value_at = text.len() - value.trim_start().len();
    (is_label && !trim(value).is_empty() && !value.starts_with("//")).then_some((label, value_at))
}

/// Returns the label of a line and its value. A bullet can stand before the label.
pub(super) fn label_of_line(text: &str) -> Option<(&str, &str)> {
    let text = strip_bullet(text).unwrap_or(text);
    label_of(text).map(|(label, value_at)| (label, &text[value_at..]))
}

/// Returns the label of a form field: “Label: value”, “Label?  value”, or “Label    value”.
pub(super) fn is_field(text: &str) -> bool {
    if label_of(text).is_some() {
        return true;
    }
    let end = text.find("  ").or_else(|| text.find('\t')).or_else(|| text.find("? "));
    end.is_some_and(|end| {
        let count = SpacedWords::new(&text[..end]).count();
        text.starts_with(|c: char| c.is_uppercase())
            && (1..=MOST_LABEL_WORDS + 2).contains(&count)
            && !trim(&text[end..]).is_empty()
    })
}

/// Returns true if a line looks like a heading: short words above prose or a list, with space above them.
pub(super) fn is_heading(tokens: &[Token], at: usize, before: &str) -> bool {
    tokens[at].after_blank && (before.is_empty() || ends_sentence(before)) && is_heading_line(tokens, at)
}

/// Returns true if the words of a line, and the line below it, are those of a heading.
pub(super) fn is_heading_line(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let text = trim(&token.text);
    let count = SpacedWords::new(text).count();
    let begins_upper = text.starts_with(|c: char| c.is_uppercase());
    let is_short = (1..=MOST_HEADING_WORDS).contains(&count) && text.chars().count() <= 70;
    let is_open = (!ends_sentence(text) || text.ends_with('?')) && !text.ends_with([',', ';', '”', '"']);
    let follows = tokens.get(at + 1).is_some_and(|next| match &next.kind {
        TokenKind::Text => SpacedWords::new(&next.text).count() >= 3,
        TokenKind::Opening(_) => true,
        TokenKind::Heading(_) => false,
    });
    begins_upper && is_short && is_open && follows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_before_a_colon() {
        assert_eq!(label_of("Update from the beat: It works."), Some(("Update from the beat", 22)));
        for text in [
            "It works. So: yes",
            "see http://a.example",
            "the force should: act",
            "Heading:",
            "A very long sentence that ends with a colon: yes",
        ] {
            assert_eq!(label_of(text), None, "{text}");
        }
    }
}
