//! Workbooks of each format, made in the test, and what is read of them.

mod ods;
mod xls;
mod xlsx;

use super::super::{Block, Document, Table};
use super::{cell_place, column_name};

/// Returns the tables of a document.
fn tables(document: &Document) -> Vec<&Table> {
    fn table(block: &Block) -> &Table {
        match block {
            Block::Table(table) => table,
            Block::Line(line) => panic!("{line:?}"),
        }
    }
    document.blocks.iter().map(table).collect()
}

/// Returns the texts of a table by row.
fn texts(table: &Table) -> Vec<Vec<&str>> {
    table.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.as_str()).collect()).collect()
}

#[test]
fn a_cell_has_the_address_that_a_spreadsheet_shows() {
    let name = |column| column_name(column);
    assert_eq!([0, 25, 26, 51, 52, 701, 702].map(name), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    assert_eq!(cell_place("Sheet1", 7, 2).cell.as_deref(), Some("Sheet1!C7"));
}
