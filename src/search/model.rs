//! The result of a search: hits, and excerpts as lists of pieces.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

crate::vocabulary! {
    /// The type of a record that a search can find.
    pub enum SearchType {
        /// An inspection. Its reference, title and key findings are searched.
        Inspection = "inspection",
        /// A recommendation. Its reference and text are searched.
        Recommendation = "recommendation",
        /// A response. Its inspection's reference, comments, reply and explanations are searched.
        Response = "response",
    }
}

/// A piece of an excerpt, as plain text. The pieces in order make up the excerpt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExcerptPiece {
    /// The text of the piece.
    pub text: String,
    /// Whether this piece is a word of the query.
    pub hit: bool,
}

/// A record that matches the query.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchHit {
    /// The record's type.
    #[serde(rename = "type")]
    pub record_type: SearchType,
    /// The record's id.
    pub id: Uuid,
    /// The id of the inspection that the record is, or belongs to.
    pub inspection_id: Uuid,
    /// The area of a response; null for a record that all areas share.
    pub area: Option<String>,
    /// The record's reference. For a response, the reference of its inspection.
    pub reference: String,
    /// The inspection's title.
    pub title: Option<String>,
    /// The inspection's kind.
    pub kind: String,
    /// The day on which the report, or this edition of the response, was published; null for a draft response.
    pub published_on: Option<NaiveDate>,
    /// Whether the words are in a draft. A response under correction can be a hit twice: its draft and its published
    /// edition.
    pub draft: bool,
    /// The text around the words.
    pub excerpt: Vec<ExcerptPiece>,
    /// Links to the record and its inspection, by relation.
    pub links: BTreeMap<&'static str, String>,
    /// How well the record matches the query; a higher rank is better.
    #[serde(skip)]
    pub(super) rank: f32,
}

/// The result of a search.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchResults {
    /// The best matches, the best first.
    pub items: Vec<SearchHit>,
    /// The number of matches, counted up to 500.
    pub total: i64,
    /// Whether there are more than 500 matches. If so, only the newest were ranked.
    pub total_capped: bool,
}

/// The marks that PostgreSQL sets around found words: private-use characters, which the statement removes from every
/// text first.
const MARKS: [char; 2] = ['\u{e000}', '\u{e001}'];
/// The characters that the statement puts into a text, and what they become: for `<` and `>`, because PostgreSQL would
/// drop what looks like a tag; and a vertical tab between two words without a blank.
const REPLACEMENTS: [(char, &str); 3] = [('\u{e002}', "<"), ('\u{e003}', ">"), ('\u{b}', "")];

/// Splits a marked text into pieces.
pub(super) fn split_excerpt(marked: &str) -> Vec<ExcerptPiece> {
    let mut pieces = Vec::new();
    for (at, part) in marked.split(MARKS[0]).enumerate() {
        let (hit, rest) = if at == 0 { ("", part) } else { part.split_once(MARKS[1]).unwrap_or((part, "")) };
        let pair = [(hit, true), (rest, false)].into_iter().filter(|(text, _)| !text.is_empty());
        let plain = |text: &str| REPLACEMENTS.iter().fold(text.to_owned(), |text, (mark, is)| text.replace(*mark, is));
        pieces.extend(pair.map(|(text, hit)| ExcerptPiece { text: plain(text), hit }));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_text_is_split_into_pieces_that_make_up_the_text() {
        let split = split_excerpt(
            "The \u{e000}force\u{e001} \u{e002}b\u{e003}should</b> \u{e000}review\u{e001}\u{e000}ed\u{e001}",
        );
        let pieces: Vec<(&str, bool)> = split.iter().map(|it| (it.text.as_str(), it.hit)).collect();
        assert_eq!(
            pieces,
            [("The ", false), ("force", true), (" <b>should</b> ", false), ("review", true), ("ed", true)]
        );
        assert_eq!(split_excerpt(""), []);
    }
}
