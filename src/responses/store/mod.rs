//! Responses in the database: the record, the texts that stand apart behind their sides, and the published editions.

mod file;
mod list;
mod published;
mod record;
mod write;

pub use file::{File, Part, find, find_all, find_for, lock, lock_all, readable_parts};
pub use list::{Listed, Responses, count_overdue, page, page_public, tally_public, tally_seen};
pub use published::{PublishedRecord, editions, find_public, publish, record_copies};
pub use record::Record;
pub use write::{explain, explain_all, open, unexplain, update, write_text};
