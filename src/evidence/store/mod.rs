//! SQL of items of evidence: reading, the list of an assignment's items, and writes.

mod find;
mod list;
mod write;

pub use find::{MarkedRecord, find, find_row, lock};
pub use list::{EvidenceList, page};
pub use write::{count, insert, insert_review, update};
