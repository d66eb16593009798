//! Reads the worksheets of a workbook as tables, as their cells show them.

use super::super::{Block, Document, DocumentFault, DocumentFormat, Notice, Table};
use super::address::address;
use super::sheet::{SheetLayout, SheetLimits, SheetRow, WorkbookCount};
use super::{column_name, ods, xls, xlsx};

/// The most cells or columns that a notice names.
const MAX_NAMED: usize = 20;
/// The most rows and text of a worksheet that is imported as rows into a draft inspection.
const IMPORT_LIMITS: SheetLimits = SheetLimits { rows: 100_000, text: 64 * 1024 * 1024 };

/// Reads every worksheet of a workbook as a table.
///
/// # Errors
///
/// Returns a fault if the workbook is damaged or encrypted, has no text, or exceeds a limit.
pub fn read(bytes: &[u8], format: DocumentFormat) -> Result<Document, DocumentFault> {
    let mut tables = TableReceiver::default();
    let limits = SheetLimits::default();
    let count = read_sheets(bytes, format, limits, false, &mut tables)?;
    let TableReceiver { tables, mut notices, uncertain, uncertain_count, .. } = tables;
    if tables.iter().all(|table| table.rows.is_empty()) {
        return Err(DocumentFault::new("empty", "There is no text in the workbook. Send a workbook with a table."));
    }
    notices.extend(count.invisible.into_notice());
    if uncertain_count > 0 {
        let more = if uncertain_count > uncertain.len() { " and others" } else { "" };
        let detail = format!(
            "The format of {uncertain_count} cells could not be applied: {}{more}. They have the plain value. Check \
             them.",
            uncertain.join(", ")
        );
        notices.push(Notice { code: "number_formats".to_owned(), detail });
    }
    let blocks = tables.into_iter().filter(|table| !table.rows.is_empty()).map(Block::Table).collect();
    Ok(Document { format, blocks, notices })
}

/// Reads the first worksheet of an XLSX workbook, row by row.
///
/// # Errors
///
/// Returns a fault if the workbook is damaged or encrypted, or exceeds a limit, or the fault of the receiver.
pub fn read_first_sheet(
    bytes: &[u8],
    receive: impl FnMut(SheetRow) -> Result<(), DocumentFault>,
) -> Result<(), DocumentFault> {
    struct Rows<F>(F);
    impl<F: FnMut(SheetRow) -> Result<(), DocumentFault>> WorkbookReceiver for Rows<F> {
        fn begin_sheet(&mut self, _: SheetHeader<'_>) {}
        fn receive(&mut self, row: SheetRow) -> Result<(), DocumentFault> {
            self.0(row)
        }
    }
    read_sheets(bytes, DocumentFormat::Xlsx, IMPORT_LIMITS, true, &mut Rows(receive)).map(drop)
}

fn read_sheets(
    bytes: &[u8],
    format: DocumentFormat,
    limits: SheetLimits,
    only_first: bool,
    receiver: &mut dyn WorkbookReceiver,
) -> Result<WorkbookCount, DocumentFault> {
    match format {
        DocumentFormat::Ods => ods::read(bytes, limits, receiver),
        DocumentFormat::Xls => xls::read(bytes, limits, receiver),
        _ => xlsx::read(bytes, limits, only_first, receiver),
    }
}

/// The name of a worksheet and what of it is hidden.
pub(super) struct SheetHeader<'a> {
    name: &'a str,
    layout: &'a SheetLayout,
}

impl<'a> SheetHeader<'a> {
    pub(super) fn new(name: &'a str, layout: &'a SheetLayout) -> Self {
        Self { name, layout }
    }
}

/// Receives the worksheets of a workbook.
pub(super) trait WorkbookReceiver {
    /// Begins a worksheet.
    fn begin_sheet(&mut self, header: SheetHeader<'_>);
    /// Receives a row of the worksheet.
    fn receive(&mut self, row: SheetRow) -> Result<(), DocumentFault>;
}

/// Collects the worksheets as tables.
#[derive(Default)]
struct TableReceiver {
    tables: Vec<Table>,
    notices: Vec<Notice>,
    /// The first cells whose format could not be rendered surely.
    uncertain: Vec<String>,
    uncertain_count: usize,
}

impl WorkbookReceiver for TableReceiver {
    fn begin_sheet(&mut self, header: SheetHeader<'_>) {
        let SheetHeader { name, layout } = header;
        if layout.is_hidden {
            let detail = format!("The worksheet {name:?} is hidden.");
            self.notices.push(Notice { code: "hidden_sheet".to_owned(), detail });
        }
        if !layout.hidden_columns.is_empty() {
            let named = layout.hidden_columns.iter().take(MAX_NAMED).map(|column| column_name(*column as usize));
            let named = named.collect::<Vec<_>>().join(", ");
            let detail = format!("Columns of the worksheet {name:?} are hidden, but were read: {named}.");
            self.notices.push(Notice { code: "hidden_columns".to_owned(), detail });
        }
        self.tables.push(Table { name: name.to_owned(), rows: Vec::new() });
    }

    fn receive(&mut self, row: SheetRow) -> Result<(), DocumentFault> {
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        for column in &row.uncertain {
            self.uncertain_count += 1;
            if self.uncertain.len() < MAX_NAMED {
                let cell = address(row.row.number.saturating_sub(1), u32::try_from(*column).unwrap_or(u32::MAX));
                self.uncertain.push(format!("{}!{cell}", table.name));
            }
        }
        table.rows.push(row.row);
        Ok(())
    }
}
