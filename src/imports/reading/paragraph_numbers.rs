//! Finds the paragraphs that a document numbers by the letter of their section and a number: `A1`, `A2`, `B1`.

use super::label::parse_label;
use super::opening::Form;
use super::outline::{ItemOpening, Token, TokenKind};
use super::text::trim;

/// The fewest paragraphs with such numbers that show the document's form.
const LEAST: usize = 3;

/// Marks the paragraphs as numbered, if the document has at least [`LEAST`] of them, and each letter begins with 1 and
/// counts on.
pub(super) fn mark(tokens: &mut [Token]) {
    let found: Vec<(usize, char, u32)> = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| !matches!(&token.kind, TokenKind::Opening(opening) if opening.form == Form::Reference))
        .filter_map(|(at, token)| number_of(&token.text).map(|(letter, number, _)| (at, letter, number)))
        .collect();
    let counts_on = found.iter().enumerate().all(|(place, (_, letter, number))| match place.checked_sub(1) {
        Some(before) if found[before].1 == *letter => *number == found[before].2 + 1,
        Some(before) => *number == 1 && *letter > found[before].1,
        None => *number == 1,
    });
    // “A1, A2, A3” can also be items of one list.
    let has_sections = found.windows(2).any(|pair| pair[0].1 != pair[1].1);
    if found.len() < LEAST || !counts_on || !has_sections {
        return;
    }
    for (at, ..) in found {
        let token = &mut tokens[at];
        if matches!(token.kind, TokenKind::Heading(_)) {
            continue;
        }
        let Some((letter, number, rest)) = number_of(&token.text) else { continue };
        let label = parse_label(rest).filter(|label| label.number.is_none());
        let kind = label.as_ref().and_then(|label| label.kind);
        let rest = label.map_or(rest, |label| label.rest);
        token.kind = TokenKind::Opening(ItemOpening {
            form: Form::Parts,
            kind,
            text_at: token.text.len() - rest.len(),
            number: Some(format!("{letter}{number}")),
            reference: None,
            addressees: None,
            note: None,
            other_numbers: Vec::new(),
        });
    }
}

/// Returns the letter, the number and the text of a paragraph such as `B1  HMICFRS recommended …`.
fn number_of(text: &str) -> Option<(char, u32, &str)> {
    let letter = text.chars().next().filter(char::is_ascii_uppercase)?;
    let rest = &text[1..];
    let digits = rest.find(|c: char| !c.is_ascii_digit())?;
    let number = rest[..digits].parse().ok().filter(|number| (1..100).contains(number))?;
    let rest = rest[digits..].trim_start_matches(['.', ')']);
    let value = trim(rest);
    let is_set_apart = rest.starts_with(|c: char| c.is_whitespace());
    // “R1” and “A1” can also name a recommendation, which a colon follows.
    (is_set_apart && letter != 'R' && value.starts_with(|c: char| c.is_uppercase() || "“‘\"".contains(c)))
        .then_some((letter, number, value))
}
