//! The cells of rows that were copied from a spreadsheet: separated by tabs, and in quotation marks if they have line
//! breaks.

/// The most lines of a cell with line breaks.
const MAX_LINES_OF_CELL: usize = 60;

/// The most cells of a row that are split.
const MAX_CELLS: usize = 1_000;

/// Returns the number of lines of a row. A spreadsheet puts quotation marks around a cell with line breaks. Returns none
/// if the marks are not closed.
pub fn lines_of_row<'t>(mut lines: impl Iterator<Item = &'t str>) -> Option<usize> {
    let mut is_open = has_open_quote(lines.next()?);
    let mut count = 1;
    while is_open {
        let line = lines.next().filter(|_| count < MAX_LINES_OF_CELL)?;
        is_open = match read_quoted(line) {
            Quoted::Open => true,
            Quoted::Closed(end) => has_open_quote(&line[end + 1..]),
            Quoted::No => return None,
        };
        count += 1;
    }
    Some(count)
}

/// Returns the cells of a row, without the quotation marks around them.
pub fn split(text: &str) -> Vec<String> {
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
