//! Builds a document line by line and table by table, within the limits.

use super::limits::Count;
use super::omission::{Omission, Omissions};
use super::text::InvisibleCharacters;
use super::{Block, Document, DocumentFault, DocumentFormat, Line, LineStyle, Place, Table, TableRow};

/// Builds a document.
pub(super) struct DocumentBuilder {
    format: DocumentFormat,
    blocks: Vec<Block>,
    omissions: Omissions,
    invisible: InvisibleCharacters,
    count: Count,
    tables: u32,
    /// The number of the last line or row.
    line: u32,
}

impl DocumentBuilder {
    /// Creates a builder of an empty document.
    pub(super) fn new(format: DocumentFormat) -> Self {
        Self {
            format,
            blocks: Vec::new(),
            omissions: Omissions::default(),
            invisible: InvisibleCharacters::default(),
            count: Count::default(),
            tables: 0,
            line: 0,
        }
    }

    /// Appends the lines of a paragraph. Line feeds and form feeds end a line.
    ///
    /// # Errors
    ///
    /// Returns `too_long` if the document passes a limit.
    pub(super) fn push_paragraph(&mut self, text: &str, style: LineStyle) -> Result<(), DocumentFault> {
        for (index, line) in text.split(['\n', '\r', '\x0c', '\u{2028}', '\u{2029}']).enumerate() {
            self.line += 1;
            // Only the first line of a list item has the number.
            let style = if index > 0 && style == LineStyle::ListItem { LineStyle::Text } else { style };
            self.push_line(Place { line: Some(self.line), ..Place::default() }, line, style)?;
        }
        Ok(())
    }

    /// Appends a line with a given place.
    ///
    /// # Errors
    ///
    /// Returns `too_long` if the document passes a limit.
    pub(super) fn push_line(&mut self, place: Place, text: &str, style: LineStyle) -> Result<(), DocumentFault> {
        let text = self.clean(text).trim_end().to_owned();
        self.count.add_line(&text)?;
        let style = if text.is_empty() { LineStyle::Text } else { style };
        self.blocks.push(Block::Line(Line { place, text, style }));
        Ok(())
    }

    /// Appends a table. Each row counts as one line.
    ///
    /// # Errors
    ///
    /// Returns `too_long` if the document passes a limit.
    pub(super) fn push_table(&mut self, mut rows: Vec<TableRow>) -> Result<(), DocumentFault> {
        for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
            cell.text = self.clean(&cell.text);
        }
        rows.iter().try_for_each(|row| self.count.add_row(row))?;
        self.line = self.line.saturating_add(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        self.tables += 1;
        self.blocks.push(Block::Table(Table { name: format!("Table {}", self.tables), rows }));
        Ok(())
    }

    /// Returns the text with plain spaces, and without invisible characters.
    fn clean(&mut self, text: &str) -> String {
        let mut clean = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                // Spaces that do not break, and other spaces of typesetting.
                '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => clean.push(' '),
                '\t' | '\n' => clean.push(character),
                _ if character.is_control() || self.invisible.is_removed(character, self.line as usize) => {}
                _ => clean.push(character),
            }
        }
        clean
    }

    /// Records what is left out, or kept with a doubt.
    pub(super) fn omit(&mut self, omission: Omission, words: &str) {
        self.omissions.add(omission, words);
    }

    /// Returns the document.
    ///
    /// # Errors
    ///
    /// Returns `no_text` if no line or cell has text.
    pub(super) fn finish(self) -> Result<Document, DocumentFault> {
        let has_text = self.blocks.iter().any(|block| match block {
            Block::Line(line) => !line.text.is_empty(),
            Block::Table(table) => {
                table.rows.iter().any(|row| row.cells.iter().any(|cell| !cell.text.trim().is_empty()))
            }
        });
        if !has_text {
            let detail = "There is no text in it. Send a document with text.";
            return Err(DocumentFault::new("no_text", detail));
        }
        let mut notices = self.omissions.into_notices();
        notices.extend(self.invisible.into_notice());
        Ok(Document { format: self.format, blocks: self.blocks, notices })
    }
}
