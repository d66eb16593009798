//! The days on which records are reviewed: an area's number of years after a record came to its end, or the day that the
//! last review of it named.

pub mod http;
mod model;
mod store;

pub use model::{RetainedResource, RetentionEntry, RetentionReview};
pub use store::review_on;
