//! Finds what each line of a document can begin: a heading, an item, or text.

use super::context::Profile;
use super::heading::{self, Heading};
use super::lines::TextLine;
use super::opening::{self, Form};
use super::outline::{ItemOpening, Token, TokenKind};
use super::paragraph_numbers;
use super::text::ends_sentence;
use crate::imports::document::LineStyle;

/// Returns the lines with words that belong to the document, and what each can begin.
pub(super) fn tokens_of(lines: &[TextLine], profile: &Profile) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut after_blank = true;
    for (line, found) in lines.iter().enumerate() {
        if found.is_blank() {
            after_blank = true;
            continue;
        }
        if found.left_out.is_some() {
            continue;
        }
        let is_styled = found.style == LineStyle::Heading;
        let after_sentence =
            tokens.last().is_none_or(|last| ends_sentence(&last.text) || last.text.ends_with([':', ';']));
        let kind = if found.continues {
            TokenKind::Text
        } else {
            kind_of(&found.text, profile, is_styled, after_blank || found.begins_paragraph, after_sentence)
        };
        tokens.push(Token {
            line,
            text: found.text.clone(),
            kind,
            after_blank: (after_blank || found.begins_paragraph && !is_item_line(found)) && !found.continues,
            after_gap: after_blank && !found.continues,
            continues: found.continues,
            is_styled,
        });
        after_blank = false;
    }
    paragraph_numbers::mark(&mut tokens);
    drop_numbers_of_paragraphs(&mut tokens);
    tokens
}

/// Drops the number of the paragraph in “4.5 Area for improvement: text”, if another paragraph has both a number and the
/// number of its recommendation, as in “4.1 Recommendation 1: text”.
fn drop_numbers_of_paragraphs(tokens: &mut [Token]) {
    let is_numbered_apart = |token: &Token| {
        let begins = token
            .text
            .split_once(' ')
            .is_some_and(|(number, _)| number.contains('.') && number.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
        let TokenKind::Opening(opening) = &token.kind else { return false };
        begins && opening.form == Form::Labelled && opening.number.is_some()
    };
    if !tokens.iter().any(is_numbered_apart) {
        return;
    }
    for token in tokens {
        if let TokenKind::Opening(opening) = &mut token.kind
            && opening.form == Form::Parts
            && opening.kind.is_some()
        {
            opening.form = Form::Labelled;
            opening.number = None;
        }
    }
}

/// Returns true for an item of a list, which stands on a line of its own without being a paragraph.
fn is_item_line(line: &TextLine) -> bool {
    line.style == LineStyle::ListItem || opening::parse(&line.text).is_some_and(|found| found.form == Form::Bullet)
}

fn kind_of(text: &str, profile: &Profile, is_styled: bool, after_blank: bool, after_sentence: bool) -> TokenKind {
    let opened = opening::parse(text);
    let is_labelled = opened.as_ref().is_some_and(|found| found.form == Form::Labelled);
    let has_reference = opened.as_ref().is_some_and(|found| found.reference.is_some() || found.kind.is_some());
    if !is_labelled
        && !has_reference
        && let Some(found) = heading::find(text, profile)
        && can_stand_here(text, &found, is_styled, after_blank, after_sentence)
    {
        return TokenKind::Heading(found);
    }
    match opened {
        Some(found) => TokenKind::Opening(ItemOpening {
            form: found.form,
            kind: found.kind,
            text_at: text.len() - found.rest.len(),
            number: found.number,
            reference: found.reference,
            addressees: found.addressees,
            note: found.note,
            other_numbers: found.other_numbers,
        }),
        None => TokenKind::Text,
    }
}

/// Returns true if a heading can stand on this line. The words of a heading inside a wrapped sentence begin in lower
/// case or follow an unfinished line.
fn can_stand_here(text: &str, found: &Heading, is_styled: bool, after_blank: bool, after_sentence: bool) -> bool {
    let begins = text.starts_with(|c: char| !c.is_lowercase());
    is_styled || begins && (!found.is_bare || after_blank || after_sentence || text.len() < 60)
}
