//! Rows: merged, hidden, struck through, blank, and headings between them.

use super::*;
use crate::assignments::ForceStatus;
use crate::imports::proposal::{Confidence, QuestionCode, UnclaimedReason};
use crate::recommendations::RecommendationKind;

#[test]
fn a_recommendation_over_several_rows_is_one() {
    let read = read(vec![sheet(
        "S",
        &[
            &["Ref", "Recommendation", "Action", "Owner", "Due date", "Status", "Update"],
            &["1", "The force should act.", "Write it", "Crime", "01/05/2024", "Complete", "Written."],
            &["^1", "^The force should act.", "Train it", "Training", "01/06/2024", "In progress", "Begun."],
            &["", "", "Test it", "", "", "", "Not yet."],
            &["2", "The force should wait.", "Wait", "Crime", "", "In progress", ""],
        ],
    )]);
    assert_eq!(read.numbers(), ["1", "2"]);
    let first = read.position("1");
    assert_eq!(first.owner.value.as_deref(), Some("Crime; Training"));
    assert_eq!(first.update.value.as_deref(), Some("Written.\nBegun.\nNot yet."));
    assert_eq!(
        first.note.value.as_deref(),
        Some("Action: Write it\nAction: Train it\nAction: Test it\nStatus: Complete\nStatus: In progress")
    );
    assert_eq!(first.force_status.value, None, "no status stands for all rows");
    assert_eq!(read.question("/positions/0/force_status").code, QuestionCode::Contradiction);
    assert_eq!(read.question("/positions/0/local_target_on").proposed, Some("2024-06-01".into()));
}

#[test]
fn hidden_and_struck_rows_are_asked_about_once() {
    let rows: &[&[&str]] = &[
        &["Ref", "Recommendation", "Owner", "Status"],
        &["!1", "The force should act.", "Crime", "In progress"],
        &["~2", "~The force should wait.", "~Crime", "~In progress"],
        &["3", "The force should see.", "~Crime", "In progress"],
    ];
    let first = read(vec![sheet("S", rows)]);
    let included = |read: &Read, number: &str| read.recommendation(number).included.value;
    assert_eq!(
        (included(&first, "1"), included(&first, "2"), included(&first, "3")),
        (Some(true), Some(false), Some(true))
    );
    assert_eq!(first.question("/rows/hidden").proposed, Some(true.into()));
    assert_eq!(first.question("/rows/struck").code, QuestionCode::HiddenRow);
    assert_eq!(first.question("/positions/2/owner").code, QuestionCode::HiddenRow);
    assert_eq!(first.position("2").owner.value.as_deref(), Some("Crime"), "a row that is struck as a whole is read");
    assert_eq!(first.note("3"), "Owner (struck through): Crime");

    let answers = Answers::from([("/rows/hidden".to_owned(), false.into()), ("/rows/struck".to_owned(), true.into())]);
    let read = read_with(&document(DocumentFormat::Xlsx, vec![sheet("S", rows)]), &Profile::default(), &answers);
    assert_eq!((included(&read, "1"), included(&read, "2")), (Some(false), Some(true)));
    assert_eq!(read.recommendation("1").included.confidence, Confidence::Answered);
}

#[test]
fn headings_between_rows_state_the_kind() {
    let read = read(vec![sheet(
        "S",
        &[
            &["No", "Detail", "Owner", "Status"],
            &["Recommendations", "", "", ""],
            &["1", "The force should act.", "Crime", "In progress"],
            &["Areas for improvement", "^Areas for improvement", "^Areas for improvement", "^Areas for improvement"],
            &["2", "The force should learn.", "Crime", "In progress"],
            &["No", "Detail", "Owner", "Status"],
            &["3", "The force should share.", "Crime", "In progress"],
        ],
    )]);
    let kinds: Vec<_> = read.proposal.recommendations.iter().map(|one| one.kind.value.expect("a value")).collect();
    let (recommendation, afi) = (RecommendationKind::Recommendation, RecommendationKind::AreaForImprovement);
    assert_eq!(kinds, [recommendation, afi, afi]);
    assert_eq!(read.recommendation("2").kind.from.as_ref().expect("a value").place.cell.as_deref(), Some("S!A4"));
    let reasons: Vec<_> = read.proposal.unclaimed.iter().map(|line| line.reason).collect();
    assert_eq!(reasons, [UnclaimedReason::Heading; 3]);
    assert!(read.pointers().is_empty(), "{:?}", read.pointers());
}

#[test]
fn reports_in_headings_between_rows_are_told_apart() {
    let one: &[&[&str]] = &[
        &["No", "Recommendation", "Owner"],
        &["PEEL 2023–25 inspection", "", ""],
        &["1", "The force should act.", "Crime"],
    ];
    let read_one = read(vec![sheet("S", one)]);
    assert_eq!(read_one.proposal.inspection.title.value.as_deref(), Some("PEEL 2023–25 inspection"));
    let mut several = one.to_vec();
    several.extend::<[&[&str]; 2]>([&["Custody inspection 2024", "", ""], &["1", "The force should wait.", "Crime"]]);
    let read = read(vec![sheet("S", &several)]);
    assert_eq!(read.question("/is_one_document").code, QuestionCode::SeveralDocuments);
}

#[test]
fn a_row_without_text_or_number_is_listed_or_asked_about() {
    let read = read(vec![sheet(
        "S",
        &[
            &["No", "Recommendation", "Owner", "Status"],
            &["1", "", "Crime", "In progress"],
            &["", "The force should wait.", "Crime", "In progress"],
            &[],
            &["", "", "Total", "2"],
        ],
    )]);
    assert_eq!(read.question("/recommendations/0/text").code, QuestionCode::Missing);
    assert_eq!(read.question("/recommendations/1/number").proposed, Some("2".into()));
    assert_eq!(read.proposal.unclaimed[0].source.text, "Total\t2");
}

#[test]
fn an_error_cell_is_named_and_its_fact_is_missing() {
    let read = read(vec![sheet(
        "Sheet1",
        &[&["No", "Recommendation", "Owner", "Lookup"], &["1", "The force should act.", "#REF!", "#N/A"]],
    )]);
    let asked = read.question("/positions/0/owner");
    assert_eq!(asked.code, QuestionCode::ErrorCell);
    assert!(asked.detail.contains("Sheet1!C2"), "{}", asked.detail);
    assert_eq!(read.position("1").owner.value, None);
    assert_eq!(read.note("1"), "Owner: #REF!\nLookup: #N/A");
}

#[test]
fn a_status_without_work_depends_on_the_owner() {
    let read = read(vec![sheet(
        "S",
        &[
            &["No", "Recommendation", "Owner", "Status"],
            &["1", "The force should act.", "Crime", "Not started"],
            &["2", "The force should wait.", "", "Not started"],
        ],
    )]);
    assert_eq!(read.position("1").force_status.value, Some(ForceStatus::Allocated));
    assert_eq!(read.position("2").force_status.value, Some(ForceStatus::AwaitingAllocation));
    assert_eq!(read.proposal.rows.words.len(), 2);
}

#[test]
fn a_thousand_rows_and_more_are_read_or_counted() {
    let header = TableRow { number: 1, cells: ["No", "Recommendation", "Status"].map(cell).to_vec(), hidden: false };
    let rows = (1..=2_100_u32).map(|number| {
        let cells = [number.to_string(), "The force should act.".to_owned(), "In progress".to_owned()];
        TableRow { number: number + 1, cells: cells.iter().map(|text| cell(text)).collect(), hidden: false }
    });
    let table = Table { name: "S".to_owned(), rows: std::iter::once(header).chain(rows).collect() };
    let read = read(vec![Block::Table(table)]);
    assert_eq!(read.proposal.recommendations.len(), 2_000);
    assert!(read.question("/is_one_document").detail.contains("100 rows were not read"));
}

fn cell(text: &str) -> TableCell {
    TableCell { text: text.to_owned(), ..TableCell::default() }
}
