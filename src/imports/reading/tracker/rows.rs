//! Reads the rows of a tracker into records: which rows are recommendations, which continue the row above, and which are
//! headings between rows.

use super::cells::read_row;
use super::columns::Column;
use super::identifier;
use super::inspection::InspectionCells;
use super::kind;
use super::member::TrackerMember as Member;
use super::merge::merge;
use super::record::{About, Record, Section, is_struck};
use super::settings::Settings;
use super::source::{Cell, Part, Row, Tracker};
use super::take::repeats_header;
use super::words::{contains_phrase, normalize};
use crate::imports::proposal::{Fact, Source, UnclaimedLine, UnclaimedReason};

/// The most recommendations of a file.
pub(super) const MAX_RECORDS: usize = 2_000;

/// The most further rows of a recommendation.
const MAX_FURTHER_ROWS: usize = 100;

/// What the rows of the trackers state.
#[derive(Debug, Default)]
pub(super) struct RowsRead {
    /// The title of the report whose rows are read, as normalized words. The rows of other reports are left out.
    only: Option<String>,
    pub records: Vec<Record>,
    pub unclaimed: Vec<UnclaimedLine>,
    pub inspection: InspectionCells,
    /// The titles of reports in headings between rows.
    pub titles: Vec<Cell>,
    /// The number of rows after the most that are read.
    pub rows_left: usize,
    /// The title of the report of the last row.
    title: Option<String>,
    /// The number of rows that were merged into the last record.
    merged: usize,
}

impl RowsRead {
    /// Creates a reading of the rows of one report, or of all rows.
    pub fn of_report(only: Option<String>) -> Self {
        Self { only, ..Self::default() }
    }

    /// Reads the rows of a tracker.
    pub fn read(&mut self, tracker: &Tracker, columns: &[Column], settings: &Settings) {
        for part in &tracker.parts {
            self.read_part(part, tracker, columns, settings);
        }
    }

    fn read_part(&mut self, part: &Part, tracker: &Tracker, columns: &[Column], settings: &Settings) {
        let sheet_kind = kind::of_heading(&part.name).map(|kind| (kind, Source::default()));
        let mut section = Section { kind: sheet_kind.clone(), title: None, as_at: part.as_at.clone() };
        // A row can only continue the row right above it.
        let mut above: Option<&Row> = None;
        for row in &part.rows {
            if row.is_blank() {
                above = None;
                continue;
            }
            if repeats_header(row, &tracker.headings) {
                self.leave(row, UnclaimedReason::Heading);
                continue;
            }
            match classify(row, above, columns) {
                RowKind::Heading(cell) => {
                    section = self.read_heading(cell, &section, sheet_kind.clone());
                    self.leave(row, UnclaimedReason::Heading);
                    above = None;
                    continue;
                }
                RowKind::Continuation if self.is_left_out() || self.merged >= MAX_FURTHER_ROWS => {
                    self.leave(row, UnclaimedReason::NotRecognised);
                }
                RowKind::Continuation => {
                    self.add_inspection_cells(row, columns);
                    let further = read_row(row, columns, settings, is_struck(row, None));
                    self.merged += 1;
                    match self.records.last_mut() {
                        Some(record) => merge(record, further),
                        None => self.leave(row, UnclaimedReason::NotRecognised),
                    }
                }
                RowKind::Other => self.leave(row, UnclaimedReason::NotRecognised),
                RowKind::Recommendation => {
                    self.title = title_of(row, columns).or_else(|| section.title.clone()).or(self.title.take());
                    self.merged = 0;
                    if self.is_left_out() {
                        self.leave(row, UnclaimedReason::NotRecognised);
                    } else if self.records.len() >= MAX_RECORDS {
                        self.rows_left += 1;
                    } else {
                        self.add_inspection_cells(row, columns);
                        self.add_record(row, columns, settings, &section);
                    }
                }
            }
            above = Some(row);
        }
    }

    /// Returns true if the last row belongs to a report that the officer did not choose.
    fn is_left_out(&self) -> bool {
        self.only.is_some() && self.title != self.only
    }

    fn add_record(&mut self, row: &Row, columns: &[Column], settings: &Settings, section: &Section) {
        let text = at_of(columns, Member::Text);
        let mut record = read_row(row, columns, settings, is_struck(row, text));
        record.is_of_template =
            columns.iter().any(|column| column.member == Some(Member::Number) && column.is_of_template);
        record.as_at.clone_from(&section.as_at);
        split_text(&mut record);
        settle_kind(&mut record, columns, section);
        self.records.push(record);
    }

    fn add_inspection_cells(&mut self, row: &Row, columns: &[Column]) {
        for column in columns {
            if let (Some(member), Some(cell)) = (column.member, row.cells.get(column.at))
                && member.is_of_inspection()
                && !cell.is_blank()
                && !cell.error
            {
                self.inspection.add(member, cell);
            }
        }
    }

    /// Reads a heading between rows. It begins a section.
    fn read_heading(
        &mut self,
        cell: &Cell,
        section: &Section,
        sheet: Option<(crate::recommendations::RecommendationKind, Source)>,
    ) -> Section {
        let words = normalize(&cell.text);
        let names_report =
            ["inspection", "report", "peel", "thematic", "published", "arolygiad", "adroddiad", "super complaint"];
        let is_title = names_report.iter().any(|word| contains_phrase(&words, word));
        let kind = kind::of_heading(&cell.text).map(|kind| (kind, cell.source()));
        if is_title && kind.is_none() {
            if self.only.as_ref().is_none_or(|only| *only == words) {
                self.titles.push(cell.clone());
            }
            return Section { kind: sheet, title: Some(words), as_at: section.as_at.clone() };
        }
        Section { kind: kind.or(sheet), title: section.title.clone(), as_at: section.as_at.clone() }
    }

    /// Lists a row as a line that no member contains.
    fn leave(&mut self, row: &Row, reason: UnclaimedReason) {
        self.unclaimed.extend(row.source().map(|source| UnclaimedLine { source, reason }));
    }
}

/// What a row is.
enum RowKind<'r> {
    Recommendation,
    /// A further row of the recommendation above.
    Continuation,
    /// A heading over the rows below.
    Heading(&'r Cell),
    Other,
}

fn at_of(columns: &[Column], member: Member) -> Option<usize> {
    columns.iter().find(|column| column.member == Some(member)).map(|column| column.at)
}

/// Returns the title of the report in a row, as normalized words.
fn title_of(row: &Row, columns: &[Column]) -> Option<String> {
    let cell = at_of(columns, Member::InspectionTitle).and_then(|at| row.cells.get(at))?;
    (!cell.is_blank()).then(|| normalize(&cell.text))
}

fn classify<'r>(row: &'r Row, above: Option<&Row>, columns: &[Column]) -> RowKind<'r> {
    let identity: Vec<usize> = [Member::Text, Member::Number, Member::Reference]
        .into_iter()
        .filter_map(|member| at_of(columns, member))
        .collect();
    if let Some((at, cell)) = row.only_text() {
        let column = columns.iter().find(|column| column.at == at);
        let is_position = column.is_some_and(|column| column.member.is_some_and(Member::is_of_position));
        let is_text = at_of(columns, Member::Text) == Some(at) && !row.is_merged_across(at);
        if is_position && above.is_some() && !row.is_merged_across(at) {
            return RowKind::Continuation;
        }
        // The columns of a person who has not said what they are can hold anything.
        return if is_text && is_sentence(&cell.text) { RowKind::Recommendation } else { RowKind::Heading(cell) };
    }
    let filled: Vec<usize> =
        identity.into_iter().filter(|at| row.cells.get(*at).is_some_and(|cell| !cell.is_blank())).collect();
    if filled.is_empty() {
        return if above.is_some() { RowKind::Continuation } else { RowKind::Other };
    }
    // A cell that is merged over several rows repeats in each of them.
    let repeats = |at: usize| {
        let (own, other) = (row.cells.get(at), above.and_then(|above| above.cells.get(at)));
        own.zip(other).is_some_and(|(own, other)| own.merged && own.text == other.text)
    };
    if filled.iter().all(|at| repeats(*at)) { RowKind::Continuation } else { RowKind::Recommendation }
}

/// Returns true if a text asks for something, as a recommendation does.
fn is_sentence(text: &str) -> bool {
    if text.len() > 1_000 {
        return true;
    }
    let words = normalize(text);
    let duties = ["should", "must", "needs to", "need to", "dylai", "dylid"];
    duties.iter().any(|duty| contains_phrase(&words, duty)) || text.trim_end().ends_with('.')
}

/// Takes the number and the kind from the beginning of the text.
fn split_text(record: &mut Record) {
    let Some(text) = record.recommendation.text.value.clone() else { return };
    let Some(prefix) = identifier::split_prefix(&text) else { return };
    let recommendation = &mut record.recommendation;
    let source = recommendation.text.from.clone().unwrap_or_default();
    let number = prefix.identifier.number.as_ref();
    let has_label = prefix.identifier.kind.is_some();
    let agrees = match (recommendation.number.get(), number) {
        (None, Some(_)) => true,
        (Some(own), Some(number)) => own == number,
        (_, None) => has_label,
    };
    if !agrees {
        return;
    }
    let printed = |value: String| Fact::printed(value, &source.place, &source.text);
    if recommendation.number.value.is_none() {
        recommendation.number = number.cloned().map(printed).unwrap_or_default();
    }
    if recommendation.reference.value.is_none() {
        recommendation.reference = prefix.identifier.reference.map(printed).unwrap_or_default();
    }
    if let (Some(kind), None) = (prefix.identifier.kind, recommendation.kind.value) {
        recommendation.kind = Fact::printed(kind, &source.place, &source.text);
    }
    recommendation.text.value = Some(prefix.rest.to_owned());
}

/// Settles the kind of a row that states none: by the heading above the rows, or by the heading of the texts.
fn settle_kind(record: &mut Record, columns: &[Column], section: &Section) {
    use crate::recommendations::RecommendationKind::Recommendation;
    if record.recommendation.kind.value.is_some() || record.asks(About::Recommendation("kind")) {
        return;
    }
    let text = columns.iter().find(|column| column.member == Some(Member::Text));
    let by_column = text.and_then(|column| {
        let kind = kind::of_heading(&column.label).filter(|kind| *kind != Recommendation)?;
        Some((kind, column.proposed.member.from.clone().unwrap_or_default()))
    });
    record.recommendation.kind = match section.kind.clone().or(by_column) {
        Some((kind, source)) if source.text.is_empty() => Fact::assumed(kind),
        Some((kind, source)) => Fact::inferred(kind, &source.place, &source.text),
        None => {
            // In the service's own template, a blank cell means a recommendation.
            record.has_unstated_kind =
                !columns.iter().any(|column| column.member == Some(Member::Kind) && column.is_of_template);
            Fact::assumed(Recommendation)
        }
    };
}

/// Returns the titles in headings between rows, each once.
pub(super) fn distinct(titles: &[Cell]) -> Vec<&Cell> {
    let mut distinct: Vec<&Cell> = Vec::new();
    for title in titles.iter().take(MAX_RECORDS) {
        if distinct.len() < 200 && !distinct.iter().any(|known| normalize(&known.text) == normalize(&title.text)) {
            distinct.push(title);
        }
    }
    distinct
}
