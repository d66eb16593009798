//! The headings of a table: the column of each cell.

use serde_json::{Map, Value};

use super::columns::{COLUMNS, ColumnType, INSPECTION_PREFIX, insert_member, parse_cell};
use super::source::{CellFault, SourceRow};
use crate::api::{Fault, FaultList, Problem, ProblemKind, escape, quote};
use crate::imports::document::tables::column_name;

/// The headings of a table.
#[derive(Debug)]
pub(super) struct Headings {
    /// The columns; none for a blank heading.
    columns: Vec<Option<(&'static str, ColumnType)>>,
}

/// The members of one row, and the faults of its form.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// The members of the recommendation.
    pub(super) row: Map<String, Value>,
    /// The members of the inspection.
    pub(super) inspection: Map<String, Value>,
    /// The faults, with pointers relative to the row.
    pub(super) faults: FaultList,
    /// The pointers of the cells that could not be read. They are not reported as missing too.
    pub(super) unread: Vec<String>,
}

impl Headings {
    /// Reads the headings, or returns all of their faults.
    pub(super) fn parse(row: &SourceRow) -> Result<Self, Problem> {
        let (mut columns, mut faults) = (Vec::new(), row.form_faults(|_, fault| fault));
        let mut unknown = 0;
        for (at, cell) in row.cells.iter().enumerate() {
            let name = cell.text.trim().to_lowercase();
            let pointer = || format!("/columns/{}", escape(&name));
            if cell.error {
                let detail = format!("The heading of column {} is the error {}.", column_name(at), quote(&cell.text));
                faults.add(Fault::body(pointer(), "error_cell", detail));
            }
            let known = COLUMNS.iter().find(|(known, ..)| *known == name);
            match known {
                _ if name.is_empty() || cell.error => columns.push(None),
                None => {
                    unknown += 1;
                    faults.add_with(|| {
                        let mut detail = format!("There is no column {}.", quote(&name));
                        // The list is long, so that it is not repeated.
                        if unknown == 1 {
                            let known: Vec<&str> = COLUMNS.iter().map(|(known, ..)| *known).collect();
                            detail.push_str(&format!(" The columns are: {}.", known.join(", ")));
                        }
                        Fault::body(pointer(), "unknown_column", detail)
                    });
                    columns.push(None);
                }
                Some((known, ..)) if columns.iter().flatten().any(|(other, _)| other == known) => {
                    let detail = format!("The column {known} appears twice. Remove one of them.");
                    faults.add(Fault::body(pointer(), "not_unique", detail));
                    columns.push(None);
                }
                Some((known, column_type, _)) => columns.push(Some((*known, *column_type))),
            }
        }
        for required in ["reference", "text"] {
            if columns.iter().flatten().all(|(name, _)| *name != required) {
                let detail = format!("The column {required} is missing. Add it to the headings.");
                faults.add(Fault::body(format!("/columns/{required}"), "required", detail));
            }
        }
        if faults.is_empty() { Ok(Self { columns }) } else { Err(faults.into_problem(ProblemKind::Invalid)) }
    }

    /// Returns the members of a row and the faults of its form.
    pub(super) fn members(&self, row: &SourceRow) -> Members {
        let mut members =
            Members { faults: row.form_faults(|line, fault| line.locate(row.location, fault)), ..Members::default() };
        if row.width < self.columns.len() {
            let detail = format!(
                "The row has {} cells, but there are {} headings. Add the cells that are missing; they can be empty.",
                row.width,
                self.columns.len()
            );
            members.faults.add(Fault::body("", "too_few_cells", detail));
        }
        for (at, cell) in row.cells.iter().enumerate() {
            if cell.text.trim().is_empty() {
                continue;
            }
            let Some((name, column_type)) = self.columns.get(at).copied().flatten() else {
                let detail = format!(
                    "The row has a cell without a heading: {} in column {}. Remove the cell, or add a heading.",
                    quote(&cell.text),
                    column_name(at)
                );
                members.faults.add(Fault::body("", "too_many_cells", detail));
                continue;
            };
            if let Some(fault) = row.cell_fault(at) {
                let pointer = format!("/{}", name.replace('.', "/"));
                members.faults.add(fault.into_fault(&pointer, row, at));
                members.unread.push(pointer);
                continue;
            }
            if let Some(value) = parse_cell(column_type, &cell.text) {
                match name.strip_prefix(INSPECTION_PREFIX) {
                    Some(member) => insert_member(&mut members.inspection, member, value),
                    None => insert_member(&mut members.row, name, value),
                }
            }
        }
        members
    }
}

impl CellFault {
    /// Returns the fault of a cell.
    fn into_fault(self, pointer: &str, row: &SourceRow, at: usize) -> Fault {
        let (text, cell) = (quote(&row.cells[at].text), row.address(at));
        match self {
            Self::Error => {
                let detail =
                    format!("The cell {cell} contains the error {text}. Correct its formula, or type the value.");
                Fault::body(pointer, "error_cell", detail)
            }
            Self::Format => {
                let detail = format!(
                    "The cell {cell} contains the number {text} in a format that cannot be read. Give the cell the \
                     format Text, and type what it must show."
                );
                Fault::body(pointer, "number_format", detail)
            }
        }
    }
}
