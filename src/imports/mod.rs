//! Imports: a policing body's published document, or a table of recommendations. An import writes everything or
//! nothing.

pub mod document;
pub mod http;
mod model;
mod requests;
mod running_import_response;
mod service;
mod store;
pub mod table;

pub use model::{DocumentImport, Import, ImportKind, ImportState, ImportedRecommendation, Inference};
pub use service::{ImportOutcome, ImportRequest, Importer, import_document};
