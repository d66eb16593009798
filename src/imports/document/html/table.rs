//! The tables of a page.

use super::super::DocumentFault;
use super::super::grid::{Grid, Piece, cell_text};
use super::super::omission::Omission;
use super::Reader;
use super::element::{Kind, is_hidden};
use super::tree::{Child, Element};

/// The most rows that one cell can cover.
const MAX_ROWS: usize = 20_000;

impl Reader {
    pub(super) fn read_table(&mut self, table: Element<'_>) -> Result<(), DocumentFault> {
        self.end_line();
        // The lists around the table do not indent the lists in its cells.
        let lists = std::mem::take(&mut self.lists);
        let label = self.label.take();
        let mut grid = Grid::default();
        for part in table.elements() {
            match part.name() {
                "thead" | "tbody" | "tfoot" => {
                    for row in part.elements().filter(|row| row.name() == "tr") {
                        self.read_row(row, is_hidden(part), &mut grid)?;
                    }
                }
                "tr" => self.read_row(part, false, &mut grid)?,
                "caption" => self.read_element(part)?,
                _ => {}
            }
        }
        self.lists = lists;
        self.label = label;
        let rows = grid.into_rows();
        if !rows.is_empty() {
            self.pieces.push(Piece::Table(rows));
        }
        Ok(())
    }

    fn read_row(&mut self, row: Element<'_>, is_in_hidden: bool, grid: &mut Grid) -> Result<(), DocumentFault> {
        for cell in row.elements().filter(|cell| matches!(cell.name(), "td" | "th")) {
            let number = |name| {
                let number = cell.attribute(name).and_then(|number| number.trim().parse().ok());
                number.unwrap_or(1).clamp(1, MAX_ROWS)
            };
            let pieces = std::mem::take(&mut self.pieces);
            // A person decides on cells that are struck through as a whole.
            let is_struck = is_struck(cell) == Some(true);
            let before = std::mem::replace(&mut self.is_in_struck_cell, is_struck);
            self.read_children(cell)?;
            self.end_line();
            self.is_in_struck_cell = before;
            let (text, tables) = cell_text(&std::mem::replace(&mut self.pieces, pieces));
            for _ in 0..tables {
                self.builder.omit(Omission::NestedTables, "");
            }
            grid.push_cell(text, is_struck, number("colspan"), number("rowspan"));
        }
        grid.end_row(is_in_hidden || is_hidden(row))
    }
}

/// Returns true if all text in an element is struck through, and none if it has no text.
fn is_struck(element: Element<'_>) -> Option<bool> {
    let of_children = element.children().filter_map(|child| match child {
        Child::Text(text) if text.trim().is_empty() => None,
        Child::Text(_) => Some(false),
        Child::Element(child) if Kind::of(child) == Kind::Struck && !child.text().trim().is_empty() => Some(true),
        Child::Element(child) => is_struck(child),
    });
    of_children.reduce(|all, one| all && one)
}
