//! Reads a table as CSV (RFC 4180) in UTF-8, with or without a byte order mark. A workbook is converted into the same
//! form, with the number of each row first.

use std::io::{BufReader, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::{Map, Value};

use super::columns::{COLUMNS, ColumnType, INSPECTION_PREFIX, insert_member, parse_cell};
use super::{ImportKind, RowBatches, RowLocation, TableRow, malformed};
use crate::api::{Fault, Problem, validate_json};
use crate::inspections::InspectionRegistration;

/// The headings of a table: the column of each cell.
struct Headings {
    columns: Vec<(&'static str, ColumnType)>,
    /// Whether each row begins with its number, as in a converted workbook.
    numbered: bool,
}

/// A record of CSV with its location.
struct Record {
    location: RowLocation,
    cells: ByteRecord,
}

/// Reads the records of a table after its headings.
struct RecordReader<R> {
    reader: Reader<BufReader<R>>,
    headings: Headings,
    /// The lines by which the CSV reader counts too few: it reads the LF of a CR LF with the next record.
    line_offset: u64,
}

impl<R: Read> RecordReader<R> {
    fn open(from: R, kind: ImportKind) -> Result<Self, Problem> {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(BufReader::new(from));
        let mut headings = ByteRecord::new();
        let numbered = kind == ImportKind::Xlsx;
        while headings.iter().skip(usize::from(numbered)).all(<[u8]>::is_empty) {
            if !reader.read_byte_record(&mut headings).map_err(unreadable)? {
                return Err(malformed("", "The table is empty. The first line must contain the headings."));
            }
        }
        let first_line = headings.position().map_or(1, csv::Position::line);
        let line_offset = u64::from(reader.position().line() == first_line);
        Ok(Self { headings: Headings::parse(&headings, numbered)?, reader, line_offset })
    }

    /// Returns the next record that is not blank.
    fn next(&mut self) -> Result<Option<Record>, Problem> {
        loop {
            let mut cells = ByteRecord::new();
            if !self.reader.read_byte_record(&mut cells).map_err(unreadable)? {
                return Ok(None);
            }
            let line = cells.position().map_or(0, csv::Position::line);
            let mut location = RowLocation::Line(line + self.line_offset);
            if self.headings.numbered {
                let number = cells.get(0).and_then(|cell| std::str::from_utf8(cell).ok()?.parse().ok());
                location = RowLocation::SheetRow(number.unwrap_or_default());
                cells = cells.iter().skip(1).collect();
            }
            if !cells.iter().all(|cell| cell.trim_ascii().is_empty()) {
                return Ok(Some(Record { location, cells }));
            }
        }
    }
}

impl Headings {
    fn parse(cells: &ByteRecord, numbered: bool) -> Result<Self, Problem> {
        let (mut columns, mut faults) = (Vec::new(), Vec::new());
        for (at, cell) in cells.iter().enumerate().skip(usize::from(numbered)) {
            let name = String::from_utf8_lossy(cell);
            let name = if at == 0 { name.trim_start_matches('\u{feff}') } else { &name }.trim().to_lowercase();
            let mut fault = |code, detail| faults.push(Fault::body(format!("/columns/{name}"), code, detail));
            match COLUMNS.iter().find(|(known, ..)| *known == name) {
                None => {
                    let known: Vec<&str> = COLUMNS.iter().map(|(known, ..)| *known).collect();
                    fault(
                        "unknown_column",
                        format!("There is no column {name:?}. The columns are: {}.", known.join(", ")),
                    );
                }
                Some((known, ..)) if columns.iter().any(|(other, _)| other == known) => {
                    fault("not_unique", format!("The column {name} appears twice. Remove one of them."));
                }
                Some((known, column_type, _)) => columns.push((*known, *column_type)),
            }
        }
        for required in ["reference", "text"] {
            if columns.iter().all(|(name, _)| *name != required) {
                let detail = format!("The column {required} is missing. Add it to the headings.");
                faults.push(Fault::body(format!("/columns/{required}"), "required", detail));
            }
        }
        if faults.is_empty() { Ok(Self { columns, numbered }) } else { Err(Problem::invalid(faults)) }
    }

    /// Returns the members of the row, the members of the inspection, and the faults of a record.
    fn members(&self, cells: &ByteRecord) -> (Map<String, Value>, Map<String, Value>, Vec<Fault>) {
        let (mut row, mut inspection, mut faults) = (Map::new(), Map::new(), Vec::new());
        for (at, cell) in cells.iter().enumerate() {
            let Some((name, column_type)) = self.columns.get(at) else {
                if !cell.trim_ascii().is_empty() {
                    faults.push(Fault::body(
                        "",
                        "too_many_cells",
                        "The row has more cells than there are headings. Remove the extra cells.",
                    ));
                    break;
                }
                continue;
            };
            let Ok(text) = std::str::from_utf8(cell) else {
                let detail = "The cell is not UTF-8. Save the table as “CSV UTF-8”.";
                faults.push(Fault::body(format!("/{}", name.replace('.', "/")), "not_utf8", detail));
                continue;
            };
            if let Some(value) = parse_cell(*column_type, text) {
                match name.strip_prefix(INSPECTION_PREFIX) {
                    Some(member) => insert_member(&mut inspection, member, value),
                    None => insert_member(&mut row, name, value),
                }
            }
        }
        (row, inspection, faults)
    }
}

fn unreadable(error: csv::Error) -> Problem {
    malformed("", format!("The table cannot be read as CSV: {error}."))
}

/// Reads the registration of an inspection from the first row. Returns none if the row has no columns of the
/// inspection.
pub(super) fn read_inspection(
    from: impl Read,
    kind: ImportKind,
) -> Result<Option<Result<InspectionRegistration, Vec<Fault>>>, Problem> {
    let mut records = RecordReader::open(from, kind)?;
    let Some(first) = records.next()? else { return Ok(None) };
    let (_, members, _) = records.headings.members(&first.cells);
    if members.is_empty() {
        return Ok(None);
    }
    let locate = |mut fault: Fault| {
        fault.pointer.insert_str(0, "/inspection");
        TableRow::locate_fault(0, first.location, fault)
    };
    let registration = validate_json(&Value::Object(members), Vec::new())?;
    Ok(Some(registration.map_err(|faults| faults.into_iter().map(locate).collect())))
}

/// Reads all rows, and validates each against the schema of a row.
pub(super) fn read_rows(from: impl Read, kind: ImportKind, batches: &mut RowBatches) -> Result<(), Problem> {
    let mut records = RecordReader::open(from, kind)?;
    let mut first_row: Option<Map<String, Value>> = None;
    while let Some(record) = records.next()? {
        let (row, inspection, mut faults) = records.headings.members(&record.cells);
        let first = first_row.get_or_insert_with(|| inspection.clone());
        for (member, value) in &inspection {
            if first.get(member) != Some(value) {
                let detail = "The value differs from the first row. All rows of a table must belong to one inspection.";
                faults.push(Fault::body(format!("/inspection/{member}"), "differs", detail));
            }
        }
        batches.add(record.location, validate_json(&Value::Object(row), faults)?)?;
    }
    Ok(())
}
