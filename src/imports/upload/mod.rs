//! The operation that creates an import: of one file, of the files of a form, or of the rows of a table.

pub mod http;
mod response;
