//! Search across what is published and, for who signs in, what their side has drafted: ranked, with the words found.

pub mod http;
mod model;
mod query;
pub mod store;

pub use model::{Passage, SearchHit, SearchResults, SearchType};
pub use query::SearchQuery;
