//! Writes records to a file in one of the formats: CSV, a workbook, or JSON Lines.

mod cell;
mod csv;
mod workbook;

use std::fs::File;
use std::io::{self, Read};

use actix_web::web::Bytes;
use serde::Serialize;
use tokio::task::spawn_blocking;

use super::format::{ExportOptions, Format};
use crate::api::Problem;
use cell::Columns;

/// The size of the chunks in which a finished workbook is sent, in bytes.
const CHUNK_SIZE: usize = 64 * 1024;

/// Writes records in one of the formats.
pub enum ExportWriter {
    /// CSV. Its bytes are available as they are written.
    Csv(Columns, Box<csv::CsvWriter>),
    /// A workbook. Its bytes are available when it is finished.
    Workbook(Columns, Box<workbook::WorkbookWriter>),
    /// JSON Lines. Their bytes are available as they are written.
    JsonLines(Vec<u8>),
}

/// The reason why a record or a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A record cannot be written as JSON.
    #[error("a record cannot be written as JSON: {0}")]
    Record(#[from] serde_json::Error),
    /// A line of CSV cannot be written.
    #[error("a line of CSV cannot be written: {0}")]
    Csv(#[from] ::csv::Error),
    /// A workbook cannot be written.
    #[error("a workbook cannot be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The temporary file of a workbook cannot be written.
    #[error("the temporary file of a workbook cannot be written: {0}")]
    Disk(#[from] io::Error),
    /// There are more records than a worksheet has rows.
    #[error("a worksheet holds {0} records at most; export fewer records, or CSV or JSON Lines")]
    Full(u32),
}

impl From<WriteError> for Problem {
    fn from(error: WriteError) -> Self {
        Self::internal(error)
    }
}

impl ExportWriter {
    /// Creates a writer, and writes the headings.
    pub fn new(options: ExportOptions, name: &str, columns: &'static [&'static str]) -> Result<Self, WriteError> {
        Ok(match options.format {
            Format::Csv => Self::Csv(Columns::new(columns), Box::new(csv::CsvWriter::new(columns, options.bom)?)),
            Format::Xlsx => {
                let workbook = workbook::WorkbookWriter::new(name, columns)?;
                Self::Workbook(Columns::new(columns), Box::new(workbook))
            }
            Format::Jsonl => Self::JsonLines(Vec::new()),
        })
    }

    /// Writes one record.
    pub fn write(&mut self, record: &impl Serialize) -> Result<(), WriteError> {
        match self {
            Self::Csv(columns, csv) => csv.write(columns.cells(&serde_json::to_value(record)?)),
            Self::Workbook(columns, workbook) => workbook.write(columns.cells(&serde_json::to_value(record)?)),
            Self::JsonLines(written) => {
                serde_json::to_writer(&mut *written, record)?;
                written.push(b'\n');
                Ok(())
            }
        }
    }

    /// Returns the bytes that are available since the last call.
    pub fn take_bytes(&mut self) -> Result<Bytes, WriteError> {
        match self {
            Self::Csv(_, csv) => csv.take_bytes(),
            Self::Workbook(..) => Ok(Bytes::new()),
            Self::JsonLines(written) => Ok(std::mem::take(written).into()),
        }
    }

    /// Finishes the file, and returns the remaining bytes.
    pub async fn finish(mut self) -> Result<RemainingBytes, Problem> {
        Ok(match self {
            Self::Workbook(_, workbook) => {
                let finishing = spawn_blocking(move || workbook.finish());
                RemainingBytes::File(finishing.await.map_err(Problem::internal)??)
            }
            _ => RemainingBytes::Memory(self.take_bytes()?),
        })
    }
}

/// The bytes that remain when a file is finished.
pub enum RemainingBytes {
    /// Bytes in memory.
    Memory(Bytes),
    /// A temporary file without a name. The operating system deletes it when it is closed.
    File(File),
}

impl RemainingBytes {
    /// Returns the next chunk, or none at the end.
    pub fn next_chunk(&mut self) -> Result<Option<Bytes>, WriteError> {
        match self {
            Self::Memory(bytes) => Ok(Some(std::mem::take(bytes)).filter(|bytes| !bytes.is_empty())),
            Self::File(file) => {
                let mut bytes = vec![0; CHUNK_SIZE];
                let read = file.read(&mut bytes)?;
                bytes.truncate(read);
                Ok(Some(bytes.into()).filter(|bytes: &Bytes| !bytes.is_empty()))
            }
        }
    }
}
