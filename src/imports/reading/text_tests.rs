//! Tests of words and sentences.

use super::*;

#[test]
fn sentences_end_at_full_stops_but_not_at_abbreviations() {
    let text = "I thank Mr. A. Quill. It works, e.g. at night! “It does.” Done";
    let found: Vec<&str> = sentences(text).into_iter().map(|range| text[range].trim()).collect();
    assert_eq!(found, ["I thank Mr. A. Quill.", "It works, e.g. at night!", "“It does.”", "Done"]);
    assert_eq!(sentences("").len(), 0);
}

#[test]
fn bullets_and_marks_are_removed() {
    assert_eq!(strip_bullet("  • make a plan"), Some("make a plan"));
    assert_eq!(strip_bullet("- make"), Some("make"));
    assert_eq!(strip_bullet("-5 degrees"), None);
    assert_eq!(strip_bullet("**Bold**"), None);
    assert_eq!(strip_marks("**Key findings**"), "Key findings");
    assert_eq!(strip_marks("## Key findings"), "Key findings");
    assert_eq!(strip_marks("# 30102 - text"), "# 30102 - text");
}

#[test]
fn words_are_compared_whole() {
    let words = SpacedWords::new("PCC’s & Chief Constable’s comments");
    assert!(words.contains("pccs and chief"));
    assert!(!words.contains("constable"));
}
