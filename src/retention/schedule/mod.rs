//! The review dates of finished records: the day that the last review set, or the area's number of years after the
//! record was last changed.

pub mod http;
mod model;
mod store;

pub use model::{RetainedResource, RetentionEntry};
pub use store::find_review_date;
