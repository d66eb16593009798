//! A document as one list of lines. Tables that arrange a form become lines such as `Heading: value`; tables of
//! recommendations and answers become items with labelled answers.

use super::heading;
use super::opening;
use super::text::{collapse, is_invisible, strip_marks, trim, without_bold_marks};
use crate::imports::document::{Block, Document, DocumentFormat, Line, LineStyle, Place, Table, TableRow};
use crate::imports::proposal::UnclaimedReason;
use crate::imports::reading::{Profile, Section};

/// A line of the document.
#[derive(Clone, Debug)]
pub(super) struct TextLine {
    /// The place in the file.
    pub(super) place: Place,
    /// The text without marks and outer blanks. It is empty for a blank line.
    pub(super) text: String,
    /// The role that the file gives to the line.
    pub(super) style: LineStyle,
    /// Whether a form feed or another page begins with the line.
    pub(super) begins_page: bool,
    /// Whether a paragraph begins with the line, because the format has paragraphs.
    pub(super) begins_paragraph: bool,
    /// Why the line belongs to no member, if a stage before has found it out.
    pub(super) left_out: Option<UnclaimedReason>,
    /// Whether the line continues a sentence that a page break interrupts.
    pub(super) continues: bool,
    /// The lines as printed, if the text was joined from several.
    pub(super) wrapped: Vec<(Place, String)>,
}

impl TextLine {
    /// Returns true for a line without words.
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}

/// Returns the lines of a document in reading order.
pub(super) fn lines_of(document: &Document, profile: &Profile) -> Vec<TextLine> {
    let has_paragraphs = !matches!(document.format, DocumentFormat::Text | DocumentFormat::Pdf);
    let mut lines = Vec::new();
    let mut page = None;
    for block in &document.blocks {
        match block {
            Block::Line(line) => {
                let turns_page = line.place.page.is_some() && page.is_some() && line.place.page != page;
                page = line.place.page.or(page);
                push_line(&mut lines, line, has_paragraphs, turns_page);
            }
            Block::Table(table) => flatten(&mut lines, table, profile),
        }
    }
    lines
}

fn push_line(lines: &mut Vec<TextLine>, line: &Line, begins_paragraph: bool, turns_page: bool) {
    let begins_page = turns_page || line.text.contains('\u{c}');
    // A paragraph can contain soft line breaks.
    for (index, text) in line.text.split(['\n', '\u{c}', '\u{b}', '\u{2028}']).enumerate() {
        if index > 0 && trim(text).is_empty() {
            continue;
        }
        lines.push(TextLine {
            begins_page: begins_page && (index == 0) == turns_page,
            begins_paragraph: begins_paragraph && index == 0,
            ..new_line(&line.place, text, line.style)
        });
    }
}

fn new_line(place: &Place, text: &str, style: LineStyle) -> TextLine {
    // Blanks that do not break a line are blanks.
    let plain = |c: char| if c.is_whitespace() && c != '\t' { ' ' } else { c };
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).map(plain).collect();
    let plain = strip_marks(strip_quotation_marks(&visible));
    let unmarked = without_bold_marks(plain);
    // A text marks headings as `**Title**` or `## Title`.
    let is_marked = plain.len() < trim(strip_quotation_marks(&visible)).len() && !plain.is_empty();
    TextLine {
        place: place.clone(),
        text: unmarked,
        style: if is_marked { LineStyle::Heading } else { style },
        begins_page: false,
        begins_paragraph: true,
        left_out: None,
        continues: false,
        wrapped: Vec::new(),
    }
}

/// Removes the marks before the lines of a quotation, as in an e-mail: `> Forces should act.`
fn strip_quotation_marks(text: &str) -> &str {
    let rest = trim(text).trim_start_matches(['>', ' ']);
    if trim(text).starts_with("> ") && rest.contains(char::is_alphanumeric) { rest } else { text }
}

/// The cell of a row that is not blank and repeats no merged cell.
struct Cell<'t> {
    column: usize,
    place: Place,
    text: &'t str,
}

fn cells<'t>(table: &Table, row: &'t TableRow) -> Vec<Cell<'t>> {
    let cells = row.cells.iter().enumerate().filter(|(_, cell)| !cell.merged && !matches!(trim(&cell.text), "" | ":"));
    let cell = |(column, cell): (usize, &'t crate::imports::document::TableCell)| Cell {
        column,
        place: Place {
            cell: Some(format!("{}!{}{}", table.name, column_letters(column), row.number)),
            ..Place::default()
        },
        text: &cell.text,
    };
    cells.map(cell).collect()
}

/// Returns the letters of a column, such as `A` or `AB`.
fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

fn flatten(lines: &mut Vec<TextLine>, table: &Table, profile: &Profile) {
    let mut rows = table.rows.iter().filter(|row| !cells(table, row).is_empty()).peekable();
    let columns = rows.peek().and_then(|row| answer_columns(&cells(table, row), profile));
    lines.push(new_line(&Place::default(), "", LineStyle::Text));
    if let (Some(columns), Some(header)) = (columns, rows.peek().copied()) {
        for cell in cells(table, header) {
            // The heading of the texts is the heading of the list; the others label the cells below.
            match columns.get(cell.column) {
                Some(Some(Column::Text)) => push_cell(lines, &cell, "", LineStyle::Heading),
                Some(Some(Column::Number)) => lines.push(TextLine {
                    left_out: Some(UnclaimedReason::Heading),
                    ..new_line(&cell.place, cell.text, LineStyle::Heading)
                }),
                _ => {}
            }
        }
        rows.next();
        for row in rows {
            push_item(lines, &cells(table, row), &columns, &cells(table, header));
        }
    } else {
        for row in rows {
            push_form_row(lines, &cells(table, row), profile);
        }
    }
    lines.push(new_line(&Place::default(), "", LineStyle::Text));
}

fn push_cell(lines: &mut Vec<TextLine>, cell: &Cell<'_>, before: &str, style: LineStyle) {
    for (index, text) in cell.text.split('\n').enumerate() {
        let text = if index == 0 { format!("{before}{}", trim(text)) } else { text.to_owned() };
        lines.push(TextLine { begins_paragraph: index == 0, ..new_line(&cell.place, &text, style) });
    }
}

/// Adds the row of a form. A short first cell is the heading of the second.
fn push_form_row(lines: &mut Vec<TextLine>, cells: &[Cell<'_>], profile: &Profile) {
    const MOST_OF_A_HEADING: usize = 80;
    match cells {
        [heading, value] if heading.text.chars().count() <= MOST_OF_A_HEADING && !heading.text.contains('\n') => {
            let words = trim(heading.text);
            // Items or several lines below the heading of a list or of comments do not begin on its line.
            let is_section = heading::find_whole(&collapse(words), profile).is_some_and(has_lines);
            let first = value.text.split('\n').next().unwrap_or_default();
            if is_section && opening::parse(first).is_some() {
                push_cell(lines, heading, "", LineStyle::Heading);
                return push_cell(lines, value, "", LineStyle::Text);
            }
            // A tab sets a heading apart without adding words.
            let separator = if words.ends_with([':', '?', '.', ')']) { " " } else { "\t" };
            let is_number = words.bytes().all(|b| b.is_ascii_digit());
            push_cell(lines, value, &format!("{words}{}", if is_number { ". " } else { separator }), LineStyle::Text);
        }
        _ => cells.iter().for_each(|cell| push_cell(lines, cell, "", LineStyle::Text)),
    }
}

/// Returns true for a section whose text is a list, answers or comments.
fn has_lines(section: Section) -> bool {
    matches!(section, Section::Recommendations | Section::AreasForImprovement | Section::CausesOfConcern)
        || heading::is_answer_section(section)
}

/// What a column of a table of recommendations and answers holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Number,
    Text,
    Answer,
}

/// Returns what each column holds, if the row is the header of a table of recommendations and answers.
fn answer_columns(header: &[Cell<'_>], profile: &Profile) -> Option<Vec<Option<Column>>> {
    let mut columns = vec![None; header.last()?.column + 1];
    for cell in header {
        let words = collapse(cell.text).to_lowercase();
        let is_number =
            matches!(words.trim_end_matches(['.', ':']), "no" | "number" | "ref" | "reference" | "#" | "rec no");
        let section = heading::find_whole(&collapse(cell.text), profile);
        let section = if is_number { Some(Section::Reference) } else { section };
        columns[cell.column] = Some(match section? {
            Section::Recommendations | Section::AreasForImprovement | Section::CausesOfConcern => Column::Text,
            Section::Reference => Column::Number,
            _ => Column::Answer,
        });
    }
    let has = |column| columns.contains(&Some(column));
    (header.len() > 1 && has(Column::Text) && has(Column::Answer)).then_some(columns)
}

fn push_item(lines: &mut Vec<TextLine>, row: &[Cell<'_>], columns: &[Option<Column>], header: &[Cell<'_>]) {
    let column = |cell: &Cell<'_>| columns.get(cell.column).copied().flatten();
    let number = row.iter().find(|cell| column(cell) == Some(Column::Number)).map(|cell| trim(cell.text));
    for cell in row {
        match column(cell) {
            Some(Column::Number) => {}
            Some(Column::Text) => {
                let begins_with_number = cell.text.starts_with(|c: char| c.is_ascii_digit());
                let before = match number {
                    Some(number) if number.bytes().all(|b| b.is_ascii_digit()) => format!("{number}. "),
                    Some(number) => format!("{number}: "),
                    None if begins_with_number || opening::is_labelled(cell.text) => String::new(),
                    None => "• ".to_owned(),
                };
                push_cell(lines, cell, &before, LineStyle::Text);
            }
            Some(Column::Answer) | None => {
                let label = header.iter().find(|label| label.column == cell.column);
                let label = label.map(|label| format!("{}: ", trim(label.text).trim_end_matches(':')));
                push_cell(lines, cell, &label.unwrap_or_default(), LineStyle::Text);
            }
        }
    }
}
