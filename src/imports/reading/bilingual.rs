//! Documents that have Welsh in the left column and English in the right one. Their rows become lines, so that the two
//! languages of each text stand below each other.

use super::text::trim;
use super::welsh;
use crate::imports::document::{Block, Document, Line, LineStyle, Place, Table};

/// Returns the document with the rows of its bilingual columns as lines, or none if it has none.
pub(super) fn rows_to_lines(document: &Document) -> Option<Document> {
    let pairs: Vec<(String, String)> = document.blocks.iter().flat_map(pairs_of).collect();
    let is_bilingual = |(left, right): &&(String, String)| welsh::is_welsh(left) && !welsh::is_welsh(right);
    if pairs.len() < 2 || pairs.iter().filter(is_bilingual).count() * 2 < pairs.len() {
        return None;
    }
    let mut blocks = Vec::new();
    for block in &document.blocks {
        match block {
            Block::Table(table) if is_pairs(table) => push_rows(&mut blocks, table),
            Block::Line(line) => match pair_of(&line.text) {
                Some((left, right)) => {
                    blocks.push(Block::Line(Line { text: left, ..line.clone() }));
                    blocks.push(Block::Line(Line { text: right, ..line.clone() }));
                }
                None => blocks.push(block.clone()),
            },
            Block::Table(_) => blocks.push(block.clone()),
        }
    }
    Some(Document { format: document.format, blocks, notices: document.notices.clone() })
}

/// Returns the document without the labels of its languages, if its texts stand in lines such as “Cymraeg: …” and
/// “English: …”.
pub(super) fn without_labels(document: &Document) -> Option<Document> {
    const LABELS: [&str; 3] = ["Cymraeg:", "English:", "Saesneg:"];
    let label_of = |block: &Block| match block {
        Block::Line(line) => LABELS.iter().position(|label| trim(&line.text).starts_with(label)),
        Block::Table(_) => None,
    };
    let found: Vec<usize> = document.blocks.iter().filter_map(label_of).collect();
    let welsh = found.iter().filter(|at| **at == 0).count();
    if welsh < 2 || found.len() < welsh * 2 {
        return None;
    }
    let strip = |block: &Block| match (block, label_of(block)) {
        (Block::Line(line), Some(label)) => {
            let text = trim(trim(&line.text).trim_start_matches(LABELS[label])).to_owned();
            Block::Line(Line { text, ..line.clone() })
        }
        _ => block.clone(),
    };
    let blocks = document.blocks.iter().map(strip).collect();
    Some(Document { format: document.format, blocks, notices: document.notices.clone() })
}

fn pairs_of(block: &Block) -> Vec<(String, String)> {
    match block {
        Block::Line(line) => pair_of(&line.text).into_iter().collect(),
        Block::Table(table) if is_pairs(table) => {
            let rows = table.rows.iter().map(|row| row.cells.iter().map(|cell| trim(&cell.text).to_owned()));
            rows.filter_map(|mut cells| Some((cells.next()?, cells.next()?))).collect()
        }
        Block::Table(_) => Vec::new(),
    }
}

fn pair_of(text: &str) -> Option<(String, String)> {
    let (left, right) = text.split_once('\t')?;
    let (left, right) = (trim(left), trim(right));
    (!left.is_empty() && !right.is_empty() && !right.contains('\t')).then(|| (left.to_owned(), right.to_owned()))
}

/// Returns true if each row of the table has at most two cells with text.
fn is_pairs(table: &Table) -> bool {
    let mut rows = table.rows.iter();
    rows.all(|row| row.cells.iter().skip(2).all(|cell| trim(&cell.text).is_empty()))
}

fn push_rows(blocks: &mut Vec<Block>, table: &Table) {
    for row in &table.rows {
        for (cell, column) in row.cells.iter().zip(["A", "B"]) {
            for text in cell.text.split('\n').filter(|text| !cell.merged && !trim(text).is_empty()) {
                let place = Place { cell: Some(format!("{}!{column}{}", table.name, row.number)), ..Place::default() };
                blocks.push(Block::Line(Line { place, text: text.to_owned(), style: LineStyle::Text }));
            }
        }
    }
}
