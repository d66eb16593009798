//! A table as CSV (RFC 4180) in UTF-8, a byte order mark or none; a workbook comes as the same, each row's number first.

use std::io::{BufReader, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::{Map, Value};

use super::columns::{COLUMNS, Holds, INSPECTION, put, value};
use super::{Batches, ImportKind, Place, Row, malformed};
use crate::api::{Fault, Problem, held};
use crate::inspections::Registration;

/// The head of a table: the column that each place of a row is of.
struct Head {
    columns: Vec<(&'static str, Holds)>,
    /// Whether each row begins with its number.
    numbered: bool,
}

/// A record with its place.
struct Record {
    place: Place,
    cells: ByteRecord,
}

struct Records<R> {
    reader: Reader<BufReader<R>>,
    head: Head,
    /// How far the reader counts lines behind: of CR LF it leaves the second for the next record.
    behind: u64,
}

impl<R: Read> Records<R> {
    fn open(from: R, kind: ImportKind) -> Result<Self, Problem> {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(BufReader::new(from));
        let mut head = ByteRecord::new();
        let numbered = kind == ImportKind::Xlsx;
        while head.iter().skip(usize::from(numbered)).all(<[u8]>::is_empty) {
            if !reader.read_byte_record(&mut head).map_err(unreadable)? {
                return Err(malformed("", "There is nothing in the table."));
            }
        }
        let begins = head.position().map_or(1, csv::Position::line);
        let behind = u64::from(reader.position().line() == begins);
        Ok(Self { head: Head::read(&head, numbered)?, reader, behind })
    }

    /// The next record that is not blank.
    fn next(&mut self) -> Result<Option<Record>, Problem> {
        loop {
            let mut cells = ByteRecord::new();
            if !self.reader.read_byte_record(&mut cells).map_err(unreadable)? {
                return Ok(None);
            }
            let line = cells.position().map_or(0, csv::Position::line);
            let mut place = Place::Line(line + self.behind);
            if self.head.numbered {
                let number = cells.get(0).and_then(|cell| std::str::from_utf8(cell).ok()?.parse().ok());
                place = Place::Row(number.unwrap_or_default());
                cells = cells.iter().skip(1).collect();
            }
            if !cells.iter().all(|cell| cell.trim_ascii().is_empty()) {
                return Ok(Some(Record { place, cells }));
            }
        }
    }
}

impl Head {
    fn read(cells: &ByteRecord, numbered: bool) -> Result<Self, Problem> {
        let (mut columns, mut faults) = (Vec::new(), Vec::new());
        for (at, cell) in cells.iter().enumerate().skip(usize::from(numbered)) {
            let name = String::from_utf8_lossy(cell);
            let name = if at == 0 { name.trim_start_matches('\u{feff}') } else { &name }.trim().to_lowercase();
            let mut fault = |code, detail| faults.push(Fault::body(format!("/columns/{name}"), code, detail));
            match COLUMNS.iter().find(|(known, ..)| *known == name) {
                None => {
                    let known: Vec<&str> = COLUMNS.iter().map(|(known, ..)| *known).collect();
                    fault("unknown_column", format!("There is no column {name:?}; there are: {}.", known.join(", ")));
                }
                Some((known, ..)) if columns.iter().any(|(other, _)| other == known) => {
                    fault("not_unique", format!("The column {name} stands here twice."));
                }
                Some((known, holds, _)) => columns.push((*known, *holds)),
            }
        }
        for needed in ["reference", "text"] {
            if columns.iter().all(|(name, _)| *name != needed) {
                let detail = format!("The column {needed} is needed.");
                faults.push(Fault::body(format!("/columns/{needed}"), "required", detail));
            }
        }
        if faults.is_empty() { Ok(Self { columns, numbered }) } else { Err(Problem::invalid(faults)) }
    }

    /// A record as the members it stands for: those of the row, and those of the inspection.
    fn members(&self, cells: &ByteRecord) -> (Map<String, Value>, Map<String, Value>, Vec<Fault>) {
        let (mut row, mut inspection, mut faults) = (Map::new(), Map::new(), Vec::new());
        for (at, cell) in cells.iter().enumerate() {
            let Some((name, holds)) = self.columns.get(at) else {
                if !cell.trim_ascii().is_empty() {
                    faults.push(Fault::body("", "too_many_cells", "There are more cells than headings."));
                    break;
                }
                continue;
            };
            let Ok(text) = std::str::from_utf8(cell) else {
                let detail = "This is not UTF-8: save the table as “CSV UTF-8”.";
                faults.push(Fault::body(format!("/{}", name.replace('.', "/")), "not_utf8", detail));
                continue;
            };
            if let Some(value) = value(*holds, text) {
                match name.strip_prefix(INSPECTION) {
                    Some(member) => put(&mut inspection, member, value),
                    None => put(&mut row, name, value),
                }
            }
        }
        (row, inspection, faults)
    }
}

fn unreadable(error: csv::Error) -> Problem {
    malformed("", format!("Not CSV that can be read: {error}."))
}

/// The inspection that the first row would register.
pub(super) fn inspection(
    from: impl Read,
    kind: ImportKind,
) -> Result<Option<Result<Registration, Vec<Fault>>>, Problem> {
    let mut records = Records::open(from, kind)?;
    let Some(first) = records.next()? else { return Ok(None) };
    let (_, members, _) = records.head.members(&first.cells);
    if members.is_empty() {
        return Ok(None);
    }
    let told = |mut fault: Fault| {
        fault.pointer.insert_str(0, "/inspection");
        Row::told(0, first.place, fault)
    };
    let read = held(&Value::Object(members), Vec::new())?;
    Ok(Some(read.map_err(|faults| faults.into_iter().map(told).collect())))
}

/// Every row, held against the schema of one.
pub(super) fn rows(from: impl Read, kind: ImportKind, out: &mut Batches) -> Result<(), Problem> {
    let mut records = Records::open(from, kind)?;
    let mut named: Option<Map<String, Value>> = None;
    while let Some(record) = records.next()? {
        let (row, inspection, mut faults) = records.head.members(&record.cells);
        // One table is of one inspection.
        let first = named.get_or_insert_with(|| inspection.clone());
        for (member, value) in &inspection {
            if first.get(member) != Some(value) {
                let detail = "This is another than the first row's; one table is of one inspection.";
                faults.push(Fault::body(format!("/inspection/{member}"), "differs", detail));
            }
        }
        out.add(record.place, held(&Value::Object(row), faults)?)?;
    }
    Ok(())
}
