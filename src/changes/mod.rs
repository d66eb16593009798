//! The change feed: each change once, in the order of the audit log, limited to what the reader may see. A change
//! names a record but never holds its content.

mod change_type;
mod feed;
pub mod http;
mod model;
mod requests;
mod store;

pub use change_type::ChangeType;
pub use feed::{Feed, FeedReader};
pub use model::ChangeItem;
pub use requests::FeedCursorKey;
pub use store::{ALL, FeedEntry};
