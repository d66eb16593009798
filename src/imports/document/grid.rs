//! Builds the rows of a table cell by cell. Merged cells are repeated, so that each cell stands in its column.

use super::limits::Count;
use super::{DocumentFault, TableCell, TableRow};

/// The most columns that one cell can cover. The limit of a row refuses more.
const MAX_SPAN: usize = 201;

/// The rows of a table that is being read.
#[derive(Default)]
pub(super) struct Grid {
    rows: Vec<TableRow>,
    row: TableRow,
    /// For each column, the cell that covers rows below, and how many of them are left.
    covering: Vec<(usize, TableCell)>,
    count: Count,
}

impl Grid {
    /// Appends a cell to the row that is open.
    pub(super) fn push_cell(&mut self, text: String, is_struck: bool, columns: usize, rows: usize) {
        self.push_covered();
        let mut cell = TableCell { text, struck: is_struck, ..TableCell::default() };
        for _ in 0..columns.clamp(1, MAX_SPAN) {
            let column = self.row.cells.len();
            self.row.cells.push(cell.clone());
            cell.merged = true;
            if rows > 1 {
                if self.covering.len() <= column {
                    self.covering.resize(column + 1, (0, TableCell::default()));
                }
                self.covering[column] = (rows - 1, cell.clone());
            }
        }
    }

    /// Appends cells that continue the cell above.
    pub(super) fn continue_above(&mut self, columns: usize) {
        for _ in 0..columns.clamp(1, MAX_SPAN) {
            let above = self.rows.last().and_then(|row| row.cells.get(self.row.cells.len()));
            let cell = above.map(|above| TableCell { merged: true, ..above.clone() });
            self.row.cells.push(cell.unwrap_or_default());
        }
    }

    /// Appends the cells that cells of rows above cover here.
    fn push_covered(&mut self) {
        while let Some((rows, cell)) = self.covering.get_mut(self.row.cells.len()) {
            if *rows == 0 {
                break;
            }
            *rows -= 1;
            self.row.cells.push(cell.clone());
        }
    }

    /// Ends the row that is open.
    ///
    /// # Errors
    ///
    /// Returns `too_long` if the table passes a limit.
    pub(super) fn end_row(&mut self, is_hidden: bool) -> Result<(), DocumentFault> {
        self.push_covered();
        // A row can end before a column that a cell above covers.
        let last_covered = self.covering.iter().rposition(|(rows, _)| *rows > 0);
        while last_covered.is_some_and(|last| self.row.cells.len() <= last) {
            self.row.cells.push(TableCell::default());
            self.push_covered();
        }
        let mut row = std::mem::take(&mut self.row);
        row.number = u32::try_from(self.rows.len() + 1).unwrap_or(u32::MAX);
        row.hidden = is_hidden;
        self.count.add_row(&row)?;
        self.rows.push(row);
        Ok(())
    }

    /// Returns the rows.
    pub(super) fn into_rows(self) -> Vec<TableRow> {
        self.rows
    }
}

/// A part of a document that is a paragraph or a table. The parts of a cell become its text.
pub(super) enum Piece {
    /// A paragraph, which can have several lines.
    Paragraph(String, super::LineStyle),
    /// A table.
    Table(Vec<TableRow>),
}

/// Returns the text of a cell: its paragraphs as lines, and tables in it as lines with tabs. The second value is the
/// number of tables in it.
pub(super) fn cell_text(pieces: &[Piece]) -> (String, usize) {
    let mut lines = Vec::new();
    let mut tables = 0;
    for piece in pieces {
        match piece {
            Piece::Paragraph(text, _) => lines.push(text.trim_end().to_owned()),
            Piece::Table(rows) => {
                tables += 1;
                lines.extend(rows.iter().map(|row| {
                    let cells = row.cells.iter().filter(|cell| !cell.merged).map(|cell| cell.text.as_str());
                    cells.collect::<Vec<_>>().join("\t")
                }));
            }
        }
    }
    (lines.join("\n").trim_matches('\n').to_owned(), tables)
}
