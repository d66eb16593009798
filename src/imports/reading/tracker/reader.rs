//! Reads the trackers of a document into a proposal.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::super::context::Profile;
use super::columns::{Column, MAX_COLUMNS, columns_of, likely_text};
use super::finish::Finishing;
use super::member::TrackerMember as Member;
use super::rows::{MAX_RECORDS, RowsRead, distinct};
use super::settings::Settings;
use super::source::{Cell, Row, Tracker, Trackers};
use super::words::normalize;
use crate::imports::document::Notice;
use crate::imports::proposal::{
    Answers, Confidence, Fact, Proposal, Question, QuestionCode, Source, UnclaimedLine, UnclaimedReason,
};
use crate::vocabulary::WireName;

/// The most tables with different headings.
const MAX_TRACKERS: usize = 100;

/// Reads the trackers of a document into a proposal, after its lines were read. The answers about columns and rows decide
/// how the tables are read. Facts, questions and lines are added after those that the proposal has.
pub fn read_trackers(trackers: &Trackers, profile: &Profile, answers: &Answers, proposal: &mut Proposal) {
    let settings = Settings::new(profile);
    proposal.notices.extend(trackers.notices.iter().cloned());
    let mut all_columns: Vec<Column> = Vec::new();
    let mut columns_of_each: Vec<Vec<Column>> = Vec::new();
    let (read, unread) = trackers.trackers.split_at(trackers.trackers.len().min(MAX_TRACKERS));
    list_unread(unread, proposal);
    for tracker in read {
        let columns = columns_of(tracker, &settings, answers, proposal.columns.len());
        if tracker.headings.len() > MAX_COLUMNS {
            let detail =
                format!("The table has {} columns. The first {MAX_COLUMNS} were read.", tracker.headings.len());
            proposal.notices.push(Notice { code: "too_many_columns".to_owned(), detail });
        }
        ask_about_text(&columns, proposal);
        add_colour_notices(&columns, proposal);
        let mut in_order: Vec<Column> = columns.clone();
        in_order.sort_by_key(|column| column.index);
        proposal.columns.extend(in_order.iter().map(|column| column.proposed.clone()));
        all_columns.extend(in_order);
        columns_of_each.push(columns);
    }
    let read_rows = |only: Option<String>| {
        let mut rows = RowsRead::of_report(only);
        for (tracker, columns) in read.iter().zip(&columns_of_each) {
            rows.read(tracker, columns, &settings);
        }
        rows
    };
    let mut rows = read_rows(None);
    if let Some(title) = chosen_title(&rows, answers) {
        rows = read_rows(Some(title));
    }
    let is_one = check_titles(&rows, answers, proposal);
    if is_one {
        rows.inspection.write(proposal, settings.day_format);
    }
    ask_about_rows_left(&rows, proposal);
    proposal.unclaimed.append(&mut rows.unclaimed);
    Finishing::new(&settings, answers, proposal, &all_columns).finish(rows.records, is_one);
    list_unused_days(trackers, proposal);
}

/// Lists the rows of the tables after the most that are read.
fn list_unread(unread: &[Tracker], proposal: &mut Proposal) {
    if unread.is_empty() {
        return;
    }
    let detail = format!(
        "The file has {} tables with different headings after the first {MAX_TRACKERS}. They were not read.",
        unread.len()
    );
    proposal.notices.push(Notice { code: "too_many_tables".to_owned(), detail });
    let rows = unread.iter().flat_map(|tracker| &tracker.parts).flat_map(|part| &part.rows);
    let sources = rows.filter_map(Row::source);
    proposal.unclaimed.extend(sources.map(|source| UnclaimedLine { source, reason: UnclaimedReason::NotRecognised }));
}

/// Returns true if answers change how the tables are read, so that the document must be read again with them.
pub fn changes_reading(answers: &Answers) -> bool {
    let changes = |pointer: &String| {
        ["/columns/", "/rows/"].iter().any(|start| pointer.starts_with(start))
            || ["/is_one_document", "/inspection/title"].contains(&pointer.as_str())
    };
    answers.keys().any(changes)
}

/// Asks which column has the texts, if no heading says so.
fn ask_about_text(columns: &[Column], proposal: &mut Proposal) {
    let Some(likely) = likely_text(columns) else { return };
    proposal.questions.push(Question {
        code: QuestionCode::Role,
        pointer: format!("/columns/{}/member", likely.index),
        detail: format!(
            "No heading says which column has the texts of the recommendations. Is it the column “{}”?",
            likely.label
        ),
        options: Member::NAMES.iter().map(|name| json!(name)).collect(),
        proposed: Some(json!(Member::Text)),
        from: likely.proposed.member.from.clone(),
    });
}

fn add_colour_notices(columns: &[Column], proposal: &mut Proposal) {
    for column in columns.iter().filter(|column| column.is_colour && column.member.is_none()) {
        let detail = format!(
            "The column “{}” has colours. A colour is never a status, so its cells are kept as notes.",
            column.label
        );
        proposal.notices.push(Notice { code: "colour_column".to_owned(), detail });
    }
}

/// Returns the titles of the reports that the rows are about.
fn titles_of(rows: &RowsRead) -> Vec<&Cell> {
    let titles = rows.inspection.titles();
    if titles.is_empty() { distinct(&rows.titles) } else { titles }
}

/// Returns the title that the officer chose, as normalized words, if it is one of several in the tables.
fn chosen_title(rows: &RowsRead, answers: &Answers) -> Option<String> {
    let chosen = normalize(answers.get("/inspection/title")?.as_str()?);
    let titles = titles_of(rows);
    let is_one_of_several = titles.len() > 1 && titles.iter().any(|title| normalize(&title.text) == chosen);
    is_one_of_several.then_some(chosen)
}

/// Checks that the tables are about one report. Returns false if they name several.
fn check_titles(rows: &RowsRead, answers: &Answers, proposal: &mut Proposal) -> bool {
    let titles = titles_of(rows);
    // An officer who answers true says that the titles are one report's.
    let is_answered = answers.get("/is_one_document").and_then(Value::as_bool) == Some(true);
    if titles.len() <= 1 || is_answered {
        if let [title] = titles.as_slice()
            && proposal.inspection.title.value.is_none()
        {
            proposal.inspection.title = Fact::inferred(title.text.clone(), &title.place, &title.text);
        }
        return true;
    }
    const LISTED: usize = 20;
    let listed: Vec<String> = titles.iter().take(LISTED).map(|title| format!("“{}”", title.text)).collect();
    let more = titles.len().saturating_sub(LISTED);
    let and_more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let first: &Cell = titles[0];
    proposal.is_one_document =
        Fact { value: Some(false), confidence: Confidence::Inferred, from: Some(first.source()) };
    proposal.questions.push(Question {
        code: QuestionCode::SeveralDocuments,
        pointer: "/is_one_document".to_owned(),
        detail: format!(
            "The table names {} reports: {}{and_more}. One import is about one report. Answer `/inspection/title` with one of \
             the titles to import its rows only, or answer true here if these are titles of one report.",
            titles.len(),
            listed.join(", ")
        ),
        options: vec![json!(true), json!(false)],
        proposed: None,
        from: Some(first.source()),
    });
    false
}

fn ask_about_rows_left(rows: &RowsRead, proposal: &mut Proposal) {
    if rows.rows_left == 0 {
        return;
    }
    let detail = format!(
        "The table has more than {MAX_RECORDS} recommendations, and {} rows were not read. Split the file into several.",
        rows.rows_left
    );
    proposal.is_one_document = Fact::assumed(false);
    proposal.questions.push(Question {
        code: QuestionCode::SeveralDocuments,
        pointer: "/is_one_document".to_owned(),
        detail,
        options: vec![json!(false)],
        proposed: None,
        from: None,
    });
}

/// Lists the lines with the day of a table that no update has.
fn list_unused_days(trackers: &Trackers, proposal: &mut Proposal) {
    let place = |source: &Source| (source.place.line, source.place.cell.clone());
    let sources = proposal.positions.iter().filter_map(|position| position.update_on.from.as_ref());
    let used: HashSet<_> = sources.map(place).collect();
    let unused = trackers.days.iter().filter(|day| !used.contains(&place(day)));
    let lines = unused.map(|day| UnclaimedLine { source: day.clone(), reason: UnclaimedReason::Introduction });
    proposal.unclaimed.extend(lines);
}
