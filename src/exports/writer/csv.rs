//! Comma-separated values (RFC 4180), with CRLF and with quotes only if needed. A cell that a spreadsheet would run as
//! a formula gets an apostrophe, which makes it text.

use std::borrow::Cow;

use actix_web::web::Bytes;

use super::WriteError;
use super::cell::Cell;
use crate::label;

/// Characters with which a formula starts in a spreadsheet, also in their full-width and small forms, which some
/// spreadsheets convert.
const FORMULA_START: [char; 12] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'];

/// Writes CSV.
pub struct CsvWriter {
    writer: csv::Writer<Vec<u8>>,
}

/// Returns the text of a cell, with an apostrophe before a possible formula.
fn escape_formula(text: &str) -> Cow<'_, str> {
    // A spreadsheet skips white space, and characters that it does not show, before a formula.
    let is_skipped = |c: char| c.is_whitespace() || c.is_control() || label::is_format_character(c);
    let is_formula = text.starts_with(['\t', '\r']) || text.trim_start_matches(is_skipped).starts_with(FORMULA_START);
    if is_formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
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
        for text in [" =1", "\u{a0}+1", "\n@x", "＝1", " ＋1", "－1", "＠x", "\u{feff}=1", "\u{200b}-1", "\u{2060}=1"]
        {
            assert_eq!(escape_formula(text), format!("'{text}"), "{text:?}");
        }
        for text in ["a=1", " a", "'=1", "1-1", "", " ", "–"] {
            assert_eq!(escape_formula(text), text, "{text:?}");
        }
        csv.write([Cell::Empty, Cell::Boolean(true)].into_iter()).expect("the line is written");
        assert_eq!(csv.take_bytes().expect("the bytes are available"), ",true\r\n");
    }
}
