//! A workbook (XLSX) written row by row to a file beside the memory; texts stand in it as texts, never as formulas.

use std::fs::File;

use rust_xlsxwriter::{Workbook as Book, Worksheet};

use super::cell::Cell;
use super::{Rest, SheetError};

/// The most rows a sheet has, its headings among them.
const ROWS: u32 = 1_048_576;
/// The most characters a cell has.
const CHARACTERS: usize = 32_767;
/// What stands at the end of a text that a cell has no room for.
const CUT: &str = " […] (cut: a cell holds 32,767 characters; CSV and JSON Lines have the whole text)";

/// A workbook being written.
pub struct Workbook {
    book: Book,
    row: u32,
}

/// A text that fits into a cell; one that does not says so.
fn fitting(text: &str) -> String {
    // Counted as Excel does, in units of UTF-16.
    if text.encode_utf16().count() <= CHARACTERS {
        return text.to_owned();
    }
    let room = CHARACTERS - CUT.encode_utf16().count();
    let mut taken = 0;
    let fits = |c: &char| {
        taken += c.len_utf16();
        taken <= room
    };
    let mut text: String = text.chars().take_while(fits).collect();
    text.push_str(CUT);
    text
}

impl Workbook {
    /// A workbook of one sheet with its headings.
    pub fn begin(name: &str, columns: &[&str]) -> Result<Self, SheetError> {
        let mut book = Book::new();
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (at, name) in (0..).zip(columns) {
            sheet.write_string(0, at, *name)?;
        }
        Ok(Self { book, row: 0 })
    }

    fn sheet(&mut self) -> Result<&mut Worksheet, SheetError> {
        Ok(self.book.worksheet_from_index(0)?)
    }

    /// Adds a row.
    pub fn add<'r>(&mut self, cells: impl Iterator<Item = Cell<'r>>) -> Result<(), SheetError> {
        self.row += 1;
        let row = self.row;
        if row >= ROWS {
            return Err(SheetError::Full(ROWS - 1));
        }
        let sheet = self.sheet()?;
        for (at, cell) in (0..).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => drop(sheet.write_string(row, at, fitting(text))?),
                Cell::Number(number) => match number.as_f64() {
                    Some(number) => drop(sheet.write_number(row, at, number)?),
                    None => drop(sheet.write_string(row, at, number.to_string())?),
                },
                Cell::Flag(flag) => drop(sheet.write_boolean(row, at, flag)?),
                Cell::Json(json) => drop(sheet.write_string(row, at, fitting(&json))?),
            }
        }
        Ok(())
    }

    /// Packs it into a file without a name.
    pub fn end(mut self) -> Result<File, SheetError> {
        let file = tempfile::tempfile()?;
        self.book.save_to_writer(file.try_clone()?)?;
        Ok(Rest::from_start(file)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_too_long_for_a_cell_is_cut_and_says_so() {
        assert_eq!(fitting("short"), "short");
        let cut = fitting(&"🚓".repeat(20_000));
        assert!(cut.encode_utf16().count() <= CHARACTERS && cut.ends_with(CUT));
    }
}
