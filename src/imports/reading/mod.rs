//! Reads a document: finds the facts in its lines, with the place of each, and asks what its words do not settle. A
//! pure function of the document and of what is known about the area.

pub mod addressees;
mod bilingual;
mod branch;
mod branch_words;
mod cited_item;
mod claims;
mod comment_heading;
mod comment_questions;
mod completeness;
pub mod context;
mod dated;
pub mod day;
mod day_words;
mod doubtful_texts;
mod duty;
mod explanations;
mod furniture;
mod furniture_words;
#[cfg(test)]
mod generated_tests;
mod heading;
mod heading_forms;
mod heading_parts;
mod heading_words;
mod inspection;
mod inspection_sources;
mod inspectorates;
mod item_answers;
mod item_number;
mod item_text;
mod items;
mod kind;
mod known_words;
mod label;
mod lines;
mod list_heading;
mod missing_members;
mod multi_item_label;
mod numbers;
mod opening;
mod outline;
mod page_number;
mod paragraph_numbers;
pub mod process;
mod published;
mod question_heading;
mod questions;
mod quotation;
mod reference;
mod response;
mod rest;
mod scope;
mod signature;
mod state;
pub mod target;
mod target_clause;
mod target_words;
#[cfg(test)]
mod tests;
mod text;
mod tick_box;
mod title;
mod title_line;
mod tokens;
pub mod tracker;
mod unclaimed_prose;
mod unknown_words;
mod unwrap;
mod walk;
mod walk_answers;
mod walk_headings;
mod walk_items;
mod walk_lead;
mod walk_list;
mod walk_quotation;
mod walk_text;
mod walk_unknown;
mod welsh;

pub use context::{AreaNames, DayFormat, Profile, ReadingContext, Section};

pub(super) use questions::list_of;

use claims::Claims;
use state::Reading;

use crate::imports::document::{Document, DocumentFormat};
use crate::imports::proposal::{Proposal, UnclaimedReason};

/// Returns the facts in a document, the questions that its words raise, and the lines that no member contains.
pub fn read(document: &Document, context: &ReadingContext) -> Proposal {
    let unlabelled = bilingual::without_labels(document);
    let document = unlabelled.as_ref().unwrap_or(document);
    let columns = bilingual::rows_to_lines(document);
    let document = columns.as_ref().unwrap_or(document);
    let (trackers, rest) = tracker::take_trackers(document, &context.profile);
    let mut lines = lines::lines_of(&rest, &context.profile);
    furniture::mark_furniture(&mut lines);
    let has_paragraphs = !matches!(document.format, DocumentFormat::Text | DocumentFormat::Pdf);
    unwrap::unwrap_lines(&mut lines, has_paragraphs, &context.profile);
    let tokens = tokens::tokens_of(&lines, &context.profile);
    let outline = walk::walk(&tokens);
    let headings = outline.headings.clone();
    let captions = outline.captions.clone();
    let mut reading = Reading::new(context, outline.parts, Claims::new(lines));
    reading.proposal.notices.clone_from(&document.notices);
    reading.read_inspection(&headings);
    let items = reading.read_items();
    reading.read_explanations(&items);
    reading.read_signatures_and_day();
    reading.read_comments();
    let own = reading.proposal.recommendations.len();
    let explained = reading.proposal.response.explanations.len();
    if !trackers.is_empty() {
        tracker::read_trackers(&trackers, &context.profile, &context.answers, &mut reading.proposal);
    }
    reading.complete_explanations(explained);
    reading.propose_signatory();
    reading.read_kind_and_scope();
    reading.complete_recommendations();
    reading.ask_about_recommendations(own);
    reading.ask_about_whole(!trackers.is_empty());
    reading.ask_about_completeness();
    reading.leave_rest();
    for (line, words) in &headings {
        reading.claims.leave_heading(*line, words);
    }
    for (line, words) in &captions {
        reading.claims.leave(*line, words, UnclaimedReason::Heading);
    }
    let mut proposal = reading.proposal;
    let unclaimed = reading.claims.into_unclaimed(&proposal);
    proposal.unclaimed.splice(0..0, unclaimed);
    doubtful_texts::ask(&mut proposal);
    missing_members::ask(&mut proposal, !trackers.is_empty());
    unclaimed_prose::ask(&mut proposal);
    proposal
}
