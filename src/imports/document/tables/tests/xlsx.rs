//! Tests of workbooks of Excel 2007 or later.

use std::io::{Cursor, Read, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::write::SimpleFileOptions;

use super::super::super::DocumentFormat;
use super::super::workbook;
use super::*;

fn read(book: &mut Workbook) -> Document {
    workbook::read(&book.save_to_buffer().expect("a workbook"), DocumentFormat::Xlsx).expect("a document")
}

/// Returns the workbook with a part changed.
fn change(bytes: &[u8], part: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut content = String::new();
        entry.read_to_string(&mut content).expect("text");
        if name == part {
            content = change(&content);
        }
        writer.start_file(name, SimpleFileOptions::default()).expect("an entry");
        writer.write_all(content.as_bytes()).expect("content");
    }
    writer.finish().expect("an archive").into_inner()
}

#[test]
fn cells_have_the_text_that_they_show() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Tracker").expect("a name");
    let format = |code: &str| Format::new().set_num_format(code);
    let at = ExcelDateTime::from_ymd(2024, 3, 5).expect("a day");
    let time = ExcelDateTime::parse_from_str("2024-03-05T14:30:00").expect("a moment");
    sheet.write_string(0, 0, "Ref").expect("a cell");
    for (column, code, number) in [
        (0, "000", 7.0),
        (1, "General", 3.1),
        (2, "0.00", 3.1),
        (3, "0%", 0.25),
        (4, "\"£\"#,##0.00", 1234.5),
        (5, "# ?/?", 0.5),
    ] {
        sheet.write_number_with_format(1, column, number, &format(code)).expect("a cell");
    }
    sheet.write_string(2, 0, "3.10").expect("a cell").write_boolean(2, 1, true).expect("a cell");
    sheet.write_datetime_with_format(2, 2, &at, &format("dd/mm/yyyy")).expect("a cell");
    sheet.write_datetime_with_format(2, 3, &at, &format("mmm-yy")).expect("a cell");
    sheet.write_datetime_with_format(2, 4, &time, &format("d mmmm yyyy hh:mm")).expect("a cell");
    sheet.write_number_with_format(2, 5, 45_000.0, &format("General")).expect("a cell");
    sheet.write_string(2, 6, "one\nt\u{200b}wo").expect("a cell");
    sheet.write_number_with_format(2, 7, 1.25, &format("[h]:mm")).expect("a cell");
    let document = read(&mut book);
    let [table] = tables(&document)[..] else { panic!("{document:?}") };
    assert_eq!((table.name.as_str(), document.format), ("Tracker", DocumentFormat::Xlsx));
    assert_eq!(
        texts(table),
        [
            vec!["Ref"],
            vec!["007", "3.1", "3.10", "25%", "£1,234.50", "0.5"],
            vec!["3.10", "TRUE", "2024-03-05", "March 2024", "2024-03-05", "45000", "one\ntwo", "30:00"],
        ]
    );
    let codes: Vec<&str> = document.notices.iter().map(|notice| notice.code.as_str()).collect();
    assert_eq!(codes, ["invisible_characters", "number_formats"]);
    assert!(document.notices[1].detail.contains("1 cells could not be applied: Tracker!F2."), "{document:?}");
}

#[test]
fn merged_hidden_and_struck_cells_are_marked() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 1, 0, "3.1", &Format::new()).expect("a merge");
    sheet.write_string(0, 1, "one").expect("a cell").write_string(1, 1, "two").expect("a cell");
    sheet.write_string_with_format(2, 1, "old", &Format::new().set_font_strikethrough()).expect("a cell");
    sheet.set_row_hidden(1).expect("a row").set_column_hidden(1).expect("a column");
    let hidden = book.add_worksheet().set_name("Lists").expect("a name");
    hidden.write_string(3, 0, "Open").expect("a cell");
    hidden.set_hidden(true);
    let document = read(&mut book);
    let [first, second] = tables(&document)[..] else { panic!("{document:?}") };
    assert_eq!(texts(first), [vec!["3.1", "one"], vec!["3.1", "two"], vec!["", "old"]]);
    assert_eq!(first.rows.iter().map(|row| row.hidden).collect::<Vec<_>>(), [false, true, false]);
    assert!(!first.rows[0].cells[0].merged && first.rows[1].cells[0].merged);
    assert!(first.rows[2].cells[1].struck && !first.rows[1].cells[1].struck);
    assert_eq!((second.rows[3].number, second.rows[3].hidden), (4, true));
    let codes: Vec<&str> = document.notices.iter().map(|notice| notice.code.as_str()).collect();
    assert_eq!(codes, ["hidden_columns", "hidden_sheet"]);
}

#[test]
fn cells_with_errors_are_marked_whatever_the_error() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, text) in ["#N/A", "#SPILL!", "#VALUE!"].into_iter().enumerate() {
        let row = u32::try_from(row).expect("a row");
        sheet.write_string(row, 0, "one").expect("a cell").write_string(row, 3, "two").expect("a cell");
        sheet.write_formula(row, 2, rust_xlsxwriter::Formula::new("=X1").set_result(text)).expect("a cell");
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let bytes = change(&bytes, "xl/worksheets/sheet1.xml", |xml| {
        // The writer stores only the errors that it knows with their type.
        xml.replace("t=\"str\"", "t=\"e\"")
    });
    let document = workbook::read(&bytes, DocumentFormat::Xlsx).expect("a document");
    let [table] = tables(&document)[..] else { panic!("{document:?}") };
    for (row, text) in table.rows.iter().zip(["#N/A", "#SPILL!", "#VALUE!"]) {
        let shown: Vec<(&str, bool)> = row.cells.iter().map(|cell| (cell.text.as_str(), cell.error)).collect();
        assert_eq!(shown, [("one", false), ("", false), (text, true), ("two", false)]);
    }
}

#[test]
fn a_workbook_that_is_damaged_or_too_large_is_refused() {
    let code = |bytes: &[u8]| workbook::read(bytes, DocumentFormat::Xlsx).expect_err("a fault").code.into_owned();
    let mut book = Workbook::new();
    book.add_worksheet();
    let empty = book.save_to_buffer().expect("a workbook");
    assert_eq!(code(&empty), "empty");
    assert_eq!(code(&empty[..empty.len() / 2]), "malformed");
    assert_eq!(code(b"PK\x03\x04"), "malformed");
    let mut book = Workbook::new();
    book.add_worksheet().write_string(20_000, 0, "x").expect("a cell");
    assert_eq!(code(&book.save_to_buffer().expect("a workbook")), "too_many_rows");
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 200, "x").expect("a cell");
    assert_eq!(code(&book.save_to_buffer().expect("a workbook")), "too_many_columns");
    // Blank cells beyond the limits are no fault.
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "x").expect("a cell");
    sheet.write_blank(1_000_000, 300, &Format::new().set_bold()).expect("a cell");
    assert_eq!(texts(tables(&read(&mut book))[0]), [["x"]]);
}

#[test]
fn the_first_worksheet_is_read_row_by_row() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..30_000 {
        sheet.write_number(row, 0, row).expect("a cell");
    }
    book.add_worksheet().write_string(0, 0, "other").expect("a cell");
    let bytes = book.save_to_buffer().expect("a workbook");
    let mut count = 0;
    workbook::read_first_sheet(&bytes, |row| {
        count += 1;
        assert_eq!((row.row.number, row.row.cells[0].text.clone()), (count, (count - 1).to_string()));
        Ok(())
    })
    .expect("rows");
    assert_eq!(count, 30_000);
}
