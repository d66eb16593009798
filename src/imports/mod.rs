//! Imports: an office's published document, or a table of recommendations. An import writes everything or nothing.

mod accepted_response;
pub mod document;
pub mod http;
mod model;
mod requests;
mod service;
mod store;
pub mod table;

pub use model::{DocumentImport, Import, ImportKind, ImportState, ImportedRecommendation, Inference};
pub use service::{ImportOutcome, ImportRequest, Importer, import_document};
