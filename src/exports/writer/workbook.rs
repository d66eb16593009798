//! A workbook (XLSX), written row by row with a constant amount of memory. Text is written as text, never as a formula.

use std::fs::File;
use std::io::Seek;

use rust_xlsxwriter::{Workbook, Worksheet};

use super::WriteError;
use super::cell::Cell;

/// The most rows of a worksheet, including the headings.
const MAX_ROWS: u32 = 1_048_576;
/// The most characters of a cell, counted in units of UTF-16 as Excel does.
const MAX_CHARACTERS: usize = 32_767;
/// The end of a text that was too long for a cell.
const CUT: &str = " […] (cut: a cell holds 32,767 characters; CSV and JSON Lines have the whole text)";

/// Writes a workbook.
pub struct WorkbookWriter {
    workbook: Workbook,
    row: u32,
}

/// Returns the text, cut to the size of a cell. A cut text ends with a note.
fn cut_to_cell(text: &str) -> String {
    if text.encode_utf16().count() <= MAX_CHARACTERS {
        return text.to_owned();
    }
    let room = MAX_CHARACTERS - CUT.encode_utf16().count();
    let mut taken = 0;
    let fits = |c: &char| {
        taken += c.len_utf16();
        taken <= room
    };
    let mut text: String = text.chars().take_while(fits).collect();
    text.push_str(CUT);
    text
}

impl WorkbookWriter {
    /// Creates a workbook with one worksheet, and writes the headings.
    pub fn new(name: &str, columns: &[&str]) -> Result<Self, WriteError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (at, name) in (0..).zip(columns) {
            sheet.write_string(0, at, *name)?;
        }
        Ok(Self { workbook, row: 0 })
    }

    fn sheet(&mut self) -> Result<&mut Worksheet, WriteError> {
        Ok(self.workbook.worksheet_from_index(0)?)
    }

    /// Writes one row.
    pub fn write<'r>(&mut self, cells: impl Iterator<Item = Cell<'r>>) -> Result<(), WriteError> {
        self.row += 1;
        let row = self.row;
        if row >= MAX_ROWS {
            return Err(WriteError::Full(MAX_ROWS - 1));
        }
        let sheet = self.sheet()?;
        for (at, cell) in (0..).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => drop(sheet.write_string(row, at, cut_to_cell(text))?),
                Cell::Number(number) => match number.as_f64() {
                    Some(number) => drop(sheet.write_number(row, at, number)?),
                    None => drop(sheet.write_string(row, at, number.to_string())?),
                },
                Cell::Boolean(value) => drop(sheet.write_boolean(row, at, value)?),
                Cell::Json(json) => drop(sheet.write_string(row, at, cut_to_cell(&json))?),
            }
        }
        Ok(())
    }

    /// Writes the workbook to a temporary file without a name, and returns the file from its start.
    pub fn finish(mut self) -> Result<File, WriteError> {
        let mut file = tempfile::tempfile()?;
        self.workbook.save_to_writer(file.try_clone()?)?;
        file.rewind()?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_too_long_for_a_cell_is_cut_and_ends_with_a_note() {
        assert_eq!(cut_to_cell("short"), "short");
        let cut = cut_to_cell(&"🚓".repeat(20_000));
        assert!(cut.encode_utf16().count() <= MAX_CHARACTERS && cut.ends_with(CUT));
    }
}
