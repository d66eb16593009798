//! Reads the cells of one row into a record.

use serde_json::json;

use super::super::addressees::addressees_of_heading;
use super::super::target::read_target;
use super::cell_day::{self, CellDay};
use super::columns::Column;
use super::identifier;
use super::kind;
use super::member::TrackerMember as Member;
use super::record::{About, Record};
use super::settings::Settings;
use super::source::{Cell, Row};
use super::words::normalize;
use crate::imports::proposal::{Addressees, Fact, QuestionCode};
use crate::recommendations::{Addressee, RecommendationKind, RecommendationTarget, TargetKind};
use crate::vocabulary::WireName;

/// Reads the cells of a row. Cells of members of the inspection are left out.
pub(super) fn read_row(row: &Row, columns: &[Column], settings: &Settings, is_struck: bool) -> Record {
    let mut record = Record { is_hidden: row.hidden, is_struck, ..Record::default() };
    record.at = row.filled().next().map_or_else(String::new, |(_, cell)| cell.at());
    for (order, column) in columns.iter().enumerate() {
        let Some(cell) = row.cells.get(column.at).filter(|cell| !cell.is_blank()) else { continue };
        let is_replaced = column.member.is_some_and(Member::repeats)
            && columns[order + 1..]
                .iter()
                .any(|later| later.member == column.member && is_usable(row, later, is_struck));
        match column.member {
            Some(member) if member.is_of_inspection() => {}
            None | Some(Member::Note) => record.note(&column.label, &cell.text),
            Some(_) if is_replaced => record.note(&column.label, &cell.text),
            Some(member) if cell.error => ask_about_error(&mut record, member, column, cell),
            Some(member) if cell.struck && !is_struck => ask_about_struck(&mut record, member, column, cell),
            Some(member) => read_cell(&mut record, member, column, cell, settings),
        }
    }
    record
}

/// Returns true if the row has a value in a column.
fn is_usable(row: &Row, column: &Column, is_struck: bool) -> bool {
    row.cells.get(column.at).is_some_and(|cell| !cell.is_blank() && !cell.error && (!cell.struck || is_struck))
}

fn about(member: Member) -> About {
    match member {
        Member::TargetKind | Member::TargetText | Member::TargetOn => About::Recommendation("target"),
        Member::Explanation => About::Explanation("text"),
        Member::PolicingBodyExplanation => About::Explanation("policing_body"),
        member if member.is_of_position() => About::Position(member.as_str()),
        member => About::Recommendation(member.as_str()),
    }
}

fn ask_about_error(record: &mut Record, member: Member, column: &Column, cell: &Cell) {
    let detail = format!(
        "The cell {} contains the error {}, so `{member}` was not read. Give the value, or an empty text if there is none.",
        cell.at(),
        cell.text
    );
    record.ask(about(member), QuestionCode::ErrorCell, detail, cell.source());
    record.note(&column.label, &cell.text);
}

fn ask_about_struck(record: &mut Record, member: Member, column: &Column, cell: &Cell) {
    let detail = format!(
        "The cell {} is struck through, so `{member}` was not read. Give the value, or an empty text if there is none.",
        cell.at()
    );
    record.ask(about(member), QuestionCode::HiddenRow, detail, cell.source());
    record.note(&format!("{} (struck through)", column.label), &cell.text);
}

fn read_cell(record: &mut Record, member: Member, column: &Column, cell: &Cell, settings: &Settings) {
    let text = cell.text.as_str();
    let printed = || Fact::printed(text.to_owned(), &cell.place, text);
    match member {
        Member::Reference | Member::Number => read_identifier(record, member, column, cell),
        Member::Kind => read_kind(record, column, cell),
        Member::CauseOfConcern => record.recommendation.cause_of_concern = printed(),
        Member::Text => record.recommendation.text = printed(),
        Member::Addressees => read_addressees(record, cell),
        Member::Themes => {
            let themes = text.split([';', '\n']).map(str::trim).filter(|theme| !theme.is_empty());
            record.recommendation.themes = Fact::printed(themes.map(str::to_owned).collect(), &cell.place, text);
        }
        Member::Target => read_report_target(record, cell, settings),
        Member::TargetKind | Member::TargetText | Member::TargetOn => read_target_part(record, member, cell, settings),
        Member::Owner => record.position.owner = printed(),
        Member::LocalTargetOn => {
            record.position.local_target_on = read_day(record, member, column, cell, settings);
        }
        Member::UpdateOn => record.position.update_on = read_day(record, member, column, cell, settings),
        Member::Update => {
            record.position.update = printed();
            record.undated_update_in = Some(column.index);
        }
        Member::ForceStatus | Member::BodyView | Member::InspectorateStatus => {
            let source = cell.source();
            // The source of a fact is cut, so the note keeps a long text.
            if source.text != cell.text {
                record.note(&column.label, &cell.text);
            }
            match member {
                Member::ForceStatus => record.force_words = Some(source),
                Member::BodyView => record.body_words = Some(source),
                _ => record.inspectorate_words = Some(source),
            }
        }
        Member::Explanation => record.explanation = printed(),
        Member::PolicingBodyExplanation => record.policing_body_explanation = printed(),
        // Notes and the members of the inspection are read elsewhere.
        _ => {}
    }
}

fn read_identifier(record: &mut Record, member: Member, column: &Column, cell: &Cell) {
    let found = identifier::parse(&cell.text);
    let recommendation = &mut record.recommendation;
    let printed = |value: String| Fact::printed(value, &cell.place, &cell.text);
    if let Some(kind) = found.kind {
        recommendation.kind = Fact::printed(kind, &cell.place, &cell.text);
    }
    let is_cited = found.kind.is_some() || found.number.as_ref().is_some_and(|number| number.starts_with("CoC "));
    match member {
        // “AFI 1” in a column of references is a number.
        Member::Reference if !column.is_identifier && !is_cited => {
            recommendation.reference = printed(cell.text.trim_start_matches('#').to_owned());
        }
        Member::Number if !column.is_identifier => {
            recommendation.number = printed(found.number.unwrap_or_else(|| cell.text.clone()));
        }
        _ => {
            if let Some(number) = found.number {
                recommendation.number = printed(number);
            }
            if let Some(reference) = found.reference {
                recommendation.reference = printed(reference);
            }
        }
    }
}

fn read_kind(record: &mut Record, column: &Column, cell: &Cell) {
    match kind::of_cell(&cell.text) {
        Some((kind, true)) => record.recommendation.kind = Fact::printed(kind, &cell.place, &cell.text),
        Some((kind, false)) => {
            record.recommendation.kind = Fact::inferred(kind, &cell.place, &cell.text);
            record.note(&column.label, &cell.text);
        }
        None => {
            let detail =
                format!("The cell {} has the kind “{}”, which the service does not know.", cell.at(), cut(&cell.text));
            let asked = record.ask(About::Recommendation("kind"), QuestionCode::Missing, detail, cell.source());
            asked.options = RecommendationKind::NAMES.iter().map(|name| json!(name)).collect();
            record.note(&column.label, &cell.text);
        }
    }
}

fn read_addressees(record: &mut Record, cell: &Cell) {
    let mut all: Vec<Addressee> = Vec::new();
    for part in cell.text.split([',', ';', '\n', '/']).map(str::trim).filter(|part| !part.is_empty()) {
        let known = Addressee::find(&part.to_lowercase().replace([' ', '-'], "_"));
        for addressee in known.map_or_else(|| addressees_of_heading(part), |known| vec![known]) {
            if !all.contains(&addressee) {
                all.push(addressee);
            }
        }
    }
    record.recommendation.addressees = Fact::printed(Addressees(all), &cell.place, &cell.text);
}

/// Reads the target in the report, from one column.
fn read_report_target(record: &mut Record, cell: &Cell, settings: &Settings) {
    let source = |target| Fact::printed(target, &cell.place, &cell.text);
    let with = |kind, on| RecommendationTarget { kind, text: Some(cell.text.clone()), on };
    let read = cell_day::read(&cell.text, settings.day_format, false);
    let words = normalize(&cell.text);
    record.recommendation.target = match (read, words.as_str()) {
        (CellDay::Printed(day) | CellDay::Inferred { day, .. }, _) => source(with(TargetKind::ByDate, Some(day))),
        (_, "immediate" | "immediately" | "with immediate effect" | "ar unwaith") => {
            source(with(TargetKind::Immediate, None))
        }
        (_, "ongoing" | "continuous" | "parhaus") => source(with(TargetKind::Ongoing, None)),
        (_, "none" | "no deadline" | "not stated" | "na" | "n a" | "") => source(RecommendationTarget::default()),
        _ => {
            let read = read_target(&cell.text, None);
            if read.unclear.is_some() || read.target.kind == TargetKind::None {
                let detail =
                    format!("The cell {} has the target “{}”, which was not understood.", cell.at(), cut(&cell.text));
                record.ask(About::Recommendation("target"), QuestionCode::UnclearTarget, detail, cell.source());
                Fact { from: Some(cell.source()), ..Fact::default() }
            } else {
                source(read.target)
            }
        }
    };
}

/// Reads one of the template's columns of the target.
fn read_target_part(record: &mut Record, member: Member, cell: &Cell, settings: &Settings) {
    record.target.source.get_or_insert_with(|| cell.source());
    match member {
        Member::TargetText => record.target.text = Some(cell.text.clone()),
        Member::TargetKind => {
            record.target.kind = TargetKind::find(&cell.text.to_lowercase().replace([' ', '-'], "_"));
            if record.target.kind.is_none() {
                let detail =
                    format!("The cell {} has the kind of target “{}”, which is not known.", cell.at(), cut(&cell.text));
                record.ask(About::Recommendation("target"), QuestionCode::UnclearTarget, detail, cell.source());
            }
        }
        _ => match cell_day::read(&cell.text, settings.day_format, false) {
            CellDay::Printed(day) | CellDay::Inferred { day, .. } => record.target.on = Some(day),
            _ => {
                let detail =
                    format!("The cell {} has the target day “{}”, which is no day.", cell.at(), cut(&cell.text));
                record.ask(About::Recommendation("target"), QuestionCode::UnclearTarget, detail, cell.source());
            }
        },
    }
}

/// Reads a day. A text without a day leaves the value null, and keeps its words as printed.
fn read_day(
    record: &mut Record,
    member: Member,
    column: &Column,
    cell: &Cell,
    settings: &Settings,
) -> Fact<chrono::NaiveDate> {
    let none = || Fact { from: Some(cell.source()), ..Fact::default() };
    match cell_day::read(&cell.text, settings.day_format, column.is_mixed) {
        CellDay::Printed(day) => Fact::printed(day, &cell.place, &cell.text),
        CellDay::Inferred { day, says_more } => {
            if says_more {
                record.note(&column.label, &cell.text);
            }
            Fact::inferred(day, &cell.place, &cell.text)
        }
        CellDay::NoDay => {
            // A word such as TBC says nothing else; a sentence does.
            if normalize(&cell.text).split(' ').count() > 3 {
                record.note(&column.label, &cell.text);
            }
            none()
        }
        CellDay::Unclear { why, options, proposed } => {
            let detail =
                format!("The cell {} has the day “{}”, which {why}. Which day is it?", cell.at(), cut(&cell.text));
            let asked = record.ask(about(member), QuestionCode::UnclearDate, detail, cell.source());
            asked.options = options.iter().map(|day| json!(day)).collect();
            asked.proposed = proposed.map(|day| json!(day));
            record.note(&column.label, &cell.text);
            none()
        }
    }
}

/// Cuts a text for a sentence that quotes it.
pub(super) fn cut(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match one_line.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &one_line[..end]),
        None => one_line,
    }
}
