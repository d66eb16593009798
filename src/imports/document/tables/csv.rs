//! Reads CSV as a document with one table.

use super::super::text::InvisibleCharacters;
use super::super::{Block, Document, DocumentFault, DocumentFormat, Table, TableCell, TableRow};
use super::csv_delimiter::{Delimiter, SAMPLE_BYTES};
use super::csv_fault::CsvFaultKind;
use super::csv_record::CsvRecords;
use super::{MAX_ROWS, MAX_TEXT};

/// The name of the table.
const NAME: &str = "Table 1";
/// The most faults that a message lists.
const MAX_LISTED: usize = 20;

/// Reads CSV with commas, semicolons or tabs, or with the delimiter that a first line `sep=` names. The number of a row
/// is the number of its line. Blank lines are left out.
///
/// # Errors
///
/// Returns a fault that lists the lines which are not CSV (RFC 4180), or that states the limit which is exceeded.
pub fn read(text: &str) -> Result<Document, DocumentFault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let delimiter = Delimiter::find(&text[..text.floor_char_boundary(SAMPLE_BYTES)]);
    let first_line = 1 + u64::from(delimiter.line_length > 0);
    let mut records = CsvRecords::new(delimiter.character, first_line);
    let (mut rows, mut size, mut faults) = (Vec::new(), 0, FaultLines::default());
    let mut invisible = InvisibleCharacters::default();
    // The records are read as the lines are pushed, so that a text with too many rows is not divided as a whole.
    for line in text[delimiter.line_length..].split_inclusive('\n').map(Some).chain([None]) {
        match line {
            Some(line) => records.push(line),
            None => records.finish(),
        }
        while let Some(record) = records.next_record() {
            faults.extend(&record.faults);
            if record.is_blank() {
                continue;
            }
            let number = u32::try_from(record.line).unwrap_or(u32::MAX);
            let cells: Vec<TableCell> = record
                .cells
                .iter()
                .map(|cell| TableCell {
                    text: invisible.remove(without_guard(cell.trim()), number as usize),
                    ..TableCell::default()
                })
                .collect();
            size += record.cells.iter().map(String::len).sum::<usize>();
            check_size(rows.len(), size)?;
            rows.push(TableRow { number, cells, hidden: false });
        }
    }
    faults.into_result()?;
    if rows.is_empty() {
        return Err(DocumentFault::new("empty", "The table is empty: no line has text."));
    }
    let table = Table { name: NAME.to_owned(), rows };
    let notices = invisible.into_notice().into_iter().collect();
    Ok(Document { format: DocumentFormat::Csv, blocks: vec![Block::Table(table)], notices })
}

/// Returns a cell without the apostrophe that this service's exports put before what could be a formula.
fn without_guard(cell: &str) -> &str {
    let is_formula = |rest: &&str| {
        rest.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'])
    };
    cell.strip_prefix('\'').filter(is_formula).unwrap_or(cell)
}

/// Refuses a row that would be one too many, and a text that is too long.
fn check_size(rows: usize, size: usize) -> Result<(), DocumentFault> {
    if rows >= MAX_ROWS as usize {
        let detail = format!("The table has more than {MAX_ROWS} rows. Split it into several files.");
        return Err(DocumentFault::new("too_many_rows", detail));
    }
    if size > MAX_TEXT {
        let detail = format!("The table has more than {MAX_TEXT} bytes of text. Split it into several files.");
        return Err(DocumentFault::new("too_long", detail));
    }
    Ok(())
}

/// The first faults of a file, and the number of all.
#[derive(Default)]
struct FaultLines {
    first: Vec<(u64, CsvFaultKind)>,
    count: usize,
}

impl FaultLines {
    fn extend(&mut self, faults: &[(u64, CsvFaultKind)]) {
        self.count += faults.len();
        let room = MAX_LISTED - self.first.len();
        self.first.extend(faults.iter().take(room));
    }

    fn into_result(self) -> Result<(), DocumentFault> {
        let Some((_, kind)) = self.first.first() else { return Ok(()) };
        let lines: Vec<String> = self.first.iter().map(|(line, kind)| format!("Line {line}: {kind}")).collect();
        let more = match self.count - self.first.len() {
            0 => String::new(),
            more => format!(" There are {more} more faults of this kind."),
        };
        Err(DocumentFault::new(kind.code(), format!("{}{more}", lines.join(" "))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Vec<(u32, Vec<String>)> {
        let document = read(text).expect("a table");
        assert_eq!(document.format, DocumentFormat::Csv);
        let Some(Block::Table(table)) = document.blocks.into_iter().next() else { panic!("a table") };
        assert_eq!(table.name, NAME);
        let cells = |row: TableRow| (row.number, row.cells.into_iter().map(|cell| cell.text).collect());
        table.rows.into_iter().map(cells).collect()
    }

    #[test]
    fn a_table_has_its_cells_by_line() {
        let expected = [(1, vec!["Ref".to_owned(), "Text".into()]), (3, vec!["3.10".into(), "One\ntwo, three".into()])];
        assert_eq!(table("Ref,Text\r\n\r\n3.10,\"One\r\ntwo, three\"\r\n"), expected);
        assert_eq!(table("\u{feff}Ref;Text\n\n3.10;\"One\ntwo, three\"\n"), expected);
        let expected = [(2, vec!["Ref".to_owned(), "Text".into()]), (3, vec!["1".into(), "a,b\tc".into()])];
        assert_eq!(table("sep=;\nRef;Text;;\n1;a,b\tc;;\n"), expected);
        assert_eq!(table("Ref\tText\n")[0].1, ["Ref", "Text"]);
        assert_eq!(table("R\u{200b}ef,Text\n")[0].1, ["Ref", "Text"]);
    }

    #[test]
    fn all_lines_that_are_not_csv_are_listed() {
        let fault = read("Ref,Text\n1,say \"yes\"\n2,\"two\" x\n3,\"open\n4,\n").expect_err("faults");
        assert_eq!(fault.code, "quote_in_text");
        for part in ["Line 2: A quotation mark stands", "Line 3: Text follows", "Line 4: The quotation mark at"] {
            assert!(fault.detail.contains(part), "{}", fault.detail);
        }
        let fault = read(&"1,a\"b\n".repeat(100)).expect_err("faults");
        assert!(fault.detail.ends_with("There are 80 more faults of this kind."), "{}", fault.detail);
        assert!(fault.detail.len() < 5000);
    }

    #[test]
    fn the_limits_are_stated() {
        assert_eq!(read(&"a,b\n".repeat(20_000)).map(|document| document.blocks.len()), Ok(1));
        assert_eq!(read(&"a,b\n".repeat(20_001)).expect_err("a fault").code, "too_many_rows");
        let long = format!("{}\n", "x".repeat(1000)).repeat(5000);
        assert_eq!(read(&long).expect_err("a fault").code, "too_long");
        assert_eq!(read(&"x,".repeat(1_000_000)).expect_err("a fault").code, "too_many_columns");
        assert_eq!(read("\n,,\n").expect_err("a fault").code, "empty");
    }
}
