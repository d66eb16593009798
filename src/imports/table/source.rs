//! The rows of a file, whether it is CSV or a workbook. CSV is divided here; a workbook was divided in another process.

use std::io::{BufRead, BufReader, Read};

use super::{RowLocation, malformed, unreadable};
use crate::api::{Fault, FaultList, Problem, ProblemKind};
use crate::files::TemporaryFile;
use crate::imports::ImportKind;
use crate::imports::document::TableCell;
use crate::imports::document::tables::{
    CsvFaultKind, CsvRecord, CsvRecords, Delimiter, SAMPLE_BYTES, SheetRow, cell_address,
};
use crate::imports::document::text::{TextReader, detect};

/// A row of a file.
#[derive(Debug)]
pub(super) struct SourceRow {
    /// The location of the row.
    pub(super) location: RowLocation,
    /// The cells, without blank ones at the end.
    pub(super) cells: Vec<TableCell>,
    /// The number of cells in the file. A worksheet has as many as are needed.
    pub(super) width: usize,
    faults: Vec<(u64, CsvFaultKind)>,
    uncertain: Vec<usize>,
}

/// A fault of one cell of a workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellFault {
    /// The cell contains an error.
    Error,
    /// The cell contains a number in a format that cannot be rendered surely.
    Format,
}

/// The line of a fault in a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct FaultLine(u64);

impl FaultLine {
    /// Returns the fault of a row with its line, if the row does not begin there.
    pub(super) fn locate(self, row: RowLocation, mut fault: Fault) -> Fault {
        if row != RowLocation::Line(self.0) {
            fault.detail.push_str(&format!(" It is on line {}.", self.0));
        }
        fault
    }
}

impl SourceRow {
    /// Returns the faults of the row's form.
    pub(super) fn form_faults(&self, locate: impl Fn(FaultLine, Fault) -> Fault) -> FaultList {
        let fault = |(line, kind): &(u64, CsvFaultKind)| {
            locate(FaultLine(*line), Fault::body("", kind.code(), kind.to_string()))
        };
        self.faults.iter().map(fault).collect()
    }

    /// Returns the fault of a cell.
    pub(super) fn cell_fault(&self, at: usize) -> Option<CellFault> {
        if self.cells.get(at).is_some_and(|cell| cell.error) {
            return Some(CellFault::Error);
        }
        self.uncertain.contains(&at).then_some(CellFault::Format)
    }

    /// Returns the address of a cell, such as `C7`.
    pub(super) fn address(&self, at: usize) -> String {
        let row = match self.location {
            RowLocation::SheetRow(row) | RowLocation::Line(row) => row,
            RowLocation::Item => 0,
        };
        cell_address(u32::try_from(row).unwrap_or(u32::MAX), at)
    }

    /// Returns the number of bytes of text.
    pub(super) fn size(&self) -> usize {
        self.cells.iter().map(|cell| cell.text.len()).sum()
    }

    fn is_blank(&self) -> bool {
        self.faults.is_empty() && self.cells.iter().all(|cell| cell.text.trim().is_empty())
    }
}

impl From<CsvRecord> for SourceRow {
    fn from(record: CsvRecord) -> Self {
        let CsvRecord { line, cells, width, faults } = record;
        let cells = cells.into_iter().map(|text| TableCell { text, ..TableCell::default() }).collect();
        Self { location: RowLocation::Line(line), cells, width, faults, uncertain: Vec::new() }
    }
}

impl From<SheetRow> for SourceRow {
    fn from(SheetRow { row, uncertain }: SheetRow) -> Self {
        let location = RowLocation::SheetRow(u64::from(row.number));
        Self { location, cells: row.cells, width: usize::MAX, faults: Vec::new(), uncertain }
    }
}

/// Reads the rows of a file that are not blank.
pub(super) struct RowSource(Format);

enum Format {
    Csv(CsvSource),
    Sheet(BufReader<Box<dyn Read>>),
}

impl RowSource {
    /// Opens a file.
    pub(super) fn open(file: &TemporaryFile, kind: ImportKind) -> Result<Self, Problem> {
        if kind == ImportKind::Xlsx {
            return Ok(Self(Format::Sheet(BufReader::new(Box::new(file.reader())))));
        }
        CsvSource::open(|| Box::new(file.reader())).map(|source| Self(Format::Csv(source)))
    }

    /// Returns the next row that is not blank.
    pub(super) fn next(&mut self) -> Result<Option<SourceRow>, Problem> {
        loop {
            let row: Option<SourceRow> = match &mut self.0 {
                Format::Csv(source) => source.next()?.map(SourceRow::from),
                Format::Sheet(lines) => next_sheet_row(lines)?.map(SourceRow::from),
            };
            match row {
                Some(row) if row.is_blank() => {}
                row => return Ok(row),
            }
        }
    }
}

fn next_sheet_row(lines: &mut impl BufRead) -> Result<Option<SheetRow>, Problem> {
    let mut line = Vec::new();
    match lines.read_until(b'\n', &mut line).map_err(Problem::internal)? {
        0 => Ok(None),
        _ => serde_json::from_slice(&line).map(Some).map_err(Problem::internal),
    }
}

/// Reads the records of a CSV file of any length in little memory.
struct CsvSource {
    text: TextReader<Box<dyn Read>>,
    records: CsvRecords,
    is_done: bool,
}

impl CsvSource {
    fn open(reader: impl Fn() -> Box<dyn Read>) -> Result<Self, Problem> {
        let encoding = detect(reader()).map_err(Problem::internal)?.map_err(|fault| unreadable(&fault))?;
        let mut text = TextReader::new(reader(), encoding);
        let (mut sample, mut is_done) = (String::new(), false);
        while sample.len() < SAMPLE_BYTES && !is_done {
            match text.next_piece().map_err(Problem::internal)? {
                Some(piece) => sample.push_str(&piece),
                None => is_done = true,
            }
        }
        let delimiter = Delimiter::find(&sample);
        let first_line = 1 + u64::from(delimiter.line_length > 0);
        let mut records = CsvRecords::new(delimiter.character, first_line);
        records.push(&sample[delimiter.line_length..]);
        if is_done {
            records.finish();
        }
        Ok(Self { text, records, is_done })
    }

    fn next(&mut self) -> Result<Option<CsvRecord>, Problem> {
        loop {
            if let Some(record) = self.records.next_record() {
                return Ok(Some(record));
            }
            if self.is_done {
                return Ok(None);
            }
            match self.text.next_piece().map_err(Problem::internal)? {
                Some(piece) => self.records.push(&piece),
                None => {
                    self.is_done = true;
                    self.records.finish();
                }
            }
        }
    }
}

/// Returns the problem of a table without headings.
pub(super) fn no_headings(kind: ImportKind) -> Problem {
    let detail = match kind {
        ImportKind::Xlsx => "The first worksheet is empty. Its first row must contain the headings.",
        _ => "The table is empty. The first line must contain the headings.",
    };
    let problem = malformed("", detail);
    debug_assert_eq!(problem.kind(), ProblemKind::Malformed, "a client distinguishes an empty file by its status");
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &'static [u8]) -> Vec<(RowLocation, Vec<String>)> {
        let mut source = RowSource(Format::Csv(CsvSource::open(|| Box::new(bytes)).expect("text")));
        let texts = |row: SourceRow| (row.location, row.cells.into_iter().map(|cell| cell.text).collect());
        std::iter::from_fn(|| source.next().expect("a row")).map(texts).collect()
    }

    #[test]
    fn csv_is_read_in_every_encoding() {
        let expected = [
            (RowLocation::Line(1), vec!["reference".to_owned(), "text".to_owned()]),
            (RowLocation::Line(3), vec!["A".to_owned(), "Caf\u{e9} \u{2013} one".to_owned()]),
        ];
        let text = "reference,text\r\n\r\nA,Caf\u{e9} \u{2013} one\r\n";
        let leak = |bytes: Vec<u8>| -> &'static [u8] { bytes.leak() };
        assert_eq!(rows(text.as_bytes()), expected);
        assert_eq!(rows(b"reference,text\r\n\r\nA,Caf\xe9 \x96 one\r\n"), expected);
        let marked = format!("\u{feff}{text}");
        assert_eq!(rows(leak(marked.clone().into_bytes())), expected);
        assert_eq!(rows(leak(marked.encode_utf16().flat_map(u16::to_le_bytes).collect())), expected);
        assert_eq!(rows(leak(marked.encode_utf16().flat_map(u16::to_be_bytes).collect())), expected);
        let plain = "sep=;\nreference;text\n\nA;Caf\u{e9} \u{2013} one\n";
        let located = |(at, row): (RowLocation, Vec<String>)| {
            (if at == RowLocation::Line(2) { RowLocation::Line(1) } else { RowLocation::Line(3) }, row)
        };
        assert_eq!(rows(plain.as_bytes()).into_iter().map(located).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_not_text_is_refused() {
        let code =
            |bytes: &'static [u8]| CsvSource::open(|| Box::new(bytes)).err().expect("a problem").faults()[0].code;
        assert_eq!(code(b"reference,text\nA,\0\n"), "not_text");
        assert_eq!(
            code("T\u{177}\u{177}\u{177}\n\u{e9}\n".as_bytes().first_chunk::<8>().map_or(b"", |b| {
                let mut v = b.to_vec();
                v.push(0xe9);
                v.push(b'\n');
                v.leak()
            })),
            "not_utf8"
        );
    }
}
