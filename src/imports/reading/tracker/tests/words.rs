//! The words for positions, and what a person says of them.

use serde_json::json;

use super::*;
use crate::assignments::ForceStatus;
use crate::assignments::positions::{BodyView, InspectorateStatus};
use crate::imports::document::DocumentFormat::Xlsx;
use crate::imports::proposal::{Confidence, QuestionCode, apply_answers};

const ROWS: &[&[&str]] = &[
    &["No", "Recommendation", "Status", "OPCC view", "OPCC comment", "HMICFRS status"],
    &["1", "The force should act.", "Done", "Partially assured", "We will look.", "Closed"],
    &["2", "The force should wait.", "Done", "Green", "", "Open"],
    &["3", "The force should see.", "75%", "", "", "Portal down"],
    &["4", "The force should hear.", "Not accepted", "Not assured", "", ""],
    &["5", "The force should say.", "Amber", "", "", ""],
];

#[test]
fn each_word_is_asked_about_once() {
    let read = read(vec![sheet("S", ROWS)]);
    let words: Vec<(&str, u32)> =
        read.proposal.rows.words.iter().map(|word| (word.printed.as_str(), word.rows)).collect();
    assert_eq!(words[0], ("Done", 2));
    assert_eq!(read.position("2").force_status.value, Some(ForceStatus::ForceComplete));
    assert_eq!(read.position("1").body_view.value, Some(BodyView::PartiallyAssured));
    assert_eq!(read.position("1").inspectorate_status.value, Some(InspectorateStatus::Closed));
    assert_eq!(read.position("2").body_view.value, None, "a colour is no view");
    assert_eq!(read.position("4").force_status.value, Some(ForceStatus::WillNotImplement));
    assert_eq!(read.note("1"), "OPCC comment: We will look.");
    assert_eq!(read.note("3"), "Status: 75%\nHMICFRS status: Portal down");
    let asked: Vec<(QuestionCode, &str)> = read
        .proposal
        .questions
        .iter()
        .map(|question| (question.code, question.from.as_ref().map_or("", |from| from.text.as_str())))
        .collect();
    assert_eq!(
        asked,
        [
            (QuestionCode::Confirm, "Done"),
            (QuestionCode::Confirm, "Closed"),
            (QuestionCode::UnclearStatus, "Green"),
            (QuestionCode::UnclearStatus, "75%"),
            (QuestionCode::UnclearStatus, "Portal down"),
            (QuestionCode::Confirm, "Not accepted"),
            (QuestionCode::UnclearStatus, "Amber"),
            (QuestionCode::Confirm, ""),
        ]
    );
}

#[test]
fn an_answer_about_a_word_settles_its_rows() {
    let answers = Answers::from([
        ("/rows/words/0/force_status".to_owned(), json!("embedding")),
        ("/rows/kind".to_owned(), json!("area_for_improvement")),
    ]);
    let read = read_with(&document(Xlsx, vec![sheet("S", ROWS)]), &Profile::default(), &answers);
    for number in ["1", "2"] {
        let status = &read.position(number).force_status;
        assert_eq!((status.value, status.confidence), (Some(ForceStatus::Embedding), Confidence::Answered));
    }
    assert_eq!(read.recommendation("5").kind.confidence, Confidence::Answered);
    assert_eq!(apply_answers(&read.proposal, &answers).expect("a value"), read.proposal);
    let wrong = Answers::from([("/rows/words/0/force_status".to_owned(), json!("finished"))]);
    assert!(apply_answers(&read.proposal, &wrong).is_err());
}

#[test]
fn the_profile_has_words_of_its_own() {
    let profile = Profile {
        status_words: [("75%".to_owned(), ForceStatus::InProgress), ("done".to_owned(), ForceStatus::ForceComplete)]
            .into(),
        ..Profile::default()
    };
    let read = read_with(&document(Xlsx, vec![sheet("S", ROWS)]), &profile, &Answers::new());
    assert_eq!(read.position("3").force_status.value, Some(ForceStatus::InProgress));
    assert!(!read.pointers().contains(&"/rows/words/0/force_status"));
}

#[test]
fn a_column_of_colours_is_no_column_of_statuses() {
    let read = read(vec![sheet(
        "S",
        &[
            &["No", "Recommendation", "Status"],
            &["1", "The force should act.", "Green"],
            &["2", "The force should wait.", "Red/Amber"],
        ],
    )]);
    assert_eq!(read.members(), ["number", "text", "-"]);
    assert_eq!(read.note("2"), "Status: Red/Amber");
    assert_eq!(read.proposal.notices[0].code, "colour_column");
}

#[test]
fn a_status_column_of_sentences_is_an_update() {
    let read = read(vec![sheet(
        "S",
        &[
            &["As at 1 May 2024"],
            &["No", "Recommendation", "Current status"],
            &[
                "1",
                "The force should act.",
                "The new policy was written in April and all staff will be trained by the autumn.",
            ],
        ],
    )]);
    assert_eq!(read.members()[2], "update");
    assert_eq!(read.position("1").update_on.value, day("2024-05-01"));
}
