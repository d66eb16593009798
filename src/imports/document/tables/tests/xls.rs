//! Tests of workbooks of Excel 97 to 2003.

use std::io::{Cursor, Write};

use super::super::super::DocumentFormat;
use super::super::workbook;
use super::*;

/// Writes records of BIFF8.
#[derive(Default)]
struct Biff(Vec<u8>);

impl Biff {
    fn record(&mut self, kind: u16, content: &[u8]) -> &mut Self {
        self.0.extend(kind.to_le_bytes());
        self.0.extend(u16::try_from(content.len()).expect("a short record").to_le_bytes());
        self.0.extend(content);
        self
    }

    /// Begins the workbook (5) or a worksheet (16).
    fn begin(&mut self, kind: u16) -> &mut Self {
        let content = [0x0600, kind, 0, 0, 0, 0, 0, 0].map(u16::to_le_bytes).concat();
        self.record(0x0809, &content)
    }

    fn font(&mut self, options: u16) -> &mut Self {
        let mut content = [200_u16, options, 0, 400, 0, 0, 0].map(u16::to_le_bytes).concat();
        content.extend([5, 0]);
        content.extend(b"Arial");
        self.record(0x0031, &content)
    }

    fn format(&mut self, id: u16, code: &str) -> &mut Self {
        let mut content = [id, u16::try_from(code.len()).expect("a short code")].map(u16::to_le_bytes).concat();
        content.push(0);
        content.extend(code.as_bytes());
        self.record(0x041e, &content)
    }

    fn xf(&mut self, font: u16, format: u16) -> &mut Self {
        let mut content = [font, format].map(u16::to_le_bytes).concat();
        content.resize(20, 0);
        self.record(0x00e0, &content)
    }

    fn number(&mut self, row: u16, column: u16, xf: u16, value: f64) -> &mut Self {
        let mut content = [row, column, xf].map(u16::to_le_bytes).concat();
        content.extend(value.to_le_bytes());
        self.record(0x0203, &content)
    }

    fn label(&mut self, row: u16, column: u16, xf: u16, text: &str) -> &mut Self {
        let length = u16::try_from(text.len()).expect("a short text");
        let mut content = [row, column, xf, length].map(u16::to_le_bytes).concat();
        content.push(0);
        content.extend(text.as_bytes());
        self.record(0x0204, &content)
    }
}

/// Returns a workbook with one worksheet. The formats are: 0 General, 1 `000`, 2 dates, 3 struck, 4 a fraction.
fn book(write: impl Fn(&mut Biff)) -> Vec<u8> {
    let globals = |position: u32| {
        let mut biff = Biff::default();
        biff.begin(5).record(0x0042, &1200_u16.to_le_bytes()).font(0).font(8);
        biff.format(164, "000").format(165, "# ?/?").xf(0, 0).xf(0, 164).xf(0, 14).xf(1, 0).xf(0, 165);
        let mut sheet = position.to_le_bytes().to_vec();
        sheet.extend([0, 0, 4, 0]);
        sheet.extend(b"Data");
        biff.record(0x0085, &sheet).record(0x000a, &[]);
        biff.0
    };
    let mut stream = globals(u32::try_from(globals(0).len()).expect("a short stream"));
    let mut sheet = Biff::default();
    sheet.begin(16);
    write(&mut sheet);
    sheet.record(0x000a, &[]);
    stream.extend(sheet.0);
    // A stream of less than 4,096 bytes is stored in another way, which is not the subject of this test.
    stream.resize(stream.len().max(8192), 0);
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).expect("a file");
    file.create_stream("/Workbook").expect("a stream").write_all(&stream).expect("a stream");
    file.into_inner().into_inner()
}

#[test]
fn cells_have_the_text_that_they_show() {
    let bytes = book(|sheet| {
        sheet.label(0, 0, 0, "Ref").label(0, 1, 3, "old");
        sheet.number(1, 0, 1, 7.0).number(1, 1, 2, 45_356.0).number(1, 2, 0, 3.1).number(1, 3, 4, 0.5);
        // A Boolean and an error.
        sheet.record(0x0205, &[1, 0, 4, 0, 0, 0, 1, 0]).record(0x0205, &[1, 0, 5, 0, 0, 0, 0x2a, 1]);
        sheet.label(2, 0, 0, "3.10").label(2, 1, 0, "two");
    });
    let document = workbook::read(&bytes, DocumentFormat::Xls).expect("a document");
    let [table] = tables(&document)[..] else { panic!("{document:?}") };
    assert_eq!(table.name, "Data");
    let expected = [vec!["Ref", "old"], vec!["007", "2024-03-05", "3.1", "0.5", "TRUE", "#N/A"], vec!["3.10", "two"]];
    assert_eq!(texts(table), expected);
    assert!(table.rows[0].cells[1].struck && !table.rows[0].cells[0].struck);
    assert!(table.rows[1].cells[5].error);
    let codes: Vec<&str> = document.notices.iter().map(|notice| notice.code.as_str()).collect();
    assert_eq!(codes, ["number_formats"]);
    assert!(document.notices[0].detail.contains("Data!D2"));
}

#[test]
fn merged_and_hidden_rows_are_marked() {
    let bytes = book(|sheet| {
        let mut row = [1_u16, 0, 2, 255, 0, 0].map(u16::to_le_bytes).concat();
        row.extend([0x20, 1, 15, 0]);
        sheet.record(0x0208, &row);
        sheet.label(0, 0, 0, "3.1").label(0, 1, 0, "one").label(1, 1, 0, "two");
        sheet.record(0x00e5, &[1_u16, 0, 1, 0, 0].map(u16::to_le_bytes).concat());
    });
    let document = workbook::read(&bytes, DocumentFormat::Xls).expect("a document");
    let [table] = tables(&document)[..] else { panic!("{document:?}") };
    assert_eq!(texts(table), [["3.1", "one"], ["3.1", "two"]]);
    assert!(table.rows[1].hidden && !table.rows[0].hidden && table.rows[1].cells[0].merged);
}

#[test]
fn a_damaged_workbook_is_refused() {
    let code = |bytes: &[u8]| workbook::read(bytes, DocumentFormat::Xls).expect_err("a fault").code.into_owned();
    assert_eq!(code(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 short"), "malformed");
    // The record of a merged area ends early, on which the crate panics.
    let damaged = book(|sheet| {
        sheet.record(0x00e5, &[9, 0, 0]);
    });
    assert_eq!(code(&damaged), "malformed");
    assert_eq!(code(&book(|_| {})), "empty");
}
