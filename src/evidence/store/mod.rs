//! Evidence in the database: items with their files and reviews, the list of a line's, what is written.

mod item;
mod list;
mod write;

pub use item::{Item, Record, Unread, find, lock, peek};
pub use list::{EvidenceList, page};
pub use write::{insert, review, tally, update};
