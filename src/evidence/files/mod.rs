//! The versions of an item's file: added, read back, downloaded. What was added stays.

pub mod http;
mod model;
pub mod store;

pub use model::EvidenceFile;
