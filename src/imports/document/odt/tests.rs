//! Tests of the reader of OpenDocument texts, with small documents that each test builds.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::{Block, Document, LineStyle};
use super::read;

const NAMESPACES: &str = "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
    xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' \
    xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0' \
    xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' \
    xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' \
    xmlns:form='urn:oasis:names:tc:opendocument:xmlns:form:1.0' \
    xmlns:fo='urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0' \
    xmlns:loext='urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0' \
    xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0'";

fn odt(styles: &str, body: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut write = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let content = format!(
        "<office:document-content {NAMESPACES}><office:automatic-styles>{styles}</office:automatic-styles><office:body>\
         <office:text>{body}</office:text></office:body></office:document-content>"
    );
    write("content.xml", &content);
    let common = format!(
        "<office:document-styles {NAMESPACES}><office:styles><text:outline-style><text:outline-level-style \
         text:level='1' style:num-format='1' style:num-suffix='.'/><text:outline-level-style text:level='2' \
         style:num-format='1' text:display-levels='2'/></text:outline-style></office:styles><office:master-styles>\
         <style:master-page><style:footer><text:p>OFFICIAL</text:p></style:footer></style:master-page>\
         </office:master-styles></office:document-styles>"
    );
    write("styles.xml", &common);
    zip.finish().unwrap().into_inner()
}

fn document(styles: &str, body: &str) -> Document {
    read(&odt(styles, body)).unwrap()
}

fn lines(document: &Document) -> Vec<(&str, LineStyle)> {
    let lines = document.blocks.iter().filter_map(|block| match block {
        Block::Line(line) => Some((line.text.as_str(), line.style)),
        Block::Table(_) => None,
    });
    lines.collect()
}

fn texts(document: &Document) -> Vec<&str> {
    lines(document).into_iter().map(|(text, _)| text).collect()
}

fn notice<'a>(document: &'a Document, code: &str) -> &'a str {
    &document.notices.iter().find(|notice| notice.code == code).unwrap_or_else(|| panic!("no notice {code}")).detail
}

#[test]
fn lists_and_headings_have_the_numbers_of_their_styles() {
    let styles = "<text:list-style style:name='L'>\
        <text:list-level-style-number text:level='1' style:num-format='1' style:num-suffix='.' text:start-value='3'/>\
        <text:list-level-style-number text:level='2' style:num-format='a' style:num-prefix='(' style:num-suffix=')'/>\
        <text:list-level-style-number text:level='3' style:num-format='i' loext:num-list-format='%1%.%2%.%3%)'/>\
        </text:list-style><text:list-style style:name='B'><text:list-level-style-bullet text:level='1' \
        text:bullet-char='-'/><text:list-level-style-bullet text:level='2' text:bullet-char='o'/></text:list-style>";
    let item = |inside: &str| format!("<text:list-item>{inside}</text:list-item>");
    let p = |text: &str| format!("<text:p>{text}</text:p>");
    let list = |attributes: &str, items: &[String]| format!("<text:list {attributes}>{}</text:list>", items.concat());
    let deepest = list("", &[item(&p("c"))]);
    let inner = list("", &[item(&(p("b") + &deepest)), item(&p("d"))]);
    let body = [
        "<text:h text:outline-level='1'>Findings</text:h>".to_owned(),
        "<text:h text:outline-level='2'>First</text:h>".to_owned(),
        list("text:style-name='L' xml:id='one'", &[item(&(p("a") + &inner)), item(&(p("e") + &p("more")))]),
        list("text:style-name='L'", &[item(&p("f"))]),
        list("text:style-name='L' text:continue-list='one'", &[item(&p("g"))]),
        list("text:style-name='B'", &[item(&(p("h") + &list("", &[item(&p("i"))])))]),
        list(
            "text:style-name='L'",
            &["<text:list-item text:start-value='9'><text:p>j</text:p></text:list-item>".into()],
        ),
        "<text:h text:outline-level='1'>Next</text:h>".to_owned(),
    ]
    .concat();
    let document = document(styles, &body);
    assert_eq!(
        texts(&document),
        [
            "1. Findings",
            "1.1 First",
            "3. a",
            "  (a) b",
            "3.a.i) c",
            "  (b) d",
            "4. e",
            "more",
            "3. f",
            "5. g",
            "• h",
            "  • i",
            "9. j",
            "2. Next"
        ]
    );
    assert_eq!((lines(&document)[0].1, lines(&document)[2].1), (LineStyle::Heading, LineStyle::ListItem));
    assert!(notice(&document, "header_or_footer").contains("OFFICIAL"));
}

#[test]
fn paragraphs_have_breaks_boxes_notes_and_no_hidden_text() {
    let styles = "<style:style style:name='Bold' style:family='paragraph'><style:text-properties fo:font-weight='bold'/>\
        </style:style><style:style style:name='Hidden' style:family='text'><style:text-properties text:display='none'/>\
        </style:style>";
    let body = "<office:forms><form:form><form:checkbox form:id='c1' form:label='PEEL' form:current-state='checked'/>\
        <form:checkbox form:id='c2' form:label='Other'/></form:form></office:forms>\
        <text:tracked-changes><text:changed-region><text:deletion><text:p>June</text:p></text:deletion>\
        </text:changed-region></text:tracked-changes>\
        <text:p text:style-name='Bold'>Our response</text:p>\
        <text:p>one\n   two<text:line-break/>three<text:s text:c='2'/>four<text:tab/>five</text:p>\
        <text:p>seen<text:span text:style-name='Hidden'>secret</text:span><office:annotation><text:p>check</text:p>\
        </office:annotation><text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Page 4.</text:p>\
        </text:note-body></text:note></text:p>\
        <text:p><draw:control draw:control='c1'/></text:p><text:p><draw:control draw:control='c2'/></text:p>\
        <text:p><loext:content-control loext:checkbox='true' loext:checked='true'>x</loext:content-control> Yes</text:p>\
        <text:p>anchor<draw:frame><draw:text-box><text:p>in the box</text:p></draw:text-box></draw:frame></text:p>\
        <text:p><draw:frame><draw:image/><svg:desc>The crest</svg:desc></draw:frame></text:p>\
        <text:section text:display='none'><text:p>hidden section</text:p></text:section>";
    let document = document(styles, body);
    assert_eq!(
        texts(&document),
        [
            "Our response",
            "one two",
            "three  four\tfive",
            "seen[1]",
            "☒ PEEL",
            "☐ Other",
            "☒ Yes",
            "anchor",
            "in the box",
            "",
            "[1] Page 4."
        ]
    );
    assert_eq!(lines(&document)[0].1, LineStyle::Heading);
    assert!(notice(&document, "hidden_text").contains("secret"));
    assert!(notice(&document, "hidden_text").contains("hidden section"));
    assert!(notice(&document, "tracked_changes").contains("June"));
    assert!(notice(&document, "comments").contains("check"));
    assert!(notice(&document, "pictures").contains("The crest"));
}

#[test]
fn tables_have_cells_and_merged_cells() {
    let styles = "<style:style style:name='S' style:family='text'><style:text-properties \
        style:text-line-through-style='solid'/></style:style>";
    let body = "<table:table><table:table-header-rows><table:table-row><table:table-cell \
        table:number-columns-spanned='2'><text:p>wide</text:p></table:table-cell><table:covered-table-cell/>\
        <table:table-cell table:number-rows-spanned='2'><text:p>tall</text:p></table:table-cell></table:table-row>\
        </table:table-header-rows><table:table-row table:visibility='collapse'><table:table-cell><text:p>a</text:p>\
        <text:p>b</text:p></table:table-cell><table:table-cell><text:p><text:span text:style-name='S'>gone</text:span>\
        </text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table>";
    let document = document(styles, body);
    let Block::Table(table) = &document.blocks[0] else { panic!("no table") };
    let shown = table
        .rows
        .iter()
        .map(|row| row.cells.iter().map(|cell| (cell.text.as_str(), cell.merged, cell.struck)).collect::<Vec<_>>());
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            [("wide", false, false), ("wide", true, false), ("tall", false, false)],
            [("a\nb", false, false), ("gone", false, true), ("tall", true, false)]
        ]
    );
    assert!(table.rows[1].hidden);
}

#[test]
fn bad_files_are_faults() {
    let code = |body: &str| read(&odt("", body)).unwrap_err().code.into_owned();
    assert_eq!(code(""), "no_text");
    assert_eq!(code(&"<text:section>".repeat(1_000)), "too_deep");
    assert_eq!(code(&"<text:p>x</text:p>".repeat(20_001)), "too_long");
    let repeated = "<table:table><table:table-row table:number-rows-repeated='4000000000'><table:table-cell><text:p>x\
        </text:p></table:table-cell></table:table-row></table:table>";
    assert_eq!(code(repeated), "too_long");
}
