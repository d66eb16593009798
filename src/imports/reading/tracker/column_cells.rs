//! What the cells of a column say of it: statuses, colours, or sentences.

use super::settings::Settings;
use super::source::Cell;
use super::status::{self, Reading};
use super::words::normalize;

/// Returns true if the cells are sentences on the average, and not words for a kind.
pub(super) fn has_long_texts<'t>(cells: impl Iterator<Item = &'t Cell>) -> bool {
    average_length(cells) > 40
}

pub(super) fn average_length<'t>(cells: impl Iterator<Item = &'t Cell>) -> usize {
    let (length, count) = cells.fold((0, 0), |(length, count), cell| (length + cell.text.len(), count + 1));
    length / usize::max(count, 1)
}

/// Returns true unless a column of statuses has long texts and no status.
pub(super) fn is_status<'t, I: Iterator<Item = &'t Cell>>(cells: impl Fn() -> I) -> bool {
    average_length(cells()) <= 40 || cells().any(is_known_status)
}

/// Returns true if at least half of the cells are statuses.
pub(super) fn has_statuses<'t>(cells: impl Iterator<Item = &'t Cell>) -> bool {
    let (known, all) = cells.fold((0, 0), |(known, all), cell| (known + usize::from(is_known_status(cell)), all + 1));
    known * 2 >= all && all > 0
}

fn is_known_status(cell: &Cell) -> bool {
    matches!(status::force(&cell.text, &Settings::default()), Reading::Known { .. } | Reading::Colour)
}

pub(super) fn has_only_colours<'t>(mut cells: impl Iterator<Item = &'t Cell>) -> bool {
    let is_colour = |cell: &Cell| cell.text.len() <= 100 && status::is_colour(&normalize(&cell.text));
    cells.next().is_some_and(is_colour) && cells.all(is_colour)
}
