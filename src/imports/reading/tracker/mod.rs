//! Reads trackers: tables with one recommendation a row, and what was done about it. Finds the header row, maps the
//! columns to members, and keeps the cells of other columns as notes.

mod as_at;
mod causes;
mod cell_day;
mod cells;
mod cited_recommendation;
mod column_cells;
mod columns;
mod finish;
mod header;
mod heading_words;
mod headings;
mod identifier;
mod inspection;
mod kind;
mod member;
mod merge;
mod numbers;
mod pasted;
mod reader;
mod record;
mod row_questions;
mod rows;
mod settings;
mod source;
mod stacked_cells;
mod status;
mod status_words;
mod take;
#[cfg(test)]
mod tests;
mod word_list;
mod words;

pub use header::{HeaderRow, looks_like_tracker};
pub use member::TrackerMember;
pub use reader::{changes_reading, read_trackers};
pub use source::Trackers;
pub use take::take_trackers;
