//! The versions of an item's file: upload, list and download. A version is never changed.

pub mod http;
mod model;
pub mod store;

pub use model::{EvidenceFile, FileRow};
