//! Tables in documents, and the service's own template.

use super::*;
use crate::assignments::ForceStatus;
use crate::imports::proposal::{Confidence, QuestionCode};
use crate::recommendations::{RecommendationKind, TargetKind};

#[test]
fn a_word_table_has_its_number_in_the_text() {
    let read = read_with(
        &document(
            DocumentFormat::Docx,
            vec![sheet(
                "Table 1",
                &[
                    &["Recommendation / area for improvement", "Lead", "Due", "Progress"],
                    &[
                        "Recommendation 1: The force should act.",
                        "ACC",
                        "30 June 2024",
                        "Training has begun in all four districts.",
                    ],
                    &[
                        "AFI 2 – The force should learn.",
                        "",
                        "n/a",
                        "A new board meets each month and reads what was learned.",
                    ],
                ],
            )],
        ),
        &Profile::default(),
        &Answers::new(),
    );
    assert_eq!(read.numbers(), ["1", "AFI 2"]);
    assert_eq!(read.texts(), ["The force should act.", "The force should learn."]);
    assert_eq!(read.members(), ["text", "owner", "local_target_on", "update"]);
    assert_eq!(read.recommendation("1").kind.value, Some(RecommendationKind::Recommendation));
    let asked = read.question("/columns/3/updated_on");
    assert_eq!(asked.code, QuestionCode::Missing);
    assert_eq!(read.pointers(), ["/columns/3/updated_on"], "the day of both updates is asked once");
}

#[test]
fn each_recommendation_has_a_table_of_its_own() {
    let card = |name: &str, number: &str, text: &str, status: &str| {
        sheet(
            name,
            &[
                &["Ref", number],
                &["Recommendation", text],
                &["Owner", "Ch Supt Vale"],
                &["Status", status],
                &["Evidence", "Minutes"],
            ],
        )
    };
    let read = read_with(
        &document(
            DocumentFormat::Docx,
            vec![
                card("Table 1", "R1", "The force should act.", "On track"),
                card("Table 2", "R2", "The force should wait.", "On track"),
            ],
        ),
        &Profile::default(),
        &Answers::new(),
    );
    assert_eq!(read.numbers(), ["1", "2"]);
    assert_eq!(read.proposal.columns.len(), 5, "tables with the same headings have the same columns");
    assert_eq!(read.recommendation("2").text.from.as_ref().expect("a value").place.cell.as_deref(), Some("Table 2!B2"));
    assert_eq!(read.position("2").force_status.value, Some(ForceStatus::InProgress));
    assert_eq!(read.note("1"), "Evidence: Minutes");
    assert_eq!(read.proposal.rows.words[0].rows, 2);
}

#[test]
fn a_table_of_answers_gives_explanations() {
    let rows: &[&[&str]] = &[
        &[
            "HMICFRS inspection 2020",
            "^HMICFRS inspection 2020",
            "^HMICFRS inspection 2020",
            "^HMICFRS inspection 2020",
        ],
        &["No.", "HMICFRS recommendation", "Response of the Chief Constable", "Comment of the Commissioner"],
        &["1", "The force should act.", "We acted in May.", "I saw it."],
        &["2", "The Home Office should act.", "Not for the force.", ""],
    ];
    let read =
        read_with(&document(DocumentFormat::Docx, vec![sheet("Table 1", rows)]), &Profile::default(), &Answers::new());
    assert_eq!(read.left, ["HMICFRS inspection 2020"]);
    let explanations = &read.proposal.response.explanations;
    assert_eq!(
        (explanations[0].number.as_str(), explanations[0].text.value.as_deref()),
        ("1", Some("We acted in May."))
    );
    assert_eq!(explanations[0].policing_body.value.as_deref(), Some("I saw it."));
    assert_eq!(explanations[1].text.value.as_deref(), Some("Not for the force."));
    assert!(read.proposal.positions.is_empty());
    assert_eq!(read.question("/response/force_answers_are").code, QuestionCode::Role);

    let rows: &[&[&str]] =
        &[&["Ref", "Recommendation", "PCC response", "Page"], &["1", "The force should act.", "I acted.", "4"]];
    let own =
        read_with(&document(DocumentFormat::Docx, vec![sheet("Table 1", rows)]), &Profile::default(), &Answers::new());
    assert_eq!(own.members(), ["number", "text", "explanation", "-"]);
    assert_eq!(own.pointers(), ["/rows/kind"], "the answers are the policing body's");
}

#[test]
fn the_services_own_template_is_read_without_questions() {
    let read = read_with(
        &document(
            DocumentFormat::Csv,
            vec![sheet(
                "",
                &[
                    &[
                        "reference",
                        "number",
                        "kind",
                        "cause_of_concern",
                        "text",
                        "addressees",
                        "target.kind",
                        "target.text",
                        "target.on",
                        "themes",
                        "supersedes",
                        "inspection.reference",
                        "inspection.title",
                        "inspection.kind",
                        "inspection.scope",
                        "inspection.published_on",
                        "inspection.subjects",
                    ],
                    &[
                        "21912",
                        "1",
                        "",
                        "",
                        "The force should act.",
                        "chief_constables, npcc",
                        "within",
                        "Within three months",
                        "",
                        "Custody; Care, health",
                        "",
                        "21866",
                        "A report",
                        "custody",
                        "force",
                        "2024-02-13",
                        "cumbria",
                    ],
                    &[
                        "21913",
                        "",
                        "area_for_improvement",
                        "",
                        "The force should learn.",
                        "",
                        "by_date",
                        "By 1 May 2024",
                        "01/05/2024",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                    ],
                ],
            )],
        ),
        &Profile::default(),
        &Answers::new(),
    );
    assert!(read.pointers().is_empty(), "{:?}", read.pointers());
    assert!(read.proposal.positions.is_empty());
    let first = &read.proposal.recommendations[0];
    assert_eq!(first.reference.value.as_deref(), Some("21912"));
    assert_eq!(first.addressees.value.as_ref().expect("a value").0.len(), 2);
    assert_eq!(first.themes.value.as_ref().expect("a value"), &["Custody", "Care, health"]);
    assert_eq!(first.target.value.as_ref().expect("a value").kind, TargetKind::Within);
    assert_eq!(read.proposal.recommendations[1].target.value.as_ref().expect("a value").on, day("2024-05-01"));
    let inspection = &read.proposal.inspection;
    assert_eq!(inspection.published_on.value, day("2024-02-13"));
    assert_eq!(inspection.reference.value.as_deref(), Some("21866"));
    assert_eq!(inspection.kind.confidence, Confidence::Printed);
    assert_eq!(inspection.subjects.value.as_ref().expect("a value").codes().expect("a value"), ["cumbria"]);
}

#[test]
fn a_document_without_a_tracker_stays_as_it_is() {
    let text = "As at 31 March 2024\nNumber\tColour\n1\tRed";
    let whole = document(DocumentFormat::Text, lines(text));
    let (trackers, left) = take_trackers(&whole, &Profile::default());
    assert!(trackers.is_empty());
    assert_eq!(left, whole);
}

#[test]
fn a_table_with_bars_is_read() {
    let text =
        "| No | Recommendation | Status |\n|---|---|---|\n| 1 | The force should act. | In progress |\n\nMore text";
    let read = read_with(&document(DocumentFormat::Text, lines(text)), &Profile::default(), &Answers::new());
    assert_eq!((read.numbers(), read.left), (vec!["1".to_owned()], vec!["More text".to_owned()]));
}
