//! The limits of a document that is read, and the count against them while it is read.

use super::tables::{MAX_COLUMNS, MAX_TEXT};
use super::{Block, Document, DocumentFault, TableRow};

/// The most lines and table rows of a document.
const MAX_LINES: usize = 20_000;

/// Counts lines and text against the limits.
#[derive(Debug, Default)]
pub(super) struct Count {
    lines: usize,
    text: usize,
}

impl Count {
    /// Counts a line.
    ///
    /// # Errors
    ///
    /// Returns `too_long` if a limit is passed.
    pub(super) fn add_line(&mut self, text: &str) -> Result<(), DocumentFault> {
        self.lines += 1;
        self.add_text(text)
    }

    /// Counts a row of a table.
    ///
    /// # Errors
    ///
    /// Returns `too_long` if a limit is passed.
    pub(super) fn add_row(&mut self, row: &TableRow) -> Result<(), DocumentFault> {
        if row.cells.len() > MAX_COLUMNS {
            let detail = format!(
                "Row {} has {} columns, and a table can have {MAX_COLUMNS}. Remove the columns that are not needed.",
                row.number,
                row.cells.len()
            );
            return Err(DocumentFault::new("too_long", detail));
        }
        self.lines += 1;
        row.cells.iter().try_for_each(|cell| self.add_text(&cell.text))
    }

    /// Counts text that belongs to a line or row which is counted elsewhere.
    pub(super) fn add_text(&mut self, text: &str) -> Result<(), DocumentFault> {
        self.text = self.text.saturating_add(text.len());
        if self.lines > MAX_LINES {
            let detail = format!("It has more than {MAX_LINES} lines and rows. Send it in several smaller files.");
            return Err(DocumentFault::new("too_long", detail));
        }
        if self.text > MAX_TEXT {
            let detail = format!("Its text is longer than {MAX_TEXT} bytes. Send it in several smaller files.");
            return Err(DocumentFault::new("too_long", detail));
        }
        Ok(())
    }
}

/// Checks a whole document against the limits.
///
/// # Errors
///
/// Returns `too_long` if a limit is passed.
pub(super) fn check(document: &Document) -> Result<(), DocumentFault> {
    let mut count = Count::default();
    document.blocks.iter().try_for_each(|block| match block {
        Block::Line(line) => count.add_line(&line.text),
        Block::Table(table) => table.rows.iter().try_for_each(|row| count.add_row(row)),
    })
}
