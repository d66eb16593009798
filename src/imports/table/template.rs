//! The empty table for a policing body to fill in. The CSV file has the headings; the workbook also explains each
//! column.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::columns::COLUMNS;

/// Returns the headings as CSV.
pub fn csv() -> Vec<u8> {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, ..)| *name).collect();
    format!("{}\r\n", names.join(",")).into_bytes()
}

/// Returns a workbook: the first sheet has the headings, and the second explains the columns.
pub fn workbook() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // A fixed date makes the bytes, and so the ETag, the same each time.
    let properties = DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2026, 1, 1)?);
    book.set_properties(&properties);
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    let sheet = book.add_worksheet();
    sheet.set_name("recommendations")?.set_freeze_panes(1, 0)?;
    for (at, (name, ..)) in (0..).zip(COLUMNS) {
        // The columns are text, so that the number 3.10 does not become 3.1.
        sheet.set_column_width(at, 22)?.set_column_format(at, &text)?;
        sheet.write_string_with_format(0, at, name, &bold)?;
    }
    let sheet = book.add_worksheet();
    sheet.set_name("columns")?.set_column_width(0, 30)?.set_column_width(1, 110)?;
    for (at, (name, _, meaning)) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(at, 0, name, &bold)?.write_string(at, 1, meaning)?;
    }
    book.save_to_buffer()
}
