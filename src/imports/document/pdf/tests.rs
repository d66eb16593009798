//! Tests of the reader of PDF files, with small files that each test builds.

use super::super::{Block, Document};
use super::read;

/// Builds a file from the drawing instructions of its pages, and further entries of its trailer.
fn pdf(pages: &[&str], trailer: &str) -> Vec<u8> {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        String::new(),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
    ];
    let mut kids = String::new();
    for page in pages {
        let number = objects.len() + 1;
        kids.push_str(&format!("{number} 0 R "));
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R/Resources<</Font<</F1 3 0 R>>>>>>",
            number + 1
        ));
        objects.push(format!("<</Length {}>>stream\n{page}\nendstream", page.len()));
    }
    objects[1] = format!("<</Type/Pages/Kids[{kids}]/Count {}>>", pages.len());
    let mut file = "%PDF-1.4\n".to_owned();
    let mut offsets = String::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{} 0 obj{object}endobj\n", index + 1));
    }
    let start = file.len();
    file.push_str(&format!(
        "xref\n0 {}\n0000000000 65535 f \n{offsets}trailer<</Size {}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF",
        objects.len() + 1,
        objects.len() + 1
    ));
    file.into_bytes()
}

fn lines(document: &Document) -> Vec<(u32, u32, &str)> {
    let lines = document.blocks.iter().filter_map(|block| match block {
        Block::Line(line) => Some((line.place.page?, line.place.line?, line.text.as_str())),
        Block::Table(_) => None,
    });
    lines.collect()
}

/// Draws texts at places.
fn draw(texts: &[(u32, u32, &str)]) -> String {
    let one = |(x, y, text): &(u32, u32, &str)| format!("BT /F1 12 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n");
    texts.iter().map(one).collect()
}

#[test]
fn pages_become_lines_in_the_order_of_reading() {
    let first = draw(&[
        (50, 800, "Our response"),
        (50, 770, "The force should \\(by June\\) "),
        (50, 756, "train its staff."),
        (50, 742, "1."),
        (68, 742, "Provide guidance."),
        (50, 728, "Status"),
        (200, 728, "Open"),
    ]);
    let second = "BT /F1 10 Tf 50 700 Td (Left column) Tj 0 -12 Td (goes on.) Tj ET\n\
        BT /F1 10 Tf 300 700 Td (Right) Tj ( column) Tj 0 -12 Td [(ke)-10(rn)10(ed w)-400(ords)] TJ ET";
    let document = read(&pdf(&[&first, second], "")).unwrap();
    assert_eq!(
        lines(&document),
        [
            (1, 1, "Our response"),
            (1, 2, ""),
            (1, 3, "The force should (by June)"),
            (1, 4, "train its staff."),
            (1, 5, "1. Provide guidance."),
            (1, 6, "Status\tOpen"),
            (2, 1, "Left column"),
            (2, 2, "goes on."),
            (2, 3, ""),
            (2, 4, "Right column"),
            (2, 5, "kerned w ords"),
        ]
    );
}

#[test]
fn lines_that_are_drawn_upwards_are_sorted() {
    let texts = ["six", "five", "four", "three", "two", "one"];
    let placed: Vec<_> = texts.iter().zip(0..).map(|(text, index)| (50, 600 + 14 * index, *text)).collect();
    let document = read(&pdf(&[&draw(&placed)], "")).unwrap();
    let shown: Vec<_> = lines(&document).into_iter().map(|(.., text)| text).collect();
    assert_eq!(shown, ["one", "two", "three", "four", "five", "six"]);
}

#[test]
fn a_bullet_of_the_second_level_is_a_bullet() {
    let page = draw(&[(50, 700, "o"), (70, 700, "Provide guidance."), (50, 680, "o'clock")]);
    let document = read(&pdf(&[&page], "")).unwrap();
    assert_eq!(lines(&document)[0].2, "• Provide guidance.");
    assert!(lines(&document).iter().any(|(.., text)| *text == "o'clock"));
}

#[test]
fn characters_that_are_drawn_after_their_line_stand_in_its_gaps() {
    let page = draw(&[(70, 700, "PEEL"), (150, 700, "Custody"), (50, 700, "X"), (130, 700, "O"), (50, 680, "below")]);
    let document = read(&pdf(&[&page], "")).unwrap();
    let shown: Vec<_> = lines(&document).into_iter().map(|(.., text)| text).collect();
    assert_eq!(shown, ["X PEEL O Custody", "below"]);
}

#[test]
fn pages_without_text_are_told() {
    let document = read(&pdf(&[&draw(&[(50, 700, "text")]), "0 0 10 10 re f"], "")).unwrap();
    let notice = document.notices.iter().find(|notice| notice.code == "pages_without_text").unwrap();
    assert!(notice.detail.contains("page 2"), "{}", notice.detail);
}

#[test]
fn bad_files_are_faults() {
    let code = |bytes: &[u8]| read(bytes).unwrap_err().code.into_owned();
    assert_eq!(code(&pdf(&["0 0 10 10 re f"], "")), "no_text_layer");
    let encrypted = "/Encrypt<</Filter/Standard/V 1/R 2/O(12345678901234567890123456789012)\
        /U(12345678901234567890123456789012)/P -4>>/ID[(1234567890123456)(1234567890123456)]";
    assert_eq!(code(&pdf(&[&draw(&[(50, 700, "text")])], encrypted)), "encrypted");
    assert_eq!(code(b"%PDF-1.4\nnothing"), "malformed");
    let whole = pdf(&[&draw(&[(50, 700, "text")])], "");
    assert!(read(&whole[..whole.len() / 3]).is_err());
}
