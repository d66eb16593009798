//! Takes the trackers out of a document. What stands around them stays in the document, as lines.

use std::collections::HashMap;

use super::super::context::Profile;
use super::as_at;
use super::header::{MAX_HEADING_LENGTH, find_answer_header, find_header, headings_of, is_header};
use super::pasted::{self, PastedRow};
use super::settings::Settings;
use super::source::{AsAt, Cell, Heading, Part, Row, Tracker, Trackers, rows_of};
use super::stacked_cells;
use super::words::normalize;
use crate::imports::document::{Block, Document, DocumentFormat, Line, LineStyle, Notice, Table};
use crate::imports::proposal::Source;

/// The most lines between two rows of a pasted table that are no rows.
const MAX_LINES_BETWEEN: usize = 3;

/// Takes the trackers out of a document. Returns them, and the document that is left: its lines, the lines above and below
/// each table, and the tables that are no trackers.
pub fn take_trackers(document: &Document, profile: &Profile) -> (Trackers, Document) {
    let settings = Settings::new(profile);
    let (found, days, left, notices) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let is_of_rows = is_of_rows(document.format);
    let mut taking = Taking { settings, is_of_rows, as_at: None, found, days, left, notices };
    let mut blocks = &document.blocks[..];
    while let Some((block, rest)) = blocks.split_first() {
        match block {
            Block::Table(table) => {
                taking.table(table);
                blocks = rest;
            }
            Block::Line(_) => {
                let count = blocks.iter().take_while(|block| matches!(block, Block::Line(_))).count();
                let lines: Vec<&Line> = blocks[..count].iter().filter_map(line_of).collect();
                taking.lines(&lines);
                blocks = &blocks[count..];
            }
        }
    }
    taking.finish(document)
}

fn line_of(block: &Block) -> Option<&Line> {
    match block {
        Block::Line(line) => Some(line),
        Block::Table(_) => None,
    }
}

struct Taking {
    settings: Settings,
    /// Whether the document is a worksheet or a list of rows, and not a text with tables.
    is_of_rows: bool,
    /// The day that the lines so far state.
    as_at: Option<AsAt>,
    found: Vec<Found>,
    /// The lines that state the day of a table and nothing else.
    days: Vec<Source>,
    left: Vec<Block>,
    notices: Vec<Notice>,
}

/// A table with its header.
struct Found {
    headings: Vec<Heading>,
    part: Part,
    is_unknown: bool,
}

impl Taking {
    /// Takes the trackers out of a worksheet or a table of a document.
    fn table(&mut self, table: &Table) {
        let mut rows = rows_of(table);
        if find_header(&rows, &self.settings).is_none() {
            if let Some(header) = find_answer_header(&rows, &self.settings).filter(|_| !self.is_of_rows) {
                let (_, headings) = headings_of(&rows, header);
                let part =
                    Part { name: table.name.clone(), as_at: self.as_at.clone(), rows: rows[header + 1..].to_vec() };
                return self.found.push(Found { headings, part, is_unknown: false });
            }
            rows = match transpose(&rows, &self.settings) {
                Some(transposed) => transposed,
                None => return self.left.push(Block::Table(table.clone())),
            };
        }
        let mut as_at = self.as_at.clone();
        let mut start = 0;
        while let Some(header) = find_header(&rows[start..], &self.settings).map(|header| start + header) {
            let (first, headings) = headings_of(&rows, header);
            for row in &rows[start..first.max(start)] {
                as_at = self.title_row(row).or(as_at);
            }
            let body = header + 1;
            let next = rows[body..].iter().position(|row| is_other_header(row, &headings, &self.settings));
            let end = next.map_or(rows.len(), |next| body + next);
            let part = Part { name: table.name.clone(), as_at: as_at.clone(), rows: rows[body..end].to_vec() };
            self.found.push(Found { headings, part, is_unknown: false });
            start = end;
        }
    }

    /// Puts a row above a header into the rest of the document. Returns the day of the table if the row states it.
    fn title_row(&mut self, row: &Row) -> Option<AsAt> {
        let mut filled = row.filled();
        let (_, first) = filled.next()?;
        let mut text = first.text.replace('\n', " ");
        for (_, cell) in filled {
            text.push('\t');
            text.push_str(&cell.text.replace('\n', " "));
        }
        self.line(Line { place: first.place.clone(), text, style: LineStyle::Text })
    }

    /// Puts a line into the rest of the document, unless it only states the day of the table. Returns the day.
    fn line(&mut self, line: Line) -> Option<AsAt> {
        match as_at::find(&line.text, &line.place, &self.settings) {
            Some((as_at, true)) => {
                self.days.push(as_at.source.clone());
                Some(as_at)
            }
            found => {
                self.left.push(Block::Line(line));
                found.map(|(as_at, _)| as_at)
            }
        }
    }

    /// Takes the pasted tables out of lines.
    fn lines(&mut self, lines: &[&Line]) {
        let mut at = 0;
        while at < lines.len() {
            if let Some(rows) = stacked_cells::rows_at(&lines[at..], &self.settings) {
                at += rows.iter().map(|row| row.cells.len()).sum::<usize>();
                self.stacked_table(rows);
                continue;
            }
            if let Some(count) = self.pasted_table(&lines[at..]) {
                at += count;
                continue;
            }
            if let Some(as_at) = self.line(lines[at].clone()) {
                self.as_at = Some(as_at);
            }
            at += 1;
        }
    }

    /// Takes a table whose cells stand one below the other.
    fn stacked_table(&mut self, rows: Vec<Row>) {
        let (_, headings) = headings_of(&rows, 0);
        let part = Part { name: String::new(), as_at: self.as_at.clone(), rows: rows[1..].to_vec() };
        self.found.push(Found { headings, part, is_unknown: false });
    }

    /// Takes a pasted table that begins at the first line. Returns the number of its lines.
    fn pasted_table(&mut self, lines: &[&Line]) -> Option<usize> {
        let header = pasted::row_at(lines).filter(|header| is_header(&header.row, &self.settings))?;
        let (_, headings) = headings_of(std::slice::from_ref(&header.row), 0);
        let mut part = Part { name: String::new(), as_at: self.as_at.clone(), rows: Vec::new() };
        let (mut at, mut end) = (header.lines, header.lines);
        while at < lines.len() && at - end <= MAX_LINES_BETWEEN {
            let Some(PastedRow { row, lines: count }) = pasted::row_at(&lines[at..]) else {
                at += 1;
                continue;
            };
            let is_near = at == end || row.cells.len() * 2 >= headings.len();
            if !is_near || is_other_header(&row, &headings, &self.settings) {
                break;
            }
            self.left.extend(lines[end..at].iter().map(|line| Block::Line((*line).clone())));
            if !pasted::is_rule(&row) {
                part.rows.push(row);
            }
            at += count;
            end = at;
        }
        self.found.push(Found { headings, part, is_unknown: false });
        Some(end)
    }

    fn finish(mut self, document: &Document) -> (Trackers, Document) {
        let is_spreadsheet = document.format != DocumentFormat::Csv && is_of_rows(document.format);
        if self.found.is_empty() && is_of_rows(document.format) {
            self.take_unknown_table();
        } else if is_spreadsheet {
            self.drop_other_sheets();
        }
        if self.found.is_empty() {
            return (Trackers::default(), document.clone());
        }
        let mut trackers: Vec<Tracker> = Vec::new();
        // Tables with the same headings are one tracker, as where each recommendation has a table of its own.
        let mut index: HashMap<Vec<String>, usize> = HashMap::new();
        for Found { headings, part, is_unknown } in self.found {
            let texts = headings.iter().map(|heading| normalize(&heading.text)).collect();
            let at = *index.entry(texts).or_insert(trackers.len());
            match trackers.get_mut(at) {
                Some(tracker) => tracker.parts.push(part),
                None => trackers.push(Tracker { headings, parts: vec![part], is_unknown }),
            }
        }
        let left = Document { format: document.format, blocks: self.left, notices: document.notices.clone() };
        (Trackers { trackers, days: self.days, notices: self.notices }, left)
    }

    /// Removes the worksheets without a tracker, with a notice for each.
    fn drop_other_sheets(&mut self) {
        let notices = &mut self.notices;
        self.left.retain(|block| {
            let Block::Table(table) = block else { return true };
            let filled = rows_of(table).iter().filter(|row| !row.is_blank()).count();
            if filled > 0 {
                let detail = format!(
                    "The sheet “{}” contains no table of recommendations, so its {filled} rows were not read.",
                    table.name
                );
                notices.push(Notice { code: "sheet_not_read".to_owned(), detail });
            }
            false
        });
    }

    /// Takes the first table with three columns, if no heading was recognised. A person then says what the columns are.
    fn take_unknown_table(&mut self) {
        let found = self.left.iter().enumerate().find_map(|(at, block)| {
            let Block::Table(table) = block else { return None };
            let rows = rows_of(table);
            let has_columns = |row: &Row| row.filled().count() >= 3;
            let header = rows.iter().position(has_columns)?;
            rows[header + 1..].iter().any(has_columns).then_some((at, table.name.clone(), rows, header))
        });
        let Some((at, name, rows, header)) = found else { return };
        self.left.remove(at);
        let (first, headings) = headings_of(&rows, header);
        let after = self.left.split_off(at);
        let as_at = rows[..first].iter().fold(None, |as_at, row| self.title_row(row).or(as_at));
        self.left.extend(after);
        let part = Part { name, as_at, rows: rows[header + 1..].to_vec() };
        self.found.push(Found { headings, part, is_unknown: true });
    }
}

fn is_of_rows(format: DocumentFormat) -> bool {
    matches!(format, DocumentFormat::Csv | DocumentFormat::Xlsx | DocumentFormat::Xls | DocumentFormat::Ods)
}

/// Returns true if a row is the header of another table. A header that is repeated on each page is none.
fn is_other_header(row: &Row, headings: &[Heading], settings: &Settings) -> bool {
    is_header(row, settings) && !repeats_header(row, headings)
}

/// Returns true if a row repeats the header, as on the next page.
pub(super) fn repeats_header(row: &Row, headings: &[Heading]) -> bool {
    let same = |(at, cell): (usize, &Cell)| {
        let is_short = |text: &str| text.len() <= MAX_HEADING_LENGTH;
        headings.get(at).filter(|heading| is_short(&heading.text) && is_short(&cell.text)).is_some_and(|heading| {
            // The heading of a group stands before the heading of the column.
            normalize(&heading.text).ends_with(&normalize(&cell.text))
        })
    };
    row.filled().count() >= 2 && row.filled().all(same)
}

/// Turns a table whose first column has the headings, as in one table for each recommendation.
fn transpose(rows: &[Row], settings: &Settings) -> Option<Vec<Row>> {
    let rows: Vec<&Row> = rows.iter().filter(|row| !row.is_blank()).collect();
    let is_narrow = rows.iter().all(|row| row.filled().all(|(at, _)| at < 2));
    if !is_narrow || rows.len() < 3 {
        return None;
    }
    let column = |at: usize| {
        let cells = rows.iter().map(|row| row.cells.get(at).cloned().unwrap_or_default());
        Row { cells: cells.collect(), hidden: false }
    };
    let turned = vec![column(0), column(1)];
    let has_position = turned[0].cells.iter().any(|cell| names_position(&cell.text, settings));
    (has_position && is_header(&turned[0], settings)).then_some(turned)
}

fn names_position(heading: &str, settings: &Settings) -> bool {
    use super::headings::{Found, Meaning};
    super::header::match_of(heading, settings).is_some_and(|found| match found.meaning {
        Meaning::Member(member) => member.is_of_position() && found.found != Found::ByWords,
        Meaning::StatusOrUpdate => true,
        _ => false,
    })
}
