//! Plain text: its decoding, its lines, and the tables that its tabs make.

mod decoding;
mod invisible;
pub mod quoted_cells;

pub use decoding::{EncodingDetector, TextReader, decode, detect};
pub use invisible::InvisibleCharacters;

use super::{Block, Document, DocumentFormat, Line, LineStyle, Place, Table, TableCell, TableRow};

/// The fewest tabs of a line that can be the row of a table.
const MIN_TABS: usize = 2;

/// Splits a text into lines and tables. Form feeds, vertical tabs and all line and paragraph separators of Unicode end a
/// line; a form feed also ends a page. Invisible characters are removed, and a notice counts them.
pub fn read(text: &str) -> Document {
    let mut invisible = InvisibleCharacters::default();
    let lines = join_rows(split_lines(text, &mut invisible));
    let mut blocks = Vec::with_capacity(lines.len());
    let (mut run, mut tables, mut tabs) = (Vec::new(), 0, 0);
    let tabs_of: Vec<usize> = lines.iter().map(|line| count_tabs(&line.text)).collect();
    let is_row_at = |at: usize, tabs: usize| tabs >= MIN_TABS && tabs_of.get(at) == Some(&tabs);
    let between: Vec<bool> = lines.iter().map(|line| can_stand_between_rows(&line.text)).collect();
    for (at, line) in lines.into_iter().enumerate() {
        let is_between = !run.is_empty() && tabs_of[at] == 0;
        tabs = if is_between { tabs } else { tabs_of[at] };
        let heads_next = between.get(at + 1) == Some(&true) && is_row_at(at + 2, tabs);
        let continues = is_row_at(at + 1, tabs) || heads_next && is_row_at(at, tabs);
        run.push(line);
        if continues {
            continue;
        }
        if run.len() > 1 && run.iter().any(is_row) {
            tables += 1;
            blocks.push(Block::Table(into_table(tables, std::mem::take(&mut run))));
        } else {
            blocks.extend(run.drain(..).map(Block::Line));
        }
    }
    Document { format: DocumentFormat::Text, blocks, notices: invisible.into_notice().into_iter().collect() }
}

/// Joins the lines of a row whose quoted cells have line breaks.
fn join_rows(lines: Vec<Line>) -> Vec<Line> {
    let mut joined: Vec<Line> = Vec::with_capacity(lines.len());
    let mut left = 0;
    for at in 0..lines.len() {
        if left > 0 {
            left -= 1;
            if let Some(row) = joined.last_mut() {
                row.text.push('\n');
                row.text.push_str(&lines[at].text);
            }
            continue;
        }
        if lines[at].text.contains('\t') {
            let texts = lines[at..].iter().map(|line| line.text.as_str());
            left = quoted_cells::lines_of_row(texts).map_or(0, |count| count - 1);
        }
        joined.push(lines[at].clone());
    }
    joined
}

fn count_tabs(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\t').count()
}

/// Returns true for a short line that can be a heading between the rows of a table, such as “Areas for improvement”.
fn can_stand_between_rows(text: &str) -> bool {
    const MOST_BYTES: usize = 80;
    let text = text.trim();
    !text.contains('\t')
        && text.len() <= MOST_BYTES
        && text.starts_with(char::is_uppercase)
        && !text.ends_with(['.', ':', ';', ','])
}

/// Returns true if the tabs separate texts. Tabs before the only text of a line indent it.
fn is_row(line: &Line) -> bool {
    line.text.split('\t').filter(|cell| !cell.trim().is_empty()).count() > 1
}

fn into_table(number: u32, lines: Vec<Line>) -> Table {
    let cell = |text: &str| TableCell { text: text.trim().to_owned(), ..TableCell::default() };
    let row = |(number, line): (u32, Line)| TableRow {
        number,
        cells: quoted_cells::split(&line.text).iter().map(|text| cell(text)).collect(),
        hidden: false,
    };
    Table { name: format!("Table {number}"), rows: (1..).zip(lines).map(row).collect() }
}

/// Collects the lines of a text with their numbers.
struct Lines {
    found: Vec<Line>,
    current: String,
    page: Option<u32>,
}

impl Lines {
    fn end(&mut self) {
        let number = u32::try_from(self.found.len() + 1).unwrap_or(u32::MAX);
        let place = Place { page: self.page, line: Some(number), cell: None };
        let text = std::mem::take(&mut self.current);
        self.found.push(Line { place, text, style: LineStyle::Text });
    }
}

fn split_lines(text: &str, invisible: &mut InvisibleCharacters) -> Vec<Line> {
    let page = text.contains('\u{c}').then_some(1);
    let mut lines = Lines { found: Vec::new(), current: String::new(), page };
    let mut last = '\n';
    for c in text.chars() {
        match c {
            '\n' if last == '\r' => {}
            '\u{c}' => {
                // A form feed at the beginning of a line is the first character of the next page, and no line.
                if !lines.current.is_empty() {
                    lines.end();
                }
                lines.page = lines.page.map(|page| page + 1);
            }
            '\n' | '\r' | '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}' => lines.end(),
            // Word writes its non-breaking and its optional hyphen as these characters.
            '\u{1e}' => lines.current.push('-'),
            '\u{1f}' => {}
            // A no-break space is a space to the reader of the text. The parts below look for plain spaces.
            '\u{a0}' | '\u{2007}' | '\u{202f}' => lines.current.push(' '),
            c if c.is_ascii_control() && c != '\t' => lines.current.push(' '),
            c if invisible.is_removed(c, lines.found.len() + 1) => {}
            c => lines.current.push(c),
        }
        last = c;
    }
    if !lines.current.is_empty() {
        lines.end();
    }
    lines.found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let line = |block: Block| match block {
            Block::Line(line) => line.text,
            Block::Table(table) => panic!("{table:?}"),
        };
        read(text).blocks.into_iter().map(line).collect()
    }

    #[test]
    fn every_kind_of_line_end_ends_a_line() {
        assert_eq!(texts("a\nb\r\nc\rd\u{b}e\u{85}f\u{2028}g\u{2029}h"), ["a", "b", "c", "d", "e", "f", "g", "h"]);
        assert_eq!(texts("a\r\n\r\nb\n\n"), ["a", "", "b", ""]);
        assert_eq!(texts("a\r\rb"), ["a", "", "b"]);
        assert!(texts("").is_empty());
    }

    #[test]
    fn a_form_feed_ends_a_page() {
        let places = |text: &str| {
            let place = |block: &Block| match block {
                Block::Line(line) => (line.place.page, line.place.line),
                Block::Table(_) => panic!("no table"),
            };
            read(text).blocks.iter().map(place).collect::<Vec<_>>()
        };
        assert_eq!(places("a\n\u{c}b\n\u{c}"), [(Some(1), Some(1)), (Some(2), Some(2))]);
        assert_eq!(places("a\u{c}b"), [(Some(1), Some(1)), (Some(2), Some(2))]);
        assert_eq!(places("a\nb"), [(None, Some(1)), (None, Some(2))]);
    }

    #[test]
    fn lines_with_the_same_number_of_tabs_are_a_table() {
        let document = read("Tracker\nRef\tText\tStatus\n1\tOne.\t\n2\tTwo.\tDone\n\nEnd\n");
        let [Block::Line(title), Block::Table(table), Block::Line(_), Block::Line(end)] = document.blocks.as_slice()
        else {
            panic!("{document:?}")
        };
        assert_eq!((title.text.as_str(), end.text.as_str(), end.place.line), ("Tracker", "End", Some(6)));
        assert_eq!(table.name, "Table 1");
        let rows: Vec<Vec<&str>> =
            table.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.as_str()).collect()).collect();
        assert_eq!(rows, [["Ref", "Text", "Status"], ["1", "One.", ""], ["2", "Two.", "Done"]]);
        assert_eq!(table.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn a_quoted_cell_of_a_row_has_line_breaks() {
        let document =
            read("Ref\tText\tStatus\n1\t\"Forces should:\n- one; and\n- two.\"\tOpen\n2\tTwo.\t\"Done\nin May.\"\n");
        let [Block::Table(table)] = document.blocks.as_slice() else { panic!("{document:?}") };
        let texts: Vec<&str> = table.rows.iter().map(|row| row.cells[1].text.as_str()).collect();
        assert_eq!(texts, ["Text", "Forces should:\n- one; and\n- two.", "Two."]);
        assert_eq!(table.rows[2].cells[2].text, "Done\nin May.");
    }

    #[test]
    fn a_short_line_between_rows_belongs_to_the_table() {
        let document =
            read("Ref\tText\tStatus\nAreas for improvement\n1\tOne.\t\nCauses of concern\n2\tTwo.\tDone\nEnd\n");
        let [Block::Table(table), Block::Line(end)] = document.blocks.as_slice() else { panic!("{document:?}") };
        assert_eq!((table.rows.len(), end.text.as_str()), (5, "End"));
        assert_eq!(table.rows[1].cells.len(), 1);
        // A line that ends as a sentence does is no heading, and neither is one before a row with other cells.
        assert_eq!(read("a\tb\tc\nd\te\tf\nThe end.\ng\th\ti\n").blocks.len(), 3);
        assert_eq!(read("a\tb\tc\nd\te\tf\nEnd\ng\th\n").blocks.len(), 3);
    }

    #[test]
    fn indentation_and_single_lines_with_tabs_are_no_table() {
        assert_eq!(texts("\t\tone\n\t\ttwo\n"), ["\t\tone", "\t\ttwo"]);
        assert_eq!(texts("a\tb\tc\nd\te\n"), ["a\tb\tc", "d\te"]);
        assert_eq!(texts("a\tb\nc\td\n"), ["a\tb", "c\td"]);
    }

    #[test]
    fn invisible_characters_are_removed_and_counted() {
        let document = read("re\u{ad}view\u{200b}\n\u{feff}one\u{202e}owt\n");
        let Block::Line(first) = &document.blocks[0] else { panic!("a line") };
        assert_eq!(first.text, "review");
        assert_eq!(document.notices.len(), 1);
        assert_eq!(document.notices[0].code, "right_to_left_marks");
        assert!(document.notices[0].detail.contains("4 invisible characters"), "{}", document.notices[0].detail);
        assert!(document.notices[0].detail.contains("line 2"), "{}", document.notices[0].detail);
        assert!(read("a\u{a0}b").notices.is_empty());
        assert_eq!(texts("a\u{a0}b"), ["a b"]);
    }
}
