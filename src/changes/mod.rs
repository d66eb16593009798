//! The feed of what changed: each change once, in the order in which the log placed it, as far as its reader may know of
//! the record. No contents: who wants them asks for the record.

mod feed;
pub mod http;
mod kinds;
mod model;
mod request;
mod store;

pub use feed::{Feed, Reader};
pub use kinds::ChangeType;
pub use model::ChangeItem;
pub use request::Places;
pub use store::{ALL, Placed};
