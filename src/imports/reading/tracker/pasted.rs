//! Finds tables in lines whose cells are separated by tabs or vertical bars, as a pasted table has them.

use super::source::{Cell, Row};
use crate::imports::document::{Line, Place};

/// The most lines of a cell with line breaks.
const MAX_LINES_OF_CELL: usize = 60;

/// The most cells of a row that are split.
const MAX_CELLS: usize = 1_000;

/// A row in lines, and the number of its lines.
pub(super) struct PastedRow {
    pub row: Row,
    pub lines: usize,
}

/// Returns the row that begins at a line. Returns none if the line has no separator.
pub(super) fn row_at(lines: &[&Line]) -> Option<PastedRow> {
    let first = lines.first()?;
    if !first.text.contains('\t') {
        let text = first.text.trim();
        let is_table = text.matches('|').count() >= 2;
        return is_table.then(|| PastedRow { row: row_of(split_at_bars(text), &first.place), lines: 1 });
    }
    let count = lines_of_row(lines).unwrap_or(1);
    let texts: Vec<&str> = lines[..count].iter().map(|line| line.text.as_str()).collect();
    Some(PastedRow { row: row_of(split_at_tabs(&texts.join("\n")), &first.place), lines: count })
}

/// Returns the number of lines of a row. A spreadsheet puts quotation marks around a cell with line breaks. Returns none
/// if the marks are not closed.
fn lines_of_row(lines: &[&Line]) -> Option<usize> {
    let mut is_open = has_open_quote(&lines.first()?.text);
    let mut count = 1;
    while is_open {
        let line = lines.get(count).filter(|_| count < MAX_LINES_OF_CELL)?;
        is_open = match read_quoted(&line.text) {
            Quoted::Open => true,
            Quoted::Closed(end) => has_open_quote(&line.text[end + 1..]),
            Quoted::No => return None,
        };
        count += 1;
    }
    Some(count)
}

/// Returns true if the line separates the header of a table with bars from its rows.
pub(super) fn is_rule(row: &Row) -> bool {
    row.cells.iter().all(|cell| cell.text.chars().all(|letter| matches!(letter, '-' | ':' | '=' | '+')))
}

fn row_of(cells: Vec<String>, place: &Place) -> Row {
    Row { cells: cells.iter().map(|text| Cell::new(text, place.clone())).collect(), hidden: false }
}

fn split_at_bars(text: &str) -> Vec<String> {
    let inner = text.strip_prefix('|').unwrap_or(text);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    inner.splitn(MAX_CELLS + 1, '|').map(str::to_owned).collect()
}

fn split_at_tabs(text: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut rest = text;
    loop {
        if cells.len() == MAX_CELLS {
            cells.push(rest.to_owned());
            return cells;
        }
        if let Some(quoted) = rest.strip_prefix('"')
            && let Quoted::Closed(end) = read_quoted(quoted)
        {
            cells.push(quoted[..end].replace("\"\"", "\""));
            rest = &quoted[end + 1..];
        } else {
            let end = rest.find('\t').unwrap_or(rest.len());
            cells.push(rest[..end].to_owned());
            rest = &rest[end..];
        }
        match rest.strip_prefix('\t') {
            Some(after) => rest = after,
            None => return cells,
        }
    }
}

/// Returns true if the last cell begins with a quotation mark, and ends in a later line.
fn has_open_quote(text: &str) -> bool {
    let mut rest = text;
    loop {
        if let Some(quoted) = rest.strip_prefix('"') {
            match read_quoted(quoted) {
                Quoted::Open => return true,
                Quoted::Closed(end) => rest = &quoted[end + 1..],
                Quoted::No => {}
            }
        }
        match rest.split_once('\t') {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
}

/// What follows a quotation mark at the beginning of a cell.
enum Quoted {
    /// The cell ends with the mark at this byte.
    Closed(usize),
    /// No mark follows.
    Open,
    /// The mark belongs to the text: `"Stop" is a word`.
    No,
}

fn read_quoted(text: &str) -> Quoted {
    let mut marks = text.match_indices('"').map(|(at, _)| at).peekable();
    while let Some(at) = marks.next() {
        if marks.next_if_eq(&(at + 1)).is_some() {
            continue;
        }
        let ends = text[at + 1..].is_empty() || text[at + 1..].starts_with('\t');
        return if ends { Quoted::Closed(at) } else { Quoted::No };
    }
    Quoted::Open
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[&str]) -> (Vec<String>, usize) {
        let lines: Vec<Line> = lines
            .iter()
            .map(|text| Line { place: Place::default(), text: (*text).to_owned(), style: Default::default() })
            .collect();
        let lines: Vec<&Line> = lines.iter().collect();
        let pasted = row_at(&lines).expect("a value");
        (pasted.row.cells.into_iter().map(|cell| cell.text).collect(), pasted.lines)
    }

    #[test]
    fn cells_are_separated_by_tabs_or_bars() {
        assert_eq!(texts(&["1\tThe force\t"]).0, ["1", "The force", ""]);
        assert_eq!(texts(&["| 1 | The force | |"]).0, ["1", "The force", ""]);
        assert_eq!(texts(&["1\t“Quoted” \"word\" here\tx"]).0, ["1", "“Quoted” \"word\" here", "x"]);
    }

    #[test]
    fn a_quoted_cell_has_line_breaks() {
        let (cells, lines) = texts(&["1\t\"The force should:", "• one", "• say \"\"two\"\"\"\tx", "2\ty\tz"]);
        assert_eq!((cells, lines), (vec!["1".into(), "The force should:\n• one\n• say \"two\"".into(), "x".into()], 3));
        let (cells, lines) = texts(&["1\t\"never closed", "2\ty"]);
        assert_eq!((cells, lines), (vec!["1".into(), "\"never closed".into()], 1));
    }
}
