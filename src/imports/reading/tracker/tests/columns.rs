//! Columns: how they are read, corrected by answers and by the area's profile.

use serde_json::json;

use super::*;
use crate::imports::document::DocumentFormat::Xlsx;
use crate::imports::proposal::{Confidence, QuestionCode, apply_answers};
use crate::imports::reading::DayFormat;
use crate::imports::reading::tracker::{changes_reading, looks_like_tracker};

const ROWS: &[&[&str]] = &[
    &["Ref", "Recommendation", "Owner", "SRO", "Board", "", "Comments", "Update", "Update"],
    &["1", "The force should act.", "Crime", "ACC", "Gold", "kept", "A comment.", "Old.", "New."],
];

#[test]
fn columns_without_a_member_become_notes() {
    let read = read(vec![sheet("S", ROWS)]);
    assert_eq!(read.members(), ["number", "text", "owner", "-", "-", "-", "-", "update", "update"]);
    assert_eq!(read.position("1").update.value.as_deref(), Some("New."));
    assert_eq!(read.note("1"), "SRO: ACC\nBoard: Gold\nColumn 6: kept\nComments: A comment.\nUpdate: Old.");
    assert_eq!(read.proposal.columns[4].member.confidence, Confidence::Missing);
    assert_eq!(read.proposal.columns[4].member.from.as_ref().expect("a value").place.cell.as_deref(), Some("S!E1"));
}

#[test]
fn an_answer_corrects_a_column() {
    let answers = Answers::from([
        ("/columns/3/member".to_owned(), json!("owner")),
        ("/columns/4/member".to_owned(), json!("themes")),
        ("/columns/7/member".to_owned(), json!("")),
        ("/columns/8/updated_on".to_owned(), json!("2024-05-01")),
    ]);
    assert!(changes_reading(&answers));
    let read = read_with(&document(Xlsx, vec![sheet("S", ROWS)]), &Profile::default(), &answers);
    assert_eq!(read.members(), ["number", "text", "-", "owner", "themes", "-", "-", "-", "update"]);
    assert_eq!(read.position("1").owner.value.as_deref(), Some("ACC"));
    let update_on = &read.position("1").update_on;
    assert_eq!((update_on.value, update_on.confidence), (day("2024-05-01"), Confidence::Answered));
    assert_eq!(
        apply_answers(&read.proposal, &answers).expect("a value"),
        read.proposal,
        "the answers change nothing further"
    );
}

#[test]
fn the_profile_comes_before_the_headings() {
    let profile = Profile {
        columns: [("BOARD".to_owned(), "themes".to_owned()), ("Owner".to_owned(), String::new())].into(),
        ..Profile::default()
    };
    let read = read_with(&document(Xlsx, vec![sheet("S", ROWS)]), &profile, &Answers::new());
    assert_eq!(read.members()[2..5], ["-", "owner", "themes"]);
    let own = Profile {
        columns: [("Was".to_owned(), "text".to_owned()), ("Wer".to_owned(), "owner".to_owned())].into(),
        ..Profile::default()
    };
    let rows: &[&[&str]] = &[&["Wer", "Was"], &["Crime", "The force should act."]];
    let read = read_with(&document(Xlsx, vec![sheet("S", rows)]), &own, &Answers::new());
    assert_eq!(read.texts(), ["The force should act."]);
}

#[test]
fn a_reference_column_is_read_by_its_cells() {
    let of = |cells: [&str; 2]| {
        let rows: Vec<Vec<&str>> = vec![
            vec!["Ref", "Recommendation", "Status"],
            vec![cells[0], "The force should act.", "In progress"],
            vec![cells[1], "The force should wait.", "In progress"],
        ];
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let read = read(vec![sheet("S", &rows)]);
        (read.members()[0].to_owned(), read.numbers(), read.proposal.recommendations[0].reference.value.clone())
    };
    assert_eq!(
        of(["21912", "21913"]),
        ("reference".to_owned(), vec!["1".into(), "2".into()], Some("21912".to_owned()))
    );
    assert_eq!(of(["3.9", "3.10"]), ("number".to_owned(), vec!["3.9".into(), "3.10".into()], None));
    assert_eq!(of(["CoC 1", "Rec 1"]), ("number".to_owned(), vec!["CoC 1".into(), "1".into()], None));
}

#[test]
fn the_inspectorates_references_come_before_the_offices() {
    let read = read(vec![sheet(
        "S",
        &[
            &["HMICFRS ref", "Ref", "Rec No", "Recommendation", "HMICFRS deadline"],
            &["21912", "CUST-1", "7", "The force should act.", "Within six months"],
        ],
    )]);
    assert_eq!(read.members(), ["reference", "-", "number", "text", "target"]);
    assert_eq!(read.recommendation("7").reference.value.as_deref(), Some("21912"));
    let rows: &[&[&str]] =
        &[&["HMICFRS no.", "Recommendation", "Status"], &["3.10", "The force should act.", "See 1.1"]];
    let numbered = super::read(vec![sheet("S", rows)]);
    assert_eq!((numbered.members()[0], numbered.numbers()), ("number", vec!["3.10".to_owned()]));
}

#[test]
fn the_last_target_day_counts() {
    let read = read(vec![sheet(
        "S",
        &[
            &["No", "Recommendation", "Revised date", "Target date", "Original target date"],
            &["1", "The force should act.", "01/09/2024", "01/06/2024", "01/03/2024"],
            &["2", "The force should wait.", "", "01/06/2024", "01/03/2024"],
        ],
    )]);
    assert_eq!(read.position("1").local_target_on.value, day("2024-09-01"));
    assert_eq!(read.note("1"), "Original target date: 01/03/2024\nTarget date: 01/06/2024");
    assert_eq!(read.position("2").local_target_on.value, day("2024-06-01"));
}

#[test]
fn days_with_the_month_first_are_asked_about() {
    let rows: &[&[&str]] = &[
        &["No", "Recommendation", "Due date"],
        &["1", "The force should act.", "13/25/2024"],
        &["2", "The force should wait.", "03/25/2024"],
        &["3", "The force should see.", "03/04/2024"],
        &["4", "The force should hear.", "45382"],
    ];
    let read_uk = read(vec![sheet("S", rows)]);
    for (pointer, options) in
        [("/positions/0/local_target_on", 0), ("/positions/1/local_target_on", 1), ("/positions/2/local_target_on", 2)]
    {
        let asked = read_uk.question(pointer);
        assert_eq!((asked.code, asked.options.len()), (QuestionCode::UnclearDate, options), "{pointer}");
    }
    assert_eq!(read_uk.position("4").local_target_on.value, day("2024-03-31"));
    assert_eq!(read_uk.note("1"), "Due date: 13/25/2024");
    let profile = Profile { day_format: DayFormat::MonthFirst, ..Profile::default() };
    let read = read_with(&document(Xlsx, vec![sheet("S", &rows[..1]), sheet("S", rows)]), &profile, &Answers::new());
    assert_eq!(read.position("3").local_target_on.value, day("2024-03-04"));
}

#[test]
fn a_number_is_no_day_outside_a_column_of_days() {
    let read = read(vec![sheet("S", &[&["No", "Recommendation", "Cost"], &["1", "The force should act.", "45382"]])]);
    assert_eq!(read.note("1"), "Cost: 45382");
}

#[test]
fn a_header_is_found_by_its_words() {
    let header = |rows: &[&[&str]]| match sheet("S", rows) {
        Block::Table(table) => looks_like_tracker(&table).map(|header| header.row),
        Block::Line(_) => None,
    };
    assert_eq!(header(&[&["Title"], &[], &["No", "Recommendation", "Owner"], &["1", "x", "y"]]), Some(2));
    assert_eq!(
        header(&[&["Rec ID", "Status", "Latest update"], &["1", "x", "y"]]),
        Some(0),
        "a tracker can have no texts"
    );
    assert_eq!(header(&[&["Status", "RAG"], &["Open", "Red"]]), None);
    assert_eq!(header(&[&["Name", "Address"], &["The force should update its recommendations", "x"]]), None);
    assert_eq!(header(&[&["Title of inspection", "Custody"], &["Date published", "1 May 2024"]]), None);
}

#[test]
fn the_text_of_the_file_comes_before_the_columns_of_the_inspection() {
    let rows: &[&[&str]] = &[
        &["Report title", "Date published", "No", "Recommendation"],
        &["Custody in Hillport", "13/02/2024", "1", "The force should act."],
    ];
    let (trackers, _) = super::take_trackers(&document(Xlsx, vec![sheet("S", rows)]), &Profile::default());
    let mut proposal = Proposal::default();
    let place = Place { line: Some(1), ..Place::default() };
    proposal.inspection.published_on =
        crate::imports::proposal::Fact::printed(day("2024-02-14").expect("a value"), &place, "14 Feb 2024");
    super::read_trackers(&trackers, &Profile::default(), &Answers::new(), &mut proposal);
    assert_eq!(proposal.inspection.title.value.as_deref(), Some("Custody in Hillport"));
    assert_eq!(proposal.inspection.published_on.value, day("2024-02-14"));
    let pointers: Vec<&str> = proposal.questions.iter().map(|question| question.pointer.as_str()).collect();
    assert_eq!(pointers[0], "/inspection/published_on");
}
