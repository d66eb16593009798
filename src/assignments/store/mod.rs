//! Assignments in the database: the record with what stands beside it, the list, and what anyone may read.

mod list;
mod published;
mod record;
mod write;

pub use list::{Assignments, Listed, page, page_public, tally_public, tally_seen};
pub use published::{PublishedRecord, find_public};
pub use record::{File, Record, find, find_for, is_newer, lock};
pub(crate) use record::{line, record};
pub use write::{Opening, Superseded, amend, move_target, open, supersede_older, update};
