//! The statements for imports, limited to the caller's areas.

pub mod candidates;
pub mod list;
pub mod proposals;
mod rows;

pub use rows::{ImportResult, find, insert, update_result, update_rows};
