//! Trackers of different shapes, as offices keep them.

use super::*;
use crate::assignments::ForceStatus;
use crate::imports::proposal::{Confidence, QuestionCode};
use crate::recommendations::RecommendationKind;

const PASTED: &str = "Hillport Police – HMICFRS tracker for the Joint Audit Committee\nAs at 31 March 2024\n\
    Report: Custody in Hillport – an unannounced inspection (published 13 Feb 2024)\n\n\
    Ref\tRecommendation\tOwner\tTarget date\tRAG\tStatus\tUpdate\n\
    1\tThe force should give every detained person a blanket.\tHead of Custody\t30/04/2024\tGreen\tComplete\tStock checked each shift since 1 March.\n\
    2\tBy June 2024, the force should fit clocks that detained people can see.\tEstates\t30/06/2024\tAmber\tIn progress\tOrder placed; first site done 25/03/24.\n\
    AFI 1\tThe force should note why a strip search was needed.\tACC Operations\tTBC\tRed\tNot started\t";

#[test]
fn a_pasted_table_is_read_with_its_positions() {
    let read = read_with(&document(DocumentFormat::Text, lines(PASTED)), &Profile::default(), &Answers::new());
    assert_eq!(read.numbers(), ["1", "2", "AFI 1"]);
    assert_eq!(read.left.len(), 2, "the title and the report are left: {:?}", read.left);
    assert_eq!(read.members(), ["number", "text", "owner", "local_target_on", "-", "force_status", "update"]);
    assert_eq!(read.recommendation("AFI 1").kind.value, Some(RecommendationKind::AreaForImprovement));
    assert_eq!(read.recommendation("1").kind.confidence, Confidence::Inferred);
    assert_eq!(read.question("/rows/kind").code, QuestionCode::Confirm);
    let first = read.position("1");
    assert_eq!(first.owner.value.as_deref(), Some("Head of Custody"));
    assert_eq!(first.local_target_on.value, day("2024-04-30"));
    assert_eq!(first.force_status.value, Some(ForceStatus::ForceComplete));
    assert_eq!(first.update.value.as_deref(), Some("Stock checked each shift since 1 March."));
    assert_eq!((first.update_on.value, first.update_on.confidence), (day("2024-03-31"), Confidence::Inferred));
    assert_eq!(first.note.value.as_deref(), Some("RAG: Green"));
    assert_eq!((first.body_view.value, first.inspectorate_status.value), (None, None));
    let complete = read.question("/rows/words/0/force_status");
    assert_eq!(complete.code, QuestionCode::Confirm);
    assert!(complete.detail.contains("claimed in the table, signed off by nobody"), "{}", complete.detail);
    assert_eq!(read.position("2").update_on.value, day("2024-03-31"), "a day inside an update is not its day");
    let last = read.position("AFI 1");
    assert_eq!((last.force_status.value, last.update.value.as_ref()), (Some(ForceStatus::Allocated), None));
    assert_eq!(last.local_target_on.value, None);
    assert_eq!(last.local_target_on.from.as_ref().expect("a value").text, "TBC");
    assert_eq!(read.pointers(), ["/rows/words/0/force_status", "/rows/kind"]);
    assert_eq!(read.proposal.notices[0].code, "colour_column");
}

#[test]
fn a_workbook_has_title_rows_a_banner_and_other_sheets() {
    let read = read(vec![
        sheet("Guidance", &[&["How to fill in this workbook"], &["Column", "Meaning"]]),
        sheet(
            "Tracker",
            &[
                &[
                    "Eastmere Constabulary",
                    "^Eastmere Constabulary",
                    "^Eastmere Constabulary",
                    "^Eastmere Constabulary",
                    "",
                    "",
                ],
                &["Position as at 30 September 2024"],
                &[],
                &["Report", "^Report", "Force", "^Force", "HMICFRS", "^HMICFRS"],
                &["Rec No.", "Recommendation", "Owner", "Status", "Ref", "Status"],
                &["3.9", "The force should count cells.", "Custody", "In progress", "21911", "Open"],
                &["3.10", "The force should paint cells.", "Estates", "Embedding", "21912", "Closed"],
                &["Source: performance team"],
            ],
        ),
        sheet("Lists", &[&["Status", "RAG"], &["Open", "Red"]]),
    ]);
    assert_eq!(read.numbers(), ["3.9", "3.10"]);
    assert_eq!(read.members(), ["number", "text", "owner", "force_status", "reference", "inspectorate_status"]);
    assert_eq!(read.proposal.columns[5].heading, "HMICFRS – Status");
    assert_eq!(read.recommendation("3.10").reference.value.as_deref(), Some("21912"));
    assert_eq!(
        read.recommendation("3.10").text.from.as_ref().expect("a value").place.cell.as_deref(),
        Some("Tracker!B7")
    );
    let closed = read.question("/rows/words/3/inspectorate_status");
    assert_eq!((closed.code, closed.proposed.clone()), (QuestionCode::Confirm, Some("closed".into())));
    assert_eq!(read.position("3.9").force_status.value, Some(ForceStatus::InProgress));
    let sheets: Vec<&str> = read.proposal.notices.iter().map(|notice| notice.code.as_str()).collect();
    assert_eq!(sheets, ["sheet_not_read", "sheet_not_read"]);
    assert_eq!(read.left, ["Eastmere Constabulary"]);
    let unclaimed: Vec<&str> = read.proposal.unclaimed.iter().map(|line| line.source.text.as_str()).collect();
    assert_eq!(unclaimed, ["Source: performance team", "Position as at 30 September 2024"]);
}

#[test]
fn a_welsh_tracker_is_read() {
    let read = read(vec![sheet(
        "Taflen1",
        &[
            &["Fel ar 31 Mawrth 2024"],
            &["Cyfeirnod", "Argymhelliad", "Math", "Perchennog", "Dyddiad targed", "Statws", "Diweddariad"],
            &[
                "1",
                "Dylai’r heddlu wrando.",
                "Argymhelliad",
                "Pennaeth Dalfa",
                "30 Mehefin 2024",
                "Ar y gweill",
                "Dechreuwyd.",
            ],
            &["2", "Dylai’r heddlu ddysgu.", "Maes i’w wella", "", "I’w gadarnhau", "Heb ddechrau", ""],
        ],
    )]);
    assert_eq!(read.members(), ["number", "text", "kind", "owner", "local_target_on", "force_status", "update"]);
    assert_eq!(read.recommendation("2").kind.value, Some(RecommendationKind::AreaForImprovement));
    assert_eq!(read.position("1").local_target_on.value, day("2024-06-30"));
    assert_eq!(read.position("1").update_on.value, day("2024-03-31"));
    assert_eq!(read.position("1").force_status.value, Some(ForceStatus::InProgress));
    assert_eq!(read.position("2").force_status.value, Some(ForceStatus::AwaitingAllocation));
    assert!(read.pointers().is_empty(), "{:?}", read.pointers());
}

#[test]
fn headings_in_two_languages_are_read() {
    let read = read(vec![sheet(
        "S",
        &[
            &[
                "Rhif / No.",
                "Argymhelliad / Recommendation",
                "Arweinydd / Lead",
                "Statws / Status",
                "Sylwadau / Comments",
            ],
            &["4", "The force should act.", "Crime", "Embedding", "12/05/2024: done"],
        ],
    )]);
    assert_eq!(read.members(), ["number", "text", "owner", "force_status", "update"]);
    assert_eq!(read.position("4").update_on.value, day("2024-05-12"));
}

#[test]
fn quarterly_updates_are_ordered_by_their_months() {
    let read = read(vec![sheet(
        "S",
        &[
            &["Ref", "Recommendation", "Update June 2024", "Update March 2024", "Update 31 December 2023"],
            &["1", "The force should act.", "Third.", "Second.", "First."],
            &["2", "The force should wait.", "", "", "Only one."],
        ],
    )]);
    assert_eq!(read.members()[2..], ["update", "update", "update"]);
    assert_eq!(read.position("1").update.value.as_deref(), Some("Third."));
    assert_eq!(read.note("1"), "Update 31 December 2023: First.\nUpdate March 2024: Second.");
    assert_eq!(read.position("2").update_on.value, day("2023-12-31"));
    let asked = read.question("/columns/2/updated_on");
    assert_eq!((asked.code, asked.proposed.clone()), (QuestionCode::UnclearDate, Some("2024-06-30".into())));
    assert_eq!(read.proposal.columns[4].updated_on.as_ref().expect("a value").value, day("2023-12-31"));
}

#[test]
fn rows_of_several_reports_raise_one_question() {
    let rows: &[&[&str]] = &[
        &["Inspection", "Date published", "No.", "Recommendation", "Status"],
        &["Custody 2023", "01/02/2023", "1", "The force should act.", "In progress"],
        &["PEEL 2024", "03/04/2024", "1", "The force should wait.", "In progress"],
    ];
    let read = read(vec![sheet("S", rows)]);
    let asked = read.question("/is_one_document");
    assert_eq!(asked.code, QuestionCode::SeveralDocuments);
    assert!(asked.detail.contains("“Custody 2023”, “PEEL 2024”"), "{}", asked.detail);
    assert_eq!(read.proposal.is_one_document.value, Some(false));
    assert_eq!(read.proposal.inspection.title.value, None);
    assert_eq!(read.pointers(), ["/is_one_document", "/rows/kind"]);

    let answers = Answers::from([("/inspection/title".to_owned(), "PEEL 2024".into())]);
    let chosen = read_with(&document(DocumentFormat::Xlsx, vec![sheet("S", rows)]), &Profile::default(), &answers);
    assert_eq!((chosen.texts(), chosen.pointers()), (vec!["The force should wait.".to_owned()], vec!["/rows/kind"]));
    assert_eq!(chosen.proposal.inspection.published_on.value, day("2024-04-03"));
    assert!(chosen.proposal.unclaimed[0].source.text.starts_with("Custody 2023"));

    let answers = Answers::from([("/is_one_document".to_owned(), true.into())]);
    let read = read_with(&document(DocumentFormat::Xlsx, vec![sheet("S", rows)]), &Profile::default(), &answers);
    assert_eq!(read.question("/inspection/title").options.len(), 2);
    assert_eq!(read.question("/inspection/published_on").code, QuestionCode::Contradiction);
    assert_eq!(read.question("/recommendations/1/number").code, QuestionCode::Contradiction);
}

#[test]
fn unknown_headings_are_asked_about() {
    let rows: &[&[&str]] = &[
        &["Alpha", "Beta", "Gamma"],
        &["x", "The force should give each person a blanket at night.", "45382"],
        &["y", "The force should fit clocks that people can see.", "45390"],
    ];
    let first = read(vec![sheet("S", rows)]);
    assert_eq!(first.members(), ["-", "-", "-"]);
    let asked = first.question("/columns/1/member");
    assert_eq!((asked.code, asked.proposed.clone()), (QuestionCode::Role, Some("text".into())));

    let answers = Answers::from([
        ("/columns/1/member".to_owned(), "text".into()),
        ("/columns/2/member".to_owned(), "local_target_on".into()),
    ]);
    let read = read_with(&document(DocumentFormat::Xlsx, vec![sheet("S", rows)]), &Profile::default(), &answers);
    assert_eq!(read.texts().len(), 2);
    let day_number = &read.position("1").local_target_on;
    assert_eq!((day_number.value, day_number.confidence), (day("2024-03-31"), Confidence::Inferred));
    assert_eq!(read.note("1"), "Alpha: x");
}

#[test]
fn two_tables_stand_in_one_sheet() {
    let read = read(vec![sheet(
        "S",
        &[
            &["Ref", "Recommendation", "Owner", "Status"],
            &["1", "The force should act.", "Crime", "In progress"],
            &[],
            &["Areas for improvement", "", "", ""],
            &["Ref", "Area for improvement", "Lead", "Deadline", "Status"],
            &["1", "The force should learn.", "Training", "01/05/2024", "In progress"],
        ],
    )]);
    assert_eq!(read.texts(), ["The force should act.", "The force should learn."]);
    assert_eq!(read.proposal.recommendations[1].kind.value, Some(RecommendationKind::AreaForImprovement));
    assert_eq!(read.proposal.positions[1].local_target_on.value, day("2024-05-01"));
    assert_eq!(read.numbers(), ["1", "AFI 1"], "both tables count from 1");
    assert_eq!(read.proposal.positions[1].number, "AFI 1");
    assert_eq!(read.pointers(), ["/rows/kind"]);
}
