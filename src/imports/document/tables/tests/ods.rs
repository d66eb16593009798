//! Tests of OpenDocument spreadsheets.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use super::super::super::DocumentFormat;
use super::super::workbook;
use super::*;

const NAMESPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
                          xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
                          xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
                          xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
                          xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\"";

/// Returns a spreadsheet with these tables.
fn spreadsheet(tables: &str) -> Vec<u8> {
    let styles = "<office:automatic-styles>\
                  <style:style style:name=\"ta1\" style:family=\"table\"><style:table-properties table:display=\"false\"/>\
                  </style:style><style:style style:name=\"ce1\" style:family=\"table-cell\"><style:text-properties \
                  style:text-line-through-style=\"solid\"/></style:style></office:automatic-styles>";
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content {NAMESPACES}>{styles}<office:body><office:spreadsheet>{tables}\
         </office:spreadsheet></office:body></office:document-content>"
    );
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)] {
        writer.start_file(name, SimpleFileOptions::default()).expect("an entry");
        writer.write_all(content.as_bytes()).expect("content");
    }
    writer.finish().expect("an archive").into_inner()
}

fn read(tables: &str) -> Document {
    workbook::read(&spreadsheet(tables), DocumentFormat::Ods).expect("a document")
}

#[test]
fn cells_have_the_text_that_they_show() {
    let document = read(
        "<table:table table:name=\"Tracker\"><table:table-column/><table:table-header-rows><table:table-row>\
         <table:table-cell><text:p>Ref</text:p></table:table-cell></table:table-row></table:table-header-rows>\
         <table:table-row><table:table-cell office:value-type=\"float\" office:value=\"7\"><text:p>007</text:p>\
         </table:table-cell><table:table-cell office:value-type=\"date\" office:date-value=\"2024-03-05\">\
         <text:p>05/03/24</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><office:annotation>\
         <text:p>A comment</text:p></office:annotation><text:p>one<text:s text:c=\"2\"/><text:span>two</text:span></text:p>\
         <text:p>three</text:p></table:table-cell><table:table-cell office:value-type=\"string\" \
         calcext:value-type=\"error\"><text:p>#N/A</text:p></table:table-cell><table:table-cell table:style-name=\"ce1\">\
         <text:p>old</text:p></table:table-cell></table:table-row></table:table>",
    );
    let [table] = tables(&document)[..] else { panic!("{document:?}") };
    assert_eq!(texts(table), [vec!["Ref"], vec!["007", "2024-03-05", "one  two\nthree", "#N/A", "old"]]);
    let cells = &table.rows[1].cells;
    assert_eq!((cells[3].error, cells[4].struck, cells[2].error, cells[2].struck), (true, true, false, false));
}

#[test]
fn merged_hidden_and_repeated_cells_are_read() {
    let document = read(
        "<table:table table:name=\"A\"><table:table-column/><table:table-column table:visibility=\"collapse\"/>\
         <table:table-row><table:table-cell table:number-rows-spanned=\"2\"><text:p>3.1</text:p></table:table-cell>\
         <table:table-cell><text:p>one</text:p></table:table-cell></table:table-row><table:table-row \
         table:visibility=\"collapse\"><table:covered-table-cell/><table:table-cell><text:p>two</text:p></table:table-cell>\
         </table:table-row><table:table-row table:number-rows-repeated=\"2\"><table:table-cell \
         table:number-columns-repeated=\"2\"><text:p>x</text:p></table:table-cell><table:table-cell \
         table:number-columns-repeated=\"1000\"/></table:table-row><table:table-row \
         table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"1024\"/>\
         </table:table-row></table:table><table:table table:name=\"B\" table:style-name=\"ta1\"><table:table-row>\
         <table:table-cell><text:p>Open</text:p></table:table-cell></table:table-row></table:table>",
    );
    let [first, second] = tables(&document)[..] else { panic!("{document:?}") };
    assert_eq!(texts(first), [["3.1", "one"], ["3.1", "two"], ["x", "x"], ["x", "x"]]);
    assert!(first.rows[1].cells[0].merged && first.rows[1].hidden && !first.rows[0].hidden);
    assert!(second.rows[0].hidden);
    let codes: Vec<&str> = document.notices.iter().map(|notice| notice.code.as_str()).collect();
    assert_eq!(codes, ["hidden_columns", "hidden_sheet"]);
}

#[test]
fn text_that_is_repeated_beyond_the_limits_is_refused() {
    let code = |row: &str, cell: &str| {
        let tables = format!(
            "<table:table table:name=\"A\"><table:table-row {row}><table:table-cell {cell}><text:p>x</text:p>\
             </table:table-cell></table:table-row></table:table>"
        );
        workbook::read(&spreadsheet(&tables), DocumentFormat::Ods).expect_err("a fault").code.into_owned()
    };
    assert_eq!(code("table:number-rows-repeated=\"1048576\"", ""), "too_many_rows");
    assert_eq!(code("", "table:number-columns-repeated=\"16384\""), "too_many_columns");
}
