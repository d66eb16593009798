//! The import of a document in one request, and the import of a table, which can continue in the background.

mod import_document;
mod import_rows;
mod importer;

pub use import_document::{import_document, import_document_idempotent};
pub use importer::{ImportOutcome, ImportRequest, Importer};
