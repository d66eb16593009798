//! A table of recommendations: CSV, a workbook or JSON, read row by row against the schema of a row. Knows neither who
//! sends it nor the database.

mod columns;
mod csv;
mod json;
pub mod sheet;
mod template;

use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::ToSchema;

pub use self::sheet::Sheets;
pub use template::{csv as csv_template, workbook as workbook_template};

use super::model::ImportKind;
use crate::api::{Fault, Kind, Problem};
use crate::files::Kept;
use crate::inspections::Registration;
use crate::recommendations::RecommendationRow;

/// The most rows a table may have.
pub const MOST_ROWS: usize = 20_000;
/// How many rows are read before they are handed on.
const BATCH: usize = 500;

/// A table as JSON. CSV and workbooks are read as if they were this: a row for each line, the members of `inspection`
/// and of `target` in columns of their own (`inspection.title`, `target.on`).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "it describes what is read in parts")]
pub struct RecommendationTable {
    /// The inspection to be registered; left out where `inspection_id` names a draft.
    #[serde(default)]
    #[schema(nullable = false)]
    inspection: Option<Registration>,
    /// The recommendations, in the report's order.
    #[schema(min_items = 1, max_items = 20_000)]
    rows: Vec<RecommendationRow>,
}

/// A row as it was read: its number from 0, and what stands in it or what stands against it.
pub struct Row {
    /// Its number, from 0.
    pub number: usize,
    /// Where a reader of the sheet finds it.
    pub place: Place,
    /// What it says, or its faults, their pointers within the row.
    pub read: Result<RecommendationRow, Vec<Fault>>,
}

/// Where a row stands, in the words of whoever looks for it.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// A line of a text, from 1.
    Line(u64),
    /// A row of a sheet, from 1.
    Row(u64),
    /// An item of JSON: its pointer says where.
    Item,
}

impl Row {
    /// A fault of this row, told from the table's beginning.
    pub fn told(number: usize, place: Place, mut fault: Fault) -> Fault {
        let (within, words) = match place {
            Place::Item => (fault.pointer, String::new()),
            Place::Line(line) => (column(&fault.pointer), format!("Line {line}: ")),
            Place::Row(row) => (column(&fault.pointer), format!("Row {row}: ")),
        };
        fault.pointer = format!("/rows/{number}{within}");
        fault.detail.insert_str(0, &words);
        fault
    }
}

/// The column of a member: `/target/on` is `target.on`, and what is wrong with one of a list is wrong with its cell.
fn column(pointer: &str) -> String {
    let parts: Vec<&str> = pointer.split('/').skip(1).filter(|part| part.parse::<usize>().is_err()).collect();
    if parts.is_empty() { String::new() } else { format!("/{}", parts.join(".")) }
}

/// A table ready to be read: its head was understood.
pub struct Table {
    kept: Kept,
    kind: ImportKind,
    /// The inspection it would register, where it says so, or what stands against that.
    pub inspection: Option<Result<Registration, Vec<Fault>>>,
}

impl Table {
    /// Reads a table's head: its columns, or its members; every fault of them at once.
    pub async fn open(kept: Kept, kind: ImportKind, sheets: &Sheets) -> Result<Self, Problem> {
        // A workbook is made into CSV elsewhere, and from here on is one.
        let kept = if kind == ImportKind::Xlsx { sheets.read(&kept).await? } else { kept };
        let opened = tokio::task::spawn_blocking(move || {
            let inspection = match kind {
                ImportKind::Json => json::inspection(kept.reader())?,
                ImportKind::Csv | ImportKind::Xlsx => csv::inspection(kept.reader(), kind)?,
            };
            Ok(Self { kept, kind, inspection })
        });
        opened.await.map_err(Problem::internal)?
    }

    /// Begins to read the rows, on a thread that may block: batches come as they are taken.
    pub fn rows(&self) -> mpsc::Receiver<Result<Vec<Row>, Problem>> {
        let (to, rows) = mpsc::channel(2);
        let (kept, kind) = (self.kept.clone(), self.kind);
        tokio::task::spawn_blocking(move || {
            let mut out = Batches { to, batch: Vec::with_capacity(BATCH), count: 0 };
            let read = match kind {
                ImportKind::Json => json::rows(kept.reader(), &mut out),
                ImportKind::Csv | ImportKind::Xlsx => csv::rows(kept.reader(), kind, &mut out),
            };
            out.end(read);
        });
        rows
    }
}

/// Where rows go.
pub(in crate::imports) struct Batches {
    to: mpsc::Sender<Result<Vec<Row>, Problem>>,
    batch: Vec<Row>,
    count: usize,
}

impl Batches {
    /// Adds a row. An error ends the reading: the table is too long, or nobody takes its rows any more.
    fn add(&mut self, place: Place, read: Result<RecommendationRow, Vec<Fault>>) -> Result<(), Problem> {
        if self.count == MOST_ROWS {
            let detail = format!("A table may have {MOST_ROWS} rows.");
            return Err(Problem::invalid(vec![Fault::body("/rows", "too_many", detail)]));
        }
        self.batch.push(Row { number: self.count, place, read });
        self.count += 1;
        if self.batch.len() < BATCH { Ok(()) } else { self.hand_on() }
    }

    fn hand_on(&mut self) -> Result<(), Problem> {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.to.blocking_send(Ok(batch)).map_err(|_| Problem::internal("nobody takes the rows of a table"))
    }

    fn end(mut self, read: Result<(), Problem>) {
        let read = read.and_then(|()| match self.count {
            0 => Err(Problem::invalid(vec![Fault::body("/rows", "too_few", "There is no row in the table.")])),
            _ => self.hand_on(),
        });
        if let Err(problem) = read {
            // Where nobody listens any more, there is nobody to tell.
            let _ = self.to.blocking_send(Err(problem));
        }
    }
}

/// What cannot be read as what it is said to be.
fn malformed(pointer: impl Into<String>, detail: impl Into<String>) -> Problem {
    Problem::with_faults(Kind::Malformed, vec![Fault::body(pointer, "malformed", detail)])
}
