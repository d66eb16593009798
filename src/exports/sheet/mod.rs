//! Records written one after another as a file: comma-separated, as a workbook, or a line of JSON each.

mod cell;
mod csv;
mod workbook;

use std::fs::File;
use std::io::{self, Read, Seek};

use actix_web::web::Bytes;
use serde::Serialize;
use tokio::task::spawn_blocking;

use super::format::{Format, Wanted};
use crate::api::Problem;
use cell::Columns;

/// How much of a finished workbook is sent at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// A file being written.
pub enum Sheet {
    /// CSV, given out as it is written.
    Csv(Columns, Box<csv::Csv>),
    /// A workbook, given out when it is finished.
    Workbook(Columns, Box<workbook::Workbook>),
    /// JSON Lines, given out as they are written.
    Lines(Vec<u8>),
}

/// Writing failed: a fault of ours, or the disk's.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// A record is not JSON.
    #[error("a record cannot be written: {0}")]
    Record(#[from] serde_json::Error),
    /// CSV cannot be written.
    #[error("a line cannot be written: {0}")]
    Line(#[from] ::csv::Error),
    /// A workbook cannot be written.
    #[error("a workbook cannot be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The disk for workbooks is full or away.
    #[error("a workbook cannot be kept: {0}")]
    Disk(#[from] io::Error),
    /// There are more records than a sheet has rows.
    #[error("a workbook has room for {0} records; ask for CSV or JSON Lines, or for fewer")]
    Full(u32),
}

impl From<SheetError> for Problem {
    fn from(error: SheetError) -> Self {
        Self::internal(error)
    }
}

impl Sheet {
    /// A file with its headings.
    pub fn begin(wanted: Wanted, name: &str, columns: &'static [&'static str]) -> Result<Self, SheetError> {
        Ok(match wanted.format {
            Format::Csv => Self::Csv(Columns::new(columns), Box::new(csv::Csv::begin(columns, wanted.bom)?)),
            Format::Xlsx => Self::Workbook(Columns::new(columns), Box::new(workbook::Workbook::begin(name, columns)?)),
            Format::Jsonl => Self::Lines(Vec::new()),
        })
    }

    /// Adds a record.
    pub fn add(&mut self, record: &impl Serialize) -> Result<(), SheetError> {
        match self {
            Self::Csv(columns, csv) => csv.add(columns.cells(&serde_json::to_value(record)?)),
            Self::Workbook(columns, workbook) => workbook.add(columns.cells(&serde_json::to_value(record)?)),
            Self::Lines(written) => {
                serde_json::to_writer(&mut *written, record)?;
                written.push(b'\n');
                Ok(())
            }
        }
    }

    /// What was written since, where it can be given out already.
    pub fn written(&mut self) -> Result<Bytes, SheetError> {
        match self {
            Self::Csv(_, csv) => csv.written(),
            Self::Workbook(..) => Ok(Bytes::new()),
            Self::Lines(written) => Ok(std::mem::take(written).into()),
        }
    }

    /// Ends it; gives the rest, which is on disk where it is large.
    pub async fn end(mut self) -> Result<Rest, Problem> {
        Ok(match self {
            Self::Workbook(_, workbook) => {
                let finishing = spawn_blocking(move || workbook.end());
                Rest::Kept(finishing.await.map_err(Problem::internal)??)
            }
            _ => Rest::Bytes(self.written()?),
        })
    }
}

/// The end of a file.
pub enum Rest {
    /// These bytes.
    Bytes(Bytes),
    /// A file without a name, gone when it has been read.
    Kept(File),
}

impl Rest {
    /// The next of it; none at its end.
    pub fn next(&mut self) -> Result<Option<Bytes>, SheetError> {
        match self {
            Self::Bytes(bytes) => Ok(Some(std::mem::take(bytes)).filter(|bytes| !bytes.is_empty())),
            Self::Kept(file) => {
                let mut bytes = vec![0; CHUNK];
                let read = file.read(&mut bytes)?;
                bytes.truncate(read);
                Ok(Some(bytes.into()).filter(|bytes: &Bytes| !bytes.is_empty()))
            }
        }
    }

    fn from_start(mut file: File) -> io::Result<File> {
        file.rewind()?;
        Ok(file)
    }
}
