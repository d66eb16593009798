//! A tracker as it stands in the file: its headings and rows, with the place of each cell.

use chrono::NaiveDate;

use crate::imports::document::{Notice, Place, Table, TableRow};
use crate::imports::proposal::Source;

/// The trackers of a document.
#[derive(Clone, Debug, Default)]
pub struct Trackers {
    pub(super) trackers: Vec<Tracker>,
    /// The lines that state the day of a table and nothing else.
    pub(super) days: Vec<Source>,
    pub(super) notices: Vec<Notice>,
}

impl Trackers {
    /// Returns true if the document has no tracker.
    pub fn is_empty(&self) -> bool {
        self.trackers.is_empty()
    }
}

/// The tables of a document that have the same headings.
#[derive(Clone, Debug)]
pub(super) struct Tracker {
    pub headings: Vec<Heading>,
    pub parts: Vec<Part>,
    /// Whether no heading was recognised. A person must then say what the columns are.
    pub is_unknown: bool,
}

/// One table: a worksheet, a table of a document, or lines with tabs.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub name: String,
    /// The day of the table, from a line such as “As at 31 March 2024”.
    pub as_at: Option<AsAt>,
    pub rows: Vec<Row>,
}

/// The day of a table, and the line that states it.
#[derive(Clone, Debug)]
pub(super) struct AsAt {
    pub day: NaiveDate,
    pub source: Source,
}

/// The heading of a column.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    /// The heading as printed. The heading of a group of columns stands before it: `HMICFRS – Status`.
    pub text: String,
    pub place: Place,
}

/// A row with the places of its cells.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub cells: Vec<Cell>,
    pub hidden: bool,
}

/// A cell with its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub text: String,
    pub place: Place,
    pub merged: bool,
    pub struck: bool,
    pub error: bool,
}

/// The errors of spreadsheets, for formats that only have their texts.
const ERRORS: [&str; 9] =
    ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#GETTING_DATA"];

impl Cell {
    pub fn new(text: &str, place: Place) -> Self {
        let text = text.trim().replace("\r\n", "\n");
        let error = ERRORS.contains(&text.as_str());
        Self { text, place, error, ..Self::default() }
    }

    pub fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// Returns the place in words, such as `Sheet1!C7` or `line 12`.
    pub fn at(&self) -> String {
        match (&self.place.cell, self.place.line) {
            (Some(cell), _) => cell.clone(),
            (None, Some(line)) => format!("line {line}"),
            (None, None) => "the table".to_owned(),
        }
    }

    pub fn source(&self) -> Source {
        Source::new(&self.place, &self.text)
    }
}

impl Row {
    /// Returns the row of a table with the places of its cells.
    pub fn of_table(table: &str, row: &TableRow) -> Self {
        let cells = row.cells.iter().enumerate().map(|(column, cell)| {
            let place = Place { cell: Some(address(table, column, row.number)), ..Place::default() };
            let own = Cell::new(&cell.text, place);
            Cell { merged: cell.merged, struck: cell.struck, error: cell.error || own.error, ..own }
        });
        Self { cells: cells.collect(), hidden: row.hidden }
    }

    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }

    /// Returns the cells with text. Of a cell that is merged across columns, returns the first.
    pub fn filled(&self) -> impl Iterator<Item = (usize, &Cell)> {
        let repeats_left =
            |at: usize| at > 0 && self.cells[at].merged && self.cells[at].text == self.cells[at - 1].text;
        self.cells.iter().enumerate().filter(move |(at, cell)| !cell.is_blank() && !repeats_left(*at))
    }

    /// Returns the place of the row's first text, and its texts.
    pub fn source(&self) -> Option<Source> {
        let (_, first) = self.filled().next()?;
        let texts: Vec<&str> = self.filled().map(|(_, cell)| cell.text.as_str()).collect();
        Some(Source::new(&first.place, &texts.join("\t")))
    }

    /// Returns the only text of the row, if all other cells are blank or repeat it.
    pub fn only_text(&self) -> Option<(usize, &Cell)> {
        let mut filled = self.filled();
        let first = filled.next()?;
        filled.all(|(_, other)| other.text == first.1.text).then_some(first)
    }

    /// Returns true if the cell is merged with the next one.
    pub fn is_merged_across(&self, at: usize) -> bool {
        self.cells.get(at + 1).is_some_and(|next| next.merged && next.text == self.cells[at].text)
    }
}

/// Returns the rows of a table with the places of their cells.
pub(super) fn rows_of(table: &Table) -> Vec<Row> {
    table.rows.iter().map(|row| Row::of_table(&table.name, row)).collect()
}

/// Returns the address of a cell, such as `Sheet1!C7`.
fn address(table: &str, column: usize, row: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    if table.is_empty() { format!("{letters}{row}") } else { format!("{table}!{letters}{row}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_has_the_address_of_a_spreadsheet() {
        assert_eq!(address("Sheet1", 2, 7), "Sheet1!C7");
        assert_eq!(address("", 27, 1), "AB1");
        assert_eq!(address("A b", 701, 3), "A b!ZZ3");
    }
}
