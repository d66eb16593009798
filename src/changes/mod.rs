//! The change feed: each change once, in the order of the audit log, limited to what the reader may see. A change
//! names a record and states its present title, but never what changed.

mod change_type;
mod feed;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod http;
mod model;
mod places;
mod requests;
mod store;
mod stream;

pub use change_type::ChangeType;
pub use feed::{Feed, FeedPage, FeedReader, Restart};
pub use model::ChangeItem;
pub use places::{StreamLimits, StreamPlaces};
pub use requests::{FeedCursorKey, FeedPosition};
pub use store::{ALL, FeedEntry};
