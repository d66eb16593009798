//! Divides CSV into records, as strictly as RFC 4180, and finds every fault. The text can arrive in pieces, so that a
//! long file needs little memory.

use std::collections::VecDeque;

use super::MAX_COLUMNS;
use super::csv_fault::{CsvFaultKind, MAX_RECORD};

/// The most faults of one record that are kept.
const MAX_FAULTS: usize = 50;

/// A record of CSV.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CsvRecord {
    /// The line on which the record begins, from 1.
    pub line: u64,
    /// The cells without the blank ones at the end, at most [`MAX_COLUMNS`].
    pub cells: Vec<String>,
    /// The number of cells, including blank ones at the end and those beyond [`MAX_COLUMNS`].
    pub width: usize,
    /// The faults with their lines, at most 50.
    pub faults: Vec<(u64, CsvFaultKind)>,
}

impl CsvRecord {
    /// Returns true if no cell has text.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty()) && self.faults.is_empty()
    }
}

/// The position of the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    CellStart,
    Unquoted,
    Quoted,
    /// After a quotation mark inside a quoted cell: either the cell ends, or the mark is doubled.
    QuoteInQuoted,
}

/// Divides a text into records.
#[derive(Debug)]
pub struct CsvRecords {
    delimiter: char,
    state: State,
    /// Whether the last character was a carriage return outside a quoted cell, or inside one.
    after_return: bool,
    line: u64,
    quote_line: u64,
    cell: String,
    record: CsvRecord,
    /// The bytes of the record.
    size: usize,
    finished: VecDeque<CsvRecord>,
}

impl CsvRecords {
    /// Creates a parser. `first_line` is the number of the first line.
    pub fn new(delimiter: char, first_line: u64) -> Self {
        Self {
            delimiter,
            state: State::CellStart,
            after_return: false,
            line: first_line,
            quote_line: 0,
            cell: String::new(),
            record: CsvRecord { line: first_line, ..CsvRecord::default() },
            size: 0,
            finished: VecDeque::new(),
        }
    }

    /// Reads the next piece of the text.
    pub fn push(&mut self, piece: &str) {
        piece.chars().for_each(|c| self.push_character(c));
    }

    /// Ends the text, and with it the last record.
    pub fn finish(&mut self) {
        self.flush_return();
        if self.state == State::Quoted {
            self.fault(self.quote_line, CsvFaultKind::UnclosedQuote);
        }
        let is_empty = self.state == State::CellStart && self.record.width == 0 && self.record.faults.is_empty();
        if !is_empty {
            self.end_record();
        }
    }

    /// Returns the next complete record. Blank lines are no records.
    pub fn next_record(&mut self) -> Option<CsvRecord> {
        self.finished.pop_front()
    }

    fn fault(&mut self, line: u64, kind: CsvFaultKind) {
        let faults = &mut self.record.faults;
        // One fault of a kind for each line is enough to find it.
        if faults.len() < MAX_FAULTS && !faults.contains(&(line, kind)) {
            faults.push((line, kind));
        }
    }

    /// Handles a carriage return that no line feed followed.
    fn flush_return(&mut self) {
        if std::mem::take(&mut self.after_return) {
            self.fault(self.line, CsvFaultKind::LoneCarriageReturn);
            // The line break is kept as white space, so that the words around it stay apart.
            self.cell.push(' ');
        }
    }

    fn push_character(&mut self, c: char) {
        if c == '\n' {
            let is_quoted = self.state == State::Quoted;
            self.after_return = false;
            self.line += 1;
            return if is_quoted { self.add('\n') } else { self.end_record() };
        }
        self.flush_return();
        match (self.state, c) {
            (_, '\r') => self.after_return = true,
            (_, '\0') => self.fault(self.line, CsvFaultKind::Nul),
            (State::CellStart, '"') => {
                self.state = State::Quoted;
                self.quote_line = self.line;
            }
            (State::Quoted, '"') => self.state = State::QuoteInQuoted,
            (State::QuoteInQuoted, '"') => {
                self.state = State::Quoted;
                self.add('"');
            }
            (State::Quoted, c) => self.add(c),
            (_, c) if c == self.delimiter => self.end_cell(),
            (State::QuoteInQuoted, c) => {
                self.fault(self.line, CsvFaultKind::TextAfterQuote);
                self.state = State::Unquoted;
                self.add(c);
            }
            (State::Unquoted, '"') => {
                self.fault(self.line, CsvFaultKind::QuoteInText);
                self.add('"');
            }
            (State::CellStart | State::Unquoted, c) => {
                self.state = State::Unquoted;
                self.add(c);
            }
        }
    }

    fn add(&mut self, c: char) {
        self.size += c.len_utf8();
        if self.size <= MAX_RECORD {
            self.cell.push(c);
        } else {
            self.fault(self.record.line, CsvFaultKind::TooLong);
        }
    }

    fn end_cell(&mut self) {
        self.state = State::CellStart;
        let cell = std::mem::take(&mut self.cell);
        let at = self.record.width;
        self.record.width += 1;
        if cell.trim().is_empty() {
            return;
        }
        if at >= MAX_COLUMNS {
            self.fault(self.line, CsvFaultKind::TooManyColumns);
            return;
        }
        // Blank cells are stored only if a cell with text follows.
        self.record.cells.resize(at, String::new());
        self.record.cells.push(cell);
    }

    fn end_record(&mut self) {
        self.end_cell();
        self.size = 0;
        let next = CsvRecord { line: self.line, ..CsvRecord::default() };
        let record = std::mem::replace(&mut self.record, next);
        if record.width > 1 || !record.is_blank() {
            self.finished.push_back(record);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<CsvRecord> {
        let parse = |pieces: &mut dyn Iterator<Item = &str>| {
            let mut records = CsvRecords::new(',', 1);
            pieces.for_each(|piece| records.push(piece));
            records.finish();
            std::iter::from_fn(|| records.next_record()).collect::<Vec<_>>()
        };
        let whole = parse(&mut std::iter::once(text));
        let characters = text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]);
        assert_eq!(parse(&mut { characters }), whole, "the pieces do not matter");
        whole
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        let cells = |record: CsvRecord| {
            assert!(record.faults.is_empty(), "{record:?}");
            record.cells
        };
        records(text).into_iter().map(cells).collect()
    }

    fn faults(text: &str) -> Vec<(u64, CsvFaultKind)> {
        records(text).into_iter().flat_map(|record| record.faults).collect()
    }

    #[test]
    fn cells_are_as_rfc_4180_has_them() {
        assert_eq!(cells("a,b\r\n\"c,\"\"d\"\"\",\"e\r\nf\"\r\n"), [vec!["a", "b"], vec!["c,\"d\"", "e\nf"]]);
        assert_eq!(cells("a,b"), [["a", "b"]]);
        assert_eq!(cells("\"a\"\n"), [["a"]]);
        assert_eq!(cells("a,\"\",b\n"), [["a", "", "b"]]);
        assert!(cells("").is_empty());
        let found = records("a,b\n\"c\nd\",\n\ne,,,\n");
        let lines: Vec<_> = found.iter().map(|record| (record.line, record.cells.len(), record.width)).collect();
        assert_eq!(lines, [(1, 2, 2), (2, 1, 2), (5, 1, 4)]);
    }

    #[test]
    fn every_fault_has_its_line() {
        use CsvFaultKind::*;
        assert_eq!(faults("a,b\nU-1,\"Invented: one\nU-2,two\n"), [(2, UnclosedQuote)]);
        assert_eq!(faults("a,b\nU-1,say \"yes\"\nU-2,two\n"), [(2, QuoteInText)]);
        assert_eq!(faults("a,b\nU-1,\"say\" yes\nU-2,\"two\"\"\n"), [(2, TextAfterQuote), (3, UnclosedQuote)]);
        assert_eq!(faults("a,b\nU-1,t\0wo\n"), [(2, Nul)]);
        assert_eq!(faults("a,b\nU-1,t\rwo\n\"x\ry\",\n"), [(2, LoneCarriageReturn), (3, LoneCarriageReturn)]);
        assert_eq!(faults("a\rb\r"), [(1, LoneCarriageReturn)]);
        assert_eq!(records("a\rb")[0].cells, ["a b"]);
    }

    #[test]
    fn a_record_of_any_size_needs_little_memory() {
        use CsvFaultKind::*;
        let wide = records(&"x,".repeat(1_000_000));
        assert_eq!((wide[0].cells.len(), wide[0].width), (MAX_COLUMNS, 1_000_001));
        assert_eq!(wide[0].faults, [(1, TooManyColumns)]);
        let blank = records(&",".repeat(1_000_000));
        assert_eq!((blank[0].cells.capacity(), blank[0].width, blank[0].is_blank()), (0, 1_000_001, true));
        let long = records(&"x".repeat(MAX_RECORD + 5));
        assert_eq!((long[0].cells[0].len(), long[0].faults.as_slice()), (MAX_RECORD, [(1, TooLong)].as_slice()));
        let many = records(&"\"a\"b\n\"".repeat(1000));
        assert!(many.iter().all(|record| record.faults.len() <= MAX_FAULTS));
    }
}
