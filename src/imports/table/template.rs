//! The empty table that an office fills in: as CSV its headings, as a workbook also what each column means.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::columns::COLUMNS;

/// The headings as CSV.
pub fn csv() -> Vec<u8> {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, ..)| *name).collect();
    format!("{}\r\n", names.join(",")).into_bytes()
}

/// A workbook whose first sheet has the headings, and whose second says what they mean.
pub fn workbook() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Always the same bytes, and so always the same entity tag.
    let made = DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2026, 1, 1)?);
    book.set_properties(&made);
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    let sheet = book.add_worksheet();
    sheet.set_name("recommendations")?.set_freeze_panes(1, 0)?;
    for (at, (name, ..)) in (0..).zip(COLUMNS) {
        // As text: 3.10 is a number of a recommendation, and not 3.1.
        sheet.set_column_width(at, 22)?.set_column_format(at, &text)?;
        sheet.write_string_with_format(0, at, name, &bold)?;
    }
    let sheet = book.add_worksheet();
    sheet.set_name("columns")?.set_column_width(0, 30)?.set_column_width(1, 110)?;
    for (at, (name, _, means)) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(at, 0, name, &bold)?.write_string(at, 1, means)?;
    }
    book.save_to_buffer()
}
