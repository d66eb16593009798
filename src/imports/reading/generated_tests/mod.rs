//! Documents made from random records, in six layouts: what is read is what was written, or a person is asked. No line
//! is lost.

mod layouts;
mod record;
mod variations;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;

use super::{ReadingContext, read};
use crate::imports::document::{Block, Document, DocumentFormat, Line, LineStyle, Place, Table, TableCell, TableRow};
use layouts::Layout;
use record::{Record, any_record};

#[path = "../../../../tests/it/imports/expected_facts/mod.rs"]
mod expected_facts;

/// The seed of the cases, so that a run of the tests finds the same as the one before.
const SEED: u64 = 55;

/// Returns the seed in the environment, which looks further, or the usual one.
fn seed() -> u64 {
    std::env::var("IMPORTS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED)
}

/// The cases for each layout.
const CASES: u32 = 48;

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, max_shrink_iters: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(seed()), ..Default::default() })]

    #[test]
    fn the_template_gives_the_record(record in any_record()) {
        compare(layouts::TEMPLATE, &record)?;
    }

    #[test]
    fn a_form_gives_the_record(record in any_record()) {
        compare(layouts::FORM, &record)?;
    }

    #[test]
    fn recommendations_with_answers_under_them_give_the_record(record in any_record()) {
        compare(layouts::INLINE, &record)?;
    }

    #[test]
    fn a_letter_gives_the_record(record in any_record()) {
        compare(layouts::LETTER, &record)?;
    }

    #[test]
    fn numbered_sections_give_the_record(record in any_record()) {
        compare(layouts::NUMBERED_SECTIONS, &record)?;
    }

    #[test]
    fn a_tracker_gives_the_record(record in any_record()) {
        compare(layouts::TRACKER, &record)?;
    }

    #[test]
    fn words_under_other_labels_are_in_no_wrong_member(record in any_record(), labels in any_labels()) {
        let (mut text, expected) = layouts::INLINE(&record);
        for (known, other) in ["Force response:", "PCC comment:", "Commissioner’s comments"].iter().zip(labels) {
            text = text.replace(known, other);
        }
        let wrong = expected_facts::differences(&read_text(&text), &expected);
        let wrong: Vec<_> = wrong.iter().filter(|difference| is_wrong(difference)).collect();
        prop_assert!(wrong.is_empty(), "{wrong:#?}\n\n{text}");
    }

    #[test]
    fn no_line_of_any_text_is_lost(lines in prop::collection::vec(any_line(), 0..40)) {
        let text = lines.join("\n");
        let lost = expected_facts::every_line_is_accounted_for(&read_text(&text), &text);
        prop_assert!(lost.is_empty(), "{lost:#?}\n\n{text}");
    }
}

/// Compares what is read in a layout of the record with the record.
fn compare(layout: Layout, record: &Record) -> Result<(), TestCaseError> {
    let (text, expected) = layout(record);
    let import = read_text(&text);
    let expected_facts::Comparison { wrong, asked } = expected_facts::compare(&import, &expected);
    prop_assert!(wrong.is_empty(), "{wrong:#?}\n\n{text}");
    // A reader that asks about everything would be of no use. The branch of each explanation is asked.
    let most = 4 + record.recommendations.len() + record.improvements.len();
    prop_assert!(asked.len() <= most, "asks about what it could find: {asked:#?}\n\n{text}");
    let lost = expected_facts::every_line_is_accounted_for(&import, &text);
    prop_assert!(lost.is_empty(), "lost lines: {lost:#?}\n\n{text}");
    Ok(())
}

/// Labels for the force's answer and the policing body's remark, and a heading for its comments.
fn any_labels() -> impl Strategy<Value = [&'static str; 3]> {
    let any_of = prop::sample::select::<&'static str>;
    (any_of(record::FORCE_LABELS), any_of(record::BODY_LABELS), any_of(record::HEADINGS)).prop_map(<[_; 3]>::from)
}

/// Returns true if a member has a wrong value. A member without a value is not wrong where nobody can know the label.
fn is_wrong(difference: &str) -> bool {
    let is_missing = ["found null", "found []", "is missing"].iter().any(|end| difference.ends_with(end));
    !is_missing && !difference.starts_with("not asked")
}

/// A line of words that mean something to the reader, and of any other characters.
fn any_line() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => prop::sample::select(record::READER_WORDS).prop_map(str::to_owned),
        3 => "[a-z]{1,9}",
        1 => "\\PC{0,6}",
    ];
    prop::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

/// Reads a text, as the JSON of its proposal.
fn read_text(text: &str) -> Value {
    read_as(DocumentFormat::Text, text)
}

/// Reads a text as a document of a format. Lines with two tabs or more are rows of a table. A Word document has no blank
/// lines, because its paragraphs have a distance.
fn read_as(format: DocumentFormat, text: &str) -> Value {
    let mut blocks = Vec::new();
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(text.split('\n').chain([""])) {
        if line.matches('\t').count() >= 2 {
            let cell = |text: &str| TableCell { text: text.trim().to_owned(), ..TableCell::default() };
            rows.push(TableRow { number, cells: line.split('\t').map(cell).collect(), hidden: false });
            continue;
        }
        if !rows.is_empty() {
            blocks.push(Block::Table(Table { name: "Table 1".to_owned(), rows: std::mem::take(&mut rows) }));
        }
        if format == DocumentFormat::Text || !line.trim().is_empty() {
            let place = Place { line: Some(number), ..Place::default() };
            blocks.push(Block::Line(Line { place, text: line.to_owned(), style: LineStyle::Text }));
        }
    }
    let document = Document { format, blocks, notices: Vec::new() };
    serde_json::to_value(read(&document, &ReadingContext::default())).expect("a proposal is JSON")
}
