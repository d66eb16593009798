//! Tests of the reader of web pages.

use super::super::{Block, Document, LineStyle};
use super::read;

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
fn a_page_becomes_lines() {
    let page = "<!doctype html><html><head><title>T</title><style>p{}</style></head><body><nav><a href=/>Home</a></nav>\
        <script>alert('x')</script><h1>Our <em>response</em></h1><p>one\n   two<br>three &amp;&nbsp;four</p>\
        <div><p><strong>Comments:</strong></p><strong>Bold</strong> and not</div>\
        <p hidden>secret</p><p style='display: none'>also</p><p>by <del>June</del><ins>July</ins></p>\
        <img src=x alt='The crest'><iframe src=y></iframe><pre>a\n  b</pre>\
        <p>See<sup><a href='#n'>2</a></sup> the 1<sup>st</sup></p><p>a<br><br>b</p>\
        <input type=checkbox checked> Yes <input type=checkbox> No <select><option>A<option selected>B</select><footer>Footer</footer></body></html>";
    let document = read(page).unwrap();
    assert!(notice(&document, "scripts").contains("left out: 1"));
    assert_eq!(
        texts(&document),
        [
            "Home",
            "Our response",
            "one two",
            "three & four",
            "Comments:",
            "Bold and not",
            "by July",
            "a",
            "  b",
            "See[2] the 1st",
            "a",
            "",
            "b",
            "☒ Yes ☐ No B",
            "Footer"
        ]
    );
    let headings = lines(&document).into_iter().filter(|(_, style)| *style == LineStyle::Heading);
    assert_eq!(headings.map(|(text, _)| text).collect::<Vec<_>>(), ["Our response", "Comments:"]);
    assert!(notice(&document, "hidden_text").contains("secret · also"));
    assert!(notice(&document, "tracked_changes").contains("June"));
    assert!(notice(&document, "pictures").contains("The crest"));
    notice(&document, "embedded_parts");
}

#[test]
fn lists_have_their_numbers() {
    let page = "<ol start=3><li>a<li><p>b</p><p>more</p><ol type=a><li>c<li value=5>d</ol><li>e</ol>\
        <ul><li>f<ul><li>g</ul></ul><ol reversed><li>h<li>i</ol><ol style='list-style-type: lower-roman'><li>j</ol>";
    let document = read(page).unwrap();
    let expected = ["3. a", "4. b", "more", "  a. c", "  e. d", "5. e", "• f", "  • g", "2. h", "1. i", "i. j"];
    assert_eq!(texts(&document), expected);
    assert_eq!((lines(&document)[0].1, lines(&document)[2].1), (LineStyle::ListItem, LineStyle::Text));
}

#[test]
fn tables_have_cells_and_merged_cells() {
    let page = "<p>before<table><caption>Progress</caption><thead><tr><th colspan=2>wide<th rowspan=2>tall</thead>\
        <tbody><tr><td>a<br>b<td><s>gone</s></tr><tr hidden><td>x<ul><li>y</ul><td><table><tr><td>n<td>m</table></tr>\
        </tbody></table>after";
    let document = read(page).unwrap();
    assert_eq!(texts(&document), ["before", "Progress", "after"]);
    let Block::Table(table) = &document.blocks[2] else { panic!("no table") };
    let shown = table
        .rows
        .iter()
        .map(|row| row.cells.iter().map(|cell| (cell.text.as_str(), cell.merged, cell.struck)).collect::<Vec<_>>());
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            vec![("wide", false, false), ("wide", true, false), ("tall", false, false)],
            vec![("a\nb", false, false), ("gone", false, true), ("tall", true, false)],
            vec![("x\n• y", false, false), ("n\tm", false, false)]
        ]
    );
    assert!(table.rows[2].hidden);
    notice(&document, "nested_tables");
}

#[test]
fn bad_pages_are_faults() {
    let code = |page: &str| read(page).unwrap_err().code.into_owned();
    assert_eq!(code("<html><script>x</script></html>"), "no_text");
    assert_eq!(code(&format!("{}x", "<div>".repeat(1_000))), "too_deep");
    assert_eq!(code(&"<p>x".repeat(20_001)), "too_long");
    assert_eq!(code("<table><tr><td colspan=1000>x</table>"), "too_long");
    assert!(read("<p>\u{202e}marks").unwrap().notices.iter().any(|notice| notice.code == "right_to_left_marks"));
}
