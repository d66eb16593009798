//! Where the passage of a remark is in a text: when the remark is made, and when it is read after the text was changed.

use serde_json::Value;
use uuid::Uuid;

use super::model::{PassagePlace, RemarkPassage, RemarkRow};
use crate::api::Problem;
use crate::auth::Call;
use crate::db::Session;
use crate::responses;

/// A remark with the present place of its passage.
#[derive(Clone, Debug)]
pub struct PlacedRemark {
    /// The remark.
    pub row: RemarkRow,
    /// Where its passage is in the response as the caller reads it; `None` if it has none, or the text no longer has it.
    pub place: Option<PassagePlace>,
}

/// Finds the passages of remarks on one response. Reads the response only if a remark has a passage.
///
/// # Errors
///
/// Returns 503 if the database does not respond.
pub async fn place_all(db: &Session<'_>, rows: Vec<RemarkRow>, call: &Call) -> Result<Vec<PlacedRemark>, Problem> {
    let response = match rows.iter().find(|row| row.quotation.is_some()) {
        Some(row) => responses::store::find(db, &call.actor.scope(), row.response_id).await?,
        None => None,
    };
    let response = match response {
        Some(record) => serde_json::to_value(responses::view_for_area(record, call)).map_err(Problem::internal)?,
        None => Value::Null,
    };
    Ok(rows.into_iter().map(|row| PlacedRemark { place: find_place(&row, &response), row }).collect())
}

/// Finds the passage of one remark.
///
/// # Errors
///
/// As [`place_all`].
pub async fn place_one(db: &Session<'_>, row: RemarkRow, call: &Call) -> Result<PlacedRemark, Problem> {
    place_all(db, vec![row], call).await?.pop().ok_or_else(Problem::not_found)
}

/// Returns where the passage of a remark is in a response. If the text has its words more than once, it is the place that is
/// nearest to the former one.
fn find_place(row: &RemarkRow, response: &Value) -> Option<PassagePlace> {
    let member = find_member(row.member.as_deref()?, row.recommendation_id, response)?;
    let (text, quotation) = (response.pointer(&member)?.as_str()?, row.quotation.as_deref()?);
    let former = usize::try_from(row.quotation_start?).ok()?;
    let start = nearest(text, quotation, former)?;
    let end = start + quotation.chars().count();
    Some(PassagePlace { member, start: i32::try_from(start).ok()?, end: i32::try_from(end).ok()? })
}

/// Returns the member that a remark is on. An explanation is found by its recommendation, as its place in the list can change.
fn find_member(member: &str, recommendation: Option<Uuid>, response: &Value) -> Option<String> {
    let Some(recommendation) = recommendation else { return Some(member.to_owned()) };
    let (_, rest) = member.strip_prefix("/explanations/")?.split_once('/')?;
    let recommendation = recommendation.to_string();
    let mut explanations = response["explanations"].as_array()?.iter();
    let at = explanations.position(|it| it["recommendation_id"] == *recommendation)?;
    Some(format!("/explanations/{at}/{rest}"))
}

/// Returns the character at which the words begin in the text, nearest to a character. Of two that are as near, it is the first.
fn nearest(text: &str, words: &str, to: usize) -> Option<usize> {
    let first = words.chars().next()?;
    let starts = text.char_indices().enumerate().filter(|(_, (_, character))| *character == first);
    let found = starts.filter(|(_, (byte, _))| text[*byte..].starts_with(words)).map(|(start, _)| start);
    found.min_by_key(|start| start.abs_diff(to))
}

/// Returns true if the text has the quotation between the two places.
pub fn has_passage(text: &str, passage: &RemarkPassage) -> bool {
    let (Ok(start), Ok(end)) = (usize::try_from(passage.start), usize::try_from(passage.end)) else { return false };
    start < end && text.chars().skip(start).take(end - start).eq(passage.quotation.chars())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::{RemarkPassage, find_member, has_passage, nearest};

    #[test]
    fn a_passage_is_found_by_characters_and_not_by_bytes() {
        let passage = |quotation: &str, start, end| RemarkPassage { quotation: quotation.to_owned(), start, end };
        let text = "Mae’r heddlu yn ymddiheuro.";
        assert!(has_passage(text, &passage("heddlu", 6, 12)));
        assert!(has_passage(text, &passage(text, 0, 27)));
        for (quotation, start, end) in
            [("heddlu", 8, 14), ("heddlu", 6, 13), ("", 3, 3), ("heddlu", 12, 6), ("heddlu", -6, 0), ("x", 27, 28)]
        {
            assert!(!has_passage(text, &passage(quotation, start, end)), "{quotation} {start} {end}");
        }
    }

    #[test]
    fn words_that_occur_more_than_once_are_found_where_they_were_or_nearest_to_it() {
        let text = "’aa aa aaa";
        for (former, now) in [(1, 1), (4, 4), (8, 8), (0, 1), (2, 1), (6, 7), (900, 8)] {
            assert_eq!(nearest(text, "aa", former), Some(now), "{former}");
        }
        assert_eq!(nearest(text, "aaaa", 1), None);
        assert_eq!(nearest("", "a", 0), None);
    }

    #[test]
    fn an_explanation_is_found_by_its_recommendation() {
        let (other, own) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let explanations = json!([{ "recommendation_id": other }, { "recommendation_id": own }]);
        let find = |recommendation, response| find_member("/explanations/0/text", Some(recommendation), response);
        let response = json!({ "explanations": explanations });
        assert_eq!(find(own, &response).as_deref(), Some("/explanations/1/text"));
        assert_eq!(find(Uuid::from_u128(3), &response), None);
        assert_eq!(find(own, &json!({})), None);
        let member = "/policing_body_comments";
        assert_eq!(find_member(member, None, &response).as_deref(), Some(member));
    }
}
