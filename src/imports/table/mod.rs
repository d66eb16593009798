//! Reads a table of recommendations as CSV, a workbook or JSON. Each row is validated against the schema of a row. This
//! module depends on neither HTTP nor the database.

mod columns;
mod csv;
mod json;
mod template;
pub mod workbook;

use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::ToSchema;

pub use self::workbook::WorkbookReader;
pub use template::{csv as csv_template, workbook as workbook_template};

use super::model::ImportKind;
use crate::api::{Fault, Problem, ProblemKind};
use crate::files::TemporaryFile;
use crate::inspections::InspectionRegistration;
use crate::recommendations::RecommendationRow;

/// The most rows of a table.
pub const MAX_ROWS: usize = 20_000;
/// The number of rows in a batch.
const BATCH_SIZE: usize = 500;

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
    /// The recommendation, or the faults of the row, with pointers relative to the row.
    pub content: Result<RecommendationRow, Vec<Fault>>,
}

/// The location of a row, as a person sees it in the file.
#[derive(Clone, Copy, Debug)]
pub enum RowLocation {
    /// A line of a CSV file, from 1.
    Line(u64),
    /// A row of a worksheet, from 1.
    SheetRow(u64),
    /// An item of JSON, which the fault's pointer locates.
    Item,
}

impl TableRow {
    /// Returns a fault of a row with a pointer from the beginning of the table, and with the location in its detail.
    pub fn locate_fault(number: usize, location: RowLocation, mut fault: Fault) -> Fault {
        let (within, prefix) = match location {
            RowLocation::Item => (fault.pointer, String::new()),
            RowLocation::Line(line) => (column_pointer(&fault.pointer), format!("Line {line}: ")),
            RowLocation::SheetRow(row) => (column_pointer(&fault.pointer), format!("Row {row}: ")),
        };
        fault.pointer = format!("/rows/{number}{within}");
        fault.detail.insert_str(0, &prefix);
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
    pub inspection: Option<Result<InspectionRegistration, Vec<Fault>>>,
}

impl Table {
    /// Opens a table and reads its headings, or returns all of their faults at once.
    pub async fn open(file: TemporaryFile, kind: ImportKind, workbooks: &WorkbookReader) -> Result<Self, Problem> {
        // A workbook is converted into CSV by another process.
        let file = if kind == ImportKind::Xlsx { workbooks.read(&file).await? } else { file };
        let opened = tokio::task::spawn_blocking(move || {
            let inspection = match kind {
                ImportKind::Json => json::read_inspection(file.reader())?,
                ImportKind::Csv | ImportKind::Xlsx => csv::read_inspection(file.reader(), kind)?,
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
            let mut batches = RowBatches { sender, batch: Vec::with_capacity(BATCH_SIZE), count: 0 };
            let result = match kind {
                ImportKind::Json => json::read_rows(file.reader(), &mut batches),
                ImportKind::Csv | ImportKind::Xlsx => csv::read_rows(file.reader(), kind, &mut batches),
            };
            batches.finish(result);
        });
        rows
    }
}

/// Collects rows into batches, and sends the batches.
pub(in crate::imports) struct RowBatches {
    sender: mpsc::Sender<Result<Vec<TableRow>, Problem>>,
    batch: Vec<TableRow>,
    count: usize,
}

impl RowBatches {
    /// Adds a row. Returns an error, which ends the reading, if the table is too long or the receiver has gone.
    fn add(&mut self, location: RowLocation, content: Result<RecommendationRow, Vec<Fault>>) -> Result<(), Problem> {
        if self.count == MAX_ROWS {
            let detail = format!("The table has more than {MAX_ROWS} rows. Split it into several imports.");
            return Err(Problem::invalid(vec![Fault::body("/rows", "too_many", detail)]));
        }
        self.batch.push(TableRow { number: self.count, location, content });
        self.count += 1;
        if self.batch.len() < BATCH_SIZE { Ok(()) } else { self.send() }
    }

    fn send(&mut self) -> Result<(), Problem> {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH_SIZE));
        self.sender.blocking_send(Ok(batch)).map_err(|_| Problem::internal("the receiver of a table's rows has gone"))
    }

    fn finish(mut self, result: Result<(), Problem>) {
        let result = result.and_then(|()| match self.count {
            0 => {
                let detail = "The table has no rows. Add at least one recommendation.";
                Err(Problem::invalid(vec![Fault::body("/rows", "too_few", detail)]))
            }
            _ => self.send(),
        });
        if let Err(problem) = result {
            // If the receiver has gone, nobody needs the problem.
            let _ = self.sender.blocking_send(Err(problem));
        }
    }
}

/// Returns the problem of a file that is not in the format of its media type.
fn malformed(pointer: impl Into<String>, detail: impl Into<String>) -> Problem {
    Problem::with_faults(ProblemKind::Malformed, vec![Fault::body(pointer, "malformed", detail)])
}
