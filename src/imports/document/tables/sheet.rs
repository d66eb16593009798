//! The rows of a worksheet, collected from its cells.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::super::text::InvisibleCharacters;
use super::super::{DocumentFault, TableCell, TableRow};
use super::address::MergedArea;
use super::{MAX_COLUMNS, MAX_ROWS, MAX_TEXT};

/// The most merged areas of a worksheet that are read.
const MAX_MERGED: usize = 20_000;

/// A row of a worksheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetRow {
    /// The row.
    pub row: TableRow,
    /// The columns, from 0, whose cells have a format that could not be rendered surely.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uncertain: Vec<usize>,
}

/// The limits of a workbook.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct SheetLimits {
    /// The most rows of a worksheet, including blank rows between others.
    pub(super) rows: u32,
    /// The most text of all worksheets, in bytes.
    pub(super) text: usize,
}

impl Default for SheetLimits {
    fn default() -> Self {
        Self { rows: MAX_ROWS, text: MAX_TEXT }
    }
}

/// What a worksheet states beside its cells. Rows and columns count from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct SheetLayout {
    pub(super) hidden_rows: BTreeSet<u32>,
    pub(super) hidden_columns: BTreeSet<u32>,
    merged: BTreeMap<u32, Vec<MergedArea>>,
    merged_count: usize,
    /// The cells that contain an error, with its text.
    pub(super) errors: BTreeMap<(u32, u32), String>,
    /// Whether the whole worksheet is hidden.
    pub(super) is_hidden: bool,
}

impl SheetLayout {
    /// Adds a merged area.
    ///
    /// # Errors
    ///
    /// Returns a fault if there are too many.
    pub(super) fn add_merged(&mut self, area: MergedArea) -> Result<(), DocumentFault> {
        self.merged_count += 1;
        if self.merged_count > MAX_MERGED {
            let detail = format!("A worksheet has more than {MAX_MERGED} merged cells. Remove merges, or send CSV.");
            return Err(DocumentFault::new("too_many_merged", detail));
        }
        self.merged.entry(area.first.0).or_default().push(area);
        Ok(())
    }
}

/// A cell of a worksheet. Row and column count from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct SheetCell {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) cell: TableCell,
    /// Whether the cell has a format that could not be rendered surely.
    pub(super) is_uncertain: bool,
}

/// Receives the rows of a worksheet.
pub(in super::super) type RowReceiver<'a> = &'a mut dyn FnMut(SheetRow) -> Result<(), DocumentFault>;

/// Counts over all worksheets of a workbook.
#[derive(Debug, Default)]
pub(super) struct WorkbookCount {
    pub(super) text: usize,
    pub(super) invisible: InvisibleCharacters,
}

/// Collects the cells of a worksheet into rows, fills merged cells, and sends the rows.
pub(super) struct SheetWriter<'a> {
    name: &'a str,
    layout: &'a SheetLayout,
    limits: SheetLimits,
    count: &'a mut WorkbookCount,
    receiver: RowReceiver<'a>,
    /// The number of the row that is collected, from 0.
    current: u32,
    row: SheetRow,
    /// For each column the merged area that covers it, and the cell that the area shows.
    covering: Vec<Option<(MergedArea, TableCell)>>,
}

impl<'a> SheetWriter<'a> {
    pub(super) fn new(
        name: &'a str,
        layout: &'a SheetLayout,
        limits: SheetLimits,
        count: &'a mut WorkbookCount,
        receiver: RowReceiver<'a>,
    ) -> Self {
        let covering = vec![None; MAX_COLUMNS];
        Self { name, layout, limits, count, receiver, current: 0, row: SheetRow::default(), covering }
    }

    /// Adds a cell. Cells arrive row by row. A cell without text is left out.
    ///
    /// # Errors
    ///
    /// Returns a fault if a limit is exceeded, or if the rows are not in order.
    pub(super) fn add(&mut self, cell: SheetCell) -> Result<(), DocumentFault> {
        let SheetCell { row, column, mut cell, is_uncertain } = cell;
        if cell.text.trim().is_empty() {
            return Ok(());
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let name = || self.name.chars().take(60).collect::<String>();
        if row >= self.limits.rows {
            let detail = format!("The worksheet {:?} has text below row {}. Remove rows.", name(), self.limits.rows);
            return Err(DocumentFault::new("too_many_rows", detail));
        }
        if column >= MAX_COLUMNS {
            let detail = format!("The worksheet {:?} has text beyond column {MAX_COLUMNS}. Remove columns.", name());
            return Err(DocumentFault::new("too_many_columns", detail));
        }
        if row < self.current {
            return Err(DocumentFault::malformed());
        }
        while self.current < row {
            self.send_row()?;
        }
        cell.text = self.count.invisible.remove(cell.text.trim(), row as usize + 1);
        self.count.text += cell.text.len();
        if self.count.text > self.limits.text {
            let detail = format!("The workbook has more than {} bytes of text. Split it.", self.limits.text);
            return Err(DocumentFault::new("too_long", detail));
        }
        let cells = &mut self.row.row.cells;
        if cells.len() <= column {
            cells.resize(column + 1, TableCell::default());
        }
        cells[column] = cell;
        if is_uncertain {
            self.row.uncertain.push(column);
        }
        Ok(())
    }

    /// Sends the last row.
    pub(super) fn finish(mut self) -> Result<(), DocumentFault> {
        if self.row.row.cells.is_empty() { Ok(()) } else { self.send_row() }
    }

    fn send_row(&mut self) -> Result<(), DocumentFault> {
        let mut row = std::mem::take(&mut self.row);
        row.row.number = self.current + 1;
        row.row.hidden = self.layout.is_hidden || self.layout.hidden_rows.contains(&self.current);
        self.cover(&mut row.row.cells)?;
        self.current += 1;
        (self.receiver)(row)
    }

    /// Fills the cells of the row that merged areas cover.
    fn cover(&mut self, cells: &mut Vec<TableCell>) -> Result<(), DocumentFault> {
        let row = self.current;
        for area in self.layout.merged.get(&row).into_iter().flatten() {
            let (first, last) = (area.first.1 as usize, (area.last.1 as usize).min(MAX_COLUMNS - 1));
            let Some(shown) = cells.get(first).filter(|cell| !super::is_blank(cell)).cloned() else { continue };
            for place in &mut self.covering[first.min(last)..=last] {
                // Areas do not overlap in a workbook that a spreadsheet program wrote. The first one wins otherwise.
                if place.as_ref().is_none_or(|(other, _)| other.last.0 < row) {
                    *place = Some((*area, shown.clone()));
                }
            }
        }
        for (column, place) in self.covering.iter().enumerate() {
            let Some((area, shown)) = place else { continue };
            if area.last.0 < row || area.first == (row, u32::try_from(column).unwrap_or_default()) {
                continue;
            }
            if cells.len() <= column {
                cells.resize(column + 1, TableCell::default());
            }
            cells[column] = TableCell { merged: true, ..shown.clone() };
            // A repeated text counts, because many repeats of a long text need much memory.
            self.count.text += shown.text.len();
        }
        if self.count.text > self.limits.text {
            let detail = format!("The workbook has more than {} bytes of text. Split it.", self.limits.text);
            return Err(DocumentFault::new("too_long", detail));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: u32, column: u32, text: &str) -> SheetCell {
        let cell = TableCell { text: text.to_owned(), ..TableCell::default() };
        SheetCell { row, column, cell, is_uncertain: false }
    }

    fn rows(layout: &SheetLayout, cells: Vec<SheetCell>) -> Result<Vec<SheetRow>, DocumentFault> {
        let (mut rows, mut count) = (Vec::new(), WorkbookCount::default());
        let mut receive = |row| {
            rows.push(row);
            Ok(())
        };
        let mut writer = SheetWriter::new("Sheet1", layout, SheetLimits::default(), &mut count, &mut receive);
        cells.into_iter().try_for_each(|cell| writer.add(cell))?;
        writer.finish()?;
        Ok(rows)
    }

    #[test]
    fn cells_become_rows_with_blank_rows_between() {
        let layout = SheetLayout { hidden_rows: BTreeSet::from([2]), ..SheetLayout::default() };
        let rows = rows(&layout, vec![cell(0, 1, "b"), cell(2, 0, " a "), cell(9, 9, " ")]).expect("rows");
        let shown: Vec<(u32, bool, Vec<&str>)> = rows
            .iter()
            .map(|SheetRow { row, .. }| (row.number, row.hidden, row.cells.iter().map(|c| c.text.as_str()).collect()))
            .collect();
        assert_eq!(shown, [(1, false, vec!["", "b"]), (2, false, vec![]), (3, true, vec!["a"])]);
    }

    #[test]
    fn a_merged_cell_is_repeated_in_its_area() {
        let mut layout = SheetLayout::default();
        layout.add_merged(MergedArea { first: (0, 0), last: (1, 1) }).expect("room");
        layout.add_merged(MergedArea { first: (1, 2), last: (1_000_000, 2) }).expect("room");
        let rows = rows(&layout, vec![cell(0, 0, "a"), cell(1, 2, "c"), cell(2, 3, "d")]).expect("rows");
        let shown: Vec<Vec<(&str, bool)>> =
            rows.iter().map(|row| row.row.cells.iter().map(|c| (c.text.as_str(), c.merged)).collect()).collect();
        assert_eq!(shown[0], [("a", false), ("a", true)]);
        assert_eq!(shown[1], [("a", true), ("a", true), ("c", false)]);
        assert_eq!(shown[2], [("", false), ("", false), ("c", true), ("d", false)]);
    }

    #[test]
    fn the_limits_are_stated() {
        let layout = SheetLayout::default();
        let code = |cells| rows(&layout, cells).expect_err("a fault").code.into_owned();
        assert_eq!(code(vec![cell(MAX_ROWS, 0, "a")]), "too_many_rows");
        assert_eq!(code(vec![cell(0, 200, "a")]), "too_many_columns");
        assert_eq!(code(vec![cell(1, 0, "a"), cell(0, 0, "a")]), "malformed");
        assert_eq!(code(vec![cell(0, 0, &"a".repeat(MAX_TEXT + 1))]), "too_long");
        let mut layout = SheetLayout::default();
        layout.add_merged(MergedArea { first: (0, 0), last: (5, 199) }).expect("room");
        let cells = vec![cell(0, 0, &"a".repeat(30_000)), cell(5, 0, "b")];
        assert_eq!(rows(&layout, cells).expect_err("a fault").code, "too_long");
    }
}
