//! The recommendations and the inspection of a table that has headings and rows.

use serde_json::{Map, Value};

use super::headings::{Headings, Members};
use super::source::{RowSource, SourceRow, no_headings};
use super::{ImportKind, RowBatches, TableRow};
use crate::api::{Fault, FaultList, Input, Problem, validate_json};
use crate::files::TemporaryFile;
use crate::inspections::InspectionRegistration;

/// Opens a file, and reads its headings.
fn open(file: &TemporaryFile, kind: ImportKind) -> Result<(Headings, RowSource), Problem> {
    let mut source = RowSource::open(file, kind)?;
    let first = source.next()?.ok_or_else(|| no_headings(kind))?;
    Ok((Headings::parse(&first)?, source))
}

/// Reads the registration of an inspection from the first row. Returns none if the row has no columns of the
/// inspection.
pub(super) fn read_inspection(
    file: &TemporaryFile,
    kind: ImportKind,
) -> Result<Option<Result<InspectionRegistration, FaultList>>, Problem> {
    let (headings, mut source) = open(file, kind)?;
    let Some(first) = source.next()? else { return Ok(None) };
    let members = headings.members(&first);
    let unread: Vec<&str> = members.unread.iter().filter_map(|pointer| pointer.strip_prefix("/inspection")).collect();
    if members.inspection.is_empty() && unread.is_empty() {
        return Ok(None);
    }
    let locate = |mut fault: Fault| {
        fault.pointer.insert_str(0, "/inspection");
        TableRow::locate_fault(0, first.location, fault)
    };
    let registration = validate(members.inspection, FaultList::default(), &unread)?;
    Ok(Some(match registration {
        // The faults of the unread cells belong to the row, which reports them.
        Ok(Some(registration)) => Ok(registration),
        Ok(None) => Err(FaultList::default()),
        Err(faults) => Err(faults.map(locate)),
    }))
}

/// Validates members against the schema of a type. A member that could not be read is not reported as missing. Returns
/// none if nothing but such a member is wrong.
fn validate<T: Input>(
    members: Map<String, Value>,
    faults: FaultList,
    unread: &[&str],
) -> Result<Result<Option<T>, FaultList>, Problem> {
    let mut faults = match validate_json(Value::Object(members), faults)? {
        Ok(valid) => return Ok(Ok(Some(valid))),
        Err(faults) => faults,
    };
    faults.remove_if(|fault| fault.code == "required" && unread.contains(&fault.pointer.as_str()));
    Ok(if faults.is_empty() { Ok(None) } else { Err(faults) })
}

/// Reads all rows, and validates each against the schema of a row.
pub(super) fn read_rows(file: &TemporaryFile, kind: ImportKind, batches: &mut RowBatches) -> Result<(), Problem> {
    let (headings, mut source) = open(file, kind)?;
    let mut first_row: Option<Map<String, Value>> = None;
    while let Some(row) = source.next()? {
        let Members { row: members, inspection, mut faults, unread } = headings.members(&row);
        let first = first_row.get_or_insert_with(|| inspection.clone());
        for (member, value) in &inspection {
            if first.get(member) != Some(value) {
                let detail = "The value differs from the first row. All rows of a table must belong to one inspection.";
                faults.add(Fault::body(format!("/inspection/{member}"), "differs", detail));
            }
        }
        add_row(batches, &row, members, faults, &unread)?;
    }
    Ok(())
}

fn add_row(
    batches: &mut RowBatches,
    row: &SourceRow,
    members: Map<String, Value>,
    faults: FaultList,
    unread: &[String],
) -> Result<(), Problem> {
    let unread: Vec<&str> = unread.iter().map(String::as_str).collect();
    let number = batches.next_number();
    let locate = |fault| TableRow::locate_fault(number, row.location, fault);
    let content = match validate(members, faults, &unread)? {
        Ok(valid) => valid.ok_or_else(FaultList::default),
        Err(faults) => Err(faults.map(locate)),
    };
    batches.add(row.location, content, row.size())
}
