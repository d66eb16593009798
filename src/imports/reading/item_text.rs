//! The text of an item: a quoted recommendation with its answer in one paragraph, and sentences that recommend.

use super::duty::{can_be_recommendation, is_prose};
use super::text::{SpacedWords, ends_sentence, trim};

/// Returns true for a sentence of a report that begins by recommending.
pub(super) fn recommends(text: &str) -> bool {
    let words = SpacedWords::new(text);
    ["hmicfrs recommended that", "hmicfrs recommends that", "we recommend that", "inspectors recommended that"]
        .iter()
        .any(|beginning| words.starts_with(beginning))
}

/// Returns a quoted recommendation and the sentences after it.
pub(super) fn after_quotation(text: &str) -> Option<(&str, &str)> {
    let (open, close) = [('“', '”'), ('"', '"')].into_iter().find(|(open, _)| text.starts_with(*open))?;
    let end = open.len_utf8() + text[open.len_utf8()..].find(close)? + close.len_utf8();
    let (quoted, rest) = (trim(&text[..end]), trim(&text[end..]));
    (ends_sentence(quoted) && can_be_recommendation(quoted) && is_prose(rest)).then_some((quoted, rest))
}
