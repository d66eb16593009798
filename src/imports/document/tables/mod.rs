//! Tables in files of their own: CSV and workbooks.

mod address;
pub mod csv;
mod csv_delimiter;
mod csv_fault;
mod csv_record;
mod decimal;
mod number_format;
mod ods;
mod sheet;
#[cfg(test)]
mod tests;
pub mod workbook;
mod xls;
mod xls_formats;
mod xlsx;
mod xlsx_layout;

pub use csv_delimiter::{Delimiter, SAMPLE_BYTES};
pub use csv_fault::CsvFaultKind;
pub use csv_record::{CsvRecord, CsvRecords};
pub use sheet::SheetRow;

use super::{Place, TableCell};

/// The most columns of a table. Further columns must be blank.
pub const MAX_COLUMNS: usize = 200;
/// The most rows of a table, including blank rows between others.
pub const MAX_ROWS: u32 = 20_000;
/// The most text of all tables of a document, in bytes.
pub const MAX_TEXT: usize = 4 * 1024 * 1024;

/// Returns the place of a cell, such as `Sheet1!C7`. `row` counts from 1 and `column` from 0.
pub fn cell_place(table: &str, row: u32, column: usize) -> Place {
    Place { cell: Some(format!("{table}!{}", cell_address(row, column))), ..Place::default() }
}

/// Returns the address of a cell, such as `C7`. `row` counts from 1 and `column` from 0.
pub fn cell_address(row: u32, column: usize) -> String {
    format!("{}{row}", column_name(column))
}

/// Returns the letters of a column, which counts from 0: `A` to `Z`, then `AA`.
pub fn column_name(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'A' + u8::try_from(column % 26).unwrap_or_default());
        column /= 26;
        if column == 0 {
            break;
        }
        column -= 1;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

/// Returns true if the cell has no text.
pub(super) fn is_blank(cell: &TableCell) -> bool {
    cell.text.trim().is_empty()
}
