//! Tests of the lines that belong to a page or to a web page.

use super::*;
use crate::imports::document::{LineStyle, Place};
use crate::imports::proposal::UnclaimedReason;

fn marked(text: &str) -> Vec<(String, Option<UnclaimedReason>, bool)> {
    let mut lines: Vec<TextLine> = text
        .lines()
        .map(|text| TextLine {
            place: Place::default(),
            text: text.trim().to_owned(),
            style: LineStyle::Text,
            begins_page: text.contains('\u{c}'),
            begins_paragraph: false,
            left_out: None,
            continues: false,
            wrapped: Vec::new(),
        })
        .collect();
    mark_furniture(&mut lines);
    lines.into_iter().map(|line| (line.text, line.left_out, line.continues)).collect()
}

#[test]
fn page_lines_are_left_out_and_sentences_continue() {
    let lines = marked(
        "OFFICIAL\nA response\nshould write down\nPage 1 of 2\nOFFICIAL\n\u{c}OFFICIAL\nwhat the child says.\n2\n\u{c}OFFICIAL\nEnd.",
    );
    let left_out: Vec<&str> = lines.iter().filter(|line| line.1.is_some()).map(|line| line.0.as_str()).collect();
    assert_eq!(left_out, ["OFFICIAL", "Page 1 of 2", "OFFICIAL", "OFFICIAL", "2", "OFFICIAL"]);
    assert!(lines.iter().any(|line| line.0.starts_with("what the child") && line.2));
}

#[test]
fn repeated_headers_are_left_out_after_the_first() {
    let text = "Response of the Commissioner\nOne.\nPage 1\nResponse of the Commissioner\nTwo.\nPage 2\nResponse of the Commissioner\nThree.";
    let lines = marked(text);
    assert_eq!(lines.iter().filter(|line| line.0.starts_with("Response") && line.1.is_some()).count(), 2);
    assert!(lines.iter().all(|line| !matches!(line.0.as_str(), "One." | "Two." | "Three.") || line.1.is_none()));
}

#[test]
fn links_are_left_out_and_sentences_are_not() {
    for (text, is_link) in [
        ("Skip to main content", true),
        ("Related content: News | Contact us", true),
        ("Home > News > Responses", true),
        ("© 2024 Office", true),
        ("I will contact us all.", false),
        ("The PCC’s website has news.", false),
        ("Official statistics show this.", false),
    ] {
        assert_eq!(marked(text)[0].1.is_some(), is_link, "{text}");
    }
}

#[test]
fn footers_in_columns_and_lists_of_contents_are_left_out() {
    let text = "Contents\nRecommendations ........ 1\nAreas for improvement .. 2\nIt was mended in 2023.\nResponse to report            v1.2 final            1 of 3\nWharf Road.\nWe have done 1 of 3";
    let lines = marked(text);
    let left_out: Vec<&str> = lines.iter().filter(|line| line.1.is_some()).map(|line| &line.0[..8]).collect();
    assert_eq!(left_out, ["Recommen", "Areas fo", "Response"]);
}
