//! Finds tables in lines whose cells are separated by tabs or vertical bars, as a pasted table has them.

use super::source::{Cell, Row};
use crate::imports::document::text::quoted_cells;
use crate::imports::document::{Line, Place};

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
    let count = quoted_cells::lines_of_row(lines.iter().map(|line| line.text.as_str())).unwrap_or(1);
    let texts: Vec<&str> = lines[..count].iter().map(|line| line.text.as_str()).collect();
    Some(PastedRow { row: row_of(quoted_cells::split(&texts.join("\n")), &first.place), lines: count })
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
