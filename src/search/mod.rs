//! Full-text search in published records and in the caller's own drafts, ranked, with excerpts that mark the words
//! found.

pub mod http;
mod model;
mod query;
pub mod store;

pub use model::{ExcerptPiece, SearchHit, SearchResults, SearchType};
pub use query::SearchQuery;
