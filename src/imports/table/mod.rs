//! Reads a table of recommendations as CSV, a workbook or JSON. Each row is validated against the schema of a row. This
//! module depends on neither HTTP nor the database.

mod batches;
mod columns;
mod headings;
mod json;
mod rows;
mod source;
mod template;
pub mod workbook;

use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::ToSchema;

pub use self::workbook::WorkbookReader;
pub use template::{csv as csv_template, workbook as workbook_template};

use self::batches::RowBatches;
use super::ImportKind;
use super::document::DocumentFault;
use crate::api::{Fault, FaultList, Problem, ProblemKind};
use crate::files::TemporaryFile;
use crate::inspections::InspectionRegistration;
use crate::recommendations::RecommendationRow;

/// The most rows of a table.
pub const MAX_ROWS: usize = 20_000;

/// A table as JSON. CSV and workbooks have the same content: one row a line, with columns such as `inspection.title`
/// and `target.on` for the members of `inspection` and `target`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used: the table is read row by row")]
pub struct RecommendationTable {
    /// The inspection to register; absent if `inspection_id` names a draft.
    #[serde(default)]
    #[schema(nullable = false)]
    inspection: Option<InspectionRegistration>,
    /// The recommendations, in the order of the report.
    #[schema(min_items = 1, max_items = 20_000)]
    rows: Vec<RecommendationRow>,
}

/// A row of a table.
pub struct TableRow {
    /// The row's number, from 0.
    pub number: usize,
    /// The row's location in the file.
    pub location: RowLocation,
    /// The recommendation, or the faults of the row with their location.
    pub content: Result<RecommendationRow, FaultList>,
}

/// The location of a row, as a person sees it in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowLocation {
    /// A line of a CSV file, from 1.
    Line(u64),
    /// A row of a worksheet, from 1.
    SheetRow(u64),
    /// An item of JSON, which the fault's pointer locates.
    Item,
}

impl RowLocation {
    /// Returns the beginning of a sentence about the row, such as `Line 3: `.
    fn prefix(self) -> String {
        match self {
            Self::Item => String::new(),
            Self::Line(line) => format!("Line {line}: "),
            Self::SheetRow(row) => format!("Row {row}: "),
        }
    }
}

impl TableRow {
    /// Returns a fault of a row with a pointer from the beginning of the table, and with the location in its detail.
    pub fn locate_fault(number: usize, location: RowLocation, mut fault: Fault) -> Fault {
        let within = match location {
            RowLocation::Item => fault.pointer,
            RowLocation::Line(_) | RowLocation::SheetRow(_) => column_pointer(&fault.pointer),
        };
        fault.pointer = format!("/rows/{number}{within}");
        fault.detail.insert_str(0, &location.prefix());
        fault
    }
}

/// Returns the pointer to the column of a member: `/target/on` becomes `/target.on`. An item of a list becomes its
/// cell.
fn column_pointer(pointer: &str) -> String {
    let parts: Vec<&str> = pointer.split('/').skip(1).filter(|part| part.parse::<usize>().is_err()).collect();
    if parts.is_empty() { String::new() } else { format!("/{}", parts.join(".")) }
}

/// A table whose headings or members have been read.
pub struct Table {
    file: TemporaryFile,
    kind: ImportKind,
    /// The registration of an inspection, or its faults; none if the table contains no inspection.
    pub inspection: Option<Result<InspectionRegistration, FaultList>>,
}

impl Table {
    /// Opens a table and reads its headings, or returns all of their faults at once.
    pub async fn open(file: TemporaryFile, kind: ImportKind, workbooks: &WorkbookReader) -> Result<Self, Problem> {
        // Another process divides a workbook into rows.
        let file = if kind == ImportKind::Xlsx { workbooks.read(&file).await? } else { file };
        let opened = tokio::task::spawn_blocking(move || {
            let inspection = match kind {
                ImportKind::Json => json::read_inspection(file.reader())?,
                ImportKind::Csv | ImportKind::Xlsx => rows::read_inspection(&file, kind)?,
            };
            Ok(Self { file, kind, inspection })
        });
        opened.await.map_err(Problem::internal)?
    }

    /// Starts to read the rows on a blocking thread. At most two batches wait in the channel.
    pub fn read_rows(&self) -> mpsc::Receiver<Result<Vec<TableRow>, Problem>> {
        let (sender, rows) = mpsc::channel(2);
        let (file, kind) = (self.file.clone(), self.kind);
        tokio::task::spawn_blocking(move || {
            let mut batches = RowBatches::new(sender);
            let result = match kind {
                ImportKind::Json => json::read_rows(file.reader(), &mut batches),
                ImportKind::Csv | ImportKind::Xlsx => rows::read_rows(&file, kind, &mut batches),
            };
            batches.finish(result);
        });
        rows
    }
}

/// Returns the problem of a file that is not in the format of its media type.
fn malformed(pointer: impl Into<String>, detail: impl Into<String>) -> Problem {
    Problem::with_faults(ProblemKind::Malformed, vec![Fault::body(pointer, "malformed", detail)])
}

/// Returns the problem of a file that cannot be read as a table.
fn unreadable(fault: &DocumentFault) -> Problem {
    const CODES: [&str; 12] = [
        "active_content",
        "archive_bomb",
        "document_type",
        "encrypted",
        "macros",
        "malformed_text",
        "not_text",
        "not_utf8",
        "too_long",
        "too_many_columns",
        "too_many_merged",
        "too_many_rows",
    ];
    let code = CODES.into_iter().find(|code| *code == fault.code).unwrap_or("malformed");
    Problem::invalid(vec![Fault::body("", code, fault.detail.clone())])
}
