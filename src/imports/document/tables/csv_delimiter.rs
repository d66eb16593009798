//! The character that separates the cells of a CSV file.

/// The number of bytes at the beginning of a file that show its delimiter.
pub const SAMPLE_BYTES: usize = 64 * 1024;
/// The number of records of the sample that are compared.
const MAX_RECORDS: usize = 100;
/// The delimiters, the most usual first.
const DELIMITERS: [char; 3] = [',', ';', '\t'];

/// The delimiter of a CSV file, and the length of the line that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiter {
    /// The character.
    pub character: char,
    /// The bytes of a first line `sep=;`, which some programs write and read; 0 without such a line.
    pub line_length: usize,
}

impl Delimiter {
    /// Returns the delimiter of a file that begins with this text: the one that a first line `sep=` names, or else the
    /// one that divides the most lines into the same number of cells.
    pub fn find(sample: &str) -> Self {
        if let Some(delimiter) = named(sample) {
            return delimiter;
        }
        let mut best = (',', (0, 0));
        for delimiter in DELIMITERS {
            let agreement = agreement(sample, delimiter);
            if agreement > best.1 {
                best = (delimiter, agreement);
            }
        }
        Self { character: best.0, line_length: 0 }
    }
}

/// Reads a first line such as `sep=;`.
fn named(sample: &str) -> Option<Delimiter> {
    let line = &sample[..sample.find('\n').map_or(sample.len(), |end| end + 1)];
    let content = line.trim_end_matches(['\r', '\n']);
    let content = content.strip_prefix('"').and_then(|content| content.strip_suffix('"')).unwrap_or(content);
    let (name, value) = content.split_at_checked(4)?;
    let mut characters = value.chars();
    let character = characters.next()?;
    let is_delimiter = name.eq_ignore_ascii_case("sep=") && characters.next().is_none() && character != '"';
    is_delimiter.then_some(Delimiter { character, line_length: line.len() })
}

/// Returns the share of the records that have the most common number of cells, in thousandths, and that number, which
/// must be more than one.
fn agreement(sample: &str, delimiter: char) -> (usize, usize) {
    let mut counts: Vec<usize> = Vec::new();
    let (mut cells, mut quoted, mut has_text) = (1, false, false);
    // Whether a quotation mark begins a quotation: at the beginning of a cell, and doubled inside a quoted cell.
    let mut can_quote = true;
    for c in sample.chars() {
        if quoted {
            quoted = c != '"';
            can_quote = !quoted;
            continue;
        }
        match c {
            '"' if can_quote => quoted = true,
            '\n' => {
                if has_text {
                    counts.push(cells);
                }
                if counts.len() == MAX_RECORDS {
                    break;
                }
                (cells, can_quote, has_text) = (1, true, false);
                continue;
            }
            c if c == delimiter => {
                (cells, can_quote) = (cells + 1, true);
                continue;
            }
            _ => {}
        }
        can_quote = false;
        has_text |= !c.is_whitespace();
    }
    // The end of the sample can cut a record.
    if has_text && (counts.is_empty() || sample.len() < SAMPLE_BYTES / 2) {
        counts.push(cells);
    }
    let of = |cells: usize| counts.iter().filter(|count| **count == cells).count();
    counts
        .iter()
        .filter(|cells| **cells > 1)
        .map(|cells| (of(*cells) * 1000 / counts.len(), *cells))
        .max()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn character(sample: &str) -> char {
        Delimiter::find(sample).character
    }

    #[test]
    fn the_delimiter_that_agrees_is_found() {
        assert_eq!(character("reference,text\nA,one; two\nB,three; four\n"), ',');
        assert_eq!(character("reference;text\nA;one, two\nB;three, four, five\n"), ';');
        assert_eq!(character("reference\ttext\nA\tone, two\nB\tthree; four\n"), '\t');
        assert_eq!(character("Tracker, as of May\n\nref;text;status\n1;One;Open\n2;Two;Open\n"), ';');
        assert_eq!(character("ref;text\n1;\"a,b\nc,d\n\"\n"), ';');
        assert_eq!(character("text\none\n"), ',');
        assert_eq!(character(""), ',');
    }

    #[test]
    fn a_first_line_can_name_the_delimiter() {
        assert_eq!(Delimiter::find("sep=;\r\na,b;c\r\n"), Delimiter { character: ';', line_length: 7 });
        assert_eq!(Delimiter::find("\"SEP=|\"\na|b\n"), Delimiter { character: '|', line_length: 8 });
        assert_eq!(character("sep=;;\na,b\nc,d\n"), ',');
    }
}
