//! Reads workbooks of Excel 97 to 2003.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Reader, SheetType, SheetVisible, Xls, XlsError};

use super::super::{DocumentFault, TableCell};
use super::sheet::{SheetCell, SheetLimits, SheetWriter, WorkbookCount};
use super::workbook::{SheetHeader, WorkbookReceiver};
use super::xls_formats::{self, SheetFormats, WorkbookFormats};
use super::xlsx::shown_value;

/// Reads the worksheets.
pub(super) fn read(
    bytes: &[u8],
    limits: SheetLimits,
    receiver: &mut dyn WorkbookReceiver,
) -> Result<WorkbookCount, DocumentFault> {
    // The crate panics on records that are too short.
    let opened = catch_unwind(AssertUnwindSafe(|| Xls::new(Cursor::new(bytes))));
    let mut workbook = match opened {
        Ok(Ok(workbook)) => workbook,
        Ok(Err(XlsError::Password)) => return Err(DocumentFault::encrypted()),
        Ok(Err(_)) | Err(_) => return Err(DocumentFault::malformed()),
    };
    let (formats, mut of_sheets) = xls_formats::read(bytes).unwrap_or_default();
    let mut count = WorkbookCount::default();
    for (at, sheet) in workbook.sheets_metadata().to_vec().into_iter().enumerate() {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let range = workbook.worksheet_range(&sheet.name).map_err(|_| DocumentFault::malformed())?;
        let mut of_sheet = of_sheets.get_mut(at).map(std::mem::take).unwrap_or_default();
        of_sheet.layout.is_hidden = sheet.visible != SheetVisible::Visible;
        receiver.begin_sheet(SheetHeader::new(&sheet.name, &of_sheet.layout));
        let mut receive = |row| receiver.receive(row);
        let mut writer = SheetWriter::new(&sheet.name, &of_sheet.layout, limits, &mut count, &mut receive);
        let (first_row, first_column) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let place = |first: u32, at: usize| first.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
            let (row, column) = (place(first_row, row), place(first_column, column));
            writer.add(read_cell(row, column, value, &of_sheet, &formats))?;
        }
        writer.finish()?;
    }
    Ok(count)
}

fn read_cell(row: u32, column: u32, value: &Data, sheet: &SheetFormats, formats: &WorkbookFormats) -> SheetCell {
    let format = sheet.format_of(row, column).and_then(|at| formats.get(at));
    let code = format.map_or("", |format| format.code.as_str());
    let is_error = matches!(value, Data::Error(_));
    let (text, is_uncertain) = shown_value(&as_ref(value), code);
    let struck = format.is_some_and(|format| format.is_struck);
    let cell = TableCell { text, struck, error: is_error, merged: false };
    SheetCell { row, column, cell, is_uncertain }
}

fn as_ref(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(flag) => DataRef::Bool(*flag),
        Data::DateTime(moment) => DataRef::DateTime(*moment),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        _ => DataRef::Empty,
    }
}
