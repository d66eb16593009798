//! Comma-separated values (RFC 4180), with CRLF and with quotes only if needed. A cell that a spreadsheet would run as
//! a formula gets an apostrophe, which makes it text.

use std::borrow::Cow;

use actix_web::web::Bytes;

use super::WriteError;
use super::cell::Cell;

/// Characters with which a formula starts in a spreadsheet, and white space that a spreadsheet skips before one.
const FORMULA_START: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes CSV.
pub struct CsvWriter {
    writer: csv::Writer<Vec<u8>>,
}

/// Returns the text of a cell, with an apostrophe before a possible formula.
fn escape_formula(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA_START) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

fn writer(start: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(start)
}

impl CsvWriter {
    /// Creates a writer, and writes the headings: after a byte order mark if `bom` is true.
    pub fn new(columns: &[&str], bom: bool) -> Result<Self, WriteError> {
        let mut writer = writer(if bom { "\u{feff}".into() } else { Vec::new() });
        writer.write_record(columns)?;
        Ok(Self { writer })
    }

    /// Writes one line.
    pub fn write<'r>(&mut self, cells: impl Iterator<Item = Cell<'r>>) -> Result<(), WriteError> {
        for cell in cells {
            match cell {
                Cell::Empty => self.writer.write_field("")?,
                Cell::Text(text) => self.writer.write_field(escape_formula(text).as_bytes())?,
                Cell::Number(number) => self.writer.write_field(escape_formula(&number.to_string()).as_bytes())?,
                Cell::Boolean(value) => self.writer.write_field(if value { "true" } else { "false" })?,
                Cell::Json(json) => self.writer.write_field(json)?,
            }
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    /// Returns the bytes written since the last call.
    pub fn take_bytes(&mut self) -> Result<Bytes, WriteError> {
        let written = std::mem::replace(&mut self.writer, writer(Vec::new()));
        Ok(written.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_line_ends_and_formulas_are_escaped() {
        let mut csv = CsvWriter::new(&["a", "b"], false).expect("the line is written");
        for texts in [["plain", "with, comma"], ["with \"quotes\"", "two\r\nlines"], ["=1+1", "@x"], ["\tx", "-3"]] {
            csv.write(texts.into_iter().map(Cell::Text)).expect("the line is written");
        }
        let text = String::from_utf8(csv.take_bytes().expect("the bytes are available").to_vec())
            .expect("the line is written");
        let expected =
            "a,b\r\nplain,\"with, comma\"\r\n\"with \"\"quotes\"\"\",\"two\r\nlines\"\r\n'=1+1,'@x\r\n'\tx,'-3\r\n";
        assert_eq!(text, expected);
        csv.write([Cell::Empty, Cell::Boolean(true)].into_iter()).expect("the line is written");
        assert_eq!(csv.take_bytes().expect("the bytes are available"), ",true\r\n");
    }
}
