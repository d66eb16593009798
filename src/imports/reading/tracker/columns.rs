//! Decides which member each column of a tracker is read as: by the officer's answers, the area's profile, the headings,
//! and, for some headings, by the cells.

use chrono::NaiveDate;
use serde_json::Value;

use super::super::day::{ParsedDay, find_days_as};
use super::cell_day::is_in_other_order;
use super::column_cells::{average_length, has_long_texts, has_only_colours, has_statuses, is_status};
use super::header::match_with_group;
use super::headings::{Found, Match, Meaning, is_of_template};
use super::identifier;
use super::member::TrackerMember as Member;
use super::settings::Settings;
use super::source::{Cell, Row, Tracker};
use super::words::normalize;
use crate::imports::proposal::{Answers, Confidence, Fact, ProposedColumn, Source};
use crate::vocabulary::WireName;

/// The most columns of a tracker that are read.
pub(super) const MAX_COLUMNS: usize = 256;

/// A column of a tracker.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// The index of the cells.
    pub at: usize,
    /// The heading as printed, or a name for a column without one.
    pub label: String,
    /// The member, or none if the cells become notes.
    pub member: Option<Member>,
    /// What the proposal says of the column.
    pub proposed: ProposedColumn,
    /// The index in the proposal.
    pub index: usize,
    /// The day in the heading of a column of updates.
    pub day: Option<ParsedDay>,
    /// Whether the heading leaves open whether the cells are numbers or references.
    pub is_identifier: bool,
    /// Whether the heading is that of the force's answers.
    pub is_force_answer: bool,
    /// Whether the cells are colours.
    pub is_colour: bool,
    /// Whether a day of the column has its month first.
    pub is_mixed: bool,
    /// Whether the member was found by a heading of the service's own template.
    pub is_of_template: bool,
    rank: u8,
    average_length: usize,
}

/// Returns the columns. `first` is the index of the first one in the proposal.
pub(super) fn columns_of(tracker: &Tracker, settings: &Settings, answers: &Answers, first: usize) -> Vec<Column> {
    let mut columns = Vec::new();
    let rows: Vec<&Row> =
        tracker.parts.iter().flat_map(|part| &part.rows).filter(|row| row.only_text().is_none()).collect();
    let headings = &tracker.headings[..tracker.headings.len().min(MAX_COLUMNS)];
    let matches: Vec<Option<Match>> = headings
        .iter()
        .map(|heading| {
            match_with_group(&heading.text, settings).filter(|found| !tracker.is_unknown || is_listed(found))
        })
        .collect();
    let has_positions = matches.iter().flatten().any(|found| match found.meaning {
        Meaning::Member(member) => member.is_of_position(),
        Meaning::StatusOrUpdate | Meaning::Colour => true,
        _ => false,
    });
    let cites = cites_recommendations(&rows, &matches);
    let has_force_answers = matches.iter().flatten().any(|found| found.meaning == Meaning::ForceAnswer);
    for (at, heading) in headings.iter().enumerate() {
        let cells = || cells_of(&rows, at);
        if heading.text.is_empty() && cells().next().is_none() {
            continue;
        }
        let kind = TableKind { has_positions, has_force_answers, cites };
        let (member, rank) = matches[at].map_or((None, 0), |found| member_of(found, kind, cells));
        let is_colour = matches[at].is_some_and(|found| found.meaning == Meaning::Colour)
            || member == Some(Member::ForceStatus) && has_only_colours(cells());
        let label = if heading.text.is_empty() { format!("Column {}", at + 1) } else { heading.text.clone() };
        let days = find_days_as(&heading.text, settings.day_format);
        columns.push(Column {
            at,
            label,
            member: if is_colour { None } else { member },
            proposed: ProposedColumn {
                heading: heading.text.clone(),
                member: fact_of(if is_colour { None } else { member }, matches[at], &heading_source(heading)),
                updated_on: None,
            },
            index: first + columns.len(),
            day: days.first().map(|found| found.day),
            is_identifier: matches[at]
                .is_some_and(|found| matches!(found.meaning, Meaning::Identifier | Meaning::SourceIdentifier)),
            is_force_answer: matches[at].is_some_and(|found| found.meaning == Meaning::ForceAnswer),
            is_colour,
            is_mixed: cells().any(|cell| is_in_other_order(&cell.text, settings.day_format)),
            is_of_template: is_of_template(&heading.text),
            rank,
            average_length: average_length(cells()),
        });
    }
    apply_answers(&mut columns, answers);
    settle_conflicts(&mut columns);
    order_repeated(&mut columns);
    columns
}

fn is_listed(found: &Match) -> bool {
    found.found != Found::ByWords
}

fn heading_source(heading: &super::source::Heading) -> Source {
    Source::new(&heading.place, &heading.text)
}

fn cells_of<'t>(rows: &[&'t Row], at: usize) -> impl Iterator<Item = &'t Cell> {
    rows.iter().filter_map(move |row| row.cells.get(at)).filter(|cell| !cell.is_blank())
}

/// What the headings of a table say of the table as a whole.
#[derive(Clone, Copy)]
struct TableKind {
    /// Whether the table states what was done, as a tracker does. Other tables are part of a response.
    has_positions: bool,
    /// Whether the table has answers of the force.
    has_force_answers: bool,
    /// Whether the column with the heading of the texts has only numbers, as “Recommendation” above 1, 2 and 3.
    cites: bool,
}

/// Returns true if the column with the usual heading of the texts has only numbers of recommendations.
fn cites_recommendations(rows: &[&Row], matches: &[Option<Match>]) -> bool {
    let is_text = |found: &Option<Match>| {
        found.is_some_and(|found| found.usual && found.meaning == Meaning::Member(Member::Text))
    };
    let Some(at) = matches.iter().position(is_text) else { return false };
    cells_of(rows, at).next().is_some() && cells_of(rows, at).all(|cell| identifier::is_number(&cell.text))
}

/// Returns the member of a meaning, and how much the heading says for it.
fn member_of<'t, I: Iterator<Item = &'t Cell>>(
    found: Match,
    kind: TableKind,
    cells: impl Fn() -> I,
) -> (Option<Member>, u8) {
    let rank = match (found.usual, found.found) {
        (true, Found::Whole) => 6,
        (true, Found::InPart) => 5,
        (false, Found::Whole) => 4,
        (false, Found::InPart) => 3,
        (_, Found::ByWords) => 2,
    };
    let member = match found.meaning {
        Meaning::Member(Member::Text) if kind.cites && found.usual => Some(number_or_reference(cells())),
        // Beside the numbers of recommendations, “Action” is what was done.
        Meaning::Member(Member::Text) if kind.cites && kind.has_positions => Some(Member::Update),
        Meaning::Member(Member::Text) if kind.cites => Some(Member::Explanation),
        Meaning::Member(Member::ForceStatus) if !is_status(&cells) => Some(Member::Update),
        // “Recommendation or AFI” can be the heading of the texts.
        Meaning::Member(Member::Kind) if has_long_texts(cells()) => Some(Member::Text),
        Meaning::Member(member) => Some(member),
        Meaning::Identifier => Some(number_or_reference(cells())),
        Meaning::SourceIdentifier => {
            let member = number_or_reference(cells());
            return (Some(member), if member == Member::Reference { 7 } else { rank });
        }
        // A usual heading of a status or an update comes before one that can be either.
        Meaning::StatusOrUpdate => {
            return (Some(if has_statuses(cells()) { Member::ForceStatus } else { Member::Update }), rank - 1);
        }
        Meaning::ForceAnswer if kind.has_positions => Some(Member::Update),
        Meaning::ForceAnswer => Some(Member::Explanation),
        Meaning::BodyComment if kind.has_positions => None,
        Meaning::BodyComment if kind.has_force_answers => Some(Member::PolicingBodyExplanation),
        // Without an answer of the force, the policing body's words are the explanation.
        Meaning::BodyComment => Some(Member::Explanation),
        Meaning::Colour | Meaning::NoMember => None,
    };
    (member, if matches!(found.meaning, Meaning::ForceAnswer) { 3 } else { rank })
}

/// Returns the member that most cells of a column of numbers or references have.
fn number_or_reference<'t>(cells: impl Iterator<Item = &'t Cell>) -> Member {
    let (mut numbers, mut references) = (0, 0);
    for cell in cells {
        let found = identifier::parse(&cell.text);
        numbers += usize::from(found.number.is_some() || found.kind.is_some());
        references += usize::from(found.reference.is_some());
    }
    if references > numbers { Member::Reference } else { Member::Number }
}

fn fact_of(member: Option<Member>, found: Option<Match>, source: &Source) -> Fact<String> {
    let is_printed = found.is_some_and(|found| found.found == Found::Whole);
    let confidence = match member {
        None => Confidence::Missing,
        Some(_) if is_printed => Confidence::Printed,
        Some(_) => Confidence::Inferred,
    };
    Fact { value: member.map(|member| member.as_str().to_owned()), confidence, from: Some(source.clone()) }
}

/// The rank of a column whose member a person gave.
const ANSWERED: u8 = 10;

fn apply_answers(columns: &mut [Column], answers: &Answers) {
    for column in columns {
        let Some(answer) = answers.get(&format!("/columns/{}/member", column.index)) else { continue };
        let member = match answer {
            Value::Null => None,
            Value::String(name) if name.trim().is_empty() => None,
            Value::String(name) => match Member::find(name) {
                Some(member) => Some(member),
                None => continue,
            },
            _ => continue,
        };
        column.member = member;
        column.rank = ANSWERED;
        let fact = &mut column.proposed.member;
        *fact = Fact {
            value: member.map(|member| member.as_str().to_owned()),
            confidence: Confidence::Answered,
            from: fact.from.take(),
        };
    }
}

/// Leaves each member to one column, and each repeated member to the columns with the usual headings. The cells of the
/// others become notes.
fn settle_conflicts(columns: &mut [Column]) {
    for at in 0..columns.len() {
        let Some(member) = columns[at].member else { continue };
        let rank = columns[at].rank;
        let others =
            || columns.iter().enumerate().filter(|(other, column)| *other != at && column.member == Some(member));
        let loses = if member.repeats() {
            rank < 5 && others().any(|(_, other)| other.rank >= 5)
        } else {
            others().any(|(other, column)| column.rank > rank || (column.rank == rank && other < at))
        };
        if loses && rank < ANSWERED {
            columns[at].member = None;
            columns[at].proposed.member.value = None;
            columns[at].proposed.member.confidence = Confidence::Missing;
        }
    }
}

/// Puts the columns of a repeated member in the order of their days: the last one is the latest.
fn order_repeated(columns: &mut [Column]) {
    let day = |column: &Column| column.day.and_then(ParsedDay::last_day);
    let updates: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].member == Some(Member::Update)).collect();
    let days: Vec<Option<NaiveDate>> = updates.iter().map(|at| day(&columns[*at])).collect();
    if days.iter().all(Option::is_some) {
        reorder(columns, &updates, |column| (day(column), 0));
    }
    let targets: Vec<usize> =
        (0..columns.len()).filter(|at| columns[*at].member == Some(Member::LocalTargetOn)).collect();
    reorder(columns, &targets, |column| {
        let words = normalize(&column.label);
        let has = |word: &str| words.split(' ').any(|other| other == word);
        let order = if has("original") || has("initial") {
            0
        } else if has("revised") || has("current") || has("new") || has("extended") {
            2
        } else {
            1
        };
        (None, order)
    });
}

/// Sorts the columns at these places among themselves.
fn reorder(columns: &mut [Column], at: &[usize], key: impl Fn(&Column) -> (Option<NaiveDate>, u8)) {
    let mut sorted: Vec<Column> = at.iter().map(|at| columns[*at].clone()).collect();
    sorted.sort_by_key(key);
    for (at, column) in at.iter().zip(sorted) {
        columns[*at] = column;
    }
}

/// Returns the column that looks most like texts of recommendations, if no column was read as the text.
pub(super) fn likely_text(columns: &[Column]) -> Option<&Column> {
    if columns.iter().any(|column| column.member == Some(Member::Text)) {
        return None;
    }
    let free = columns.iter().filter(|column| column.member.is_none() && column.rank < ANSWERED && !column.is_colour);
    free.max_by_key(|column| column.average_length).filter(|column| column.average_length >= 20)
}
