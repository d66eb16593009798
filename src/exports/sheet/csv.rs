//! Comma-separated values (RFC 4180): CRLF, quotes where they are needed. A cell that a spreadsheet would take for a
//! formula is given as text.

use std::borrow::Cow;

use actix_web::web::Bytes;

use super::SheetError;
use super::cell::Cell;

/// What spreadsheets take for the beginning of a formula, or skip on the way to one.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// CSV being written.
pub struct Csv {
    writer: csv::Writer<Vec<u8>>,
}

/// A cell's text with an apostrophe before what could run.
fn defused(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

fn writer(begun: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(begun)
}

impl Csv {
    /// CSV with its headings, after a byte order mark where one is asked for.
    pub fn begin(columns: &[&str], bom: bool) -> Result<Self, SheetError> {
        let mut writer = writer(if bom { "\u{feff}".into() } else { Vec::new() });
        writer.write_record(columns)?;
        Ok(Self { writer })
    }

    /// Adds a line.
    pub fn add<'r>(&mut self, cells: impl Iterator<Item = Cell<'r>>) -> Result<(), SheetError> {
        for cell in cells {
            match cell {
                Cell::Empty => self.writer.write_field("")?,
                Cell::Text(text) => self.writer.write_field(defused(text).as_bytes())?,
                Cell::Number(number) => self.writer.write_field(defused(&number.to_string()).as_bytes())?,
                Cell::Flag(flag) => self.writer.write_field(if flag { "true" } else { "false" })?,
                Cell::Json(json) => self.writer.write_field(json)?,
            }
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    /// What was written since.
    pub fn written(&mut self) -> Result<Bytes, SheetError> {
        let written = std::mem::replace(&mut self.writer, writer(Vec::new()));
        Ok(written.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_line_ends_and_formulas_are_written_so_that_they_are_read_as_text() {
        let mut csv = Csv::begin(&["a", "b"], false).expect("written");
        for texts in [["plain", "with, comma"], ["with \"quotes\"", "two\r\nlines"], ["=1+1", "@x"], ["\tx", "-3"]] {
            csv.add(texts.into_iter().map(Cell::Text)).expect("written");
        }
        let text = String::from_utf8(csv.written().expect("bytes").to_vec()).expect("written");
        let wanted =
            "a,b\r\nplain,\"with, comma\"\r\n\"with \"\"quotes\"\"\",\"two\r\nlines\"\r\n'=1+1,'@x\r\n'\tx,'-3\r\n";
        assert_eq!(text, wanted);
        csv.add([Cell::Empty, Cell::Flag(true)].into_iter()).expect("written");
        assert_eq!(csv.written().expect("bytes"), ",true\r\n");
    }
}
