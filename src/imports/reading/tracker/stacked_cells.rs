//! Finds tables that were pasted with each cell on a line of its own: the headings one below the other, and then the cells
//! of each row.

use super::header::is_header;
use super::identifier;
use super::settings::Settings;
use super::source::{Cell, Row};
use crate::imports::document::Line;

/// The fewest and the most columns of such a table.
const COLUMNS: std::ops::RangeInclusive<usize> = 3..=12;

/// The fewest rows below the headings. One row could be any numbered paragraph.
const MIN_ROWS: usize = 2;

/// Returns the rows of the table that begins at the first line, its header first. A blank line ends the table, and all
/// lines up to it must fit: with a cell left out, the cells could not be told apart.
pub(super) fn rows_at(lines: &[&Line], settings: &Settings) -> Option<Vec<Row>> {
    let end = lines.iter().position(|line| line.text.trim().is_empty()).unwrap_or(lines.len());
    let block = &lines[..end];
    let width = block.iter().take(COLUMNS.end() + 1).position(|line| number(line.text.trim()).is_some())?;
    if !COLUMNS.contains(&width) || !block.len().is_multiple_of(width) || block.len() / width <= MIN_ROWS {
        return None;
    }
    let rows: Vec<Row> = block.chunks(width).map(row_of).collect();
    let numbers: Vec<Option<u32>> = block.chunks(width).skip(1).map(|chunk| number(&chunk[0].text)).collect();
    let follow = numbers.windows(2).all(|pair| matches!(pair, [Some(first), Some(second)] if *second > *first));
    (follow && is_header(&rows[0], settings)).then_some(rows)
}

fn row_of(lines: &[&Line]) -> Row {
    Row { cells: lines.iter().map(|line| Cell::new(&line.text, line.place.clone())).collect(), hidden: false }
}

/// Returns the number in a cell such as `3` or `Rec 3`.
fn number(text: &str) -> Option<u32> {
    let number = identifier::parse(text).number.filter(|_| identifier::is_number(text))?;
    number.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::document::Place;
    use crate::imports::reading::Profile;

    fn rows(lines: &[&str]) -> Option<usize> {
        let line = |text: &&str| Line { place: Place::default(), text: (*text).to_owned(), style: Default::default() };
        let lines: Vec<Line> = lines.iter().map(line).collect();
        let lines: Vec<&Line> = lines.iter().collect();
        rows_at(&lines, &Settings::new(&Profile::default())).map(|rows| rows.len())
    }

    #[test]
    fn each_cell_can_stand_on_a_line_of_its_own() {
        let table =
            ["No.", "Recommendation", "Status", "1", "Forces should act.", "Open", "2", "Forces should stop.", "Open"];
        assert_eq!(rows(&table), Some(3));
        assert_eq!(rows(&[&table[..], &["", "After the table."]].concat()), Some(3));
    }

    #[test]
    fn a_table_with_a_cell_left_out_is_none() {
        assert_eq!(
            rows(&["No.", "Recommendation", "Status", "1", "Forces should act.", "2", "Forces should stop.", "Open"]),
            None
        );
        assert_eq!(rows(&["Recommendation", "Status", "1", "Forces should act.", "2", "Forces should stop."]), None);
    }
}
