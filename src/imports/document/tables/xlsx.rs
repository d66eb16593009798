//! Reads workbooks of Excel 2007 or later, as their cells show them.

use std::io::Cursor;

use calamine::{Cell, DataRef, ExcelDateTime, Reader, Style, Xlsx, XlsxError};

use super::super::package::Package;
use super::super::{DocumentFault, TableCell};
use super::decimal::plain_number;
use super::number_format::{self, Moment};
use super::sheet::{RowReceiver, SheetCell, SheetLayout, SheetLimits, SheetWriter, WorkbookCount};
use super::workbook::{SheetHeader, WorkbookReceiver};
use super::xlsx_layout;

/// Reads the worksheets, or only the first one.
pub(super) fn read(
    bytes: &[u8],
    limits: SheetLimits,
    only_first: bool,
    receiver: &mut dyn WorkbookReceiver,
) -> Result<WorkbookCount, DocumentFault> {
    let mut package = Package::open(bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(into_fault)?;
    let mut count = WorkbookCount::default();
    for sheet in xlsx_layout::list_sheets(&mut package)?.into_iter().take(if only_first { 1 } else { usize::MAX }) {
        let layout = xlsx_layout::read_layout(&mut package, &sheet)?;
        receiver.begin_sheet(SheetHeader::new(&sheet.name, &layout));
        let mut receive = |row| receiver.receive(row);
        match read_sheet(&mut workbook, &sheet.name, &layout, limits, &mut count, &mut receive) {
            // A sheet with a chart only has no cells.
            Err(SheetError::Xlsx(XlsxError::NotAWorksheet(_) | XlsxError::WorksheetNotFound(_))) => {}
            Err(SheetError::Xlsx(error)) => return Err(into_fault(error)),
            Err(SheetError::Fault(fault)) => return Err(fault),
            Ok(()) => {}
        }
    }
    Ok(count)
}

fn into_fault(error: XlsxError) -> DocumentFault {
    match error {
        XlsxError::Password => DocumentFault::encrypted(),
        _ => DocumentFault::malformed(),
    }
}

enum SheetError {
    Xlsx(XlsxError),
    Fault(DocumentFault),
}

impl From<DocumentFault> for SheetError {
    fn from(fault: DocumentFault) -> Self {
        Self::Fault(fault)
    }
}

fn read_sheet(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    layout: &SheetLayout,
    limits: SheetLimits,
    count: &mut WorkbookCount,
    receiver: RowReceiver<'_>,
) -> Result<(), SheetError> {
    let mut cells = workbook.worksheet_cells_reader(name).map_err(SheetError::Xlsx)?;
    let mut writer = SheetWriter::new(name, layout, limits, count, receiver);
    let mut errors = layout.errors.iter().peekable();
    let error_cell = |((row, column), text): (&(u32, u32), &String)| {
        let cell = TableCell { text: text.clone(), error: true, ..TableCell::default() };
        SheetCell { row: *row, column: *column, cell, is_uncertain: false }
    };
    loop {
        match cells.next_cell_with_style_id() {
            Ok(Some((cell, style))) => {
                let position = cell.get_position();
                while let Some(error) = errors.next_if(|(at, _)| **at < position) {
                    writer.add(error_cell(error))?;
                }
                match errors.next_if(|(at, _)| **at == position) {
                    Some(error) => writer.add(error_cell(error))?,
                    // Errors beyond the most that are kept still have their cell.
                    None => {
                        if let DataRef::Error(error) = cell.get_value() {
                            writer.add(error_cell((&position, &error.to_string())))?;
                        } else {
                            writer.add(read_cell(&cell, cells.styles().get(style)))?;
                        }
                    }
                }
            }
            Ok(None) => break,
            // An error whose name the crate does not know, such as `#SPILL!`. The layout has it, and the next cell can
            // be read.
            Err(XlsxError::CellError(_)) => {}
            Err(error) => return Err(SheetError::Xlsx(error)),
        }
    }
    for error in errors {
        writer.add(error_cell(error))?;
    }
    Ok(writer.finish()?)
}

fn read_cell(cell: &Cell<DataRef<'_>>, style: Option<&Style>) -> SheetCell {
    let (row, column) = cell.get_position();
    let code = style.and_then(|style| style.number_format.as_ref()).map_or("", |format| {
        // Excel shows these built-in formats with the currency of the computer's country.
        let is_local = matches!(format.format_id, Some(5..=8 | 42 | 44)) && format.format_code.contains("($");
        if is_local { "?local?" } else { format.format_code.as_str() }
    });
    let (text, is_uncertain) = match cell.get_value() {
        DataRef::String(text) => shown_text(text, code),
        DataRef::SharedString(text) => shown_text(text, code),
        value => shown_value(value, code),
    };
    let struck = style.and_then(|style| style.font.as_ref()).is_some_and(|font| font.has_strikethrough());
    SheetCell { row, column, cell: TableCell { text, struck, ..TableCell::default() }, is_uncertain }
}

/// Returns the text of a cell and whether its format could not be rendered surely.
pub(super) fn shown_text(text: &str, code: &str) -> (String, bool) {
    // Excel stores characters that XML cannot contain, and line breaks, as _x000D_.
    let text = text.replace("_x000D_", "").replace("\r\n", "\n").replace('\r', "\n");
    match number_format::render_text(&text, code) {
        Some(shown) => (shown, false),
        None => (text, true),
    }
}

/// Returns the text of a cell that is not text, and whether its format could not be rendered surely.
pub(super) fn shown_value(value: &DataRef<'_>, code: &str) -> (String, bool) {
    match value {
        DataRef::Empty => (String::new(), false),
        DataRef::String(text) => shown_text(text, code),
        DataRef::SharedString(text) => shown_text(text, code),
        #[expect(clippy::cast_precision_loss, reason = "a spreadsheet shows 15 digits")]
        DataRef::Int(number) => shown_number(*number as f64, code),
        DataRef::Float(number) => shown_number(*number, code),
        DataRef::Bool(flag) => (if *flag { "TRUE" } else { "FALSE" }.to_owned(), false),
        DataRef::DateTime(moment) => shown_moment(moment, code),
        DataRef::DateTimeIso(text) => (text.split('T').next().unwrap_or_default().to_owned(), false),
        DataRef::DurationIso(text) => (text.clone(), false),
        DataRef::Error(error) => (error.to_string(), false),
    }
}

fn shown_number(number: f64, code: &str) -> (String, bool) {
    match number_format::render_number(number, code) {
        Some(text) => (text, false),
        None => (plain_number(number), true),
    }
}

fn shown_moment(moment: &ExcelDateTime, code: &str) -> (String, bool) {
    let serial = moment.as_f64();
    if moment.is_duration() {
        return match shown_duration(serial, code) {
            Some(text) => (text, false),
            None => (plain_number(serial), true),
        };
    }
    // Excel shows no date for a number below one, except a time, nor for one beyond the year 9999.
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let text = number_format::render_date(Moment { year, month, day, hour, minute, second }, code);
    let is_time = text.contains(':');
    if !(0.0..2_958_466.0).contains(&serial) || serial < 1.0 && !is_time {
        return (plain_number(serial), true);
    }
    (text, false)
}

/// Returns a duration in hours, minutes and seconds, or none for another format.
fn shown_duration(serial: f64, code: &str) -> Option<String> {
    let code = code.to_ascii_lowercase();
    if !(0.0..1e7).contains(&serial) || !code.contains("[h]") && !code.contains("[hh]") {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is within the range above")]
    let seconds = (serial * 86_400.0).round() as u64;
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let has_seconds = code.contains('s');
    Some(if has_seconds { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{hours}:{minutes:02}") })
}
