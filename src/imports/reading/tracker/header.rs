//! Finds the header row of a tracker, which is not necessarily the first row.

use super::headings::{self, Found, Match, Meaning};
use super::member::TrackerMember;
use super::settings::Settings;
use super::source::{Cell, Heading, Row, rows_of};
use super::words::{contains_phrase, normalize};
use crate::imports::document::{Place, Table};
use crate::vocabulary::WireName;

/// The most rows above a header row.
const MAX_ROWS_ABOVE: usize = 60;

/// The most bytes of a heading. A longer text is none.
pub(super) const MAX_HEADING_LENGTH: usize = 400;

/// The header row of a tracker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderRow {
    /// The index of the row in the table.
    pub row: usize,
    /// The index of the first row of the header. It differs from `row` if a row with the headings of groups of columns
    /// stands above.
    pub first_row: usize,
    /// The headings, with the heading of their group before them.
    pub headings: Vec<String>,
}

/// Returns the header row if the table is a tracker: a table of recommendations with a header.
pub fn looks_like_tracker(table: &Table) -> Option<HeaderRow> {
    let rows = rows_of(table);
    let row = find_header(&rows, &Settings::default())?;
    let (first_row, headings) = headings_of(&rows, row);
    Some(HeaderRow { row, first_row, headings: headings.into_iter().map(|heading| heading.text).collect() })
}

/// Returns the index of the first header row.
pub(super) fn find_header(rows: &[Row], settings: &Settings) -> Option<usize> {
    let searched = &rows[..rows.len().min(MAX_ROWS_ABOVE)];
    let first = searched.iter().position(|row| is_header(row, settings))?;
    // The second row of a header with two rows names more columns than the first.
    let second = first + 1;
    let is_better =
        |row: &Row| is_header(row, settings) && count_known(row, settings) > count_known(&rows[first], settings);
    Some(if rows.get(second).is_some_and(is_better) { second } else { first })
}

/// Returns true if the cells of a row are the headings of a tracker.
pub(super) fn is_header(row: &Row, settings: &Settings) -> bool {
    use Meaning::{BodyComment, Colour, ForceAnswer, Identifier, SourceIdentifier, StatusOrUpdate};
    let (mut filled, mut known, mut listed) = (0, 0, 0);
    let (mut has_text, mut has_number, mut positions) = (false, false, 0);
    for (_, cell) in row.filled() {
        filled += 1;
        let Some(found) = match_of(&cell.text, settings) else { continue };
        known += 1;
        if found.found == Found::ByWords {
            continue;
        }
        listed += 1;
        match found.meaning {
            Meaning::Member(TrackerMember::Text) => has_text = true,
            Meaning::Member(TrackerMember::Number | TrackerMember::Reference) | Identifier | SourceIdentifier => {
                has_number = true;
            }
            Meaning::Member(member) if member.is_of_position() => positions += 1,
            StatusOrUpdate | Colour | ForceAnswer | BodyComment => positions += 1,
            _ => {}
        }
    }
    let is_known = known >= 3 || known * 2 >= filled;
    is_known && ((has_text && listed >= 2) || (has_number && positions >= 2))
}

/// Returns the index of the header of a table of answers by number: a column of numbers, and an answer or a position.
pub(super) fn find_answer_header(rows: &[Row], settings: &Settings) -> Option<usize> {
    let header = rows.iter().position(|row| !row.is_blank())?;
    let (mut numbers, mut has_answer) = (None, false);
    for (at, cell) in rows[header].filled() {
        match match_of(&cell.text, settings).map(|found| found.meaning) {
            Some(Meaning::Identifier | Meaning::Member(TrackerMember::Number | TrackerMember::Text)) => {
                numbers = numbers.or(Some(at));
            }
            Some(Meaning::Member(member)) => has_answer |= member.is_of_position(),
            Some(Meaning::StatusOrUpdate | Meaning::ForceAnswer | Meaning::BodyComment) => has_answer = true,
            _ => {}
        }
    }
    let numbers = numbers.filter(|_| has_answer)?;
    let mut cells = rows[header + 1..].iter().filter(|row| !row.is_blank()).map(|row| row.cells.get(numbers));
    let is_cited = |cell: Option<&Cell>| cell.is_some_and(|cell| super::identifier::is_number(&cell.text));
    (rows.len() > header + 1 && cells.all(is_cited)).then_some(header)
}

fn count_known(row: &Row, settings: &Settings) -> usize {
    row.filled().filter(|(_, cell)| match_of(&cell.text, settings).is_some()).count()
}

/// Returns what a heading means: first by the area's profile, then by the table of headings.
pub(super) fn match_of(heading: &str, settings: &Settings) -> Option<Match> {
    if heading.len() > MAX_HEADING_LENGTH {
        return None;
    }
    let own = match settings.member(heading) {
        Some("") => Some(Meaning::NoMember),
        Some(name) => TrackerMember::find(name).map(Meaning::Member),
        None => None,
    };
    let own = own.map(|meaning| Match { meaning, usual: true, found: Found::Whole });
    own.or_else(|| headings::find(heading))
}

/// Returns what a heading means, if its group belongs to the inspectorate or the policing body.
pub(super) fn match_with_group(heading: &str, settings: &Settings) -> Option<Match> {
    let groups = heading.split_once(GROUP).filter(|_| heading.len() <= MAX_HEADING_LENGTH);
    let Some((group, own)) = groups else { return match_of(heading, settings) };
    if let Some(found) = settings.member(heading).and(match_of(heading, settings)) {
        return Some(found);
    }
    let normal = normalize(group);
    let others = ["hmicfrs", "hmic", "inspectorate", "pcc", "opcc", "pfcc", "policing body", "commissioner", "mayor"];
    if !others.iter().any(|other| contains_phrase(&normal, other)) {
        return match_of(own, settings);
    }
    // A status under the heading of another body is not the force's.
    let is_force = |found: &Match| match found.meaning {
        Meaning::Member(member) => member.is_of_position(),
        Meaning::StatusOrUpdate | Meaning::ForceAnswer => true,
        _ => false,
    };
    headings::find(&format!("{group} {own}")).or_else(|| match_of(own, settings).filter(|found| !is_force(found)))
}

/// What stands between the heading of a group of columns and the heading of a column.
const GROUP: &str = " – ";

/// Returns the index of the first row of a header, and its headings. The row above belongs to the header if it has
/// headings of groups of columns.
pub(super) fn headings_of(rows: &[Row], row: usize) -> (usize, Vec<Heading>) {
    let above = row.checked_sub(1).map(|above| &rows[above]).filter(|above| is_row_of_groups(above));
    let mut headings: Vec<Heading> = rows[row]
        .cells
        .iter()
        .enumerate()
        .map(|(at, cell)| {
            let own = cell.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let group = above.and_then(|above| above.cells.get(at)).map_or("", |group| group.text.as_str());
            let text = if group.is_empty() || group == cell.text { own } else { format!("{group}{GROUP}{own}") };
            Heading { text: if cell.is_blank() { group.to_owned() } else { text }, place: cell.place.clone() }
        })
        .collect();
    // Cells right of the header row have no heading.
    let width = rows[row + 1..].iter().filter_map(|row| row.filled().last()).map(|(at, _)| at + 1).max().unwrap_or(0);
    while headings.len() < width {
        headings.push(Heading { text: String::new(), place: Place::default() });
    }
    (if above.is_some() { row - 1 } else { row }, headings)
}

/// Returns true if a row has a heading over several columns, and other cells.
fn is_row_of_groups(row: &Row) -> bool {
    row.only_text().is_none() && row.filled().any(|(at, _)| row.is_merged_across(at))
}
