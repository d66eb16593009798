//! Tests of trackers of many shapes. Each is invented.

mod columns;
mod documents;
mod rows;
mod shapes;
mod words;

use super::{read_trackers, take_trackers};
use crate::imports::document::{Block, Document, DocumentFormat, Line, LineStyle, Place, Table, TableCell, TableRow};
use crate::imports::proposal::{Answers, Proposal, ProposedPosition, ProposedRecommendation, Question};
use crate::imports::reading::Profile;

/// Returns a worksheet. A cell that begins with `~` is struck through, one that begins with `^` is merged, and a row
/// whose first cell begins with `!` is hidden.
fn sheet(name: &str, rows: &[&[&str]]) -> Block {
    let rows = (1..).zip(rows).map(|(number, cells)| {
        let hidden = cells.first().is_some_and(|cell| cell.starts_with('!'));
        let cells = cells.iter().map(|text| TableCell {
            text: text.trim_start_matches(['~', '^', '!']).to_owned(),
            merged: text.contains('^'),
            struck: text.contains('~'),
            error: false,
        });
        TableRow { number, cells: cells.collect(), hidden }
    });
    Block::Table(Table { name: name.to_owned(), rows: rows.collect() })
}

fn lines(text: &str) -> Vec<Block> {
    let line = |(number, text): (u32, &str)| {
        let place = Place { line: Some(number), ..Place::default() };
        Block::Line(Line { place, text: text.to_owned(), style: LineStyle::Text })
    };
    (1..).zip(text.split('\n')).map(line).collect()
}

fn document(format: DocumentFormat, blocks: Vec<Block>) -> Document {
    Document { format, blocks, notices: Vec::new() }
}

struct Read {
    proposal: Proposal,
    /// The lines that are left for the reading of the text.
    left: Vec<String>,
}

fn read_with(document: &Document, profile: &Profile, answers: &Answers) -> Read {
    let (trackers, left) = take_trackers(document, profile);
    let mut proposal = Proposal::default();
    read_trackers(&trackers, profile, answers, &mut proposal);
    let left = left.blocks.into_iter().map(|block| match block {
        Block::Line(line) => line.text,
        Block::Table(table) => format!("[{}]", table.name),
    });
    Read { proposal, left: left.filter(|text| !text.is_empty()).collect() }
}

fn read(blocks: Vec<Block>) -> Read {
    read_with(&document(DocumentFormat::Xlsx, blocks), &Profile::default(), &Answers::new())
}

impl Read {
    fn recommendation(&self, number: &str) -> &ProposedRecommendation {
        let mut all = self.proposal.recommendations.iter();
        all.find(|one| one.number.value.as_deref() == Some(number))
            .unwrap_or_else(|| panic!("no {number}: {}", self.numbers().join(", ")))
    }

    fn position(&self, number: &str) -> &ProposedPosition {
        let mut all = self.proposal.positions.iter();
        all.find(|one| one.number == number).unwrap_or_else(|| panic!("no position {number}"))
    }

    fn numbers(&self) -> Vec<String> {
        let numbers = self.proposal.recommendations.iter().map(|one| one.number.value.clone().unwrap_or_default());
        numbers.collect()
    }

    fn texts(&self) -> Vec<String> {
        let texts = self.proposal.recommendations.iter().map(|one| one.text.value.clone().unwrap_or_default());
        texts.collect()
    }

    fn question(&self, pointer: &str) -> &Question {
        let found = self.proposal.questions.iter().find(|question| question.pointer == pointer);
        found.unwrap_or_else(|| panic!("no question {pointer}: {:?}", self.pointers()))
    }

    fn pointers(&self) -> Vec<&str> {
        self.proposal.questions.iter().map(|question| question.pointer.as_str()).collect()
    }

    /// Returns the member of each column, with `-` for notes.
    fn members(&self) -> Vec<&str> {
        let members = self.proposal.columns.iter().map(|column| column.member.value.as_deref().unwrap_or("-"));
        members.collect()
    }

    fn note(&self, number: &str) -> &str {
        self.position(number).note.value.as_deref().unwrap_or_default()
    }
}

fn day(text: &str) -> Option<chrono::NaiveDate> {
    Some(text.parse().expect("a value"))
}
