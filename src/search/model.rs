//! What a search finds.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

crate::vocabulary! {
    /// What can be found.
    pub enum SearchType {
        /// An inspection, by its reference, title and key findings.
        Inspection = "inspection",
        /// A recommendation, by its reference and text.
        Recommendation = "recommendation",
        /// A response, by its inspection's reference, its comments, its reply and its explanations.
        Response = "response",
    }
}

/// A piece of the text that was found. Plain text: put together, the pieces are the passage; those that are words asked
/// for say so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Passage {
    /// The text.
    pub text: String,
    /// Whether this is a word that was asked for.
    pub hit: bool,
}

/// A record that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchHit {
    /// What it is.
    #[serde(rename = "type")]
    pub of: SearchType,
    /// Its id.
    pub id: Uuid,
    /// The inspection it is, belongs to or answers.
    pub inspection_id: Uuid,
    /// The area whose response it is; null for what is all areas'.
    pub area: Option<String>,
    /// Its own reference; a response's is that of its inspection.
    pub reference: String,
    /// The inspection's title.
    pub title: Option<String>,
    /// The inspection's kind.
    pub kind: String,
    /// The day the report, or this edition of the response, was published; null where it is not.
    pub published_on: Option<NaiveDate>,
    /// Whether the words stand in what is not published. A response that is being corrected can be found both ways.
    pub draft: bool,
    /// Where the words stand.
    pub excerpt: Vec<Passage>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
    /// How well it answers the question, among its like.
    #[serde(skip)]
    pub(super) rank: f32,
}

/// What a search found, the best first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchResults {
    /// The best.
    pub items: Vec<SearchHit>,
    /// How many there are in all, as far as they were counted.
    pub total: i64,
    /// Whether there are more: then the newest were ranked, and the others not looked at.
    pub total_capped: bool,
}

/// The marks that PostgreSQL sets round words: private-use characters, which are taken out of every text first.
const MARKS: [char; 2] = ['\u{e000}', '\u{e001}'];
/// What stands for `<` and `>` meanwhile: PostgreSQL would leave out what it takes for a tag.
const BRACKETS: [(char, &str); 2] = [('\u{e002}', "<"), ('\u{e003}', ">")];

/// A marked passage as its pieces.
pub(super) fn passages(marked: &str) -> Vec<Passage> {
    let mut pieces = Vec::new();
    for (at, part) in marked.split(MARKS[0]).enumerate() {
        let (hit, rest) = if at == 0 { ("", part) } else { part.split_once(MARKS[1]).unwrap_or((part, "")) };
        let pair = [(hit, true), (rest, false)].into_iter().filter(|(text, _)| !text.is_empty());
        let plain = |text: &str| BRACKETS.iter().fold(text.to_owned(), |text, (mark, is)| text.replace(*mark, is));
        pieces.extend(pair.map(|(text, hit)| Passage { text: plain(text), hit }));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_told_in_pieces_that_are_its_text() {
        let told =
            passages("The \u{e000}force\u{e001} \u{e002}b\u{e003}should</b> \u{e000}review\u{e001}\u{e000}ed\u{e001}");
        let pieces: Vec<(&str, bool)> = told.iter().map(|it| (it.text.as_str(), it.hit)).collect();
        assert_eq!(
            pieces,
            [("The ", false), ("force", true), (" <b>should</b> ", false), ("review", true), ("ed", true)]
        );
        assert_eq!(passages(""), []);
    }
}
