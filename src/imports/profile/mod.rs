//! The import profile of an area: the words that the area's office uses in its documents and tables. The office keeps
//! it after an import, and the next proposal is read with it.

pub mod http;
mod model;
mod requests;
mod service;
mod store;

pub use store::find_words;
