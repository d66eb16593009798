//! Takes lines of a list that lead the items below them: who should act, the beginning of a sentence, or the name of a body.

use super::addressees::is_only_bodies;
use super::duty::{can_be_recommendation, has_duty, is_first_person, is_prose};
use super::item_number::follows;
use super::opening::Form;
use super::outline::{PartKind, Token, TokenKind};
use super::text::{SpacedWords, ends_sentence, ends_with_colon, trim};
use super::walk::Walk;

impl Walk<'_> {
    /// Takes a line such as “Police forces should:” above numbered recommendations. It names who should act.
    pub(super) fn names_addressees(&mut self, token: &Token, text: &str) -> bool {
        let Some(names) = ["should:", "must:", "should", "to:"].iter().find_map(|end| text.strip_suffix(end)).map(trim)
        else {
            return false;
        };
        let next = self.tokens.get(self.at + 1).map(|next| &next.kind);
        let Some(TokenKind::Opening(next)) = next else { return false };
        let Some(list) = self.list.as_mut() else { return false };
        let goes_on = match &list.number {
            Some(last) => next.number.as_deref().is_some_and(|number| follows(Some(last), number)),
            None => next.number.is_some(),
        };
        if !goes_on || list.answers.is_some() || !is_only_bodies(names) || !token.after_blank {
            return false;
        }
        list.addressees = Some(names.to_owned());
        self.item = None;
        self.begin(token, PartKind::Introduction, text);
        true
    }

    /// Takes the beginning of a sentence that the numbered items below it end: “By 31 March 2025, the force should:”.
    pub(super) fn leads_items(&mut self, token: &Token, text: &str) -> bool {
        let next = self.tokens.get(self.at + 1);
        let ends_sentence = next.is_some_and(|next| match &next.kind {
            TokenKind::Opening(opening) => {
                matches!(opening.form, Form::Stop | Form::Bracket)
                    && opening
                        .number
                        .as_deref()
                        .is_some_and(|number| number == "1" || follows(self.last_number(), number))
                    && next.text[opening.text_at..].starts_with(char::is_lowercase)
            }
            _ => false,
        });
        let Some(list) = self.list.as_mut() else { return false };
        if !ends_sentence || !ends_with_colon(text) || !has_duty(text) || list.answers.is_some() {
            return false;
        }
        list.lead = Some(text.to_owned());
        self.item = None;
        self.begin(token, PartKind::Introduction, text);
        true
    }

    /// Takes the name of a body above the bullets that are for it, such as “Marrowdale Council”.
    pub(super) fn heads_bullets(&mut self, token: &Token, text: &str) -> bool {
        const MOST_WORDS: usize = 6;
        let next = self.tokens.get(self.at + 1);
        let is_for_body = next.is_some_and(|next| match &next.kind {
            TokenKind::Opening(opening) => {
                let item = &next.text[opening.text_at..];
                // Below the name of a body, “Review the policy.” asks it to act.
                let asks = is_only_bodies(text) && is_prose(item) && !is_first_person(item);
                opening.form == Form::Bullet && !next.after_blank && (can_be_recommendation(item) || asks)
            }
            _ => false,
        });
        let is_name = token.after_blank
            && text.starts_with(char::is_uppercase)
            && !ends_sentence(text)
            && !text.ends_with([':', ',', ';'])
            && SpacedWords::new(text).count() <= MOST_WORDS;
        let Some(list) = self.list.as_mut() else { return false };
        if !is_for_body || !is_name || list.answers.is_some() || list.form.is_some_and(|form| form != Form::Bullet) {
            return false;
        }
        // Who is meant by another name, the texts below it say, or a person is asked.
        list.addressees = is_only_bodies(text).then(|| text.to_owned());
        self.item = None;
        self.outline.headings.push((token.line, text.to_owned()));
        true
    }
}
